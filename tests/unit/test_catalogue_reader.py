"""A broken catalogue: every complaint names file, line and field."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.editorial.catalogue import check_catalogue, load_catalogue
from kaart.editorial.fields import PHONE, phone_number
from kaart.editorial.problems import BrokenContentError

GOOD = """\
format: organizations
date: 2026-11-23
source: {name: Bron, url: https://example.org}
organizations:
  - key: buurthuis
    name: {nl: Buurthuis}
    phones: ["0800 13 500"]
    services:
      - key: koffie
        name: {nl: Koffie}
        summary: {nl: Samen koffie drinken.}
        how_to_apply: {nl: Kom langs.}
        kinds: [meeting_place]
        needs: [loneliness]
        reach: [site]
        catchment: ["municipality:44021"]
        eligibility:
          - {rule: age, minimum_age: 18, sentence: Voor volwassenen.}
"""


@pytest.fixture
def content(tmp_path):
    """Give a function that writes one catalogue file and returns the content folder."""

    def write(text):
        folder = tmp_path / "catalogue"
        folder.mkdir(exist_ok=True)
        (folder / "list.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return write


def test_a_good_file_is_read(content):
    organization = load_catalogue(content(GOOD)).organizations[0]
    service = organization.services[0]
    assert organization.phones[0].number == "+3280013500"
    assert service.catchment == ("municipality:44021",)
    assert service.source.url == "https://example.org"
    assert str(service.source.on) == "2026-11-23"
    assert service.eligibility.stated


@pytest.mark.parametrize(
    ("before", "after", "line", "field", "code"),
    [
        ("key: buurthuis", "key: Buurt Huis", 5, "organizations[1].key", "content_key_malformed"),
        ("0800 13 500", "0800 13", 7, "organizations[1].phones", "content_phone_malformed"),
        ("{nl: Koffie}", "{fr: Café}", 10, "organizations[1].services[1].name", "content_missing_language"),
        ("reach: [site]", "reach: [sight]", 15, "organizations[1].services[1].reach", "content_unknown_code"),
        (
            'municipality:44021"',
            'gemeente:Gent"',
            16,
            "organizations[1].services[1].catchment",
            "content_area_malformed",
        ),
        (
            "minimum_age: 18",
            "minimum_age: -3",
            18,
            "organizations[1].services[1].eligibility[1].minimum_age",
            "content_ages_impossible",
        ),
        (
            "rule: age",
            "rule: leeftijd",
            18,
            "organizations[1].services[1].eligibility[1].rule",
            "content_unknown_code",
        ),
        ("date: 2026-11-23", "date: gisteren", 2, "date", "content_not_a_date"),
        ("kinds:", "kind:", 13, "organizations[1].services[1].kind", "content_unknown_field"),
        ("https://example.org", "example", 3, "source.url", "content_not_a_url"),
        ("format: organizations", "format: list", 1, "format", "content_unknown_code"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(content, before, after, line, field, code):
    found = check_catalogue(content(GOOD.replace(before, after)))
    told = [(each.file, each.line, each.field, each.message_code) for each in found]
    assert ("catalogue/list.yaml", line, field, code) in told


def test_a_record_without_a_source_is_refused(content):
    without = "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith("source"))
    assert {each.message_code for each in check_catalogue(content(without))} == {"content_missing_field"}


def test_the_same_key_twice_is_refused_and_says_where_the_first_stands(content):
    twice = GOOD + "  - {key: buurthuis, name: {nl: Ander}}\n"
    (problem,) = check_catalogue(content(twice))
    assert (problem.line, problem.message_code) == (19, "content_key_taken")
    assert dict(problem.parameters)["other"] == "catalogue/list.yaml:5"


def test_an_unknown_code_is_told_with_the_nearest_one(content, terms):
    found = check_catalogue(content(GOOD.replace("loneliness", "lonelyness")), terms)
    problem = next(each for each in found if each.field.endswith("needs"))
    assert dict(problem.parameters) == {"code": "lonelyness", "nearest": "loneliness"}


@pytest.fixture
def terms():
    from kaart.domain.needs import Term, TermKind
    from kaart.domain.texts import Texts

    known = [("meeting_place", TermKind.SERVICE_TYPE), ("loneliness", TermKind.NEED)]
    return {code: Term(code, kind, Texts.of(nl=code)) for code, kind in known}


@pytest.mark.parametrize("text", ["organizations: [", "- a\n- b", "", "\tx: y"])
def test_broken_yaml_raises_with_the_file(content, text):
    with pytest.raises(BrokenContentError) as caught:
        load_catalogue(content(text))
    assert caught.value.code == "content_broken"
    assert caught.value.problems[0].file == "catalogue/list.yaml"


def test_an_empty_folder_is_told(tmp_path):
    assert [each.message_code for each in check_catalogue(tmp_path)] == ["content_file_missing"]


TEMPLATE = """\
format: per_municipality
date: 2026-11-23
source: {name: Wet, url: https://example.org}
regions: ["02000"]
key: "ocmw-{slug}"
name: {nl: "OCMW {nl}"}
name_bilingual: {nl: "OCMW {nl}", fr: "CPAS {fr}"}
generic_name: {nl: OCMW}
"""


def test_a_template_with_an_unknown_placeholder_is_refused(content):
    assert check_catalogue(content(TEMPLATE)) == []
    found = check_catalogue(content(TEMPLATE.replace("OCMW {nl}", "OCMW {naam}")))
    assert {each.message_code for each in found} == {"content_unknown_placeholder"}


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0800 13 500", "+3280013500"),
        ("02/249.30.00", "+3222493000"),
        ("070 245 245", "+3270245245"),
        ("1813", "1813"),
        ("116 000", "116000"),
        ("+32 9 269 62 20", "+3292696220"),
        ("0032 9 269 62 20", ""),
        ("12", ""),
        ("2026", ""),
        ("nul", ""),
    ],
)
def test_numbers_as_editors_write_them(written, dialled):
    assert phone_number(written) == dialled


@given(st.text(alphabet="+0123456789 ./()-ab", max_size=20))
def test_a_number_is_as_dialled_or_nothing(written):
    number = phone_number(written)
    assert not number or (PHONE.fullmatch(number) and phone_number(number) == number)
