"""Fakes of the rooms below the page and the API, and a small fictitious world for them.

Everything in it is plainly made up: "Voorbeeldstad" and "Verzonnen" services exist nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from api.deps import ApiDeps
from kaart.domain.areas import AreaCode, Place, PlaceKind, PlaceMatch, Point
from kaart.domain.catalogue import (
    Access,
    Cost,
    Service,
    ServiceRecord,
)
from kaart.domain.codes import (
    Coverage,
    CrisisCode,
    Degraded,
    Formality,
    Interpreter,
    Reach,
    ReasonCode,
    RuleCode,
    Status,
)
from kaart.domain.eligibility import Eligibility, Verdict
from kaart.domain.facts import Evidence, FactsLocation, ServiceFacts
from kaart.domain.needs import (
    ClientNeed,
    Fact,
    FactKind,
    NeedGuess,
)
from kaart.domain.texts import LocalText, Texts
from kaart.errors import GoneError, MovedError, NotFoundError
from matching.answer import (
    Answer,
    Choice,
    CrisisAlert,
    KindCard,
    MatchRequest,
    NearMiss,
    Note,
    Question,
    Understanding,
)
from matching.explain import Reason
from matching.rank import Match
from matching.request import check_request
from tests.factories.knowledge import KIND, OTHER_KIND, TOPIC, FakeKnowledge
from tests.factories.service import bare_service, make_id, make_record, make_service
from web.deps import WebDeps

NOW = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
COOKIE_KEY = bytes(range(32))


def make_place(
    label: str = "Voorbeeldstad",
    *nis: str,
    kind: PlaceKind = PlaceKind.MUNICIPALITY,
    postal_code: str | None = None,
    region: str = "02000",
) -> Place:
    """A place that exists nowhere."""
    codes = nis or ("44021",)
    areas = frozenset(AreaCode(f"municipality:{code}") for code in codes)
    return Place(label, kind, codes, Point(51.05, 3.72), areas, region, "40000", postal_code)


class FakePlaces:
    """Knows six places; 9000 is one municipality, 1040 two."""

    def __init__(self) -> None:
        self.known = {
            "9000": make_place("9000 Voorbeeldstad", kind=PlaceKind.POSTAL_CODE, postal_code="9000"),
            "1040": make_place("1040 Tweedorp", "21005", "21009", kind=PlaceKind.POSTAL_CODE, postal_code="1040"),
            "voorbeeldstad": make_place(),
            "wijkdorp": make_place("Wijkdorp", kind=PlaceKind.SUBMUNICIPALITY),
            "verweg": make_place("Verweg", "62063", region="03000"),
            "verzonnen provincie": make_place("Verzonnen provincie", "44021", "44083", kind=PlaceKind.PROVINCE),
        }

    def resolve(self, text: str, limit: int = 5) -> Sequence[PlaceMatch]:
        place = self.known.get(text.strip().casefold())
        return [PlaceMatch(place, 1.0, text)][:limit] if place else []

    def by_nis(self, nis: str) -> Place | None:
        return next((place for place in self.known.values() if place.municipalities == (nis,)), None)

    def by_area(self, code: AreaCode) -> Place | None:
        return self.known["verzonnen provincie"] if code == "province:40000" else None

    def by_postal_code(self, code: str) -> Place | None:
        return self.known.get(code)

    def at(self, point: Point) -> Place | None:
        inside = 49.5 <= point.latitude <= 51.5 and 2.5 <= point.longitude <= 6.4
        return make_place("Punt", kind=PlaceKind.POINT) if inside else None

    def is_foreign(self, text: str) -> bool:
        return text.strip().casefold() == "parijs"


class FakeAreaNames:
    """Names of the municipalities above."""

    names: Mapping[str, str] = {
        "municipality:44021": "Voorbeeldstad",
        "municipality:21005": "Tweedorp",
        "municipality:21009": "Drieberg",
        "country:BE": "België",
    }

    def area_name(self, code: AreaCode, language: str) -> str:
        return self.names.get(f"{code}@{language}") or self.names.get(code, code)


EVIDENCE = Evidence("needs", "editorial", date(2026, 1, 15))


def make_reason(
    code: ReasonCode = ReasonCode.NEED,
    points: str = "0.500",
    verdict: Verdict = Verdict.MEETS,
    message: str = "reason.need.named",
    **parameters: object,
) -> Reason:
    return Reason(code, verdict, Decimal(points), message, tuple(parameters.items()), EVIDENCE)


REASONS = (
    make_reason(needs=("debts",)),
    make_reason(ReasonCode.REACH, "0.333", message="reason.reach.near", kilometres=2.14),
    make_reason(ReasonCode.AREA, "0.200", message="reason.area.inside", area=AreaCode("municipality:44021")),
    make_reason(ReasonCode.LANGUAGE, "0.000", Verdict.UNKNOWN, "reason.language.unknown", language="fr"),
    make_reason(ReasonCode.FRESHNESS, "-0.050", Verdict.UNKNOWN, "reason.freshness.editorial", date=date(2026, 1, 15)),
)


def make_facts(name: str = "Verzonnen schuldhulp", **changes: object) -> ServiceFacts:
    """The facts of a made-up service; named fields may be changed."""
    facts = ServiceFacts(
        service_id=make_id(name),
        key="verzonnen/schuldhulp",
        organization_id=make_id(f"organization of {name}"),
        organization_key="verzonnen",
        organization_name=Texts.of(nl="Verzonnen vzw Voorbeeldstad"),
        organization_type="",
        provider=Texts.of(nl="Verzonnen vzw"),
        status=Status.ACTIVE,
        name=Texts.of(nl=name),
        summary=Texts.of(nl="Wij maken samen met jou een plan voor je schulden."),
        does=Texts(),
        for_whom=Texts(),
        kinds=("debt_mediation",),
        needs=("debts",),
        target_groups=(),
        formality=Formality.FORMAL,
        reach=frozenset({Reach.SITE, Reach.PHONE}),
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
        locations=(
            FactsLocation(
                make_id("place"), Texts(), "Voorbeeldstraat 1, 9000 Voorbeeldstad", "9000", "44021", None, None
            ),
        ),
        public_phone="+3295550000",
        public_email="",
        url="",
        valid_from=None,
        valid_until=None,
        review_days=183,
        checked_on=None,
        dated_on=None,
    )
    return replace(facts, **changes)


def make_match(name: str = "Verzonnen schuldhulp", reasons: tuple[Reason, ...] = REASONS, **changes: object) -> Match:
    return Match(make_facts(name, **changes), reasons, distance_km=2.14, covers=True)


@dataclass
class FakeMatcher:
    """Answers with a fixed world, but with the place, the needs and the words that it was asked for.

    A text with "1813" speaks of a crisis; with "kapot" it breaks in a way that nobody foresaw.
    """

    results: tuple[Match, ...] = field(default_factory=tuple)
    near_misses: tuple[NearMiss, ...] = ()
    kinds: tuple[KindCard, ...] = ()
    widened: tuple[Note, ...] = ()
    degraded: tuple[Degraded, ...] = ()
    questions: tuple[Question, ...] = ()
    asked: list[MatchRequest] = field(default_factory=list)

    def understand(self, request: MatchRequest) -> Understanding:
        self.asked.append(request)
        check_request(request, FakeKnowledge())
        if "kapot" in request.text:
            raise RuntimeError(request.text)
        codes = request.stated.needs or (("debts", "rent") if any(map(str.isalpha, request.text)) else ())
        stated = bool(request.stated.needs)
        facts = []
        if "82" in request.text and "fact-age" not in request.dismissed:
            start = request.text.index("82")
            facts.append(Fact("fact-age", FactKind.AGE, 82, start=start, end=start + 2))
        if request.stated.age is not None:
            facts.append(Fact("stated-age", FactKind.AGE, request.stated.age, stated=True))
        if request.stated.for_whom:
            facts.append(Fact("stated-for", FactKind.FOR_WHOM, request.stated.for_whom.value, stated=True))
        need = ClientNeed(
            request.text,
            "nl",
            request.answer_language,
            needs=tuple(NeedGuess(code, 0.9, "ik heb schulden", stated) for code in codes),
            facts=tuple(facts),
            place=request.place,
        )
        crisis = (CrisisAlert(CrisisCode.SUICIDE, "1813", TOPIC),) if "1813" in request.text else ()
        asked = tuple(question for question in self.questions if question.code not in request.answers)
        return Understanding(need, asked, crisis)

    def match(self, request: MatchRequest) -> Answer:
        understanding = self.understand(request)
        return Answer(
            understanding,
            self.kinds,
            self.results[: request.limit],
            NOW,
            self.near_misses,
            self.widened,
            self.degraded,
        )


def full_matcher() -> FakeMatcher:
    """A matcher whose answer has something in every part."""
    first = replace(make_match(), branches=(make_facts("Verzonnen tak", organization_name=Texts.of(nl="Tak 2")),))
    online = make_match(
        "Verzonnen chat",
        REASONS[:1],
        reach=frozenset({Reach.ONLINE}),
        public_phone="",
        formality=Formality.INFORMAL,
        synthetic=True,
        summary=Texts((LocalText("ar", "مساعدة"),)),
        locations=(),
    )
    failed = make_match(
        "Verzonnen jeugdhulp",
        (
            make_reason(),
            make_reason(ReasonCode.ELIGIBILITY, "0", Verdict.FAILS, "reason.eligibility.age_fails_until", maximum=25),
        ),
    )
    only_here = make_match("Verzonnen buurthulp", (REASONS[0], REASONS[1]), reach=frozenset({Reach.SITE}))
    return FakeMatcher(
        results=(first, online, only_here),
        near_misses=(NearMiss(failed, RuleCode.AGE, first), NearMiss(only_here, RuleCode.RESIDENCE)),
        kinds=(
            KindCard(KIND, Coverage.KNOWN),
            KindCard(OTHER_KIND, Coverage.NONE_KNOWN, (first,)),
        ),
        widened=(Note("ring", "note.ring", (("kilometres", 12),)),),
        degraded=(Degraded.EMBEDDER,),
        questions=(
            Question("need", "question.need_which", choices=(Choice("debts", "schulden"), Choice("rent", "huur"))),
            Question("place", "question.place"),
        ),
    )


class FakeServices:
    """Knows services by id and key; one is gone and one was merged."""

    def __init__(self, *services: Service) -> None:
        self.services = services or (make_service(), bare_service())

    def load_service(self, id_or_key: str) -> ServiceRecord:
        if id_or_key in {"verzonnen/weg", str(make_id("gone"))}:
            raise GoneError("service_gone")
        if id_or_key == "verzonnen/samengevoegd":
            raise MovedError("service_merged", merged_into=self.services[0].id)
        for service in self.services:
            if id_or_key in {str(service.id), service.key}:
                return make_record(service)
        raise NotFoundError("service_unknown")


def web_deps(matcher: FakeMatcher | None = None, **changes: object) -> WebDeps:
    deps = WebDeps(
        matcher or full_matcher(),
        FakePlaces(),
        FakeAreaNames(),
        FakeKnowledge(),
        FakeServices(),
        lambda: NOW,
        COOKIE_KEY,
    )
    return replace(deps, **changes)


def api_deps(matcher: FakeMatcher | None = None, **changes: object) -> ApiDeps:
    deps = ApiDeps(
        matcher or full_matcher(), FakePlaces(), FakeAreaNames(), FakeKnowledge(), FakeServices(), lambda: NOW
    )
    return replace(deps, **changes)
