"""A made-up service of the register with something in every field, and one of which only the name is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from uuid import UUID, uuid5

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import (
    Access,
    Capacity,
    Catchment,
    Contact,
    Cost,
    Location,
    Organization,
    Phone,
    Provenance,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceRecord,
    SpokenLanguage,
    WaitingTime,
)
from kaart.domain.codes import CapacityState, CostKind, Interpreter, PaymentMeans, Reach, RuleCode
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.texts import Texts

SPACE = UUID("00000000-0000-4000-8000-000000000000")


def make_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(SPACE, name)


ORGANIZATION = Organization(
    id=make_id("organization"),
    key="verzonnen",
    name=Texts.of(nl="Verzonnen vzw Voorbeeldstad"),
    website="https://verzonnen.example/",
)
PUBLIC = Location(
    id=make_id("public"),
    key="verzonnen/onthaal",
    name=Texts.of(nl="Onthaal"),
    street="Voorbeeldstraat",
    number="1",
    postal_code="9000",
    city="Voorbeeldstad",
    point=Point(51.05, 3.72),
    schedules=(Schedule("FREQ=WEEKLY;BYDAY=MO,TU", time(9), time(12, 30), by_appointment=True),),
)
SECRET = Location(
    id=make_id("secret"), key="verzonnen/vluchthuis", street="Geheimstraat", number="13", confidential=True
)


def make_service(**changes: object) -> Service:
    """A service with something in every field; named fields may be changed."""
    service = Service(
        id=make_id("Verzonnen schuldhulp"),
        key="verzonnen/schuldhulp",
        organization_id=ORGANIZATION.id,
        name=Texts.of(nl="Verzonnen schuldhulp", fr="Aide inventée"),
        summary=Texts.of(nl="Wij maken samen met jou een plan voor je schulden."),
        description=Texts.of(nl="Eerste regel.\nTweede regel."),
        does=Texts.of(nl="Een plan maken."),
        does_not=Texts.of(nl="Geld lenen."),
        how_to_apply=Texts.of(nl="Bel eerst."),
        for_whom=Texts.of(nl="Voor wie schulden heeft."),
        kinds=("debt_mediation", "unknown_kind"),
        needs=("debts",),
        reach=frozenset({Reach.SITE, Reach.PHONE}),
        catchment=Catchment((AreaCode("municipality:44021"),)),
        eligibility=Eligibility(
            (
                EligibilityRule(RuleCode.AGE, AgeRange(18)),
                EligibilityRule(RuleCode.AGE, AgeRange(0, 25)),
                EligibilityRule(RuleCode.AGE, AgeRange(18, 25)),
                EligibilityRule(RuleCode.TARGET_GROUP, codes=("adults",)),
                EligibilityRule(RuleCode.REFERRAL),
                EligibilityRule(RuleCode.RESIDENCE, sentence="Habiter la commune.", language="fr"),
            ),
            stated=True,
        ),
        cost=Cost(CostKind.TARIFF, "12,50", Texts.of(nl="Per gesprek.")),
        payment_means=tuple(PaymentMeans),
        languages=(SpokenLanguage("nl"), SpokenLanguage("fr")),
        interpreter=Interpreter.YES,
        access=Access(wheelchair=True, anonymous=False, appointment_needed=True, referral_needed=False),
        capacity=Capacity(CapacityState.WAITLIST, date(2026, 1, 2)),
        waiting_time=WaitingTime(14, date(2026, 1, 2)),
        phones=(Phone("+3295550000", Texts.of(nl="onthaal"), ("nl", "fr")),),
        email="hulp@verzonnen.example",
        contacts=(
            Contact(Texts.of(nl="de onthaalmedewerker"), best_time=Texts.of(nl="in de ochtend")),
            Contact(name="Persoon Privé", email="prive@verzonnen.example", personal=True),
        ),
        locations=(ServiceAtLocation(PUBLIC.id), ServiceAtLocation(SECRET.id)),
        legal_basis=Texts.of(nl="Verzonnen wet, artikel 1"),
        valid_until=date(2027, 12, 31),
    )
    return replace(service, **changes)


def make_record(service: Service | None = None) -> ServiceRecord:
    """What the reader gives; the secret location is in it on purpose: pages must not trust that it is not."""
    provenance = (
        Provenance("does", "nl", "editorial", date(2026, 1, 15), "redactie", "https://bron.example/", "CC0"),
        Provenance("source_keys", "", "editorial", date(2026, 1, 15), "redactie"),
        Provenance("phones", "", "verzonnen_bron", date(2025, 12, 1), "invoer"),
    )
    return ServiceRecord(service or make_service(), ORGANIZATION, (PUBLIC, SECRET), provenance)


def bare_service() -> Service:
    """A service of which only the name is known."""
    return Service(
        id=make_id("bare"), key="verzonnen/kaal", organization_id=ORGANIZATION.id, name=Texts.of(nl="Kale dienst")
    )
