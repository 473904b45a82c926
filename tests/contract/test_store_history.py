"""Provenance per field, what an owner holds, versions and undo, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kaart.domain.catalogue import Service
from kaart.domain.texts import LocalText, Texts
from kaart.errors import ConflictError, NotFoundError
from tests.contract.samples import (
    DAY,
    IMPORT,
    NOW,
    ORGANIZATION,
    OWNER,
    PROFESSIONAL,
    SERVICE,
    STEWARD,
    fill,
    get,
    save,
)

LATER = replace(IMPORT, happened_at=datetime(2026, 4, 1, tzinfo=UTC), retrieved_on=date(2026, 4, 1))


def origins(store, entity):
    with store.read() as unit:
        return {(each.field, each.language): each for each in unit.provenance(entity)}


def versions(store):
    with store.read() as unit:
        return unit.versions(SERVICE)


def test_every_field_that_says_something_has_its_origin(store):
    fill(store)
    found = origins(store, SERVICE)
    assert {("name", "nl"), ("name", "fr"), ("phones", ""), ("eligibility", ""), ("catchment", "")} <= set(found)
    assert ("verified_at", "") not in found
    phones = found["phones", ""]
    assert (phones.source, phones.on, phones.actor) == ("list", DAY, "import")
    assert (phones.licence, phones.source_url) == ("CC0", "https://example.org/list")


def test_a_change_touches_the_origin_of_the_changed_fields_only(store):
    fill(store)
    before = origins(store, SERVICE)
    name = Texts((LocalText("nl", "Hulp en raad", DAY), SERVICE.name.values[1]))
    result = save(store, replace(get(store, SERVICE), name=name, email="nieuw@example.org"))
    assert set(result.changed_fields) == {"name@nl", "email"}
    after = origins(store, SERVICE)
    changed = {place for place in after if after[place] != before.get(place)}
    assert changed == {("name", "nl"), ("email", "")}
    assert after["email", ""].source == "steward"
    assert after["email", ""].on == NOW.date()


def test_texts_keep_the_source_of_their_field(store):
    from kaart.store.rows import TEXT

    fill(store)
    save(store, replace(get(store, SERVICE), summary=Texts.of(nl="Anders.")))
    save(store, replace(get(store, PROFESSIONAL), name="An"))
    with store.engine.connect() as connection:
        found = {(row.entity_id, row.field, row.language): row.source for row in connection.execute(TEXT.select())}
    assert found[SERVICE.id, "summary", "nl"] == "steward"
    assert found[SERVICE.id, "name", "nl"] == "list"
    assert found[SERVICE.id, "contacts/0/function", "nl"] == "list"
    assert found[PROFESSIONAL.id, "contacts/0/function", "nl"] == "list"


def test_an_import_does_not_overwrite_what_the_owner_said(store):
    fill(store)
    save(store, replace(get(store, SERVICE), email="eigen@example.org", summary=Texts.of(nl="Eigen woorden.")), OWNER)
    newer = replace(
        get(store, SERVICE),
        email="bron@example.org",
        url="https://example.org/bron",
        summary=Texts.of(nl="Woorden van de bron.", fr="Mots de la source."),
    )
    result = save(store, newer, LATER)
    assert set(result.skipped_fields) == {"email", "summary@nl"}
    assert set(result.changed_fields) == {"url", "summary@fr"}
    stored = get(store, SERVICE)
    assert stored == result.entity
    assert (stored.email, stored.url) == ("eigen@example.org", "https://example.org/bron")
    assert stored.summary.text("nl") == "Eigen woorden."
    assert stored.summary.text("fr") == "Mots de la source."
    again = save(store, replace(newer, version=stored.version), LATER)
    assert again.changed_fields == ()
    assert set(again.skipped_fields) == {"email", "summary@nl"}


def test_a_steward_may_mend_what_an_owner_holds_and_it_stays_held(store):
    fill(store)
    save(store, replace(get(store, SERVICE), email="eigen@example.org"), OWNER)
    save(store, replace(get(store, SERVICE), email="verbeterd@example.org"), STEWARD)
    assert origins(store, SERVICE)["email", ""].held_by_owner
    assert save(store, replace(get(store, SERVICE), email="bron@example.org"), LATER).skipped_fields == ("email",)


def test_what_an_owner_emptied_stays_empty(store):
    fill(store)
    save(store, replace(get(store, SERVICE), email="", contacts=()), OWNER)
    result = save(store, replace(get(store, SERVICE), email="bron@example.org", contacts=SERVICE.contacts), LATER)
    assert set(result.skipped_fields) == {"email", "contacts"}
    assert get(store, SERVICE).contacts == ()


def test_versions_tell_what_changed_who_did_it_and_why(store):
    fill(store)
    save(store, replace(get(store, SERVICE), review_days=30), replace(STEWARD, comment="korter"))
    first, second = versions(store)
    assert first.diff["email"] == [None, "hulp@example.org"]
    assert second.diff == {"review_days": [90, 30]}
    assert (second.number, second.author, second.source, second.comment) == (2, "Jan", "steward", "korter")
    assert second.at == NOW


def test_undo_is_a_new_version_that_takes_one_change_back(store):
    fill(store)
    changed = replace(get(store, SERVICE), phones=(), capacity=None, summary=Texts.of(nl="Nieuw.", de="Neu."))
    save(store, changed)
    save(store, replace(get(store, SERVICE), review_days=30))
    with store.write() as unit:
        result = unit.undo(unit.get(Service, SERVICE.id), 2, STEWARD)
    assert result.entity == replace(SERVICE, version=4, review_days=30)
    assert get(store, SERVICE) == result.entity
    assert versions(store)[-1].undo_of == 2


def test_undo_refuses_what_was_touched_since(store):
    fill(store)
    save(store, replace(get(store, SERVICE), email="a@example.org", url="https://a.example.org"))
    save(store, replace(get(store, SERVICE), email="b@example.org"))
    with store.write() as unit:
        with pytest.raises(ConflictError) as touched:
            unit.undo(unit.get(Service, SERVICE.id), 2, STEWARD)
        assert touched.value.code == "undo_conflict"
        assert touched.value.parameters["touched"] == "email"
        with pytest.raises(ConflictError) as first:
            unit.undo(unit.get(Service, SERVICE.id), 1, STEWARD)
        assert first.value.code == "undo_first"
        with pytest.raises(NotFoundError):
            unit.undo(unit.get(Service, SERVICE.id), 9, STEWARD)
        with pytest.raises(ConflictError):
            unit.undo(replace(SERVICE, version=1), 3, STEWARD)
    assert len(versions(store)) == 3


def test_a_verification_can_be_taken_back(store):
    fill(store)
    save(store, get(store, SERVICE), replace(OWNER, verifies=True))
    with store.write() as unit:
        assert unit.undo(unit.get(Service, SERVICE.id), 2, STEWARD).entity.verified_at is None


def test_undoing_that_does_not_verify_again(store):
    fill(store)
    save(store, get(store, SERVICE), replace(OWNER, verifies=True))
    save(
        store,
        replace(get(store, SERVICE), review_days=30),
        replace(OWNER, verifies=True, happened_at=LATER.happened_at),
    )
    with store.write() as unit:
        earlier = unit.undo(unit.get(Service, SERVICE.id), 3, STEWARD).entity
    assert (earlier.verified_at, earlier.review_days) == (NOW, SERVICE.review_days), "the first one still stands"
    with store.write() as unit:
        again = unit.undo(unit.get(Service, SERVICE.id), 4, STEWARD).entity
    assert (again.verified_at, again.review_days) == (NOW, 30), "the edit comes back, the confirmation does not"


def test_an_undone_verification_alone_cannot_come_back(store):
    fill(store)
    save(store, get(store, SERVICE), replace(OWNER, verifies=True))
    with store.write() as unit:
        unit.undo(unit.get(Service, SERVICE.id), 2, STEWARD)
    with pytest.raises(ConflictError) as refused, store.write() as unit:
        unit.undo(unit.get(Service, SERVICE.id), 3, STEWARD)
    assert refused.value.code == "undo_verification"
    assert get(store, SERVICE).verified_at is None
    assert len(versions(store)) == 3


def test_an_undo_by_an_import_leaves_what_the_owner_holds(store):
    fill(store)
    save(store, replace(get(store, ORGANIZATION), email="eigen@example.org"), OWNER)
    with store.write() as unit:
        result = unit.undo(unit.get(type(ORGANIZATION), ORGANIZATION.id), 2, LATER)
    assert result.skipped_fields == ("email",)
    assert get(store, ORGANIZATION).email == "eigen@example.org"
