"""The offline gazetteer: the ports `Places` and `AreaNames`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from kaart.domain.areas import Area, AreaCode, Place, PlaceKind, PlaceMatch, PlaceMention, Point, municipality_area
from kaart.domain.ports import AreaRows
from kaart.places import making
from kaart.places.atlas import Atlas, Entry, Named, build_atlas
from kaart.places.data import PlaceData, read_cantons, read_places
from kaart.places.distance import distance_km, flat_km
from kaart.places.fixed_areas import fixed_areas
from kaart.places.foreign import ForeignNames
from kaart.places.ground import Ground
from kaart.places.lookup import Found, Lookup
from kaart.places.making import PlaceMaker
from kaart.places.mentions import Mentions

#: A reading that is this much less sure than the best one is not worth showing.
_CLEARLY_WORSE = 0.35


class Gazetteer:
    """Places and area names, held in memory (about 20 MB), read once.

    `rows` brings the area systems of the store; `today` decides which of them hold. Both are asked when the day
    changes, and by `refresh` after an import of areas.
    """

    def __init__(self, data: PlaceData, rows: AreaRows | None = None, today: Callable[[], date] = date.today) -> None:
        self._atlas: Atlas = build_atlas(data)
        self._today = today
        self._maker = PlaceMaker(self._atlas, rows)
        self._lookup = Lookup(self._atlas)
        self._mentions = Mentions(self._atlas, self._maker)
        self._foreign = ForeignNames(self._atlas)
        self._ground: Ground | None = None
        self._pointed = [
            entry
            for entry in self._atlas.by_area.values()
            if entry.kind in {PlaceKind.MUNICIPALITY, PlaceKind.SUBMUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY}
        ]

    @classmethod
    def load(cls, folder: Path, rows: AreaRows | None = None, today: Callable[[], date] = date.today) -> Gazetteer:
        """Read the package data and the files in this folder (``content/places``); about 120 ms.

        Raises `ContentError` (``places_file_broken``) with file and line.
        """
        return cls(read_places(folder), rows, today)

    @property
    def data(self) -> PlaceData:
        """What was read: municipalities with their language areas, former ones, postal codes."""
        return self._atlas.data

    def refresh(self) -> None:
        """Read the stored area systems again, after they were changed."""
        self._maker.refresh(self._today())

    def resolve(self, text: str, limit: int = 5) -> Sequence[PlaceMatch]:
        """The readings of what someone typed as a place, best first; at most `limit`.

        Understands postal codes, names in Dutch, French, German and English, former municipalities, parts of
        municipalities, provinces and regions, what stands around a name ("bij Brugge", "Gent (Oost-Vlaanderen)"),
        beginnings and misspellings. Never raises; a place outside Belgium and nonsense give nothing.
        """
        self._maker.on(self._today())
        found = self._lookup.find(text)
        if not found:
            mentioned = () if self._lookup.is_foreign(text) else self._mentions.find(text)
            return [PlaceMatch(each.place, each.confidence, text[each.start : each.end]) for each in mentioned][:limit]
        best = found[0].confidence
        return [
            PlaceMatch(self._place(each), each.confidence, each.named.name)
            for each in found[:limit]
            if each.confidence > best - _CLEARLY_WORSE
        ]

    def _place(self, found: Found) -> Place:
        return self._maker.named(found.named, found.postal_code)

    def is_foreign(self, text: str) -> bool:
        """Whether the text names a well-known place outside Belgium ("Parijs", "Lille, France")."""
        return self._lookup.is_foreign(text)

    def by_nis(self, nis: str) -> Place | None:
        """A municipality by its number; a former number gives the present municipality."""
        municipality = self._atlas.municipality(nis)
        return self._of_area(municipality_area(municipality.nis)) if municipality else None

    def by_postal_code(self, code: str) -> Place | None:
        """The place of a postal code; two municipalities where they share it."""
        entry = self._lookup.postal(code)
        return self._of_entry(entry) if entry else None

    def by_area(self, code: AreaCode) -> Place | None:
        """The place of an area code of a fixed system: municipality, part of one, postal code, province, region."""
        return self._of_area(code)

    def _of_area(self, code: AreaCode) -> Place | None:
        entry = self._atlas.by_area.get(code)
        return self._of_entry(entry) if entry else None

    def _of_entry(self, entry: Entry) -> Place:
        self._maker.on(self._today())
        return self._maker.named(Named(entry, entry.name, 1.0))

    def at(self, point: Point) -> Place | None:
        """The place of a point: the municipality of the nearest known place in its canton; None outside Belgium.

        Near a boundary that may be the neighbour: how often stands in the README of ``content/places``.
        """
        if self._ground is None:
            self._ground = Ground(read_cantons(self.data.folder))
        here = self._ground.municipalities(point)
        if not here:
            return None
        self._maker.on(self._today())
        inside = (entry for entry in self._pointed if entry.nis[0] in here)
        return self._maker.point_place(point, min(inside, key=lambda entry: flat_km(point, entry.point)))

    def mentions(self, text: str, language: str | None = None) -> Sequence[PlaceMention]:
        """The places named in a text, in the order in which they stand there; careful with ordinary words.

        What is a part of a longer name outside Belgium is none (*Bergen* in *Bergen op Zoom*).
        """
        self._maker.on(self._today())
        abroad = self._foreign.find(text, language)
        return [
            each
            for each in self._mentions.find(text)
            if not any(name.start <= each.start and each.end <= name.end for name in abroad)
        ]

    def outside(self, text: str, language: str | None = None) -> Sequence[str]:
        """The well-known places outside Belgium in which a text looks for help, as they are written there."""
        return [each.name for each in self._foreign.find(text, language) if each.meant]

    def within(self, place: Place, kilometres: float) -> frozenset[str]:
        """The municipalities that may lie within this distance, the place's own included.

        A municipality is taken when its representative point is nearer than the distance plus its radius, so that
        one whose edge is near is not missed (the radius is an estimate, see the README of ``content/places``).
        """
        wide = place.kind in {PlaceKind.PROVINCE, PlaceKind.REGION}
        known = self.data.municipalities
        starts = [known[nis].point for nis in place.municipalities if nis in known] if wide else [place.point]
        return frozenset(place.municipalities) | {
            each.nis
            for each in known.values()
            if any(flat_km(start, each.point) <= kilometres + each.radius_km for start in starts)
        }

    def distance_km(self, one: Point, other: Point) -> float:
        """Geodesic distance in kilometres (see `kaart.places.distance`)."""
        return distance_km(one, other)

    def area_name(self, code: AreaCode, language: str) -> str:
        """The name of an area in this language, else in Dutch, else the code."""
        self._maker.on(self._today())
        return making.area_name(self._maker.names_of(code), code, language)

    def areas(self) -> Iterable[Area]:
        """Every area of the fixed systems with its days: present and former municipalities, provinces, regions …."""
        return fixed_areas(self._atlas)
