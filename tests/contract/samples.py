"""A small register for the store's tests: one organization, its locations and a service with everything in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import (
    Access,
    Capacity,
    Catchment,
    Change,
    Contact,
    Cost,
    Identifier,
    Location,
    Network,
    Organization,
    Phone,
    Professional,
    Project,
    Schedule,
    Service,
    ServiceAtLocation,
    SourceKey,
    SpokenLanguage,
    TemporaryStop,
    WaitingTime,
)
from kaart.domain.codes import (
    CapacityState,
    CoordinatePrecision,
    CostKind,
    Formality,
    Interpreter,
    PaymentMeans,
    Reach,
    RuleCode,
    TextOrigin,
)
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.ids import derived_id
from kaart.domain.texts import LocalText, Texts

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 1)
IMPORT = Change("list", "import", NOW, retrieved_on=DAY, licence="CC0", source_url="https://example.org/list")
OWNER = Change("owner", "Els", NOW, held_by_owner=True)
STEWARD = Change("steward", "Jan", NOW)

ORGANIZATION = Organization(
    id=derived_id("test", "organization"),
    key="ocmw-voorbeeld",
    source_keys=(SourceKey("list", "1"), SourceKey("other", "a")),
    name=Texts.of(DAY, nl="OCMW Voorbeeld", fr="CPAS Exemple"),
    generic_name=Texts.of(DAY, nl="OCMW"),
    alternate_names=("Sociaal Huis",),
    description=Texts.of(nl="Een voorbeeld."),
    organization_type="ocmw",
    formality=Formality.FORMAL,
    sectors=("welfare",),
    website="https://example.org",
    email="info@example.org",
    phones=(Phone("+3291234567", Texts.of(nl="onthaal"), ("nl", "fr")),),
    contacts=(Contact(Texts.of(nl="onthaalmedewerker"), phones=(Phone("1234"), Phone("106"))),),
    identifiers=(Identifier("KBO", "0123456789"), Identifier("OVO", "OVO000001")),
)
LOCATION = Location(
    id=derived_id("test", "location"),
    key="ocmw-voorbeeld/onthaal",
    organization_id=ORGANIZATION.id,
    name=Texts.of(nl="Onthaal"),
    street="Voorbeeldstraat",
    number="1",
    box="2",
    postal_code="9000",
    city="Gent",
    municipality="44021",
    point=Point(51.05, 3.72),
    precision=CoordinatePrecision.ADDRESS,
    access=Access(wheelchair=True, public_transport="tram 1"),
    phones=(Phone("+3297654321"),),
    schedules=(Schedule("FREQ=WEEKLY;BYDAY=MO", time(8), time(20)),),
)
REFUGE = replace(
    LOCATION,
    id=derived_id("test", "refuge"),
    key="ocmw-voorbeeld/vluchthuis",
    name=Texts.of(nl="Geheimhuis"),
    street="Geheimstraat",
    city="Geheimdorp",
    postal_code="8999",
    municipality="31005",
    point=Point(50.5, 4.5),
    confidential=True,
    phones=(Phone("+3290000001"),),
    access=Access(wheelchair=False, public_transport="bus naar Geheimdorp"),
)
PROJECT = Project(
    id=derived_id("test", "project"),
    key="project",
    organization_id=ORGANIZATION.id,
    name=Texts.of(nl="Proefproject"),
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 6, 30),
)
SERVICE = Service(
    id=derived_id("test", "service"),
    key="ocmw-voorbeeld/hulp",
    source_keys=(SourceKey("list", "s1"),),
    organization_id=ORGANIZATION.id,
    name=Texts((LocalText("nl", "Hulp", DAY), LocalText("fr", "Aide", None, TextOrigin.MACHINE))),
    summary=Texts.of(DAY, nl="Wat wij doen."),
    description=Texts.of(nl="Lang."),
    does=Texts.of(nl="Wel."),
    does_not=Texts.of(nl="Niet."),
    how_to_apply=Texts.of(nl="Bel."),
    for_whom=Texts.of(nl="Voor wie hier woont."),
    kinds=("b-kind", "a-kind"),
    needs=("debts", "no_income"),
    target_groups=("elderly",),
    sectors=("welfare",),
    formality=Formality.FORMAL,
    reach=frozenset({Reach.SITE, Reach.PHONE}),
    catchment=Catchment((AreaCode("municipality:44021"), AreaCode("municipality:11002"))),
    eligibility=Eligibility(
        (
            EligibilityRule(RuleCode.AGE, AgeRange(18, 64), sentence="Van 18 tot 64 jaar."),
            EligibilityRule(RuleCode.REFERRAL, codes=("gp",), required=None, language="fr"),
        ),
        stated=True,
    ),
    cost=Cost(CostKind.TARIFF, "12.50", Texts.of(nl="per gesprek")),
    payment_means=(PaymentMeans.THIRD_PARTY_PAYER, PaymentMeans.CARE_BUDGET),
    funding="Vlaamse overheid",
    languages=(SpokenLanguage("nl"), SpokenLanguage("ar", "op afspraak")),
    interpreter=Interpreter.YES,
    access=Access(
        wheelchair=None,
        anonymous=True,
        appointment_needed=False,
        documents=Texts.of(nl="identiteitskaart"),
        duration_limit=Texts.of(nl="tien gesprekken"),
    ),
    capacity=Capacity(CapacityState.WAITLIST, DAY, date(2026, 9, 1)),
    waiting_time=WaitingTime(30, DAY, "een maand"),
    temporary_stop=TemporaryStop(DAY, DAY, None, "verbouwing"),
    phones=(Phone("+3290001122"),),
    email="hulp@example.org",
    url="https://example.org/hulp",
    contacts=(
        Contact(Texts.of(nl="intake"), "An", "an@example.org", (Phone("1813"),), Texts.of(nl="ochtend"), personal=True),
    ),
    schedules=(Schedule("FREQ=WEEKLY;BYDAY=TU", time(9), time(12, 30), DAY, None, original="di 9-12.30"),),
    locations=(
        ServiceAtLocation(
            LOCATION.id,
            Texts.of(nl="eerste verdieping"),
            (Phone("+3290003344", Texts.of(nl="balie")),),
            (Schedule("FREQ=WEEKLY;BYDAY=WE", time(13), time(17)),),
            (Contact(Texts.of(nl="balie"), phones=(Phone("112"),)),),
        ),
    ),
    legal_basis=Texts.of(nl="wet van 8 juli 1976"),
    valid_from=date(2025, 1, 1),
    valid_until=date(2027, 1, 1),
    review_days=90,
)
NETWORK = Network(
    id=derived_id("test", "network"),
    key="netwerk",
    name=Texts.of(nl="Netwerk"),
    area=AreaCode("elz:voorbeeld"),
)
PROFESSIONAL = Professional(
    id=derived_id("test", "professional"),
    key="zorgcoach",
    organization_id=ORGANIZATION.id,
    function="zorgcoach",
    contact=Contact(Texts.of(nl="zorgcoach van de wijk"), email="coach@example.org"),
    service_ids=(SERVICE.id,),
    areas=(AreaCode("municipality:44021"),),
    since=DAY,
)
ALL = (ORGANIZATION, PROJECT, LOCATION, REFUGE, SERVICE, NETWORK, PROFESSIONAL)


def fill(store, *entities, change=IMPORT):
    """Save these (all samples by default) in one transaction."""
    with store.write() as unit:
        return unit.save_many(entities or ALL, change)


def get(store, entity):
    """The stored state of a sample, whatever its status."""
    with store.read() as unit:
        return unit.find(type(entity), entity.id)


def save(store, entity, change=STEWARD):
    """Save one entity in a transaction of its own."""
    with store.write() as unit:
        return unit.save(entity, change)
