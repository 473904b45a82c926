"""Bringing a source into the store: once, again, with bad records, with records gone and with what people said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from sqlalchemy import func, select

from data_sources.adapters.belgica_justice import BelgicaJustice
from data_sources.adapters.editorial import EditorialSource
from data_sources.contract import Fetched, Origin, RejectedRecordError, ServiceDraft
from data_sources.ingest import LEASE_SECONDS, ingest
from data_sources.registry import default_sources
from data_sources.synthetic import SyntheticPlace, generate, insert
from kaart.domain.areas import Point
from kaart.domain.catalogue import Change, Location, Organization, Phone, Service, ServiceAtLocation, SourceKey
from kaart.domain.codes import Status
from kaart.domain.ids import LocationId, OrganizationId, ServiceId, derived_id
from kaart.domain.needs import Term, TermKind
from kaart.domain.texts import Texts
from kaart.editorial.problems import BrokenContentError
from kaart.errors import ConflictError
from kaart.store.store import Store
from kaart.store.tables import EntityVersionRow, OutboxRow, table_of
from tests.conftest import PROJECT

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = Origin("https://example.org/page", date(2026, 11, 1))


class MovedClock:
    """A clock that a test moves itself."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def store(engine, clock):
    return Store(engine, clock)


@dataclass
class Shelf:
    """A source in memory: records by key, each a body that `map_record` reads."""

    records: dict[str, dict] = field(default_factory=dict)
    code: str = "shelf"
    licence: str = "CC0-1.0"
    is_complete: bool = True
    mapping_version: int = 1
    mapped: int = 0

    def fetch(self, fetched_at):
        for key, body in self.records.items():
            yield Fetched(self.code, key, f"https://example.org/{key}", fetched_at, body)

    def map_record(self, record):
        self.mapped += 1
        if record.body.get("bad"):
            raise RejectedRecordError("record_malformed", key=record.key)
        key = record.key
        organization = Organization(
            id=OrganizationId(derived_id(self.code, key)),
            key=key,
            source_keys=(SourceKey(self.code, key),),
            name=Texts.of(nl=f"Organisatie {key}"),
        )
        location = Location(
            id=LocationId(derived_id(self.code, f"{key}/plaats")),
            key=f"{key}/plaats",
            source_keys=(SourceKey(self.code, f"{key}/plaats"),),
            organization_id=organization.id,
            city="Gent",
            municipality="44021",
        )
        service = Service(
            id=ServiceId(derived_id(self.code, f"{key}/hulp")),
            key=record.body.get("key", f"{key}/hulp"),
            source_keys=(SourceKey(self.code, f"{key}/hulp"),),
            organization_id=organization.id,
            name=Texts.of(nl=record.body.get("name", "Hulp")),
            phones=tuple(Phone(number) for number in record.body.get("phones", [])),
            locations=(ServiceAtLocation(location.id),),
        )
        return [ServiceDraft(organization, PAGE, service, PAGE, (location,))]


def _rows(store, row):
    with store.read() as unit:
        return unit.connection.scalar(select(func.count()).select_from(table_of(row)))


def _service(store, key="a/hulp"):
    with store.read() as unit:
        return unit.find(Service, key)


def test_a_first_run_adds_everything_and_tells_it(store, clock):
    report = ingest(store, Shelf({"a": {}, "b": {}}), clock=clock)
    assert (report.records, report.added, report.changed, report.rejected) == (2, 6, 0, ())
    assert report.wrote
    with store.read() as unit:
        service = unit.get(Service, "a/hulp")
        said = {each.field: each for each in unit.provenance(service)}
    assert said["name"].source == "shelf"
    assert said["name"].source_url == "https://example.org/page"
    assert said["name"].on == date(2026, 11, 1)
    assert said["name"].licence == "CC0-1.0"
    assert said["name"].raw_record_id is not None
    assert service.verified_at is None


def test_a_second_run_writes_nothing_but_when_it_was(store, clock):
    source = Shelf({"a": {}, "b": {}})
    ingest(store, source, clock=clock)
    before = _rows(store, EntityVersionRow), _rows(store, OutboxRow)
    clock.now += timedelta(days=1)
    report = ingest(store, source, clock=clock)
    assert (report.unchanged_records, report.wrote) == (2, False)
    with store.read() as unit:
        assert unit.source_run("shelf").at == clock.now
    assert (_rows(store, EntityVersionRow), _rows(store, OutboxRow)) == before


