from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from indexer.documents import MAX_PASSAGE_WORDS, PASSAGE_SHARES, compose, text_document
from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import Access, Cost
from kaart.domain.codes import CoordinatePrecision, Interpreter, Reach, Status
from kaart.domain.eligibility import Eligibility
from kaart.domain.facts import FactsLocation, ServiceFacts, text_key_of
from kaart.domain.ids import LocationId, OrganizationId, ServiceId
from kaart.domain.needs import Synonym, Term, TermKind
from kaart.domain.search import TextGroup
from kaart.domain.texts import Texts

DAY = date(2026, 3, 2)
TERMS = {
    "no_income": Term(
        "no_income",
        TermKind.NEED,
        Texts.of(nl="Geen inkomen", fr="Pas de revenus"),
        synonyms=(Synonym("geen geld"), Synonym("broke", "en"), Synonym("GI", abbreviation=True), Synonym("platzak")),
    ),
    "income_support": Term("income_support", TermKind.SERVICE_TYPE, Texts.of(nl="Inkomenssteun")),
}


GENT = Point(51.05, 3.72)


def location(municipality: str | None = "44021", point: Point | None = GENT) -> FactsLocation:
    return FactsLocation(
        location_id=LocationId(uuid.uuid4()),
        name=Texts(),
        address="",
        postal_code="9000",
        municipality=municipality,
        point=point,
        precision=CoordinatePrecision.ADDRESS,
    )


def facts(**changed: object) -> ServiceFacts:
    plain = ServiceFacts(
        service_id=ServiceId(uuid.uuid4()),
        key="ocmw-gent/leefloon",
        organization_id=OrganizationId(uuid.uuid4()),
        organization_key="ocmw-gent",
        organization_name=Texts.of(nl="OCMW Gent"),
        organization_type="ocmw",
        provider=Texts.of(nl="OCMW", fr="CPAS"),
        status=Status.ACTIVE,
        name=Texts.of(nl="Leefloon", fr="Revenu d'intégration"),
        summary=Texts.of(nl="Geld om van te leven.", fr="De l'argent pour vivre."),
        does=Texts.of(nl="Betaalt elke maand een bedrag"),
        for_whom=Texts.of(nl="Meerderjarigen zonder inkomen"),
        kinds=("income_support",),
        needs=("no_income", "unknown_code"),
        target_groups=(),
        formality=None,
        reach=frozenset({Reach.SITE}),
        catchment=(AreaCode("municipality:44021"),),
        eligibility=Eligibility(),
        cost=Cost(),
        languages=(),
        interpreter=Interpreter.UNKNOWN,
        access=Access(),
        capacity=None,
        waiting_time=None,
        temporary_stop=None,
        schedules=(),
        locations=(location(),),
        public_phone="",
        public_email="",
        url="",
        valid_from=None,
        valid_until=None,
        review_days=183,
        checked_on=None,
        dated_on=None,
    )
    return replace(plain, **changed)


def document(*services: ServiceFacts):
    return text_document(TextGroup(text_key_of(services[0]), services), TERMS, DAY)


def test_each_field_holds_the_words_of_every_language_by_its_own_rules():
    made = document(facts())
    assert made.fields["name"][0] == "leeflon"
    assert "integr" in made.fields["name"]
    assert {"ocmw", "cpas"} <= set(made.fields["provider"])
    assert "meerderjar" in made.fields["for_whom"]


def test_labels_and_synonyms_of_needs_and_kinds_are_searched():
    words = set(document(facts()).fields["needs"])
    assert {"inkom", "revenus"} & words
    assert {"platzak", "broke", "gi", "inkomenssteun", "steun"} <= words


def test_codes_are_kept_even_when_the_taxonomy_does_not_hold_them():
    made = document(facts())
    assert made.needs == ("no_income", "unknown_code")
    assert made.kinds == ("income_support",)


def test_the_embedded_text_has_the_needs_own_words_and_no_place():
    passage = document(facts()).passage
    assert passage == (
        "Leefloon. Geld om van te leven. Geen inkomen, geen geld, platzak. Revenu d'intégration. "
        "Betaalt elke maand een bedrag. Meerderjarigen zonder inkomen."
    )
    assert "Gent" not in passage


