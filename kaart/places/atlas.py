"""The places as one list of entries with an index of their names; built once from `PlaceData`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kaart.domain.areas import AreaCode, AreaSystem, PlaceKind, Point, area_code, municipality_area
from kaart.places.data import Municipality, PlaceData, Spot
from kaart.places.names import fold, slug

#: How sure a name is: as it is officially written, or one of GeoNames' other names (old spellings, dialects).
OFFICIAL = 1.0
OTHER_NAME = 0.9

#: Which kind is meant first when a name stands for several.
_RANK = {
    PlaceKind.MUNICIPALITY: 0,
    PlaceKind.FORMER_MUNICIPALITY: 0,
    PlaceKind.PROVINCE: 1,
    PlaceKind.REGION: 1,
    PlaceKind.SUBMUNICIPALITY: 2,
    PlaceKind.POSTAL_CODE: 3,
}
#: Names that stand for a province first: Limburg is also a small town near Liège.
_PROVINCE_FIRST = frozenset({"limburg"})


@dataclass(slots=True)
class Entry:
    """One place that has a name. `nis` are the present municipalities, `area` is its own code."""

    kind: PlaceKind
    area: AreaCode
    names: Mapping[str, str]
    nis: tuple[str, ...]
    point: Point
    population: int
    in_catalogue: bool
    language: str = "nl"
    postal_codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the language of its area."""
        return self.names.get(self.language) or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the index, as it is written, and how sure it is."""

    entry: Entry
    name: str
    quality: float


@dataclass(slots=True)
class Atlas:
    """All entries, and their names by folded key in the order in which the readings come."""

    data: PlaceData
    by_area: dict[AreaCode, Entry] = field(default_factory=dict)
    index: dict[str, tuple[Named, ...]] = field(default_factory=dict)
    area_names: dict[AreaCode, Mapping[str, str]] = field(default_factory=dict)

    def municipality(self, nis: str) -> Municipality | None:
        """A present municipality by its own number or that of one that went into it."""
        former = self.data.former.get(nis)
        return self.data.municipalities.get(nis) or (self.data.municipalities.get(former.present) if former else None)


def _order(named: Named, key: str) -> tuple[float, int, bool, int]:
    """Best first: the surest, then municipalities, then Flanders and Brussels, then the most people."""
    entry = named.entry
    rank = -1 if key in _PROVINCE_FIRST and entry.kind is PlaceKind.PROVINCE else _RANK[entry.kind]
    return (-named.quality, rank, not entry.in_catalogue, -entry.population)


class _Builder:
    """Collects entries and names."""

    def __init__(self, data: PlaceData) -> None:
        self.data = data
        self.atlas = Atlas(data)
        self.found: dict[str, dict[AreaCode, Named]] = defaultdict(dict)
        self.own: dict[str, dict[str, Entry]] = defaultdict(dict)  # per municipality: folded name → entry

    def name(self, entry: Entry, name: str, quality: float = OFFICIAL) -> None:
        """Put a name in the index; the surer way of writing stays."""
        key = fold(name)
        if not key:
            return
        before = self.found[key].get(entry.area)
        if before is None or before.quality < quality:
            self.found[key][entry.area] = Named(entry, name, quality)

    def add(self, entry: Entry, names: Iterable[str] = ()) -> Entry:
        """Add an entry under its names."""
        self.atlas.by_area[entry.area] = entry
        self.atlas.area_names[entry.area] = entry.names
        for name in (*entry.names.values(), *names):
            self.name(entry, name)
        if entry.kind in {PlaceKind.MUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY, PlaceKind.SUBMUNICIPALITY}:
            for nis in entry.nis:
                for name in entry.names.values():
                    self.own[nis].setdefault(fold(name), entry)
        return entry

    def build(self) -> Atlas:
        self.municipalities()
        self.former()
        self.spots()
        self.postal_names()
        self.postal_codes()
        self.wide()
        self.aliases()
        self.atlas.index = {
            key: tuple(sorted(named.values(), key=lambda each: _order(each, key))) for key, named in self.found.items()
        }
        return self.atlas

    def municipalities(self) -> None:
        for each in self.data.municipalities.values():
            self.add(
                Entry(
                    PlaceKind.MUNICIPALITY,
                    municipality_area(each.nis),
                    each.names,
                    (each.nis,),
                    each.point,
                    each.population,
                    each.in_catalogue,
                    each.language,
                    each.postal_codes,
                )
            )

    def part(self, owner: Municipality, name: str, kind: PlaceKind, names: Mapping[str, str] | None = None) -> Entry:
        """A new entry inside a municipality; a municipality with one postal code gives it to all its parts."""
        return Entry(
            kind,
            area_code(AreaSystem.SUBMUNICIPALITY, f"{owner.nis}-{slug(name)}"),
            names or {owner.language: name},
            (owner.nis,),
            owner.point,
            0,
            owner.in_catalogue,
            owner.language,
            owner.postal_codes if len(owner.postal_codes) == 1 else (),
        )

    def former(self) -> None:
        """Former municipalities whose name is not the present one's; the others only lend their number."""
        for each in self.data.former.values():
            owner = self.data.municipalities[each.present]
            self.atlas.area_names[municipality_area(each.nis)] = each.names
            if fold(each.names["nl"]) not in self.own[owner.nis]:
                self.add(self.part(owner, each.names["nl"], PlaceKind.FORMER_MUNICIPALITY, each.names))

    def spots(self) -> None:
        """GeoNames' places; the largest first, so that of two with one name in one municipality it stays."""
        for spot in sorted(self.data.spots, key=lambda each: -each.population):
            owner = self.data.municipalities[spot.nis]
            entry = self.entry_of(spot, owner)
            if entry is None:
                entry = self.add(self.part(owner, spot.name, PlaceKind.SUBMUNICIPALITY))
            if entry.kind is not PlaceKind.MUNICIPALITY and entry.population == 0:
                entry.point, entry.population = spot.point, spot.population
            self.name(entry, spot.name)
            for name in spot.other_names:
                self.name(entry, name, OTHER_NAME)

    def entry_of(self, spot: Spot, owner: Municipality) -> Entry | None:
        """The entry that this place already is: its municipality or a former one."""
        if spot.geonames == owner.geonames:
            return self.atlas.by_area[municipality_area(owner.nis)]
        for name in (spot.name, *spot.other_names):
            if (known := self.own[owner.nis].get(fold(name))) is not None:
                return known
        return None

    def postal_names(self) -> None:
        """The parts of municipalities with several postal codes: which code is whose."""
        for code, names in self.data.postal_names.items():
            for nis in self.data.postal.get(code, ()):
                owner = self.data.municipalities[nis]
                entries = {name: self.known(nis, name) for name in names}
                points = [entry.point for entry in entries.values() if entry is not None]
                for name, known in entries.items():
                    if known is None and len(self.data.postal[code]) > 1:
                        continue  # a shared code's name belongs to one of its two municipalities only
                    entry = known or self.add(self.part(owner, name, PlaceKind.SUBMUNICIPALITY))
                    if known is None and points:
                        entry.point = points[0]
                    if entry.kind is not PlaceKind.MUNICIPALITY:
                        entry.postal_codes = tuple(sorted({*entry.postal_codes, code}))

    def known(self, nis: str, name: str) -> Entry | None:
        return self.own[nis].get(fold(name)) or next(
            (named.entry for named in self.found.get(fold(name), {}).values() if named.entry.nis == (nis,)), None
        )

    def postal_codes(self) -> None:
        """Each postal code as a place; its point is that of the place that it is named after."""
        for code, owners in self.data.postal.items():
            municipalities = [self.data.municipalities[nis] for nis in owners]
            named = (self.known(nis, name) for name in self.data.postal_names.get(code, ())[:1] for nis in owners)
            main = next((entry for entry in named if entry is not None), None)
            first = municipalities[0]
            entry = Entry(
                PlaceKind.POSTAL_CODE,
                area_code(AreaSystem.POSTAL, code),
                {first.language: code},
                owners,
                main.point if main else first.point,
                sum(each.population for each in municipalities),
                any(each.in_catalogue for each in municipalities),
                first.language,
                (code,),
            )
            self.atlas.by_area[entry.area] = entry
            self.atlas.area_names[entry.area] = {"nl": code}

    def wide(self) -> None:
        """Provinces and regions, with the middle of their people as point."""
        groups: dict[AreaCode, list[Municipality]] = defaultdict(list)
        for each in self.data.municipalities.values():
            groups[area_code(AreaSystem.REGION, each.region)].append(each)
            if each.province:
                groups[area_code(AreaSystem.PROVINCE, each.province)].append(each)
        for area, members in groups.items():
            nis = area.partition(":")[2]
            province = area.startswith(AreaSystem.PROVINCE)
            names = (self.data.provinces if province else self.data.regions)[nis]
            people = sum(each.population for each in members)
            entry = Entry(
                PlaceKind.PROVINCE if province else PlaceKind.REGION,
                area,
                {
                    **names,
                    **{each.language: each.name for each in self.data.aliases if each.official and each.area == area},
                },
                tuple(sorted(each.nis for each in members)),
                Point(
                    sum(each.point.latitude * each.population for each in members) / people,
                    sum(each.point.longitude * each.population for each in members) / people,
                ),
                people,
                members[0].in_catalogue,
            )
            self.add(entry, [short for name in names.values() if (short := short_province(name)) != name])

    def aliases(self) -> None:
        for each in self.data.aliases:
            former = self.data.former.get(each.area.partition(":")[2])
            area = each.area
            if former is not None:
                area = area_code(AreaSystem.SUBMUNICIPALITY, f"{former.present}-{slug(former.names['nl'])}")
            entry = self.atlas.by_area.get(area)
            if entry is not None:
                self.name(entry, each.name)
            elif each.official:
                self.atlas.area_names[area] = {**self.atlas.area_names.get(area, {}), each.language: each.name}


def short_province(name: str) -> str:
    """A province's name as people say it: ``Provincie Oost-Vlaanderen`` → ``Oost-Vlaanderen``."""
    for beginning in ("Provincie ", "Province du ", "Province de ", "Province d’", "Province d'", "Provinz "):
        if name.startswith(beginning):
            return name.removeprefix(beginning)
    return name


def build_atlas(data: PlaceData) -> Atlas:
    """Build the index; about 50 ms."""
    return _Builder(data).build()
