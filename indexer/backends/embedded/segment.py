"""A set of texts with their offers as flat arrays: who may be found where, whose meaning is nearest, which offers.

A generation is one large segment whose arrays are files; a delta is a small one made in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.layout import map_array, write_array
from indexer.offers import EARTH_RADIUS_KM
from kaart.domain.areas import AreaCode, Point
from kaart.domain.ids import ServiceId
from kaart.domain.search import OfferHit, OfferQuery, ServiceQuery, TextDocument

#: Below this share of allowed texts their rows are gathered first; above it, comparing all of them and leaving out
#: the others is faster (measured at 100,000 texts of 384 numbers).
_GATHER_BELOW: Final = 0.25

_ARRAYS: Final = (
    "keys",
    "remote",
    "municipality_codes",
    "municipality_from",
    "municipality_rows",
    "area_codes",
    "area_from",
    "area_rows",
    "offer_from",
    "offer_ids",
    "offer_has_catchment",
    "catchment_from",
    "catchment_areas",
    "point_from",
    "latitude",
    "longitude",
)


class SegmentBuilder:
    """Collects documents, one after the other, and gives the arrays of a segment."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._remote = array("b")
        self._municipalities: dict[str, array[int]] = {}
        self._areas: dict[str, array[int]] = {}
        self._area_number: dict[str, int] = {}
        self._offer_from = array("q", [0])
        self._offer_ids = bytearray()
        self._has_catchment = array("b")
        self._catchment_from = array("q", [0])
        self._catchment = array("l")
        self._point_from = array("q", [0])
        self._latitude = array("d")
        self._longitude = array("d")

    def __len__(self) -> int:
        """How many texts there are so far."""
        return len(self._keys)

    def add(self, document: TextDocument) -> None:
        """Append one text; its row is its number in the order of adding."""
        row = len(self._keys)
        self._keys.append(document.text_key.encode())
        self._remote.append(document.remote)
        for nis in dict.fromkeys(document.at):
            self._municipalities.setdefault(nis, array("l")).append(row)
        for code in dict.fromkeys(document.covers):
            self._areas.setdefault(code, array("l")).append(row)
        # In the order of their ids, so that a stable sort later needs no look at them.
        for offer in sorted(document.offers, key=lambda each: each.service_id.bytes):
            self._offer_ids += offer.service_id.bytes
            self._has_catchment.append(offer.catchment is not None)
            for code in offer.catchment or ():
                self._catchment.append(self._area_number.setdefault(code, len(self._area_number)))
            self._catchment_from.append(len(self._catchment))
            for point in offer.points:
                self._latitude.append(point.latitude)
                self._longitude.append(point.longitude)
            self._point_from.append(len(self._latitude))
        self._offer_from.append(len(self._has_catchment))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name. Postings (`…_from`, `…_rows`) are in the order of the codes beside them."""
        for code in self._areas:
            self._area_number.setdefault(code, len(self._area_number))
        areas = {code: self._areas.get(code, array("l")) for code in self._area_number}
        return {
            "keys": _strings(self._keys),
            "remote": np.array(self._remote, dtype=bool),
            **_postings("municipality", self._municipalities),
            **_postings("area", areas),
            "offer_from": np.array(self._offer_from, dtype=np.int64),
            "offer_ids": np.frombuffer(bytes(self._offer_ids), dtype=np.uint8).reshape(-1, 16),
            "offer_has_catchment": np.array(self._has_catchment, dtype=bool),
            "catchment_from": np.array(self._catchment_from, dtype=np.int64),
            "catchment_areas": np.array(self._catchment, dtype=np.int32),
            "point_from": np.array(self._point_from, dtype=np.int64),
            "latitude": np.array(self._latitude, dtype=np.float64),
            "longitude": np.array(self._longitude, dtype=np.float64),
        }


def write_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the arrays of a segment as files that are on the disk when this returns."""
    for name in _ARRAYS:
        write_array(folder / f"{name}.npy", arrays[name])


