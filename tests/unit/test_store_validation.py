"""What is refused before it is kept, and what the row for matching leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import Catchment, Contact, Phone, SpokenLanguage, TemporaryStop, WaitingTime
from kaart.domain.codes import RuleCode, Status
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.ids import derived_id
from kaart.domain.texts import LocalText, Texts
from kaart.domain.validation import LANGUAGE_LENGTH, MAXIMUM_AGE, check_entity, problems
from kaart.errors import InvalidInputError
from kaart.store.facts_of import facts_of
from tests.contract.samples import ALL, DAY, LOCATION, ORGANIZATION, PROFESSIONAL, PROJECT, SERVICE

NOBODY = derived_id("test", "nobody")


def ages(minimum, maximum=None):
    return Eligibility((EligibilityRule(RuleCode.AGE, AgeRange(minimum, maximum)),), stated=True)


@pytest.mark.parametrize("sample", ALL, ids=lambda each: type(each).__name__ + each.key)
def test_good_entities_pass(sample):
    assert problems(sample) == ()


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        (replace(SERVICE, key="Hoofd letters"), "/key", "key_malformed"),
        (replace(SERVICE, status=Status.MERGED), "/merged_into", "merged_into_missing"),
        (replace(SERVICE, merged_into=NOBODY), "/merged_into", "merged_into_unexpected"),
        (replace(SERVICE, status=Status.MERGED, merged_into=SERVICE.id), "/merged_into", "merged_into_itself"),
        (replace(SERVICE, name=Texts()), "/name", "name_missing"),
        (replace(SERVICE, name=Texts.of(nl="  ")), "/name/nl", "text_empty"),
        (replace(SERVICE, summary=Texts.of(nl="a\x00b")), "/summary/nl", "text_unusable"),
        (replace(SERVICE, funding="a\x00b"), "/funding", "text_unusable"),
        (replace(SERVICE, name=Texts((LocalText("Nederlands", "x"),))), "/name", "language_malformed"),
        (
            replace(SERVICE, name=Texts((LocalText("nl-" + "a-" * LANGUAGE_LENGTH + "a", "x"),))),
            "/name",
            "language_malformed",
        ),
        (replace(SERVICE, name=Texts((LocalText("nl", "x"), LocalText("nl", "y")))), "/name", "twice"),
        (replace(SERVICE, valid_until=date(2020, 1, 1)), "/valid_until", "dates_reversed"),
        (replace(SERVICE, review_days=0), "/review_days", "days_too_few"),
        (
            replace(SERVICE, eligibility=replace(SERVICE.eligibility, stated=False)),
            "/eligibility",
            "eligibility_not_stated",
        ),
        (replace(SERVICE, eligibility=ages(-1)), "/eligibility/rules/0/ages", "age_outside"),
        (replace(SERVICE, eligibility=ages(0, MAXIMUM_AGE + 1)), "/eligibility/rules/0/ages", "age_outside"),
        (replace(SERVICE, eligibility=ages(65, 18)), "/eligibility/rules/0/ages", "ages_reversed"),
        (replace(SERVICE, languages=(SpokenLanguage("NL"),)), "/languages/0", "language_malformed"),
        (replace(SERVICE, waiting_time=WaitingTime(-1, DAY)), "/waiting_time/days", "days_too_few"),
        (
            replace(SERVICE, temporary_stop=TemporaryStop(DAY, DAY, date(2020, 1, 1))),
            "/temporary_stop/until",
            "dates_reversed",
        ),
        (replace(SERVICE, catchment=Catchment((AreaCode("Gent"),))), "/catchment", "area_malformed"),
        (replace(SERVICE, locations=SERVICE.locations * 2), "/locations", "twice"),
        (replace(SERVICE, phones=(Phone("09 269 62 20"),)), "/phones/0/number", "phone_malformed"),
        (replace(SERVICE, contacts=(Contact(phones=(Phone("0"),)),)), "/contacts/0/phones/0/number", "phone_malformed"),
        (replace(LOCATION, point=Point(91, 0)), "/point", "coordinates_outside"),
        (replace(LOCATION, point=Point(0, float("nan"))), "/point", "coordinates_outside"),
        (replace(LOCATION, municipality="Gent"), "/municipality", "municipality_malformed"),
        (replace(ORGANIZATION, parent_id=ORGANIZATION.id), "/parent_id", "parent_itself"),
        (replace(PROJECT, ends_on=date(2020, 1, 1)), "/ends_on", "dates_reversed"),
        (replace(PROFESSIONAL, function=""), "/function", "name_missing"),
        (replace(PROFESSIONAL, until=date(2020, 1, 1)), "/until", "dates_reversed"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_wrong_ones_are_told_by_field(wrong, pointer, code):
    assert [(each.pointer, each.code) for each in problems(wrong)] == [(pointer, code)]


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InvalidInputError) as error:
        check_entity(replace(SERVICE, key="X", review_days=0, phones=(Phone("?"),)))
    assert error.value.code == "entity_invalid"
    assert len(error.value.fields) == 3


def facts(service=SERVICE, organization=ORGANIZATION, location=LOCATION):
    return facts_of(service, organization, {location.id: location}, None, {})


def test_a_name_without_a_general_form_is_the_provider():
    assert facts(organization=replace(ORGANIZATION, generic_name=Texts())).provider == ORGANIZATION.name


def test_the_number_to_show_is_the_one_nearest_to_the_service():
    silent = replace(SERVICE, phones=(), contacts=())
    at = silent.locations[0]
    quiet = replace(silent, locations=(replace(at, phones=()),))
    assert facts(silent).public_phone == at.phones[0].number
    assert facts(quiet).public_phone == LOCATION.phones[0].number
    assert facts(quiet, location=replace(LOCATION, phones=())).public_phone == ORGANIZATION.phones[0].number
    assert facts(replace(SERVICE, phones=())).public_phone == at.phones[0].number


def test_personal_addresses_are_not_shown():
    private = replace(SERVICE, email="", phones=(), locations=())
    found = facts(private)
    assert found.public_email == ORGANIZATION.email
    assert found.public_phone == ORGANIZATION.phones[0].number
    open_contact = replace(SERVICE.contacts[0], personal=False)
    found = facts(replace(private, contacts=(open_contact,)))
    assert (found.public_email, found.public_phone) == ("an@example.org", "1813")


def test_hours_of_a_building_are_not_those_of_the_service():
    at = SERVICE.locations[0]
    assert facts(replace(SERVICE, schedules=())).schedules == at.schedules
    silent = replace(SERVICE, schedules=(), locations=(replace(at, schedules=()),))
    assert facts(silent).schedules == ()


@pytest.mark.parametrize("change", [{"confidential": True}, {"status": Status.GONE}, {"status": Status.WITHDRAWN}])
def test_places_that_are_not_public_are_left_out(change):
    silent = replace(SERVICE, phones=(), contacts=(), schedules=())
    found = facts(silent, location=replace(LOCATION, **change))
    assert (found.locations, found.schedules) == ((), ())
    assert found.public_phone == ORGANIZATION.phones[0].number


@pytest.mark.parametrize("status", [Status.CLOSED, Status.GONE, Status.WITHDRAWN])
def test_nothing_is_offered_by_an_organization_that_is_no_more(status):
    ended = replace(ORGANIZATION, status=status)
    assert facts(organization=ended).status is status
    assert facts(replace(SERVICE, status=Status.CLOSED), organization=ended).status is Status.CLOSED
    merged = replace(ORGANIZATION, status=Status.MERGED, merged_into=NOBODY)
    assert facts(organization=merged).status is Status.ACTIVE
