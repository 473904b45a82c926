"""Saving and reading entities, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaart.domain.catalogue import Catchment, Membership, Organization, Service, SourceKey
from kaart.domain.codes import Status
from kaart.domain.texts import Texts
from kaart.errors import ConflictError, GoneError, InvalidInputError, MovedError, NotFoundError
from tests.contract.samples import (
    ALL,
    IMPORT,
    LOCATION,
    NETWORK,
    NOW,
    ORGANIZATION,
    OWNER,
    SERVICE,
    STEWARD,
    fill,
    get,
    save,
)


@pytest.mark.parametrize("sample", ALL, ids=lambda each: type(each).__name__ + each.key)
def test_what_was_saved_comes_back(store, sample):
    results = fill(store)
    assert get(store, sample) == replace(sample, version=1)
    assert all(result.entity.version == 1 for result in results)


def test_order_in_which_entities_are_given_does_not_matter(store):
    results = fill(store, *reversed(ALL))
    assert [result.entity.id for result in results] == [entity.id for entity in reversed(ALL)]


def test_an_empty_catchment_is_not_an_unknown_one(store):
    fill(store)
    stored = save(store, replace(get(store, SERVICE), catchment=Catchment(()))).entity
    assert get(store, SERVICE).catchment == stored.catchment == Catchment(())
    save(store, replace(stored, catchment=Catchment(None)))
    assert not get(store, SERVICE).catchment.is_known


def test_found_by_id_text_and_key(store):
    fill(store)
    with store.read() as unit:
        for name in (SERVICE.id, str(SERVICE.id), SERVICE.key):
            assert unit.get(Service, name).id == SERVICE.id
        assert unit.by_source_keys(Service, "list", ["s1", "s2"]) == {"s1": SERVICE.id}
        assert unit.services_of(ORGANIZATION.id) == [SERVICE.id]
        assert [each.key for each in unit.stream(Organization)] == [ORGANIZATION.key]
    assert store.lookup.service_id(SERVICE.key) == SERVICE.id


def test_unknown_withdrawn_and_merged_are_told_apart(store):
    fill(store)
    other = replace(SERVICE, id=ORGANIZATION.id, key="andere/hulp", source_keys=(), locations=())
    fill(store, other)
    with store.read() as unit, pytest.raises(NotFoundError) as unknown:
        unit.get(Service, "nergens")
    assert unknown.value.code == "service_unknown"
    save(store, replace(get(store, SERVICE), status=Status.MERGED, merged_into=other.id))
    with pytest.raises(MovedError) as moved:
        store.lookup.service_id(SERVICE.key)
    assert moved.value.parameters["merged_into"] == other.id
    save(store, replace(get(store, other), status=Status.WITHDRAWN))
    with pytest.raises(GoneError):
        store.lookup.service_id(other.key)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.WITHDRAWN, "removed"),
        (Status.CLOSED, "organization_ended"),
        (Status.GONE, "organization_ended"),
    ],
)
def test_a_service_is_gone_with_its_organization(store, status, code):
    fill(store)
    assert store.lookup.load_service(SERVICE.key).organization.key == ORGANIZATION.key
    save(store, replace(get(store, ORGANIZATION), status=status))
    for look in (store.lookup.load_service, store.lookup.service_id):
        with pytest.raises(GoneError) as gone:
            look(SERVICE.key)
        assert (gone.value.code, gone.value.parameters) == (code, {"key": SERVICE.key})
    save(store, replace(get(store, ORGANIZATION), status=Status.ACTIVE))
    assert store.lookup.load_service(SERVICE.key).service.status is Status.ACTIVE


def test_a_save_that_changes_nothing_writes_nothing(store):
    fill(store)
    before = store.outbox.newest_id()
    result = save(store, get(store, SERVICE), replace(STEWARD, happened_at=datetime(2026, 5, 1, tzinfo=UTC)))
    assert result.changed_fields == ()
    assert result.entity.version == 1
    assert store.outbox.newest_id() == before
    with store.read() as unit:
        assert len(unit.versions(SERVICE)) == 1


def test_someone_who_saved_meanwhile_is_not_overwritten(store):
    fill(store)
    mine = theirs = get(store, SERVICE)
    save(store, replace(theirs, email="hun@example.org"))
    with pytest.raises(ConflictError) as conflict:
        save(store, replace(mine, email="mijn@example.org"))
    assert conflict.value.code == "version_conflict"
    assert get(store, SERVICE).email == "hun@example.org"


def test_an_unsaved_entity_that_claims_a_version_is_refused(store):
    with pytest.raises(ConflictError):
        fill(store, replace(ORGANIZATION, version=3))


def test_wrong_entities_are_refused_with_their_fields(store):
    wrong = replace(SERVICE, key="Met Spaties", name=Texts(), review_days=0)
    with pytest.raises(InvalidInputError) as error:
        fill(store, ORGANIZATION, LOCATION, wrong)
    assert {each.pointer for each in error.value.fields} == {"/key", "/name", "/review_days"}
    assert get(store, ORGANIZATION) is None


def test_a_service_of_nobody_is_refused(store):
    with pytest.raises(InvalidInputError) as error:
        fill(store, replace(SERVICE, locations=()))
    assert error.value.code == "reference_unknown"


def test_keys_belong_to_one_entity(store):
    fill(store)
    twin = replace(ORGANIZATION, id=SERVICE.id, source_keys=())
    with pytest.raises(ConflictError) as taken:
        fill(store, twin)
    assert taken.value.code == "key_taken"
    with pytest.raises(ConflictError) as source_taken:
        fill(store, replace(twin, key="andere", source_keys=(SourceKey("list", "1"),)))
    assert source_taken.value.code == "source_key_taken"
    with pytest.raises(InvalidInputError):
        fill(store, ORGANIZATION, ORGANIZATION)


def test_verified_at_is_set_by_a_verification_only(store):
    fill(store, *ALL[:4], replace(SERVICE, verified_at=NOW))
    assert get(store, SERVICE).verified_at is None
    save(store, replace(get(store, SERVICE), email="x@example.org", verified_at=NOW))
    assert get(store, SERVICE).verified_at is None
    verified = save(store, get(store, SERVICE), replace(OWNER, verifies=True)).entity
    assert verified.verified_at == NOW
    later = replace(IMPORT, happened_at=datetime(2026, 8, 1, tzinfo=UTC))
    save(store, replace(verified, url="https://example.org/nieuw", verified_at=None), later)
    assert get(store, SERVICE).verified_at == NOW


def test_withdrawn_stays_withdrawn_through_imports(store):
    fill(store)
    gone = save(store, replace(get(store, SERVICE), status=Status.WITHDRAWN), replace(STEWARD, comment="op vraag"))
    with store.read() as unit:
        assert unit.unwanted(Service, "list") == {"s1"}
        assert unit.unwanted(Organization, "list") == frozenset()
    with pytest.raises(GoneError):
        save(store, replace(gone.entity, status=Status.ACTIVE), IMPORT)
    reborn = replace(SERVICE, id=NETWORK.id, key="ocmw-voorbeeld/opnieuw")
    with pytest.raises(GoneError) as refused:
        fill(store, reborn)
    assert refused.value.code == "on_do_not_list"
    save(store, replace(gone.entity, status=Status.ACTIVE), STEWARD)
    with store.read() as unit:
        assert unit.unwanted(Service, "list") == frozenset()


def test_members_of_a_network_are_versions_of_it(store):
    fill(store)
    member = Membership(NETWORK.id, ORGANIZATION.id, "lid", since=NOW.date())
    with store.write() as unit:
        assert unit.save_membership(member, STEWARD)
        assert not unit.save_membership(member, STEWARD)
    with store.read() as unit:
        assert unit.memberships(NETWORK.id) == (member,)
        network = unit.get(type(NETWORK), NETWORK.id)
        assert network.version == 2
        assert len(unit.versions(network)) == 2
    with store.write() as unit:
        with pytest.raises(ConflictError):
            unit.undo(network, 2, STEWARD)
        assert unit.save_membership(replace(member, role="voorzitter"), OWNER)
        assert not unit.save_membership(replace(member, role="gast"), IMPORT)


def test_a_naive_datetime_is_refused(store):
    with pytest.raises(Exception, match="naive"):
        fill(store, ORGANIZATION, change=replace(IMPORT, happened_at=NOW.replace(tzinfo=None)))
    assert get(store, ORGANIZATION) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE service SET status = 'invented'",
        "UPDATE service SET status = 'merged'",
        "UPDATE service SET valid_until = '2001-01-01'",
        "UPDATE service SET review_days = 0",
        "UPDATE location SET latitude = 91",
        "UPDATE location SET longitude = NULL",
        "UPDATE service_reach SET reach = 'teleport'",
        "UPDATE eligibility_rule SET age_maximum = 131 WHERE age_minimum = 18",
        "UPDATE service SET organization_id = id",
        "UPDATE content_text SET origin = 'spirit'",
        "DELETE FROM organization",
    ],
)
def test_the_database_itself_refuses(store, change):
    fill(store)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(text(change))


def test_raw_records_are_kept_once(store):
    with store.write() as unit:
        first = unit.keep_raw("list", "1", "{}", "https://example.org", NOW)
        assert unit.keep_raw("list", "1", "{}", "https://example.org", NOW) == first
        assert unit.keep_raw("list", "1", "{...}", "https://example.org", NOW) != first
    fill(store, ORGANIZATION, change=replace(IMPORT, raw_record_id=first))
    with store.read() as unit:
        assert {each.raw_record_id for each in unit.provenance(ORGANIZATION)} == {first}


def test_bulk_writes_what_saving_writes(store):
    plain = replace(SERVICE, project_id=None)
    seen = []
    store.bulk_insert_new([ORGANIZATION], [LOCATION], [plain], IMPORT, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    bulk = _everything(store)
    with store.engine.begin() as connection:
        for name in reversed(bulk):
            connection.execute(text(f"DELETE FROM {name}"))
    fill(store, ORGANIZATION, LOCATION, plain)
    assert _everything(store) == bulk
    with pytest.raises(ConflictError):
        store.bulk_insert_new([ORGANIZATION], [], [], IMPORT)


def _everything(store):
    """All rows that hold something, without the numbers and moments of writing."""
    from kaart.store.tables import METADATA

    found = {}
    with store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [each for each in table.columns if each.name not in {"updated_at", "written_at"}]
            columns = [each for each in columns if table.name != "outbox" or each.name != "id"]
            if rows := sorted(map(repr, connection.execute(table.select().with_only_columns(*columns)))):
                found[table.name] = rows
    return found
