"""Places outside Belgium in a text: where help is sought, and where somebody only comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.places.gazetteer import Gazetteer

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"
PLACES = Gazetteer.load(CONTENT)


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("hulp bij schulden in Amsterdam", "nl", ["Amsterdam"]),
        ("leefloon in Parijs", "nl", ["Parijs"]),
        ("leefloon in parijs", "nl", ["parijs"]),
        ("leefloon parijs", "nl", ["parijs"]),
        ("schuldhulp Rotterdam", "nl", ["Rotterdam"]),
        ("Parijs", "nl", ["Parijs"]),
        ("ik woon in 's-Hertogenbosch en heb schulden", "nl", ["s-Hertogenbosch"]),
        ("voedselbank in Den Haag of in Utrecht", "nl", ["Den Haag", "Utrecht"]),
        ("HULP IN AMSTERDAM", "nl", ["AMSTERDAM"]),
        ("aide sociale à Paris", "fr", ["Paris"]),
        ("une aide en France pour mon fils", "fr", ["France"]),
        ("I live in the Netherlands", "en", ["Netherlands"]),
        ("ich wohne in der Schweiz", "de", ["Schweiz"]),
    ],
)
def test_help_sought_abroad_is_seen(text, language, names):
    assert list(PLACES.outside(text, language)) == names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ik kom uit Syrië en zoek werk", "nl"),
        ("geboren in Marokko, ik zoek een huis", "nl"),
        ("ik ben van marokko", "nl"),
        ("mijn familie in Oekraïne", "nl"),
        ("né au Maroc", "fr"),
        ("I am from Ukraine", "en"),
        ("terug naar Frankrijk", "nl"),
        ("ik zit de hele dag te wenen", "nl"),
        ("mijn zus Sofia", "nl"),
        ("begeleiding van Roma", "nl"),
        ("living in nice weather", "en"),
        ("hulp in Lille", "nl"),  # also a municipality here
        ("ik woon in Gent", "nl"),
    ],
)
def test_where_somebody_comes_from_and_ordinary_words_are_not_taken(text, language):
    assert list(PLACES.outside(text, language)) == []


def test_a_part_of_a_foreign_name_is_no_place_here():
    assert PLACES.mentions("ik woon in Bergen op Zoom", "nl") == []
    assert [mention.place.label for mention in PLACES.mentions("ik woon in Bergen", "nl")] == ["Bergen"]


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text):
    PLACES.outside(text, None)
