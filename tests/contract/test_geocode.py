"""Addresses placed by an online geocoder after a source was read, the same on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from data_sources.geocode import LEASE
from data_sources.ingest import ingest
from kaart.domain.areas import Point
from kaart.domain.catalogue import Change, Location
from kaart.domain.codes import CoordinatePrecision, Status
from kaart.errors import ConflictError, UnavailableError
from kaart.places.geocoder import Geocoded
from kaart.store.store import Store
from tests.contract.test_ingest import START, MovedClock, Shelf

GENT = Point(51.05, 3.72)
DOOR = Point(51.0536, 3.7253)


@dataclass
class Addresses(Shelf):
    """Each record has a street, and stands at its municipality unless it says better."""

    def map_record(self, record):
        [draft] = super().map_record(record)
        at = record.body.get("at")
        told = {
            "street": "Botermarkt",
            "number": "1",
            "box": "3",
            "postal_code": "9000",
            "point": Point(*at) if at else GENT,
            "precision": CoordinatePrecision.ADDRESS if at else CoordinatePrecision.MUNICIPALITY,
            **record.body.get("place", {}),
        }
        return [replace(draft, locations=tuple(replace(each, **told) for each in draft.locations))]


@dataclass
class StubGeocoder:
    """Knows every address, at the door; keeps what was asked."""

    answer: Geocoded | None = field(
        default_factory=lambda: Geocoded(DOOR, CoordinatePrecision.ADDRESS, "Gent", "nominatim")
    )
    failure: UnavailableError | None = None
    licence: str = "ODbL-1.0"
    asked: list[str] = field(default_factory=list)

    def geocode(self, address):
        self.asked.append(address)
        if self.failure:
            raise self.failure
        return self.answer


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def store(engine, clock):
    return Store(engine, clock)


def stored(store, key="a/plaats"):
    with store.read() as unit:
        location = unit.find(Location, key)
        return location, {each.field: each for each in unit.provenance(location)}


def placed(store, key="a/plaats"):
    location, _ = stored(store, key)
    return location.point, location.precision


def read(store, source, geocoder, clock):
    """Read a source a day later."""
    clock.now += timedelta(days=1)
    return ingest(store, source, clock=clock, geocoder=geocoder)


def test_a_blunt_address_is_sharpened_and_says_who_found_it(store, clock):
    geocoder = StubGeocoder()
    report = ingest(store, Addresses({"a": {}}), clock=clock, geocoder=geocoder)
    assert geocoder.asked == ["Botermarkt 1, 9000 Gent"], "without the box, which no geocoder knows"
    assert (report.geocoding.found, report.geocoding.not_found, report.wrote) == (1, 0, True)
    location, origins = stored(store)
    assert (location.point, location.precision) == (DOOR, CoordinatePrecision.ADDRESS)
    for said in (origins["point"], origins["precision"]):
        assert (said.source, said.actor, said.licence) == ("nominatim", "geocoder", "ODbL-1.0")
        assert said.on == START.date()
    assert origins["street"].source == "shelf"
    [waiting] = store.outbox.pending("embedded", 10)[1:]
    facts = store.facts.by_ids([waiting.service_id])[waiting.service_id]
    assert facts.locations[0].point == DOOR, "a search hears of it"


def test_it_is_asked_once_and_its_point_stays(store, clock):
    geocoder, source = StubGeocoder(), Addresses({"a": {}})
    ingest(store, source, clock=clock, geocoder=geocoder)
    assert not read(store, source, geocoder, clock).wrote
    source.records["a"] = {"name": "Andere hulp"}
    read(store, source, geocoder, clock)
    read(store, source, None, clock)
    assert len(geocoder.asked) == 1
    assert placed(store) == (DOOR, CoordinatePrecision.ADDRESS)


def test_what_was_read_before_there_was_a_geocoder_is_asked_too(store, clock):
    source = Addresses({"a": {}})
    ingest(store, source, clock=clock)
    assert placed(store) == (GENT, CoordinatePrecision.MUNICIPALITY)
    assert read(store, source, StubGeocoder(), clock).geocoding.found == 1


@pytest.mark.parametrize(
    "place",
    [
        {"confidential": True},
        {"street": ""},
        {"precision": CoordinatePrecision.ADDRESS},
        {"precision": CoordinatePrecision.STREET},
    ],
    ids=["confidential", "no street", "exact", "its street"],
)
def test_some_addresses_are_never_sent(store, clock, place):
    geocoder = StubGeocoder()
    report = ingest(store, Addresses({"a": {"place": place}}), clock=clock, geocoder=geocoder)
    assert (geocoder.asked, report.geocoding.found) == ([], 0)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Geocoded(Point(51.06, 3.73), CoordinatePrecision.MUNICIPALITY, "Gent", "nominatim"),
        Geocoded(Point(50.85, 4.35), CoordinatePrecision.ADDRESS, "Brussel", "nominatim"),
    ],
    ids=["unknown", "no sharper", "another town"],
)
def test_what_is_no_better_is_not_taken(store, clock, answer):
    report = ingest(store, Addresses({"a": {}}), clock=clock, geocoder=StubGeocoder(answer))
    assert (report.geocoding.found, report.geocoding.not_found) == (0, 1)
    assert placed(store) == (GENT, CoordinatePrecision.MUNICIPALITY)


def test_a_silent_geocoder_stops_asking_and_nothing_else(store, clock):
    geocoder = StubGeocoder(failure=UnavailableError("geocoder_unavailable", geocoder="nominatim", problem="timeout"))
    report = ingest(store, Addresses({"a": {}, "b": {}}), clock=clock, geocoder=geocoder)
    assert (report.added, len(geocoder.asked), report.rejected) == (6, 1, ())
    assert report.geocoding.error.code == "geocoder_unavailable"
    assert report.troubled
    geocoder.failure = None
    assert read(store, Addresses({"a": {}, "b": {}}), geocoder, clock).geocoding.found == 2


def test_a_point_goes_with_its_address_and_makes_way_for_a_sharper_one(store, clock):
    source, geocoder = Addresses({"a": {}}), StubGeocoder()
    ingest(store, source, clock=clock, geocoder=geocoder)
    source.records["a"] = {"place": {"street": "Korenmarkt"}}
    read(store, source, None, clock)
    assert placed(store) == (GENT, CoordinatePrecision.MUNICIPALITY), "the old door is not the new one"
    read(store, source, geocoder, clock)
    assert geocoder.asked[-1].startswith("Korenmarkt")
    source.records["a"] = {"place": {"street": "Korenmarkt"}, "at": [51.0541, 3.7219]}
    read(store, source, geocoder, clock)
    assert placed(store) == (Point(51.0541, 3.7219), CoordinatePrecision.ADDRESS)
    assert stored(store)[1]["point"].source == "shelf"


def test_what_a_person_placed_stays_and_what_is_gone_is_not_asked(store, clock):
    source, geocoder = Addresses({"a": {}, "b": {}}), StubGeocoder()
    ingest(store, source, clock=clock)
    corner = Point(51.0537, 3.7256)
    with store.write() as unit:
        place = replace(unit.get(Location, "a/plaats"), point=corner, precision=CoordinatePrecision.ADDRESS)
        unit.save(place, Change("steward", "Jan", clock()))
    del source.records["b"]
    read(store, source, geocoder, clock)
    assert stored(store, "b/plaats")[0].status is Status.GONE
    assert geocoder.asked == []
    assert placed(store) == (corner, CoordinatePrecision.ADDRESS)


def test_two_processes_never_ask_at_once(store, clock):
    geocoder = StubGeocoder()
    assert store.leases.acquire(LEASE, "another", 60)
    report = ingest(store, Addresses({"a": {}}), clock=clock, geocoder=geocoder)
    assert isinstance(report.geocoding.error, ConflictError)
    assert (geocoder.asked, report.added) == ([], 3)
    store.leases.release(LEASE, "another")
    assert read(store, Addresses({"a": {}}), geocoder, clock).geocoding.found == 1