def test_equal_texts_in_two_municipalities_are_embedded_alike():
    elsewhere = facts(
        key="ocmw-brugge/leefloon",
        organization_name=Texts.of(nl="OCMW Brugge"),
        catchment=(AreaCode("municipality:31005"),),
        locations=(location("31005", Point(51.2, 3.2)),),
    )
    assert text_key_of(elsewhere) == text_key_of(facts())
    assert document(elsewhere).passage == document(facts()).passage
    assert document(elsewhere).fields == document(facts()).fields


def test_without_dutch_another_language_is_embedded():
    made = document(facts(name=Texts.of(fr="Revenu d'intégration"), summary=Texts.of(fr="De l'argent")))
    assert made.passage.startswith("Revenu d'intégration. De l'argent.")
    assert made.passage.count("Revenu") == 1


@pytest.mark.parametrize("long_part", [*PASSAGE_SHARES])
def test_the_embedded_text_is_never_too_long(long_part):
    parts = {part: f"{part} " * 5 for part in PASSAGE_SHARES} | {long_part: f"{long_part} " * 200}
    assert len(compose(parts).split()) <= MAX_PASSAGE_WORDS
    assert len(compose(dict.fromkeys(PASSAGE_SHARES, "woord " * 100)).split()) == MAX_PASSAGE_WORDS


def test_what_the_other_parts_leave_goes_to_what_it_does_and_for_whom():
    made = compose({"name": "Dienst", "does": "doet " * 30, "for_whom": "iedereen " * 40})
    assert made.split().count("doet") + made.split().count("doet.") == 30
    assert len(made.split()) == MAX_PASSAGE_WORDS


def test_nothing_known_gives_an_empty_text():
    assert compose({}) == ""


def test_where_the_offers_are_and_whom_they_serve_is_drawn_together():
    gent = facts()
    brugge = facts(
        catchment=(AreaCode("municipality:31005"), AreaCode("municipality:44021")),
        locations=(location("31005", None), location(None, Point(51.2, 3.2))),
    )
    made = document(gent, brugge)
    assert made.at == ("31005", "44021")
    assert made.covers == ("municipality:31005", "municipality:44021")
    assert [offer.service_id for offer in made.offers] == [gent.service_id, brugge.service_id]
    assert made.offers[1].municipalities == ("31005",)
    assert made.offers[1].points == (Point(51.2, 3.2),)


@pytest.mark.parametrize(
    ("reach", "remote"),
    [
        ({Reach.PHONE}, True),
        ({Reach.ONLINE, Reach.SITE}, True),
        ({Reach.HOME_VISIT}, False),
        ({Reach.OUTREACH}, False),
        (set(), False),
    ],
)
def test_only_phone_and_online_come_to_anyone(reach, remote):
    made = document(facts(reach=frozenset(reach)))
    assert made.remote is remote
    assert made.offers[0].remote is remote


def test_an_unknown_catchment_stays_unknown():
    made = document(facts(catchment=None))
    assert made.covers == ()
    assert made.offers[0].catchment is None
    assert document(facts(catchment=())).offers[0].catchment == ()


@pytest.mark.parametrize(
    "gone",
    [
        {"status": Status.CLOSED},
        {"status": Status.WITHDRAWN},
        {"valid_until": date(2026, 3, 1)},
    ],
)
def test_what_is_not_current_is_no_offer(gone):
    here = facts()
    made = document(facts(**gone), here)
    assert [offer.service_id for offer in made.offers] == [here.service_id]
    assert document(facts(**gone)).offers == ()


def test_what_has_yet_to_begin_is_in_the_index_before_its_first_day():
    """Nothing tells the index on that day; matching hides it until then."""
    assert document(facts(valid_from=date(2026, 3, 3))).offers
    assert document(facts(valid_from=date(2026, 3, 3), valid_until=date(2026, 3, 2))).offers == ()


def test_a_text_without_services_has_no_offers():
    made = text_document(TextGroup("key", ()), TERMS, DAY)
    assert (made.text_key, made.offers, made.passage) == ("key", (), "")
