"""Area systems from CSV and GeoJSON files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from data_sources.adapters.areas import AreaFile, memberships, read_areas
from kaart.errors import InvalidInputError
from kaart.places.gazetteer import Gazetteer

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"
ELZ = AreaFile(
    system="elz",
    zone="zone",
    member="nis",
    names={"fr": "zone_fr"},
    valid_from=date(2022, 1, 1),
    valid_until=date(2030, 1, 1),
    source="a list",
    retrieved=date(2026, 1, 1),
)


@pytest.fixture(scope="module")
def places():
    return Gazetteer.load(CONTENT)


def test_csv_by_number_with_former_ones(tmp_path, places):
    path = tmp_path / "zones.csv"
    path.write_text(
        "nis;zone;zone_fr\n44021;Gent;Gand\n44043;Scheldekracht;\n44040;Scheldekracht;\n44012;Schelde en Leie;\n"
        "11056;Waasland;\n46013;Land van Beveren;\n99999;Gent;\n44083;;\n",
        "utf-8",
    )
    reading = read_areas(path, ELZ, places)
    areas = {area.code: area for area in reading.areas}
    assert areas["elz:gent"].members == ("municipality:44021",)
    assert areas["elz:gent"].name("fr") == "Gand"
    assert areas["elz:scheldekracht"].members == ("municipality:44088",)
    assert areas["elz:schelde-en-leie"].members == ("municipality:44086",)
    assert [(each.line, each.code) for each in reading.rejected] == [
        (8, "municipality_unknown"),
        (9, "area_without_name"),
    ]
    held = memberships(reading.areas, date(2026, 1, 1))
    assert held["municipality:46030"] == {"elz:waasland", "elz:land-van-beveren"}
    assert memberships(reading.areas, date(2030, 1, 1)) == {}


def test_csv_by_name(tmp_path, places):
    path = tmp_path / "regions.csv"
    path.write_text("naam,regio,code\nZwijndrecht,Regio Antwerpen,ra\nDe Pinte,Regio Gent,rg\nNergens,Regio Gent,rg\n")
    layout = AreaFile(system="referentieregio", zone="regio", member="naam", code="code")
    reading = read_areas(path, layout, places)
    assert {area.code: area.members for area in reading.areas} == {
        "referentieregio:ra": ("municipality:46030",),
        "referentieregio:rg": ("municipality:44086",),
    }
    assert [each.value for each in reading.rejected] == ["Nergens"]


def square(west, south, east, north):
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def test_geojson(tmp_path, places):
    features = [
        {"type": "Feature", "properties": {"naam": "Rond Gent"}, "geometry": square(3.69, 51.03, 3.75, 51.07)},
        {"type": "Feature", "properties": {"naam": "Zee"}, "geometry": square(2.0, 51.4, 2.1, 51.5)},
        {"type": "Feature", "properties": {"naam": "Punt"}, "geometry": {"type": "Point", "coordinates": [3.7, 51]}},
        {"type": "Feature", "properties": {}, "geometry": square(3.69, 51.03, 3.75, 51.07)},
        {"type": "Feature", "properties": {"naam": "Niets"}, "geometry": None},
    ]
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    reading = read_areas(path, AreaFile(system="wijkteam", zone="naam"), places)
    assert {area.code: area.members for area in reading.areas} == {
        "wijkteam:rond-gent": ("municipality:44021",),
        "wijkteam:zee": (),
    }
    assert [(each.line, each.code) for each in reading.rejected] == [
        (3, "area_without_outline"),
        (4, "area_without_name"),
        (5, "area_without_outline"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("zones.csv", "a,b\n1,2\n", "areas_column_missing"),
        ("zones.csv", "", "areas_column_missing"),
        ("zones.geojson", "{", "areas_file_unreadable"),
        ("zones.geojson", "[]", "areas_file_unreadable"),
        ("zones.geojson", '{"type": "FeatureCollection"}', "areas_file_unreadable"),
    ],
)
def test_unreadable_files(tmp_path, places, name, content, code):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InvalidInputError) as caught:
        read_areas(path, ELZ, places)
    assert caught.value.code == code
    assert caught.value.parameters["file"] == name


def test_missing_and_binary_files(tmp_path, places):
    for path in (tmp_path / "none.csv", tmp_path / "binary.csv"):
        if path.name == "binary.csv":
            path.write_bytes(b"\xff\xfe\x00\x81nis")
        with pytest.raises(InvalidInputError) as caught:
            read_areas(path, ELZ, places)
        assert caught.value.code == "areas_file_unreadable"