def read_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a segment, mapped."""
    return {name: map_array(folder / f"{name}.npy") for name in _ARRAYS}


@dataclass(frozen=True, slots=True)
class _Postings:
    """The rows of each code."""

    number: dict[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]

    def mark(self, codes: Iterable[str], mask: NDArray[np.bool_]) -> None:
        for code in codes:
            found = self.number.get(code)
            if found is not None:
                mask[self.rows[self.starts[found] : self.starts[found + 1]]] = True


class Segment:
    """Texts by row. `vectors` has one row per text; a row of zeros means that it has none."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], vectors: NDArray[np.float32]) -> None:
        self._arrays = arrays
        self.vectors = vectors
        self.keys = [key.decode() for key in arrays["keys"].tolist()]
        self.row_of = {key: row for row, key in enumerate(self.keys)}
        self._municipalities = _read_postings("municipality", arrays)
        self._areas = _read_postings("area", arrays)
        self.offer_counts: NDArray[np.int64] = np.diff(arrays["offer_from"])

    def __len__(self) -> int:
        """How many texts it holds."""
        return len(self.keys)

    def allowed(self, query: ServiceQuery) -> NDArray[np.bool_] | None:
        """Which rows pass the hard filters; None when there is none and all pass."""
        if not (query.near or query.covering or query.remote):
            return None
        mask: NDArray[np.bool_] = np.array(self._arrays["remote"]) if query.remote else np.zeros(len(self), dtype=bool)
        self._municipalities.mark(query.near, mask)
        self._areas.mark(query.covering, mask)
        return mask

    def nearest(
        self, vector: NDArray[np.float32], mask: NDArray[np.bool_] | None, limit: int
    ) -> list[tuple[int, float]]:
        """The rows of the mask with the highest cosine, best first, at most `limit`."""
        if mask is None:
            rows, scores = None, self.vectors @ vector
        elif np.count_nonzero(mask) < _GATHER_BELOW * len(self):
            rows = np.flatnonzero(mask)
            scores = self.vectors[rows] @ vector
        else:
            rows, scores = None, np.where(mask, self.vectors @ vector, -np.inf)
        if limit < len(scores):
            best = np.argpartition(scores, -limit)[-limit:] if limit > 0 else np.empty(0, dtype=np.int64)
        else:
            best = np.arange(len(scores))
        best = best[np.lexsort((best, -scores[best]))]
        best = best[np.isfinite(scores[best])]
        found = best if rows is None else rows[best]
        return list(zip(found.tolist(), scores[best].tolist(), strict=True))

    def offers(self, rows: Sequence[int], query: OfferQuery) -> list[list[OfferHit]]:
        """For each row the offers to bring: those that cover the place, then the nearest, then by id."""
        wanted = np.asarray(rows, dtype=np.int64)
        counts = self.offer_counts[wanted]
        offers, text = _ranges(self._arrays["offer_from"][wanted], counts)
        covering = self._covering(offers, query.covering)
        distance = self._distance(offers, query.point)
        order = np.lexsort((distance, ~covering, text))
        position = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = order[position < query.per_text]
        hits: list[list[OfferHit]] = [[] for _ in rows]
        ids = self._arrays["offer_ids"]
        known = self._arrays["offer_has_catchment"]
        for index, offer, row, covers, kilometres in zip(
            text[kept].tolist(),
            offers[kept].tolist(),
            wanted[text[kept]].tolist(),
            covering[kept].tolist(),
            distance[kept].tolist(),
            strict=True,
        ):
            hits[index].append(
                OfferHit(
                    service_id=ServiceId(UUID(bytes=ids[offer].tobytes())),
                    text_key=self.keys[row],
                    covers=covers if query.covering and known[offer] else None,
                    distance_km=kilometres if kilometres != np.inf else None,
                    offers=int(counts[index]),
                )
            )
        return hits

    def _covering(self, offers: NDArray[np.int64], covering: frozenset[AreaCode]) -> NDArray[np.bool_]:
        holds = np.zeros(len(self._areas.number) + 1, dtype=bool)
        holds[[self._areas.number[code] for code in covering if code in self._areas.number]] = True
        starts = self._arrays["catchment_from"]
        areas, owner = _ranges(starts[offers], starts[offers + 1] - starts[offers])
        hits = holds[self._arrays["catchment_areas"][areas]]
        return np.bincount(owner[hits], minlength=len(offers)) > 0

    def _distance(self, offers: NDArray[np.int64], origin: Point | None) -> NDArray[np.float64]:
        """Kilometres to the nearest point of each offer; infinite without one."""
        nearest = np.full(len(offers), np.inf)
        if origin is None:
            return nearest
        starts = self._arrays["point_from"]
        counts = starts[offers + 1] - starts[offers]
        points, _ = _ranges(starts[offers], counts)
        if not len(points):
            return nearest
        latitude = np.radians(self._arrays["latitude"][points])
        height = np.sin((latitude - np.radians(origin.latitude)) / 2) ** 2
        width = np.sin(np.radians(self._arrays["longitude"][points] - origin.longitude) / 2) ** 2
        inner = np.minimum(1.0, height + np.cos(latitude) * np.cos(np.radians(origin.latitude)) * width)
        kilometres = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(inner))
        some = counts > 0
        nearest[some] = np.minimum.reduceat(kilometres, (np.cumsum(counts) - counts)[some])
        return nearest


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of all ranges one after the other, and for each number which range it is from."""
    owner = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts, counts) + offset, owner


def _strings(values: Sequence[bytes]) -> NDArray[np.bytes_]:
    return np.array(values, dtype=f"S{max((len(value) for value in values), default=1) or 1}")


def _postings(name: str, rows: Mapping[str, array[int]]) -> dict[str, NDArray[Any]]:
    starts = np.cumsum([0, *(len(each) for each in rows.values())], dtype=np.int64)
    together = array("l")
    for each in rows.values():
        together.extend(each)
    return {
        f"{name}_codes": _strings([code.encode() for code in rows]),
        f"{name}_from": starts,
        f"{name}_rows": np.array(together, dtype=np.int32),
    }


def _read_postings(name: str, arrays: Mapping[str, NDArray[Any]]) -> _Postings:
    number = {code.decode(): index for index, code in enumerate(arrays[f"{name}_codes"].tolist())}
    return _Postings(number, arrays[f"{name}_from"], arrays[f"{name}_rows"])
