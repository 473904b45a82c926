"""Makes a `Place` of an entry: its label, its municipalities and every area that surely holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kaart.domain.areas import BELGIUM, AreaCode, AreaSystem, Place, PlaceKind, Point, area_code, municipality_area
from kaart.domain.ports import AreaRows
from kaart.places.atlas import Atlas, Entry, Named
from kaart.places.data import Municipality
from kaart.places.names import fold

#: In these kinds the place is smaller than its municipality, so that the label names both.
_PARTS = frozenset({PlaceKind.SUBMUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY})
_WIDE = frozenset({PlaceKind.PROVINCE, PlaceKind.REGION})


class PlaceMaker:
    """Makes places; the stored area systems are asked once and again when the day changes."""

    def __init__(self, atlas: Atlas, rows: AreaRows | None) -> None:
        self._atlas = atlas
        self._rows = rows
        self._wider: Mapping[AreaCode, frozenset[AreaCode]] = {}
        self._stored_names: Mapping[AreaCode, Mapping[str, str]] = {}
        self._day: date | None = None
        self._made: dict[tuple[AreaCode, str, str | None], Place] = {}

    def refresh(self, day: date) -> None:
        """Read the stored area systems again, as they are on this day."""
        if self._rows is not None:
            self._wider = self._rows.memberships(day)
            self._stored_names = self._rows.names()
        self._made.clear()
        self._day = day

    def on(self, day: date) -> None:
        """Read the stored area systems if that was not done for this day yet."""
        if self._day != day:
            self.refresh(day)

    def names_of(self, code: AreaCode) -> Mapping[str, str]:
        """The names of an area by language; empty for one that nobody knows."""
        return self._atlas.area_names.get(code) or self._stored_names.get(code) or {}

    def areas_of(self, municipality: Municipality) -> set[AreaCode]:
        """The areas of fixed systems that hold this municipality, its own included."""
        areas = {
            municipality_area(municipality.nis),
            area_code(AreaSystem.REGION, municipality.region),
            area_code(AreaSystem.LANGUAGE_AREA, municipality.language_area),
            BELGIUM,
        }
        if municipality.province:
            areas.add(area_code(AreaSystem.PROVINCE, municipality.province))
        if len(municipality.postal_codes) == 1:
            areas.add(area_code(AreaSystem.POSTAL, municipality.postal_codes[0]))
        return areas

    def _closure(self, areas: set[AreaCode]) -> frozenset[AreaCode]:
        """With the stored areas that hold any of these, and those that hold them in turn."""
        waiting = list(areas)
        while waiting:
            for wider in self._wider.get(waiting.pop(), frozenset()) - areas:
                areas.add(wider)
                waiting.append(wider)
        return frozenset(areas)

    def place(self, entry: Entry, written: str = "", postal_code: str | None = None) -> Place:
        """The place of an entry, labelled in the language in which it was written; each is made once a day."""
        key = (entry.area, written, postal_code)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(entry, written, postal_code)
        return made

    def _make(self, entry: Entry, written: str, postal_code: str | None) -> Place:
        members = [self._atlas.data.municipalities[nis] for nis in entry.nis]
        if entry.kind in _WIDE:
            areas = set.intersection(*(self.areas_of(each) for each in members)) | {entry.area}
        else:
            areas = set().union(*(self.areas_of(each) for each in members)) | {entry.area}
        known_code = postal_code or (entry.postal_codes[0] if len(entry.postal_codes) == 1 else None)
        if known_code and entry.kind not in _WIDE:
            areas.add(area_code(AreaSystem.POSTAL, known_code))
        provinces = {each.province for each in members}
        return Place(
            label=self._label(entry, members, written, postal_code),
            kind=entry.kind,
            municipalities=entry.nis,
            point=entry.point,
            areas=self._closure(areas),
            region=members[0].region,
            province=provinces.pop() if len(provinces) == 1 else None,
            postal_code=known_code if entry.kind not in _WIDE else None,
        )

    def point_place(self, point: Point, nearest: Entry) -> Place:
        """A place for coordinates, named after the nearest known place."""
        members = [self._atlas.data.municipalities[nis] for nis in nearest.nis]
        return Place(
            label=self._label(nearest, members, "", None),
            kind=PlaceKind.POINT,
            municipalities=nearest.nis,
            point=point,
            areas=self._closure(set().union(*(self.areas_of(each) for each in members))),
            region=members[0].region,
            province=members[0].province,
        )

    def named(self, named: Named, postal_code: str | None = None) -> Place:
        """The place of a name in the index."""
        return self.place(named.entry, named.name, postal_code)

    @staticmethod
    def _label(entry: Entry, members: Iterable[Municipality], written: str, postal_code: str | None) -> str:
        if entry.kind is PlaceKind.POSTAL_CODE:
            owners = " / ".join(each.name for each in members)
            return f"{entry.postal_codes[0]} {owners}"
        key = fold(written)
        language = next((tag for tag, name in entry.names.items() if fold(name) == key), entry.language)
        name = entry.names.get(language) or entry.name
        if entry.name != name and fold(entry.name) == key:
            name = entry.name
        if entry.kind in _PARTS:
            name = f"{name} ({next(iter(members)).name})"
        return f"{postal_code} {name}" if postal_code else name


def area_name(names: Mapping[str, str], code: AreaCode, language: str) -> str:
    """The name in this language, else in Dutch, else any, else the code."""
    return names.get(language) or names.get("nl") or next(iter(names.values()), str(code))
