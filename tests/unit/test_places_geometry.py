"""Distance, the place of a point, and which municipalities lie within a distance."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.domain.areas import PlaceKind, Point
from kaart.places.distance import distance_km, flat_km
from kaart.places.gazetteer import Gazetteer

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"

BELGIAN = st.builds(Point, st.floats(49.5, 51.5), st.floats(2.5, 6.4))


@pytest.fixture(scope="module")
def places():
    return Gazetteer.load(CONTENT)


@given(BELGIAN, BELGIAN)
def test_a_flat_sheet_is_near_enough_for_comparing(one, other):
    assert flat_km(one, other) == pytest.approx(distance_km(one, other), rel=5e-3, abs=1e-3)


@given(
    st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)),
)
def test_distance_is_a_distance_anywhere(one, other):
    assert 0 <= distance_km(one, other) < 20_100
    assert distance_km(one, one) == 0
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)


def test_known_distance(places):
    gent, brugge = places.by_nis("44021").point, places.by_nis("31005").point
    assert places.distance_km(gent, brugge) == pytest.approx(39, abs=2)


@pytest.mark.parametrize(
    ("latitude", "longitude", "nis"),
    [
        (51.0543, 3.7174, "44021"),  # Gent
        (50.8467, 4.3525, "21004"),  # Brussel, Grote Markt
        (51.2194, 4.4025, "11002"),  # Antwerpen
        (50.8798, 4.7005, "24062"),  # Leuven
        (51.4392, 4.9292, "13002"),  # Baarle-Hertog, an enclave
        (50.7493, 5.8108, "73109"),  # Voeren
        (51.2300, 2.9100, "35013"),  # Oostende, by the sea
    ],
)
def test_place_of_a_point(places, latitude, longitude, nis):
    place = places.at(Point(latitude, longitude))
    assert place.municipalities == (nis,)
    assert place.kind is PlaceKind.POINT
    assert place.point == Point(latitude, longitude)
    assert f"municipality:{nis}" in place.areas


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (51.5890, 4.7760),  # Breda
        (50.6292, 3.0573),  # Lille in France
        (50.8514, 5.6910),  # Maastricht
        (49.6116, 6.1319),  # Luxembourg
        (50.7753, 6.0839),  # Aachen
        (51.3300, 3.8300),  # Terneuzen
        (51.4000, 2.5000),  # the North Sea
        (0.0, 0.0),
        (-51.05, -3.7),
    ],
)
def test_no_place_outside_belgium(places, latitude, longitude):
    assert places.at(Point(latitude, longitude)) is None


def test_main_towns_lie_in_their_own_municipality(places):
    wrong = [
        each.name for each in places.data.municipalities.values() if places.at(each.point).municipalities != (each.nis,)
    ]
    assert wrong == []


def test_within_grows_and_holds_its_own(places):
    gent = places.by_nis("44021")
    near, far = places.within(gent, 0), places.within(gent, 25)
    assert gent.municipalities[0] in near
    assert near < far
    assert "31005" not in near
    assert "44013" in near  # Destelbergen, next door
    assert places.within(gent, 1000) == frozenset(places.data.municipalities)


def test_within_a_province_reaches_from_all_its_municipalities(places):
    province = places.resolve("Oost-Vlaanderen")[0].place
    near = places.within(province, 0)
    assert set(province.municipalities) <= near
    assert "71016" not in near
