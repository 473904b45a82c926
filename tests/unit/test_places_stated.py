"""The place that a caller states apart from the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaart.domain.areas import PlaceKind
from kaart.errors import InvalidInputError
from kaart.places.gazetteer import Gazetteer
from kaart.places.stated import stated_place

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"


@pytest.fixture(scope="module")
def places():
    return Gazetteer.load(CONTENT)


@pytest.mark.parametrize(
    ("stated", "label", "nis"),
    [
        ({"postal_code": "9050"}, "9050 Gent", "44021"),
        ({"postal_code": "B-9050"}, "9050 Gent", "44021"),
        ({"municipality": "Gentbrugge"}, "Gentbrugge (Gent)", "44021"),
        ({"postal_code": "9050", "municipality": "Gentbrugge"}, "9050 Gentbrugge (Gent)", "44021"),
        ({"nis": "44021"}, "Gent", "44021"),
        ({"nis": "44043"}, "Merelbeke-Melle", "44088"),
        ({"text": "bij Brugge"}, "Brugge", "31005"),
        ({"text": "9000", "nis": "44021"}, "9000 Gent", "44021"),
        ({"postal_code": "1040", "nis": "21005"}, "Etterbeek", "21005"),
        ({"postal_code": "9000", "municipality": "Antwerpn"[:0]}, "9000 Gent", "44021"),
        ({"municipality": "Antwerpn"}, "Antwerpen", "11002"),
    ],
)
def test_stated(places, stated, label, nis):
    place = stated_place(places, **stated)
    assert (place.label, place.municipalities) == (label, (nis,))


def test_coordinates_are_the_sharpest(places):
    place = stated_place(places, latitude=51.05, longitude=3.72, postal_code="9000")
    assert place.kind is PlaceKind.POINT
    assert place.municipalities == ("44021",)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Gent of Brugge", "Gent / Brugge"),
        ("Gent, Brugge", "Gent / Brugge"),
        ("gent/brugge", "Gent / Brugge"),
        ("Gent - Brugge", "Gent / Brugge"),
        ("Aalst en Gent", "Aalst / Gent"),
        ("tussen Aalst en Gent", "Aalst / Gent"),
        ("in Gent of in Brugge", "Gent / Brugge"),
        ("Melle Gent", "Melle (Merelbeke-Melle) / Gent"),
        ("Gand ou Bruges", "Gand / Bruges"),
        ("Gand et Bruges", "Gand / Bruges"),
        ("Ghent or Antwerp", "Ghent / Antwerp"),
        ("Gent and Bruges", "Gent / Bruges"),
        ("Gent und Brugge", "Gent / Brugge"),
        ("Gent of Antwerpen of Brugge", "Gent / Antwerpen / Brugge"),
        ("9000 of 8000", "9000 Gent / 8000 Brugge"),
        ("9000 Brugge", "9000 Gent / Brugge"),
    ],
)
def test_two_places_are_refused_with_the_names_of_both(places, text, named):
    with pytest.raises(InvalidInputError) as caught:
        stated_place(places, text=text)
    assert (caught.value.code, caught.value.parameters) == ("place_ambiguous", {"place": named})


@pytest.mark.parametrize("stated", [{}, {"postal_code": "", "municipality": " ", "text": "", "nis": ""}])
def test_nothing_stated(places, stated):
    assert stated_place(places, **stated) is None


@pytest.mark.parametrize(
    ("stated", "code", "pointer"),
    [
        ({"postal_code": "9999"}, "place_unknown", "/place/postal_code"),
        ({"postal_code": "abc"}, "place_unknown", "/place/postal_code"),
        ({"municipality": "xqzwv"}, "place_unknown", "/place/municipality"),
        ({"municipality": "Amsterdam"}, "place_outside_belgium", "/place/municipality"),
        ({"text": "Parijs"}, "place_outside_belgium", "/place/text"),
        ({"text": "9000 Brugge"}, "place_ambiguous", "/place/text"),
        ({"text": "Gent of Brugge"}, "place_ambiguous", "/place/text"),
        ({"municipality": "Gent, Brugge"}, "place_ambiguous", "/place/municipality"),
        ({"nis": "99999"}, "place_unknown", "/place/nis"),
        ({"latitude": 91.0, "longitude": 4.0}, "coordinates_out_of_range", "/place/lat"),
        ({"latitude": 51.0, "longitude": 181.0}, "coordinates_out_of_range", "/place/lon"),
        ({"latitude": 51.0}, "coordinates_out_of_range", "/place/lon"),
        ({"latitude": float("nan"), "longitude": 4.0}, "coordinates_out_of_range", "/place/lat"),
        ({"latitude": 52.37, "longitude": 4.9}, "place_outside_belgium", "/place/lat"),
        ({"postal_code": "9000", "municipality": "Brugge"}, "place_ambiguous", "/place/municipality"),
        ({"postal_code": "9000", "nis": "31005"}, "place_ambiguous", "/place"),
        ({"latitude": 51.05, "longitude": 3.72, "municipality": "Brugge"}, "place_ambiguous", "/place"),
    ],
)
def test_refused(places, stated, code, pointer):
    with pytest.raises(InvalidInputError) as caught:
        stated_place(places, **stated)
    assert caught.value.code == code
    assert [field.pointer for field in caught.value.fields] == [pointer]
