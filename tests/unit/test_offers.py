from __future__ import annotations

import json
from math import inf

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from indexer.offers import EARTH_RADIUS_KM, choose, pack
from kaart.domain.areas import BELGIUM, AreaCode, Point, municipality_area
from kaart.domain.ids import ServiceId
from kaart.domain.search import IndexedOffer, OfferQuery
from tests.factories.documents import BRUGGE, DEINZE, GENT, POINTS, an_offer, local_offer, service_id

OWN = frozenset({municipality_area(GENT), BELGIUM})


def chosen(offers, **query) -> list:
    """Through JSON, as an index keeps them."""
    return choose("text", json.loads(json.dumps(pack(offers))), OfferQuery(("text",), **query))


def ids(hits) -> list:
    return [hit.service_id for hit in hits]


def test_the_distance_between_two_cities_is_known():
    """Gent to Brugge is 38.56 km by geopy's geodesic on the same coordinates; half a per cent is allowed."""
    [hit] = chosen([local_offer("x", BRUGGE)], point=POINTS[GENT])
    assert hit.distance_km == pytest.approx(38.56, rel=0.005)
    [here] = chosen([local_offer("x", GENT)], point=POINTS[GENT])
    assert here.distance_km == 0


def test_covering_goes_before_near_and_near_before_the_rest():
    offers = [
        an_offer("no point", catchment=None),
        local_offer("next door", DEINZE),
        local_offer("own", GENT),
        an_offer("far but whole country", at=[BRUGGE], catchment=[BELGIUM]),
    ]
    names = ["own", "far but whole country", "next door", "no point"]
    hits = chosen(offers, covering=OWN, point=POINTS[GENT])
    assert ids(hits) == [service_id(name) for name in names]
    assert [hit.covers for hit in hits] == [True, True, False, None]
    assert ids(chosen(offers, covering=OWN, point=POINTS[GENT], per_text=1)) == [service_id("own")]
    assert chosen(offers, covering=OWN, point=POINTS[GENT], per_text=0) == []


def test_an_unknown_catchment_is_not_an_empty_one():
    offers = [an_offer("unknown", catchment=None), an_offer("nowhere", catchment=[])]
    assert {hit.service_id: hit.covers for hit in chosen(offers, covering=OWN)} == {
        service_id("unknown"): None,
        service_id("nowhere"): False,
    }


def test_no_offers_are_no_hits():
    assert chosen([], covering=OWN, point=POINTS[GENT]) == []


_POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
_CODES = st.sampled_from(["municipality:44021", "country:BE", "elz:1"]).map(AreaCode)
_OFFERS = st.builds(
    IndexedOffer,
    service_id=st.uuids().map(ServiceId),
    catchment=st.none() | st.lists(_CODES, max_size=3).map(tuple),
    remote=st.booleans(),
    municipalities=st.just(()),
    points=st.lists(_POINTS, max_size=3).map(tuple),
)


@given(
    st.lists(_OFFERS, max_size=12, unique_by=lambda offer: offer.service_id),
    st.frozensets(_CODES),
    st.none() | _POINTS,
    st.integers(0, 15),
)
def test_the_choice_is_the_one_of_a_plain_sort(offers, covering, point, per_text):
    def kilometres(offer: IndexedOffer) -> float:
        if point is None:
            return inf
        here = (point.latitude, point.longitude)
        there = ((each.latitude, each.longitude) for each in offer.points)
        return min((great_circle(here, each, radius=EARTH_RADIUS_KM).km for each in there), default=inf)

    def covered(offer: IndexedOffer) -> bool:
        return bool(covering.intersection(offer.catchment or ()))

    hits = chosen(offers, covering=covering, point=point, per_text=per_text)
    by_id = {offer.service_id: offer for offer in offers}
    expected = sorted(offers, key=lambda offer: (not covered(offer), kilometres(offer), offer.service_id.int))
    assert len(hits) == min(per_text, len(offers))
    # Compared by distance and not by id: rounding may order two equally far offers otherwise.
    for hit, plain in zip(hits, expected, strict=False):
        offer = by_id[hit.service_id]
        assert covered(offer) == covered(plain)
        if kilometres(plain) == inf:
            assert hit.distance_km is None
        else:
            assert hit.distance_km == pytest.approx(kilometres(plain), abs=0.5)
        assert hit.offers == len(offers)
    assert len({hit.service_id for hit in hits}) == len(hits)


@given(st.permutations([local_offer(f"{nis} {number}", nis) for nis in (GENT, BRUGGE) for number in range(3)]))
def test_the_order_does_not_depend_on_how_the_offers_came(offers):
    every = sorted(offers, key=lambda offer: str(offer.service_id))
    assert chosen(offers, covering=OWN, point=POINTS[GENT]) == chosen(every, covering=OWN, point=POINTS[GENT])
    assert ids(chosen(offers)) == [offer.service_id for offer in every]
