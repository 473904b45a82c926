"""The offers of a text as an index keeps them, and which of them a hit brings. Pure.

A statutory service has an offer in each of 300 municipalities and a request meets a score of such texts, so the
offers are kept in columns and chosen from without making an object of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kaart.domain.areas import AreaCode, Point
from kaart.domain.ids import ServiceId
from kaart.domain.search import IndexedOffer, OfferHit, OfferQuery

#: Mean radius of the earth in kilometres (IUGG, R1).
EARTH_RADIUS_KM: Final = 6371.0088


def pack(offers: Sequence[IndexedOffer]) -> dict[str, Any]:
    """The offers as columns that fit JSON, in the order of their ids.

    ``ids`` as hex; ``catchments`` (None: unknown); ``points``, latitude and longitude in turn; and ``owners``, for
    each point the number of its offer.
    """
    ordered = sorted(offers, key=lambda offer: offer.service_id.int)
    return {
        "ids": [offer.service_id.hex for offer in ordered],
        "catchments": [None if offer.catchment is None else list(offer.catchment) for offer in ordered],
        "points": [angle for offer in ordered for point in offer.points for angle in (point.latitude, point.longitude)],
        "owners": [number for number, offer in enumerate(ordered) for _ in offer.points],
    }


def choose(text_key: str, packed: Mapping[str, Any], query: OfferQuery) -> list[OfferHit]:
    """The offers of one text to bring, best first: those that cover the place, then the nearest, then by id."""
    ids, catchments = packed["ids"], packed["catchments"]
    covers = [_covers(catchment, query.covering) for catchment in catchments]
    distance = _distances(packed, query.point)
    # The sort keeps the order of what is equal, and the offers stand in the order of their ids.
    order = np.lexsort((distance, np.array([each is not True for each in covers], dtype=bool)))
    return [
        OfferHit(
            service_id=ServiceId(UUID(hex=ids[number])),
            text_key=text_key,
            covers=covers[number],
            distance_km=float(distance[number]) if np.isfinite(distance[number]) else None,
            offers=len(ids),
        )
        for number in order[: max(0, query.per_text)].tolist()
    ]


def _covers(catchment: Sequence[str] | None, covering: frozenset[AreaCode]) -> bool | None:
    """Whether a catchment holds the place whose codes are given; None when either is not known."""
    if catchment is None or not covering:
        return None
    return not covering.isdisjoint(catchment)


def _distances(packed: Mapping[str, Any], origin: Point | None) -> NDArray[np.float64]:
    """Kilometres from `origin` to the nearest point of each offer; infinite where there is none.

    Great-circle distance (haversine), at most half a per cent off the geodesic one: enough to choose the nearest
    offers, of which `matching` shows the exact distance.
    """
    nearest = np.full(len(packed["ids"]), np.inf)
    if origin is None or not packed["owners"]:
        return nearest
    angles = np.radians(np.array(packed["points"], dtype=np.float64)).reshape(-1, 2)
    latitude, longitude = np.radians([origin.latitude, origin.longitude])
    height = np.sin((angles[:, 0] - latitude) / 2) ** 2
    width = np.sin((angles[:, 1] - longitude) / 2) ** 2
    inner = np.minimum(1.0, height + np.cos(latitude) * np.cos(angles[:, 0]) * width)
    np.minimum.at(nearest, packed["owners"], 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(inner)))
    return nearest
