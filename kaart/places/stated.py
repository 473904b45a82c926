"""The place that a caller states apart from the text: a postal code, a name, a NIS code or coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NoReturn, Protocol

from kaart.domain.areas import AreaCode, Place, PlaceKind, PlaceMatch, Point
from kaart.errors import FieldError, InvalidInputError

#: A single reading that is less sure than this is not taken for what was meant.
_SURE_ENOUGH = 0.6
_WIDE = frozenset({PlaceKind.PROVINCE, PlaceKind.REGION})


class StatedPlaces(Protocol):
    """What is needed of the gazetteer."""

    def resolve(self, text: str, limit: int = 5) -> Sequence[PlaceMatch]:
        """The readings of a name, best first."""

    def by_nis(self, nis: str) -> Place | None:
        """A municipality by its number."""

    def by_area(self, code: AreaCode) -> Place | None:
        """The place of an area code: municipality, province, region."""

    def by_postal_code(self, code: str) -> Place | None:
        """The place of a postal code."""

    def at(self, point: Point) -> Place | None:
        """The place of a point."""

    def is_foreign(self, text: str) -> bool:
        """Whether this is a well-known place outside Belgium."""


def stated_place(
    places: StatedPlaces,
    *,
    postal_code: str | None = None,
    municipality: str | None = None,
    nis: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    text: str | None = None,
) -> Place | None:
    """The one place that these say together, as sharply as any of them; None when nothing was stated.

    `text` is what somebody typed in a field for a place, in any form. Coordinates are WGS 84 degrees and win in
    sharpness. Empty strings count as not stated.

    Raises `InvalidInputError`: ``place_unknown``, ``place_outside_belgium``, ``coordinates_out_of_range`` (also for
    one coordinate without the other) and ``place_ambiguous`` when they contradict each other; its `fields` name the
    field by JSON pointer below ``/place``.
    """
    found = [
        place
        for place in (
            _from_point(places, latitude, longitude),
            _from_names(places, postal_code, municipality),
            _from_text(places, text),
            _from_nis(places, nis),
        )
        if place is not None
    ]
    if not found:
        return None
    common = set.intersection(*(set(place.municipalities) for place in found))
    if not common:
        _refuse("place_ambiguous", "", " / ".join(place.label for place in found))
    return min(found, key=_width)


def _width(place: Place) -> tuple[int, int]:
    """The sharpest place is the least wide: a point, a part, a postal code, a municipality, several."""
    order = {
        PlaceKind.POINT: 0,
        PlaceKind.SUBMUNICIPALITY: 1,
        PlaceKind.FORMER_MUNICIPALITY: 1,
        PlaceKind.POSTAL_CODE: 2,
    }
    return len(place.municipalities), order.get(place.kind, 3)


def _refuse(code: str, field: str, value: str) -> NoReturn:
    pointer = f"/place/{field}" if field else "/place"
    raise InvalidInputError(code, fields=[FieldError(pointer, code, (("place", value),))], place=value)


def _from_point(places: StatedPlaces, latitude: float | None, longitude: float | None) -> Place | None:
    if latitude is None and longitude is None:
        return None
    value = f"{latitude}, {longitude}"
    if latitude is None or longitude is None or not (math.isfinite(latitude) and math.isfinite(longitude)):
        _refuse("coordinates_out_of_range", "lon" if longitude is None else "lat", value)
    if not -90 <= latitude <= 90:
        _refuse("coordinates_out_of_range", "lat", value)
    if not -180 <= longitude <= 180:
        _refuse("coordinates_out_of_range", "lon", value)
    place = places.at(Point(latitude, longitude))
    if place is None:
        _refuse("place_outside_belgium", "lat", value)
    return place


def _from_nis(places: StatedPlaces, nis: str | None) -> Place | None:
    if not nis or not nis.strip():
        return None
    place = places.by_nis(nis.strip())
    if place is None:
        _refuse("place_unknown", "nis", nis)
    return place


def _from_names(places: StatedPlaces, postal_code: str | None, municipality: str | None) -> Place | None:
    """A postal code, a name, or both, which must fit; together they are read as "9050 Gentbrugge"."""
    code = (postal_code or "").strip()
    name = (municipality or "").strip()
    if code and places.by_postal_code(code.upper().removeprefix("B").strip(" -")) is None:
        _refuse("place_unknown", "postal_code", code)
    if not name:
        return _best(places, code, "postal_code") if code else None
    by_name = _best(places, name, "municipality")
    if not code:
        return by_name
    both = places.resolve(f"{code} {name}")
    if not both or both[0].confidence <= _SURE_ENOUGH:
        _refuse("place_ambiguous", "municipality", f"{code} {name}")
    return both[0].place


def _from_text(places: StatedPlaces, text: str | None) -> Place | None:
    return _best(places, text, "text") if text and text.strip() else None


def _best(places: StatedPlaces, text: str, field: str) -> Place:
    """The best reading of what was typed. A code and a name that contradict each other are no reading."""
    found = places.resolve(text)
    if found and found[0].confidence > _SURE_ENOUGH:
        return found[0].place
    if places.is_foreign(text):
        _refuse("place_outside_belgium", field, text)
    if len(found) > 1 and found[0].confidence == found[1].confidence == _SURE_ENOUGH:
        alike = (match.place.label for match in found if match.confidence == _SURE_ENOUGH)
        _refuse("place_ambiguous", field, " / ".join(dict.fromkeys(alike)))
    _refuse("place_unknown", field, text)
