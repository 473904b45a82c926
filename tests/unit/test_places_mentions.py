"""Places in free text: those that are meant, and the ordinary words that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.places.gazetteer import Gazetteer

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"
GAZETTEER = None


def gazetteer():
    global GAZETTEER  # noqa: PLW0603  hypothesis and pytest share one; reading it takes a tenth of a second
    GAZETTEER = GAZETTEER or Gazetteer.load(CONTENT)
    return GAZETTEER


def mentioned(text):
    return [(text[each.start : each.end], each.place.label) for each in gazetteer().mentions(text, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9000", [("9000", "9000 Gent")]),
        ("ik woon in 9050 Gentbrugge", [("9050 Gentbrugge", "9050 Gentbrugge (Gent)")]),
        ("in 9050 gentbrugge", [("9050 gentbrugge", "9050 Gentbrugge (Gent)")]),
        ("Gentbrugge (9050) zoekt hulp", [("Gentbrugge (9050)", "9050 Gentbrugge (Gent)")]),
        ("ik woon in 9000 en kan de huur niet betalen", [("9000", "9000 Gent")]),
        ("thuiszorg 9300", [("9300", "9300 Aalst")]),
        ("B-8000", [("B-8000", "8000 Brugge")]),
        ("postcode 2000", [("2000", "2000 Antwerpen")]),
        ("2018 Antwerpen is mijn wijk", [("2018 Antwerpen", "2018 Antwerpen")]),
        ("regio 3500", [("3500", "3500 Hasselt")]),
        ("Ik woon in gent.", [("gent", "Gent")]),
        ("poetshulp deinze", [("deinze", "Deinze")]),
        ("hulp in Sint-Niklaas of Kessel-Lo", [("Sint-Niklaas", "Sint-Niklaas"), ("Kessel-Lo", "Kessel-Lo (Leuven)")]),
        ("heist op den berg", [("heist op den berg", "Heist-op-den-Berg")]),
        ("J'habite à Molenbeek-Saint-Jean.", [("Molenbeek-Saint-Jean", "Molenbeek-Saint-Jean")]),
        ("I live near Ghent", [("Ghent", "Ghent")]),
        ("Ich wohne in Brüssel", [("Brüssel", "Brussel")]),
        ("Ik woon in Mol en werk in Geel", [("Mol", "Mol"), ("Geel", "Geel")]),
        ("ik woon in boom", [("boom", "Boom")]),
        ("J'habite à Mons", [("Mons", "Mons")]),
        ("j'habite a mons", [("mons", "Mons")]),
        ("celles qui habitent à Celles", [("Celles", "Celles")]),
        ("bij Mark in Aalst", [("Aalst", "Aalst")]),
        ("OCMW van Lier", [("Lier", "Lier")]),
        ("Deurne (Diest) is klein", [("Deurne (Diest)", "Deurne (Diest)")]),
        ("een dokter in Deurne, Antwerpen", [("Deurne, Antwerpen", "Deurne (Antwerpen)")]),
        ("IK WOON IN GENT EN BEN BOOS", [("GENT", "Gent")]),
        ("de provincie Limburg", [("provincie Limburg", "Provincie Limburg")]),
        ("van 9000 Gent naar 8000 Brugge", [("9000 Gent", "9000 Gent"), ("8000 Brugge", "8000 Brugge")]),
        ("Mol", [("Mol", "Mol")]),
    ],
)
def test_places_in_a_text(text, expected):
    assert mentioned(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ik verdien 1800 euro",
        "sinds 2019 zit ik thuis",
        "2000 euro huur",
        "€ 1500 per maand",
        "1500€ schulden",
        "mijn huur is 1200",
        "ik heb een schuld van 5000",
        "ik moet 3000 betalen",
        "tel 9050",
        "bel 1700 of 1780",
        "in 2020 ben ik gescheiden",
        "tussen 2018 en 2020",
        "op 12 mei 2018 kwam ik aan",
        "wet van 2 april 1965",
        "artikel 1020",
        "bus 2000",
        "ik heb 1800 kilometer gereden",
        "mijn dossier 12/3450",
        "0470 12 34 56",
        "+32 9000 1234",
        "rekening BE71 0961 2345 6769",
        "je gagne 1500 par mois",
        "depuis 1950",
        "I earn 2000 a month",
        "om 1500 uur",
        "rond 1800 euro netto",
    ],
)
def test_numbers_that_are_no_postal_code(text):
    assert mentioned(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "er zit een mol in mijn tuin",
        "ik ben geel van woede",
        "de boom voor mijn deur is omgevallen",
        "As je dat wil, kom ik langs",
        "ik heb een lot gekocht",
        "het laken is vuil",
        "mijn peer is rot",
        "de landen in Europa",
        "ik moet mijn recht halen",
        "Namen van mensen vergeet ik",
        "mijn kat heeft jeuk in haar vacht",
        "de weg naar werken is lang",
        "ik wil werken in een winkel",
        "in het meer kan je zwemmen",
        "ik ga met mijn zoon naar de lessen",
        "de vorst heeft mijn leiding stuk gemaakt",
        "ik wil mijn schuld melden in het loket",
        "ik woon bij Mark en Veerle",
        "mijn broer Roy en mijn zus Ans",
        "het luik van de kelder is stuk",
        "ik eet geen ham meer",
        "mijn moeder ligt in bed en wil niet uit huis",
        "ik ben in de war en hoor stemmen",
        "alle hulp is welkom",
        "celles qui ont des jambes lourdes",
        "j'ai visé juste, mais les forges sont fermées",
        "je suis sur la liste d'attente depuis une heure",
        "ma mère a mal au dos",
        "on m'a dit que mes droits sont perdus",
        "il est en marche vers la rivière",
        "je manage seul avec trois enfants",
        "my mother is on the waiting list as well",
        "I need a job and I spy on nobody",
        "the rent is a lot and I have more debts",
        "Ich esse gern und alle sind da",
        "soy de Siria y busco trabajo",
        "Demandez-le au CPAS de votre commune",
        "ik ben pas verhuisd en alle dokters zitten vol",
        "I live with a boom box and a spa",
        "Evim yok, iş arıyorum",
        "Szukam pracy i mieszkania",
        "🏠🏠🏠",
        "",
    ],
)
def test_ordinary_sentences_name_no_place(text):
    assert mentioned(text) == []


def test_other_readings_come_along():
    (found,) = gazetteer().mentions("ik woon in Beveren", "nl")
    assert found.place.municipalities == ("46030",)
    assert {"36015", "38002"} <= {nis for each in found.alternatives for nis in each.municipalities}


def test_spans_count_code_points():
    text = "😀😀 ik woon in Gent"
    (found,) = gazetteer().mentions(text, "nl")
    assert text[found.start : found.end] == "Gent"
    assert found.start == 14


def test_a_very_long_text_is_read():
    assert mentioned("ik heb hulp nodig " * 600 + "in Gent") == [("Gent", "Gent")]


@given(st.text(max_size=200))
def test_spans_lie_in_the_text_and_apart(text):
    end = 0
    for each in gazetteer().mentions(text, None):
        assert end <= each.start < each.end <= len(text)
        end = each.end
        assert 0 < each.confidence <= 1


@given(
    st.lists(st.sampled_from(["in", "Gent", "9000", "Mol", "(", ")", ",", "sint", "-", "niklaas", "woon", "2019", "."]))
)
def test_spans_match_what_stands_there(parts):
    text = " ".join(parts)
    for each in gazetteer().mentions(text, None):
        again = gazetteer().resolve(text[each.start : each.end])
        assert any(set(each.place.municipalities) & set(match.place.municipalities) for match in again)