def test_only_what_changed_is_written(store, clock):
    ingest(store, Shelf({"a": {}, "b": {}}), clock=clock)
    before = _rows(store, OutboxRow)
    report = ingest(store, Shelf({"a": {"phones": ["1813"]}, "b": {}}), clock=clock)
    assert (report.changed, report.unchanged, report.unchanged_records) == (1, 2, 1)
    assert _rows(store, OutboxRow) == before + 1
    assert _service(store).phones == (Phone("1813"),)
    assert _service(store).version == 2


def test_a_bad_record_is_counted_and_the_others_come_in(store, clock):
    report = ingest(store, Shelf({"a": {"bad": True}, "b": {}}), clock=clock)
    assert [(each.key, each.code) for each in report.rejected] == [("a", "record_malformed")]
    assert report.reasons == {"record_malformed": 1}
    assert _service(store, "b/hulp").status is Status.ACTIVE


def test_a_record_that_may_not_be_kept_leaves_nothing_of_itself(store, clock):
    report = ingest(store, Shelf({"a": {"phones": ["not a number"]}, "b": {}}), clock=clock)
    assert [(each.key, each.code) for each in report.rejected] == [("a", "entity_invalid")]
    with store.read() as unit:
        assert unit.find(Organization, "a") is None
        assert unit.find(Location, "a/plaats") is None
    assert report.added == 3


def test_a_key_that_another_has_rejects_the_record_only(store, clock):
    report = ingest(store, Shelf({"a": {}, "b": {"key": "a/hulp"}, "c": {}}), clock=clock)
    assert [(each.key, each.code) for each in report.rejected] == [("b", "already_exists")]
    assert _service(store, "c/hulp") is not None


def test_a_record_that_went_bad_keeps_its_last_good_data_and_is_tried_again(store, clock):
    ingest(store, Shelf({"a": {"phones": ["1813"]}}), clock=clock)
    report = ingest(store, Shelf({"a": {"bad": True}}), clock=clock)
    assert (len(report.rejected), report.gone) == (1, 0)
    assert _service(store).status is Status.ACTIVE
    assert _service(store).phones == (Phone("1813"),)
    again = Shelf({"a": {"bad": True}})
    assert len(ingest(store, again, clock=clock).rejected) == 1


def test_what_is_no_longer_in_the_source_is_marked_gone_not_deleted(store, clock):
    ingest(store, Shelf({"a": {}, "b": {}}), clock=clock)
    report = ingest(store, Shelf({"b": {}}), clock=clock)
    assert report.gone == 3
    assert _service(store).status is Status.GONE
    assert _service(store, "b/hulp").status is Status.ACTIVE


def test_what_comes_back_in_the_same_words_is_active_again(store, clock):
    ingest(store, Shelf({"a": {}, "b": {}}), clock=clock)
    ingest(store, Shelf({"b": {}}), clock=clock)
    report = ingest(store, Shelf({"a": {}, "b": {}}), clock=clock)
    assert (report.changed, report.gone) == (3, 0)
    assert _service(store).status is Status.ACTIVE


def test_a_source_that_names_only_changes_makes_nothing_go(store, clock):
    ingest(store, Shelf({"a": {}, "b": {}}, is_complete=False), clock=clock)
    report = ingest(store, Shelf({"b": {}}, is_complete=False), clock=clock)
    assert report.gone == 0
    assert _service(store).status is Status.ACTIVE


def test_a_run_that_would_take_away_too_much_stops_before_it_writes(store, clock):
    many = {f"r{number}": {} for number in range(30)}
    ingest(store, Shelf(many), clock=clock)
    few = Shelf({"r0": {"name": "Anders"}, "r1": {}})
    before = _rows(store, EntityVersionRow)
    with pytest.raises(ConflictError) as caught:
        ingest(store, few, clock=clock)
    assert (caught.value.code, caught.value.parameters["gone"]) == ("ingest_drift", 28 * 3)
    assert _rows(store, EntityVersionRow) == before
    assert ingest(store, few, clock=clock, allow_drift=True).gone == 28 * 3


