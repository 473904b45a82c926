"""The row that matching reads and the outbox, the same on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from kaart.domain.catalogue import Catchment, Contact, Organization, Phone, Service, ServiceAtLocation
from kaart.domain.codes import Status
from kaart.domain.facts import text_key_of
from kaart.domain.ids import derived_id
from kaart.domain.texts import Texts
from kaart.errors import ConflictError
from kaart.store.engine import REGISTER_LOCK
from kaart.store.outbox import ATTEMPTS, OUTBOX, StoredOutbox
from kaart.store.saving import FACTS
from kaart.store.store import Store
from tests.contract.samples import (
    ALL,
    DAY,
    LOCATION,
    NOW,
    ORGANIZATION,
    PROJECT,
    REFUGE,
    SERVICE,
    STEWARD,
    fill,
    get,
    save,
)

TARGET = "embedded"


def facts(store, entity=SERVICE):
    return store.facts.by_ids([entity.id]).get(entity.id)


def numbered(number, **changes):
    own = {"id": derived_id("test", f"service {number}"), "key": f"ocmw-voorbeeld/{number}", "source_keys": ()}
    return replace(SERVICE, **{**own, **changes})


def test_facts_hold_what_the_service_says(store):
    fill(store)
    found = facts(store)
    assert found.provider == ORGANIZATION.generic_name
    assert found.organization_name == ORGANIZATION.name
    assert (found.eligibility, found.cost, found.capacity) == (SERVICE.eligibility, SERVICE.cost, SERVICE.capacity)
    assert found.text_key == text_key_of(found)
    assert (found.public_phone, found.public_email) == ("+3290001122", "hulp@example.org")
    assert found.dated_on == DAY
    assert found.checked_on is None
    assert found.evidence["eligibility"].source == "list"
    assert "source_keys" not in found.evidence
    (place,) = found.locations
    assert (place.address, place.wheelchair) == ("Voorbeeldstraat 1 bus 2, 9000 Gent", True)
    save(store, get(store, SERVICE), replace(STEWARD, verifies=True))
    assert facts(store).checked_on == NOW.date()


def test_nothing_of_a_confidential_location_is_in_the_facts(store):
    at_refuge = ServiceAtLocation(
        REFUGE.id, Texts.of(nl="Geheimhuis"), (Phone("+3290000002"),), LOCATION.schedules, (Contact(name="Geheim"),)
    )
    hidden = replace(SERVICE, locations=(at_refuge,), phones=(), contacts=(), schedules=())
    fill(store, *ALL[:4], hidden)
    found = facts(store)
    assert found.locations == ()
    assert found.schedules == ()
    assert found.public_phone == ORGANIZATION.phones[0].number
    with store.engine.connect() as connection:
        written = json.dumps(connection.scalar(select(FACTS.c.body)))
    for secret in ("Geheim", "8999", "31005", "50.5", REFUGE.id.hex, str(REFUGE.id), "+329000000"):
        assert secret not in written


def test_a_location_that_becomes_confidential_leaves_the_facts(store):
    fill(store)
    assert facts(store).locations
    save(store, replace(get(store, LOCATION), confidential=True))
    assert facts(store).locations == ()


def test_changes_of_organization_location_and_project_reach_the_facts(store):
    fill(store, *ALL[:4], replace(SERVICE, project_id=PROJECT.id))
    assert facts(store).valid_until == PROJECT.ends_on
    assert facts(store).valid_from == PROJECT.starts_on
    old_key = facts(store).text_key
    store.outbox.delivered(TARGET, [each.id for each in store.outbox.pending(TARGET, 10)])
    save(store, replace(get(store, PROJECT), ends_on=date(2026, 12, 31)))
    save(store, replace(get(store, LOCATION), number="3"))
    save(store, replace(get(store, ORGANIZATION), generic_name=Texts.of(nl="Sociaal Huis")))
    found = facts(store)
    assert found.valid_until == date(2026, 12, 31)
    assert found.locations[0].address.startswith("Voorbeeldstraat 3")
    assert found.provider.text("nl") == "Sociaal Huis"
    *_, last = items = store.outbox.pending(TARGET, 10)
    assert [item.service_id for item in items] == [SERVICE.id] * 3
    assert set(last.text_keys) == {old_key, found.text_key}


def test_services_of_an_organization_that_stopped_are_not_offered(store):
    fill(store)
    save(store, replace(get(store, ORGANIZATION), status=Status.CLOSED))
    assert facts(store).status is Status.CLOSED
    assert next(iter(store.facts.groups([facts(store).text_key]))).services == ()
    save(store, replace(get(store, ORGANIZATION), status=Status.ACTIVE))
    assert facts(store).status is Status.ACTIVE


def test_equal_texts_are_one_group_and_unknown_ones_are_empty(store):
    other = numbered(1, catchment=Catchment(None))
    different = numbered(2, name=Texts.of(nl="Iets anders"))
    ended = numbered(3, status=Status.CLOSED)
    fill(store, *ALL, other, different, ended)
    key, apart = facts(store).text_key, facts(store, different).text_key
    groups = list(store.facts.groups(["nothing", key, apart]))
    assert [group.text_key for group in groups] == ["nothing", key, apart]
    assert {each.service_id for each in groups[1].services} == {SERVICE.id, other.id}
    assert groups[0].services == ()
    everything = list(store.facts.all_groups())
    assert [group.text_key for group in everything] == sorted([key, apart])
    assert sum(len(group.services) for group in everything) == 3
    assert (store.facts.count_texts(), store.facts.count_services()) == (2, 3)
    assert store.facts.by_ids([derived_id("test", "nobody")]) == {}


def test_reading_all_is_one_view_while_others_write(store):
    fill(store, *ALL, *(numbered(number, name=Texts.of(nl=f"Dienst {number}")) for number in range(5)))
    groups = store.facts.all_groups()
    first = next(groups)
    save(store, replace(get(store, ORGANIZATION), generic_name=Texts.of(nl="Anders")))
    rest = list(groups)
    assert len(rest) == 5
    assert {each.provider.text("nl") for group in (first, *rest) for each in group.services} == {"OCMW"}


def _save_and_fail(store, entities):
    """Write, and then meet a conflict within the same transaction."""
    with store.write() as unit:
        unit.save_many(entities, STEWARD)
        unit.save(replace(ORGANIZATION, version=99), STEWARD)


def test_a_write_that_fails_leaves_neither_row_nor_outbox(store):
    with pytest.raises(ConflictError):
        _save_and_fail(store, ALL)
    assert get(store, SERVICE) is None
    assert facts(store) is None
    assert store.outbox.newest_id() == 0
    fill(store)
    before = facts(store)
    with pytest.raises(ConflictError):
        _save_and_fail(store, [replace(get(store, SERVICE), email="weg@example.org")])
    assert facts(store) == before
    assert store.outbox.counts(TARGET) == (1, 0)


def test_a_change_of_words_names_the_old_text_and_the_new_one(store):
    fill(store)
    old = facts(store).text_key
    save(store, replace(get(store, SERVICE), summary=Texts.of(nl="Andere woorden.")))
    first, second = store.outbox.pending(TARGET, 10)
    assert first.text_keys == (old,)
    assert set(second.text_keys) == {old, facts(store).text_key}
    assert second.service_id == SERVICE.id
    assert second.id > first.id


def test_each_target_takes_every_change_once(store):
    fill(store)
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    first, second = store.outbox.pending(TARGET, 10)
    store.outbox.delivered(TARGET, [first.id])
    assert store.outbox.pending(TARGET, 10) == [second]
    assert len(store.outbox.pending("elasticsearch", 10)) == 2
    assert store.outbox.pending("elasticsearch", 1) == [first]
    assert store.outbox.counts(TARGET) == (1, 0)
    store.outbox.delivered(TARGET, [second.id, 10_000])
    assert store.outbox.counts(TARGET) == (0, 0)


def test_the_oldest_change_that_waits_is_told(store):
    assert store.outbox.waiting_since(TARGET) is None
    fill(store)
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    first, second = store.outbox.pending(TARGET, 10)
    assert store.outbox.waiting_since(TARGET) == first.written_at
    store.outbox.delivered(TARGET, [first.id])
    assert store.outbox.waiting_since(TARGET) == second.written_at
    for _ in range(ATTEMPTS):
        store.outbox.failed(TARGET, second.id, "cannot be read")
    assert store.outbox.waiting_since(TARGET) is None, "what is set aside waits for a person"
    assert store.outbox.waiting_since("elasticsearch") == first.written_at


def test_a_poisoned_change_is_set_aside_and_can_be_tried_again(store):
    fill(store)
    (item,) = store.outbox.pending(TARGET, 10)
    answers = []
    for attempt in range(ATTEMPTS):
        assert store.outbox.pending(TARGET, 10) == [item]
        answers.append(store.outbox.failed(TARGET, item.id, f"error {attempt}"))
    assert answers == [False] * (ATTEMPTS - 1) + [True]
    assert store.outbox.pending(TARGET, 10) == []
    assert store.outbox.counts(TARGET) == (0, 1)
    (aside,) = store.outbox.set_aside(TARGET)
    assert (aside.item, aside.error, aside.attempts) == (item, f"error {ATTEMPTS - 1}", ATTEMPTS)
    assert store.outbox.retry(TARGET) == 1
    assert store.outbox.pending(TARGET, 10) == [item]
    assert not store.outbox.failed(TARGET, 10_000, "no such row")


def test_a_change_that_became_visible_late_is_still_found(store):
    fill(store)
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    low, _ = store.outbox.pending(TARGET, 10)
    with store.engine.begin() as connection:
        row = connection.execute(select(OUTBOX).where(OUTBOX.c.id == low.id)).one()
        connection.execute(OUTBOX.delete().where(OUTBOX.c.id == low.id))
    store.outbox.delivered(TARGET, [each.id for each in store.outbox.pending(TARGET, 10)])
    with store.engine.begin() as connection:
        connection.execute(OUTBOX.insert().values(**row._mapping))
    assert store.outbox.pending(TARGET, 10) == [low]


def test_a_rebuild_marks_what_it_read_and_nothing_newer(store):
    fill(store)
    newest = store.outbox.newest_id()
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    store.outbox.failed(TARGET, newest, "once")
    store.outbox.delivered_until(TARGET, newest)
    assert [each.id > newest for each in store.outbox.pending(TARGET, 10)] == [True]


def test_what_a_rebuild_left_out_is_set_aside_with_the_reason(store):
    fill(store)
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    first, second = store.outbox.pending(TARGET, 10)
    for _ in range(ATTEMPTS):
        store.outbox.failed(TARGET, second.id, "cannot be read")
    [text_key] = second.text_keys
    store.outbox.delivered_until(TARGET, store.outbox.newest_id(), {text_key: "still cannot"})
    [aside] = store.outbox.set_aside(TARGET)
    assert (aside.item, aside.error, aside.attempts) == (second, "still cannot", ATTEMPTS + 1)
    assert store.outbox.counts(TARGET) == (0, 1)
    assert store.outbox.pending("elasticsearch", 10) == [first, second], "another index has its own opinion"
    store.outbox.delivered_until(TARGET, store.outbox.newest_id())
    assert store.outbox.counts(TARGET) == (0, 0)


def test_a_left_out_text_without_a_change_gets_one(store):
    fill(store)
    [item] = store.outbox.pending(TARGET, 10)
    store.outbox.delivered(TARGET, [item.id])
    assert store.outbox.prune([TARGET], datetime.now(UTC) + timedelta(days=1)) == 1
    store.outbox.delivered_until(TARGET, store.outbox.newest_id(), {item.text_keys[0]: "cannot be read", "gone": "x"})
    [aside] = store.outbox.set_aside(TARGET)
    assert (aside.item.text_keys, aside.item.service_id, aside.error) == (item.text_keys, SERVICE.id, "cannot be read")
    assert store.outbox.counts(TARGET) == (0, 1)


def test_a_left_out_text_that_was_changed_meanwhile_waits_for_the_drain(store):
    fill(store)
    newest = store.outbox.newest_id()
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    [text_key] = store.outbox.pending(TARGET, 10)[0].text_keys
    store.outbox.delivered_until(TARGET, newest, {text_key: "cannot be read"})
    assert store.outbox.counts(TARGET) == (1, 0)


def test_one_transaction_at_a_time_takes_numbers_of_the_outbox(store):
    """On PostgreSQL the lock is what makes numbers become visible in their order; SQLite has one writer."""
    fill(store)
    if store.engine.dialect.name == "sqlite":
        with store.write(), store.engine.connect() as other:
            other.exec_driver_sql("ROLLBACK")
            other.exec_driver_sql("PRAGMA busy_timeout=0")
            with pytest.raises(Exception, match="locked"):
                other.exec_driver_sql("BEGIN IMMEDIATE")
        return
    taken = text("SELECT pg_try_advisory_xact_lock(:key)").bindparams(key=REGISTER_LOCK)
    with store.write() as unit:
        unit.save(replace(get(store, SERVICE), url="https://example.org/2"), STEWARD)
        with store.engine.begin() as other:
            assert other.scalar(taken) is False
    with store.engine.begin() as other:
        assert other.scalar(taken) is True


def test_what_every_target_has_is_pruned_after_a_while(engine):
    moments = iter([NOW + timedelta(minutes=minute) for minute in range(100)])
    store = Store(engine, lambda: next(moments))
    fill(store)
    save(store, replace(get(store, SERVICE), url="https://example.org/2"))
    first, second = store.outbox.pending(TARGET, 10)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    store.outbox.delivered(TARGET, [first.id, second.id])
    store.outbox.delivered("elasticsearch", [first.id])
    assert store.outbox.prune([TARGET], first.written_at) == 0
    assert store.outbox.prune([TARGET, "elasticsearch"], later) == 1
    assert store.outbox.pending("elasticsearch", 10) == [second]
    assert store.outbox.prune([TARGET], later) == 1
    save(store, replace(get(store, SERVICE), url="https://example.org/3"))
    assert store.outbox.newest_id() > second.id


def test_batches_only_grow(store):
    other = StoredOutbox(store.engine)
    numbers = [outbox.next_batch() for outbox in (store.outbox, other, store.outbox)]
    assert numbers == sorted(set(numbers))


def test_streaming_entities(store):
    fill(store, *ALL, *(numbered(number) for number in range(3)))
    with store.read() as unit:
        assert len(list(unit.stream(Service, Status.ACTIVE))) == 4
        assert [each.key for each in unit.stream(Organization, Status.CLOSED)] == []
        assert len(unit.all_ids(Service)) == 4
        assert set(unit.get_many(Service, [SERVICE.id, ORGANIZATION.id])) == {SERVICE.id}
