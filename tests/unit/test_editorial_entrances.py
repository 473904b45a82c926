"""Where people outside Flanders and Brussels find help nearby: what editors write of it, and for whom it is."""

from __future__ import annotations

import pytest

from kaart.editorial.entrances import read_entrances
from kaart.editorial.knowledge import load_knowledge
from kaart.editorial.problems import Problems
from kaart.places.gazetteer import Gazetteer
from matching.shape import elsewhere_notes
from tests.conftest import PROJECT

CONTENT = PROJECT / "content"
GOOD = """- code: elsewhere
  name: {nl: ginder, fr: là-bas, en: over there, de: dort}
  url: https://elsewhere.example/
  phone: "1718"
  areas: ["region:03000"]
  source: redactioneel
  source_date: 2026-11-24
"""


@pytest.fixture
def read(tmp_path):
    def reader(words):
        (tmp_path / "places").mkdir(exist_ok=True)
        (tmp_path / "places" / "entrances.yaml").write_text(words, encoding="utf-8")
        problems = Problems(tmp_path)
        return read_entrances(tmp_path, problems), [(each.field, each.message_code) for each in problems.sorted()]

    return reader


def test_every_municipality_without_a_catalogue_has_the_entrance_of_its_own_government():
    places = Gazetteer.load(CONTENT / "places")
    entrances = load_knowledge(CONTENT).entrances()
    assert all(each.source and each.source_date and each.url.startswith("https://") for each in entrances)
    shown = {"de": set(), "fr": set()}
    for nis, municipality in places.data.municipalities.items():
        notes = elsewhere_notes(places.by_nis(nis), entrances)
        assert [note.code for note in notes] == ([] if municipality.in_catalogue else ["outside"])
        if notes:
            shown[municipality.language_area].add(notes[0].url)
    assert shown == {"de": {"https://www.ostbelgienlive.be/"}, "fr": {"https://www.wallonie.be/"}}
    for name in ("Waals Gewest", "Henegouwen"):
        [note] = elsewhere_notes(places.resolve(name)[0].place, entrances)
        assert (note.url, note.phone) == ("https://www.wallonie.be/", "1718")


def test_a_content_folder_without_the_file_has_none(tmp_path):
    problems = Problems(tmp_path)
    assert read_entrances(tmp_path, problems) == ()
    assert not problems.sorted()


def test_a_right_entrance_is_read(read):
    [entrance], problems = read(GOOD)
    assert (entrance.code, entrance.phone, entrance.areas, problems) == ("elsewhere", "1718", ("region:03000",), [])


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("https://elsewhere.example/", "elsewhere", "url", "content_not_a_url"),
        ('"1718"', "hier", "phone", "content_phone_malformed"),
        ("region:03000", "03000", "areas", "content_area_malformed"),
        ('  areas: ["region:03000"]\n', "", "areas", "content_missing_field"),
        ("de: dort", "es: ahí", "name", "content_missing_language"),
        ("2026-11-24", "gisteren", "source_date", "content_not_a_date"),
        ("phone:", "telefoon:", "telefoon", "content_unknown_field"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(read, old, new, field, code):
    assert old in GOOD
    _, problems = read(GOOD.replace(old, new))
    assert any(found.endswith(field) and told == code for found, told in problems), problems


def test_the_same_code_twice_is_told(read):
    entrances, problems = read(GOOD + GOOD)
    assert len(entrances) == 1
    assert [code for _, code in problems] == ["content_duplicate_code"]
