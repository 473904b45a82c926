"""Area systems from files: eerstelijnszones, referentieregio's, hospital networks, drawn polygons.

A CSV file says per municipality in which zone it lies, by NIS code or by name; a GeoJSON file draws the zones. Either
way an `Area` with its members comes out. Members are present municipalities: a file from before the mergers of 2019
or 2025 is read as well, and a municipality whose parts lay in two zones is then a member of both. Pure: the same file
gives the same areas; storing them is the caller's work.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError

from kaart.domain.areas import Area, AreaCode, AreaSystem, PlaceKind, area_code, municipality_area
from kaart.errors import InvalidInputError
from kaart.places.gazetteer import Gazetteer
from kaart.places.names import slug

#: A name in a file is a municipality only when it is written right; guessing belongs to people's questions.
_SURE_ENOUGH = 0.9
_TOWNS = frozenset({PlaceKind.MUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY})


@dataclass(frozen=True, slots=True)
class AreaFile:
    """What the columns of a CSV file, or the properties of GeoJSON features, stand for.

    `system` names the area system (``elz``). `zone` is the column with the zone's name, `code` one with its code
    (without it the code is made of the name). `member` is the column with the municipality, a NIS code or a name;
    GeoJSON needs none. `names` maps further languages to columns. `valid_from` and `valid_until` (excluded) hold
    for every zone of the file.
    """

    system: str
    zone: str
    member: str = ""
    code: str = ""
    language: str = "nl"
    names: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""
    retrieved: date | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line (CSV, the header is 1) or feature (GeoJSON, from 1) that could not be used, and why."""

    line: int
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class AreaReading:
    """The areas of a file by code, and what was left out."""

    areas: tuple[Area, ...]
    rejected: tuple[Rejected, ...]


@dataclass(slots=True)
class _Zone:
    names: dict[str, str]
    members: set[AreaCode] = field(default_factory=set)


def read_areas(path: Path, layout: AreaFile, places: Gazetteer) -> AreaReading:
    """Read a file by its ending: ``.geojson`` and ``.json`` as GeoJSON, any other as CSV.

    Raises `InvalidInputError`: ``areas_file_unreadable`` and ``areas_column_missing``.
    """
    return (read_geojson if path.suffix in {".geojson", ".json"} else read_csv)(path, layout, places)


def read_csv(path: Path, layout: AreaFile, places: Gazetteer) -> AreaReading:
    """Zones from a CSV file with a header; the delimiter is a comma or a semicolon.

    A line without a zone (``area_without_name``) or with an unknown municipality (``municipality_unknown``) is
    rejected and the others are read. Raises as `read_areas`.
    """
    zones: dict[AreaCode, _Zone] = {}
    rejected: list[Rejected] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
            _check_columns(path, rows.fieldnames or (), layout)
            for line, row in enumerate(rows, start=2):
                zone = _zone(row, layout, zones)
                members = members_of(row.get(layout.member) or "", places)
                if zone is None:
                    rejected.append(Rejected(line, "area_without_name", str(row.get(layout.member))))
                elif not members:
                    rejected.append(Rejected(line, "municipality_unknown", str(row.get(layout.member))))
                else:
                    zone.members |= members
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError("areas_file_unreadable", file=path.name, problem=str(error)) from error
    return AreaReading(_areas(zones, layout), tuple(rejected))


def read_geojson(path: Path, layout: AreaFile, places: Gazetteer) -> AreaReading:
    """Zones from a GeoJSON FeatureCollection in WGS 84.

    Members are the municipalities whose representative point (the main town) lies inside. A feature without a name
    (``area_without_name``) or with a broken outline (``area_without_outline``) is rejected. Raises as `read_areas`.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInputError("areas_file_unreadable", file=path.name, problem=str(error)) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InvalidInputError("areas_file_unreadable", file=path.name, problem="no FeatureCollection")
    towns = [(nis, shapely.Point(each.point.longitude, each.point.latitude)) for nis, each in _towns(places)]
    zones: dict[AreaCode, _Zone] = {}
    rejected: list[Rejected] = []
    for number, feature in enumerate(features, start=1):
        properties = (feature.get("properties") if isinstance(feature, dict) else None) or {}
        shape = _shape(feature)
        if shape is None:
            rejected.append(Rejected(number, "area_without_outline", str(properties.get(layout.zone, ""))))
            continue
        zone = _zone(properties, layout, zones)
        if zone is None:
            rejected.append(Rejected(number, "area_without_name", ""))
            continue
        shapely.prepare(shape)
        zone.members |= {municipality_area(nis) for nis, point in towns if shape.contains(point)}
    return AreaReading(_areas(zones, layout), tuple(rejected))


def members_of(value: str, places: Gazetteer) -> set[AreaCode]:
    """The present municipality of a NIS code, former ones included, or of a name; empty for an unknown one.

    A name that several municipalities bear or bore (*Beveren*) is the first by the gazetteer's order.
    """
    value = value.strip()
    if value.isdigit():
        place = places.by_nis(value.zfill(5))
        return {municipality_area(nis) for nis in place.municipalities} if place else set()
    for match in places.resolve(value, limit=10):
        if match.confidence >= _SURE_ENOUGH and match.place.kind in _TOWNS:
            return {municipality_area(nis) for nis in match.place.municipalities}
    return set()


def _towns(places: Gazetteer) -> Iterable[tuple[str, Any]]:
    return places.data.municipalities.items()


def _shape(feature: Any) -> Any | None:
    """The polygon of a feature, mended if it crosses itself; None for anything else."""
    try:
        shape = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError):
        return None
    return shape if shape.area > 0 else None


def _check_columns(path: Path, columns: Iterable[str], layout: AreaFile) -> None:
    present = set(columns)
    for wanted in (layout.zone, layout.member, layout.code, *layout.names.values()):
        if wanted and wanted not in present:
            raise InvalidInputError("areas_column_missing", file=path.name, column=wanted)


def _zone(row: Mapping[str, Any], layout: AreaFile, zones: dict[AreaCode, _Zone]) -> _Zone | None:
    """The zone of a record, made when it is met first; None for a record without one."""
    name = str(row.get(layout.zone) or "").strip()
    own = str(row.get(layout.code) or "").strip() if layout.code else slug(name)
    if not name or not own:
        return None
    names = {layout.language: name}
    names |= {language: str(row[column]).strip() for language, column in layout.names.items() if row.get(column)}
    return zones.setdefault(area_code(layout.system, own), _Zone(names))


def _areas(zones: Mapping[AreaCode, _Zone], layout: AreaFile) -> tuple[Area, ...]:
    return tuple(
        Area(
            code=code,
            system=layout.system,
            names=tuple(zone.names.items()),
            valid_from=layout.valid_from,
            valid_until=layout.valid_until,
            members=tuple(sorted(zone.members)),
            source=layout.source,
            retrieved=layout.retrieved,
        )
        for code, zone in sorted(zones.items())
    )


def memberships(areas: Iterable[Area], on: date) -> dict[AreaCode, frozenset[AreaCode]]:
    """For each member the areas that hold it on a day: the form in which the port `AreaRows` hands them on."""
    found: dict[AreaCode, set[AreaCode]] = {}
    for area in areas:
        if area.exists_on(on) and area.system != AreaSystem.MUNICIPALITY:
            for member in area.members:
                found.setdefault(member, set()).add(area.code)
    return {member: frozenset(wider) for member, wider in found.items()}
