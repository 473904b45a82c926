"""The places against the shared reference files: mergers, postal codes, coordinates, zones, real questions."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from data_sources.adapters.areas import AreaFile, members_of, memberships, read_areas
from kaart.domain.areas import Point, municipality_area
from kaart.places.gazetteer import Gazetteer

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"
#: The file writes La Louvière's number of before 2019 in the column of 2025.
NUMBER_AS_BEFORE = {"55022": "58001"}


@pytest.fixture(scope="module")
def places():
    return Gazetteer.load(CONTENT)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_mergers_of_2025(places, shared_file):
    checked = 0
    for row in rows(shared_file("data/geo/refnis2025.csv")):
        present = NUMBER_AS_BEFORE.get(row["nis2025"], row["nis2025"])
        if present not in places.data.municipalities:
            continue
        for former in filter(None, row["nis2019"].split(";")):
            assert places.by_nis(former).municipalities == (present,), row
            checked += former != present
    assert checked >= 27


def test_names_of_ocmws_lead_to_a_present_municipality(places, shared_file):
    unknown = [
        row["name"]
        for row in rows(shared_file("data/services/ocmw_vlaanderen.csv"))
        if not members_of(row["name"].removeprefix("OCMW "), places)
    ]
    assert unknown == []


def test_postal_codes_and_their_names(places, shared_file):
    owners = {}
    unknown = []
    for row in rows(shared_file("data/geo/postal_nis_2025.csv")):
        nis = NUMBER_AS_BEFORE.get(row["nis"], row["nis"])
        owners.setdefault(row["postal"], set()).add(nis)
        name = row["label_nl"].partition(" (")[0].partition("-20")[0]
        region = places.data.municipalities[nis].region
        if name and region != "03000" and len(places.data.postal[row["postal"]]) == 1:
            readings = places.resolve(f"{row['postal']} {name}")
            if not any(nis in match.place.municipalities and match.confidence >= 0.9 for match in readings):
                unknown.append((row["postal"], name, [match.place.label for match in readings]))
    assert {code: set(nis) for code, nis in places.data.postal.items()} == owners
    assert unknown == []


def test_representative_points(places, shared_file):
    distances = {}
    for row in rows(shared_file("data/geo/municipality_centroids_2025.csv")):
        each = places.data.municipalities[NUMBER_AS_BEFORE.get(row["nis"], row["nis"])]
        distances[each.name] = places.distance_km(each.point, Point(float(row["lat"]), float(row["lon"])))
    assert max(distances.values()) < 8.5
    assert sum(distance < 3 for distance in distances.values()) > 0.85 * len(distances)


def test_polygons_hold_their_municipality(places, shared_file):
    path = shared_file("data/geo/municipalities_2025.geojson")
    reading = read_areas(path, AreaFile(system="drawn", zone="name_nl", code="nis"), places)
    assert reading.rejected == ()
    assert len(reading.areas) == 565
    right = 0
    for area in reading.areas:
        nis = area.code.partition(":")[2]
        right += municipality_area(NUMBER_AS_BEFORE.get(nis, nis)) in area.members
    # The polygons are simplified: a main town on the edge may lie just outside its own.
    assert right >= 555


def test_places_lie_in_the_municipality_that_they_were_given(places, shared_file):
    import json

    import shapely

    document = json.loads(shared_file("data/geo/municipalities_2025.geojson").read_text("utf-8"))
    shapes = {
        NUMBER_AS_BEFORE.get(each["properties"]["nis"], each["properties"]["nis"]): shapely.make_valid(
            shapely.geometry.shape(each["geometry"])
        )
        for each in document["features"]
    }
    far = [
        spot.name
        for spot in places.data.spots
        if shapes[spot.nis].distance(shapely.Point(spot.point.longitude, spot.point.latitude)) > 0.02
    ]
    assert far == []


def test_eerstelijnszones(places, shared_file):
    path = shared_file("data/geo/elz_gemeenten_2022.csv")
    layout = AreaFile(system="elz", zone="elz", member="nis2019", valid_from=date(2022, 1, 1))
    reading = read_areas(path, layout, places)
    assert reading.rejected == ()
    held = memberships(reading.areas, date(2026, 1, 1))
    flemish = {area for area in held if places.data.municipalities[area.partition(":")[2]].region == "02000"}
    assert flemish == set(held)
    assert len(held) >= 283
    assert len(held["municipality:11002"]) == 2  # Borsbeek was in another zone than Antwerp
    for row in rows(path):
        assert municipality_area(row["nis2025"]) in held


def test_referentieregios(places, shared_file):
    path = shared_file("data/geo/referentieregios.csv")
    layout = AreaFile(system="referentieregio", zone="referentieregio", member="municipality")
    reading = read_areas(path, layout, places)
    assert reading.rejected == ()
    assert len(reading.areas) == 15
    held = memberships(reading.areas, date(2026, 1, 1))
    assert {area for area, regions in held.items() if len(regions) > 2} == set()
    assert len(held) >= 285


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_no_false_alarm_in_real_questions(places, shared_file, language):
    found = Counter()
    questions = rows(shared_file(f"data/questions/bbsard_{language}_train.csv"))
    for row in questions:
        for text in (row["question"], row["extra_description"] or ""):
            for each in places.mentions(text, language):
                found[text[each.start : each.end]] += 1
    # Questions on the law name regions and Brussels, and nothing else was found in them by eye.
    regions = {
        "Brussel", "Bruxelles", "Wallonië", "Wallonie", "Vlaanderen", "Flandre", "Waals Gewest", "Vlaams Gewest",
        "Région wallonne", "Région flamande", "Région bruxelloise", "Brussels Gewest", "Région de Bruxelles-Capitale",
        "Waalse Gewest", "Brussels Hoofdstedelijk Gewest",
    }  # fmt: skip
    assert set(found) <= regions
    assert sum(found.values()) > 100