def test_what_was_removed_on_request_stays_removed(store, clock):
    source = Shelf({"a": {}, "b": {}})
    ingest(store, source, clock=clock)
    steward = Change("steward", "steward", START, comment="on request")
    with store.write() as unit:
        unit.save(replace(unit.get(Service, "a/hulp"), status=Status.WITHDRAWN), steward)
    report = ingest(store, Shelf({"a": {"phones": ["1813"]}, "b": {}}), clock=clock)
    assert report.withdrawn_skipped == 1
    assert _service(store).status is Status.WITHDRAWN
    assert _service(store).phones == ()


def test_a_withdrawn_organization_takes_its_services_along(store, clock):
    ingest(store, Shelf({"a": {}}), clock=clock)
    with store.write() as unit:
        steward = Change("steward", "steward", START)
        unit.save(replace(unit.get(Organization, "a"), status=Status.WITHDRAWN), steward)
    report = ingest(store, Shelf({"a": {"phones": ["1813"]}}), clock=clock)
    assert report.withdrawn_skipped == 2
    assert _service(store).phones == ()


def test_what_a_person_said_is_not_overwritten(store, clock):
    ingest(store, Shelf({"a": {"phones": ["1813"], "name": "Hulp"}}), clock=clock)
    with store.write() as unit:
        mended = replace(unit.get(Service, "a/hulp"), phones=(Phone("106"),))
        unit.save(mended, Change("steward", "editor", START))
    report = ingest(store, Shelf({"a": {"phones": ["112"], "name": "Betere naam"}}), clock=clock)
    assert report.kept_fields == 1
    assert _service(store).phones == (Phone("106"),)
    assert _service(store).name.text("nl") == "Betere naam"


def test_what_the_source_does_not_speak_of_stays(store, clock):
    ingest(store, Shelf({"a": {}}), clock=clock)
    with store.write() as unit:
        unit.save(replace(unit.get(Service, "a/hulp"), email="hulp@example.org"), Change("owner", "owner", START))
    ingest(store, Shelf({"a": {"name": "Betere naam"}}), clock=clock)
    assert _service(store).email == "hulp@example.org"


def test_a_new_way_of_reading_reads_all_records_anew(store, clock):
    ingest(store, Shelf({"a": {}}), clock=clock)
    report = ingest(store, Shelf({"a": {}}, mapping_version=2), clock=clock)
    assert (report.unchanged_records, report.unchanged) == (0, 3)


def test_two_runs_at_once_are_refused(store, clock):
    seen = []

    def second(_done, _total):
        with pytest.raises(ConflictError) as caught:
            ingest(store, Shelf({"a": {}}), clock=clock)
        seen.append(caught.value.code)

    ingest(store, Shelf({"a": {}}), clock=clock, progress=second)
    assert seen == ["ingest_running"]
    assert ingest(store, Shelf({"a": {}}), clock=clock).records == 1


def test_a_run_that_died_gives_way_after_a_while(store, clock):
    store.leases.acquire("ingest:shelf", "dead", LEASE_SECONDS)
    with pytest.raises(ConflictError):
        ingest(store, Shelf({"a": {}}), clock=clock)
    clock.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert ingest(store, Shelf({"a": {}}), clock=clock).added == 3


def test_a_run_that_was_cut_off_is_taken_up_where_it_stopped(store, clock):
    many = Shelf({f"r{number:02d}": {} for number in range(40)})

    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(store, many, clock=clock, progress=stop)
    report = ingest(store, many, clock=clock)
    assert (report.unchanged_records, report.added) == (25, 15 * 3)


def test_progress_counts_records(store, clock):
    told = []
    source = Shelf({f"r{number:02d}": {} for number in range(30)})
    ingest(store, source, clock=clock, progress=lambda *each: told.append(each))
    assert told == [(25, 30), (30, 30)]


@pytest.fixture
def brussels(tmp_path):
    """The shipped catalogue with fewer municipalities and courts: the same ways in a tenth of the time."""
    content = tmp_path / "content"
    shutil.copytree(PROJECT / "content" / "catalogue", content / "catalogue")
    template = content / "catalogue" / "ocmw.yaml"
    words = template.read_text(encoding="utf-8")
    assert 'regions: ["02000", "04000"]' in words
    template.write_text(words.replace('regions: ["02000", "04000"]', 'regions: ["04000"]'), encoding="utf-8")
    justice = content / "catalogue" / "justice.yaml"
    told = yaml.safe_load(justice.read_text(encoding="utf-8"))
    told["courts"] = [each for each in told["courts"] if each["code"] in {"house-of-justice", "labour-court"}]
    justice.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return content


