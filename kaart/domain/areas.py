"""Areas of many overlapping systems, and places as a person names them.

An area code is ``system:code``: ``municipality:44021``, ``province:40000``, ``region:02000``,
``country:BE``, ``postal:9050``, ``submunicipality:44021-gentbrugge``, ``elz:…``,
``referentieregio:…``. The codes of municipalities, provinces and regions are NIS codes (Statbel).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

AreaCode = NewType("AreaCode", str)

BELGIUM: AreaCode = AreaCode("country:BE")
FLANDERS_NIS = "02000"
WALLONIA_NIS = "03000"
BRUSSELS_NIS = "04000"


class AreaSystem(StrEnum):
    """The area systems that are known from the start; others may be loaded under any name."""

    COUNTRY = "country"
    REGION = "region"
    PROVINCE = "province"
    MUNICIPALITY = "municipality"
    SUBMUNICIPALITY = "submunicipality"
    POSTAL = "postal"
    LANGUAGE_AREA = "language_area"
    ELZ = "elz"
    REFERENTIEREGIO = "referentieregio"


class PlaceKind(StrEnum):
    """What a place name stood for."""

    MUNICIPALITY = "municipality"
    FORMER_MUNICIPALITY = "former_municipality"
    SUBMUNICIPALITY = "submunicipality"
    POSTAL_CODE = "postal_code"
    PROVINCE = "province"
    REGION = "region"
    POINT = "point"


def area_code(system: AreaSystem | str, code: str) -> AreaCode:
    """Join a system and a code: ``area_code("municipality", "44021")``."""
    return AreaCode(f"{system}:{code}")


def municipality_area(nis: str) -> AreaCode:
    """The area code of a municipality by its NIS code."""
    return area_code(AreaSystem.MUNICIPALITY, nis)


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Area:
    """One area with the days between which it exists (`valid_until` excluded) and its members.

    `names` maps a language tag to a name. `members` are area codes that lie wholly inside.
    """

    code: AreaCode
    system: str
    names: tuple[tuple[str, str], ...]
    valid_from: date | None = None
    valid_until: date | None = None
    replaced_by: AreaCode | None = None
    members: tuple[AreaCode, ...] = ()
    source: str = ""
    retrieved: date | None = None

    def name(self, language: str) -> str:
        """The name in this language, else the Dutch one, else the first."""
        names = dict(self.names)
        return names.get(language) or names.get("nl") or next(iter(names.values()), self.code)

    def exists_on(self, day: date) -> bool:
        """Whether the area exists on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is, resolved as sharply as they said it.

    `municipalities` are the present NIS codes: two where a postal code is shared. `point` is a
    representative point. `areas` holds the code of every area that surely holds the place, from
    sharp to wide, in every loaded system; of two possible municipalities both are in it.
    `province` and `region` are NIS codes (`province` is None in Brussels).
    """

    label: str
    kind: PlaceKind
    municipalities: tuple[str, ...]
    point: Point
    areas: frozenset[AreaCode]
    region: str
    province: str | None = None
    postal_code: str | None = None

    @property
    def has_catalogue(self) -> bool:
        """The catalogue covers Flanders and Brussels; elsewhere only national lines are offered."""
        return self.region in {FLANDERS_NIS, BRUSSELS_NIS}

    @property
    def is_wide(self) -> bool:
        """A province or a region: help that is arranged per municipality can then not be told apart yet."""
        return self.kind in {PlaceKind.PROVINCE, PlaceKind.REGION}

    @property
    def area(self) -> AreaCode:
        """The sharpest area that surely holds the whole place: its one municipality, else its province or region."""
        if len(self.municipalities) == 1:
            return municipality_area(self.municipalities[0])
        return self.wide_area

    @property
    def wide_area(self) -> AreaCode:
        """The province that holds the whole place; the region where there is none (Brussels), or more than one."""
        if self.province:
            return area_code(AreaSystem.PROVINCE, self.province)
        return area_code(AreaSystem.REGION, self.region)

    @property
    def reference(self) -> str:
        """What stands for the place where words may not: a NIS code, a shared postal code, or an area code."""
        if len(self.municipalities) == 1:
            return self.municipalities[0]
        return self.postal_code or self.area


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """One reading of a place name. `confidence` is 1.0 for an exact name, less for a misspelling."""

    place: Place
    confidence: float
    matched: str = ""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text; `start` and `end` count code points, half-open."""

    place: Place
    start: int
    end: int
    confidence: float = 1.0
    alternatives: tuple[Place, ...] = field(default=())