def test_the_shipped_catalogue_comes_in_whole_and_once(store, clock, brussels):
    for source in default_sources(brussels, lambda _: Point(51.0, 4.0)):
        first = ingest(store, source, clock=clock)
        assert first.added > 50
        assert first.rejected == ()
    before = _rows(store, EntityVersionRow)
    for source in default_sources(brussels, lambda _: Point(51.0, 4.0)):
        assert not ingest(store, source, clock=clock).wrote
    assert _rows(store, EntityVersionRow) == before
    assert _service(store, "ocmw-ukkel/leefloon").status is Status.ACTIVE
    with store.read() as unit:
        service = unit.get(Service, "ocmw-ukkel/leefloon")
        facts = next(iter(store.facts.by_ids([service.id]).values()))
        other = unit.get(Service, "ocmw-elsene/leefloon")
        alike = next(iter(store.facts.by_ids([other.id]).values()))
    assert facts.text_key == alike.text_key


def test_the_words_about_a_court_are_ours_and_its_address_is_the_sources(store, clock, brussels):
    ingest(store, BelgicaJustice(brussels, lambda _: None), clock=clock)
    with store.read() as unit:
        service = unit.get(Service, "arbeidsrechtbank-leuven/arbeidsrechter")
        sources = {each.field: each.source for each in unit.provenance(service)}
    assert sources["summary"] == "editorial"
    assert sources["catchment"] == sources["phones"] == sources["locations"] == "belgica"
    assert service.locations


def test_one_changed_word_of_the_template_reaches_every_municipality(store, clock, brussels):
    ingest(store, EditorialSource(brussels), clock=clock)
    template = brussels / "catalogue" / "ocmw.yaml"
    words = template.read_text(encoding="utf-8")
    template.write_text(words.replace("nl: Verwarmingstoelage", "nl: Toelage verwarming", 1), encoding="utf-8")
    report = ingest(store, EditorialSource(brussels), clock=clock)
    assert (report.added, report.changed, report.gone) == (0, 19, 0)


def test_a_body_that_an_editor_takes_out_is_gone(store, clock, brussels):
    ingest(store, EditorialSource(brussels), clock=clock)
    lines = brussels / "catalogue" / "lines.yaml"
    head, _, tail = lines.read_text(encoding="utf-8").partition("  - key: child-focus\n")
    assert tail
    lines.write_text(head, encoding="utf-8")
    report = ingest(store, EditorialSource(brussels), clock=clock)
    assert report.gone == 2
    assert _service(store, "child-focus/child-focus-116000").status is Status.GONE


def test_broken_content_writes_nothing_and_names_the_place(store, clock, brussels):
    ingest(store, EditorialSource(brussels), clock=clock)
    before = _rows(store, EntityVersionRow)
    lines = brussels / "catalogue" / "lines.yaml"
    words = lines.read_text(encoding="utf-8")
    lines.write_text(words.replace('phones: ["1813"]', 'phones: ["18130"]'), encoding="utf-8")
    with pytest.raises(BrokenContentError) as caught:
        ingest(store, EditorialSource(brussels), clock=clock)
    (problem,) = caught.value.problems
    assert (problem.file, problem.message_code) == ("catalogue/lines.yaml", "content_phone_malformed")
    assert problem.field.endswith(".phones")
    assert words.splitlines()[problem.line - 1].strip() == 'phones: ["1813"]'
    assert _rows(store, EntityVersionRow) == before


def test_the_made_up_catalogue_is_written_once(store):
    need = Term("need", TermKind.NEED, Texts.of(nl="Nood"), kinds=("kind",))
    taxonomy = {"need": need, "kind": Term("kind", TermKind.SERVICE_TYPE, Texts.of(nl="Soort"))}
    places = (SyntheticPlace("44021", "Gent", Point(51.05, 3.72), 270_000, "40000", "02000", ()),)
    told = []
    bundles = generate(300, 1, taxonomy, places)
    assert insert(store, bundles, 300, START, progress=lambda *each: told.append(each)) == 300
    assert told[-1] == (300, 300)
    with store.read() as unit:
        services = list(unit.stream(Service))
    assert len(services) == 300
    assert all(service.synthetic and service.version == 1 for service in services)
    with pytest.raises(ConflictError) as caught:
        insert(store, generate(300, 1, taxonomy, places), 300, START)
    assert caught.value.code == "synthetic_exists"
