"""The ports of the domain in memory, for tests that need no store, no index and no model."""

from __future__ import annotations

import math
import re
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from kaart.domain.areas import BELGIUM, AreaCode, Place, PlaceKind, PlaceMatch, PlaceMention, Point, municipality_area
from kaart.domain.catalogue import Access, Cost, SpokenLanguage
from kaart.domain.codes import CoordinatePrecision, CrisisCode, Formality, Interpreter, Reach, Status
from kaart.domain.eligibility import Eligibility
from kaart.domain.facts import Evidence, FactsLocation, ServiceFacts, text_key_of
from kaart.domain.ids import LocationId, OrganizationId, ServiceId
from kaart.domain.needs import CrisisLine, CrisisTopic, Entrance, ExampleSentence, KindOfHelp, Synonym, Term, TermKind
from kaart.domain.search import IndexStatus, OfferHit, TextHit
from kaart.domain.texts import Texts
from kaart.errors import UnavailableError
from tests.factories.embedding import FakeEmbedder

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KM_PER_DEGREE = 111.2

_EAST_FLANDERS = (AreaCode("province:40000"), AreaCode("region:02000"), BELGIUM)


def _town(label, nis, latitude, longitude, *more):
    areas = frozenset({municipality_area(nis), *_EAST_FLANDERS, *more})
    return Place(label, PlaceKind.MUNICIPALITY, (nis,), Point(latitude, longitude), areas, "02000", "40000")


GENT = _town("Gent", "44021", 51.05, 3.72, AreaCode("elz:gent"))
DEINZE = _town("Deinze", "44083", 50.98, 3.53)
GENTBRUGGE = replace(GENT, label="Gentbrugge", kind=PlaceKind.SUBMUNICIPALITY, point=Point(51.035, 3.76))
NAMUR = Place(
    "Namur", PlaceKind.MUNICIPALITY, ("92094",), Point(50.46, 4.86),
    frozenset({AreaCode("municipality:92094"), AreaCode("province:90000"), AreaCode("region:03000"), BELGIUM}),
    "03000", "90000",
)  # fmt: skip
PLACES = (GENT, DEINZE, GENTBRUGGE, NAMUR)
EAST_FLANDERS = Place(
    "Oost-Vlaanderen", PlaceKind.PROVINCE, ("44021", "44083"), Point(51.0, 3.65), frozenset(_EAST_FLANDERS),
    "02000", "40000",
)  # fmt: skip


def clock() -> datetime:
    return NOW


def a_location(place: Place, *, east_km: float = 0.0, precision: CoordinatePrecision = CoordinatePrecision.ADDRESS):
    """A location some kilometres east of a place's point."""
    east = east_km / (KM_PER_DEGREE * math.cos(math.radians(place.point.latitude)))
    point = Point(place.point.latitude, place.point.longitude + east)
    return FactsLocation(
        LocationId(uuid.uuid4()), Texts(), "Straat 1", "9000", place.municipalities[0], point, precision
    )


def a_service(
    key: str,
    *,
    name: str = "",
    organization: str = "",
    summary: str = "",
    needs: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    locations: tuple[FactsLocation, ...] = (),
    catchment: tuple[str, ...] | None = None,
    reach: frozenset[Reach] = frozenset(),
    eligibility: Eligibility | None = None,
    languages: tuple[str, ...] = (),
    interpreter: Interpreter = Interpreter.UNKNOWN,
    checked_on: date | None = None,
    dated_on: date | None = None,
    valid_until: date | None = None,
    status: Status = Status.ACTIVE,
    source: str = "owner",
) -> ServiceFacts:
    """One row of facts; `key` gives organization and service, everything else is unknown unless given."""
    body = organization or key.partition("/")[0]
    facts = ServiceFacts(
        service_id=ServiceId(uuid.uuid5(uuid.NAMESPACE_OID, key)),
        key=key,
        organization_id=OrganizationId(uuid.uuid5(uuid.NAMESPACE_OID, body)),
        organization_key=body,
        organization_name=Texts.of(nl=body),
        organization_type="",
        provider=Texts.of(nl=body.partition("-")[0]),
        status=status,
        name=Texts.of(nl=name or key.rpartition("/")[2]),
        summary=Texts.of(nl=summary),
        does=Texts(),
        for_whom=Texts(),
        kinds=kinds,
        needs=needs,
        target_groups=(),
        formality=Formality.FORMAL,
        reach=reach or (frozenset({Reach.SITE}) if locations else frozenset()),
        catchment=None if catchment is None else tuple(AreaCode(code) for code in catchment),
        eligibility=eligibility or Eligibility(stated=True),
        cost=Cost(),
        languages=tuple(SpokenLanguage(code) for code in languages),
        interpreter=interpreter,
        access=Access(),
        capacity=None,
        waiting_time=None,
        temporary_stop=None,
        schedules=(),
        locations=locations,
        public_phone="",
        public_email="",
        url="",
        valid_from=None,
        valid_until=valid_until,
        review_days=183,
        checked_on=checked_on,
        dated_on=dated_on,
        evidence={name: Evidence(name, source, dated_on) for name in ("name", "needs", "catchment", "eligibility")},
    )
    return replace(facts, text_key=text_key_of(facts))


@dataclass
class FakeKnowledge:
    """A small taxonomy: meals, debt, loneliness, living wage; and two crisis topics."""

    terms_by_code: dict[str, Term] = field(default_factory=dict)
    all_sentences: tuple[ExampleSentence, ...] = ()
    all_kinds: dict[str, KindOfHelp] = field(default_factory=dict)
    topics: tuple[CrisisTopic, ...] = ()
    all_entrances: tuple[Entrance, ...] = ()

    def needs(self):
        return {code: term for code, term in self.terms_by_code.items() if term.kind is TermKind.NEED}

    def terms(self):
        return self.terms_by_code

    def sentences(self):
        return self.all_sentences

    def kinds(self):
        return self.all_kinds

    def rights(self):
        return {}

    def ambiguous_words(self):
        return ()

    def crisis_sentences(self):
        return ()

    def crisis(self):
        return self.topics

    def entrances(self):
        return self.all_entrances


def _need(code, label, kinds, *synonyms, scale_km=None):
    words = tuple(Synonym(word) for word in synonyms)
    return Term(code, TermKind.NEED, Texts.of(nl=label), synonyms=words, kinds=kinds, scale_km=scale_km)


def _kind(code, label, arranged_by_kinds=()):
    return KindOfHelp(
        code, Texts.of(nl=label), Texts.of(nl=f"Uitleg over {label}."), arranged_by_kinds=arranged_by_kinds
    )


def a_knowledge() -> FakeKnowledge:
    needs = (
        _need("meals", "Warme maaltijd", ("meal_delivery",), "maaltijden aan huis", "koken lukt niet"),
        _need("debt", "Schulden", ("social_assistance", "debt_mediation"), "facturen niet kunnen betalen"),
        _need("loneliness", "Eenzaamheid", ("buddy",), "eenzaam", "alleen voelen", scale_km=10.0),
        _need("no_income", "Geen inkomen", ("living_wage",), "leefloon"),
    )
    types = {
        "meal_delivery": "Maaltijdbedeling", "social_assistance": "Maatschappelijke dienstverlening",
        "debt_mediation": "Schuldbemiddeling", "buddy": "Buddywerking", "living_wage": "Leefloon",
    }  # fmt: skip
    terms = {term.code: term for term in needs}
    terms |= {code: Term(code, TermKind.SERVICE_TYPE, Texts.of(nl=label)) for code, label in types.items()}
    examples = {
        "meals": ("mijn vader kookt niet meer", "warm eten voor mijn moeder", "wie brengt maaltijden thuis"),
        "debt": ("ik kan mijn facturen niet betalen", "de deurwaarder stuurt brieven", "te veel leningen afbetalen"),
        "loneliness": ("ik voel me zo alleen", "mijn buurvrouw ziet niemand", "ik ken hier geen mensen"),
        "no_income": ("hoe vraag ik een leefloon aan", "ik heb geen inkomen meer", "zonder uitkering gevallen"),
    }
    sentences = tuple(ExampleSentence(need, "nl", text) for need, texts in examples.items() for text in texts)
    kinds = {code: _kind(code, label) for code, label in types.items()}
    kinds["meal_delivery"] = _kind("meal_delivery", "Maaltijdbedeling", ("social_assistance",))
    kinds["debt_mediation"] = _kind("debt_mediation", "Schuldbemiddeling", ("social_assistance",))
    line = CrisisLine("zelfmoordlijn", Texts.of(nl="Zelfmoordlijn"), phone="1813", languages=("nl",))
    topics = (
        CrisisTopic(
            CrisisCode.SUICIDE,
            (line,),
            Texts.of(nl="Denk je aan zelfdoding?"),
            phrases=(
                ("nl", "niet meer leven"),
                ("nl", "zelfmoord*"),
                ("fr", "envie de mourir"),
                ("ar", "أريد أن أموت"),
            ),
            exceptions=(("nl", "film over zelfmoord"),),
        ),
        CrisisTopic(
            CrisisCode.VIOLENCE_HOME,
            (),
            Texts.of(nl="Geweld?"),
            phrases=(("nl", "man slaat mij"), ("en", "husband beats me")),
        ),
    )
    return FakeKnowledge(terms, sentences, kinds, topics)


class FakeFacts:
    """Facts by id, all that matching asks for; counts the rows that were asked."""

    def __init__(self, services: tuple[ServiceFacts, ...] = ()) -> None:
        self.services = {facts.service_id: facts for facts in services}
        self.asked = 0

    def by_ids(self, service_ids):
        self.asked += len(service_ids)
        return {each: self.services[each] for each in service_ids if each in self.services}

    def count_texts(self):
        return len({facts.text_key for facts in self.services.values()})


class FakePlaces:
    """Four places; distance on a plane, which is near enough for tests."""

    def resolve(self, text, limit=5):
        found = [place for place in PLACES if place.label.lower() == text.strip().lower()]
        return [PlaceMatch(place, 1.0) for place in found[:limit]]

    def by_nis(self, nis):
        return next((place for place in PLACES if nis in place.municipalities), None)

    def by_area(self, code):
        return next((place for place in (*PLACES, EAST_FLANDERS) if code == place.area), None)

    def at(self, point):
        return min(PLACES, key=lambda place: self.distance_km(point, place.point))

    def mentions(self, text, language):
        del language
        found = [
            PlaceMention(place, match.start(), match.end())
            for place in PLACES
            for match in re.finditer(rf"\b{place.label}\b", text, re.IGNORECASE)
        ]
        return sorted(found, key=lambda mention: mention.start)

    def outside(self, text, language):
        del language
        return ("Parijs",) if "in Parijs" in text else ()

    def within(self, place, kilometres):
        return frozenset(
            nis
            for other in PLACES
            if self.distance_km(place.point, other.point) <= kilometres + 5
            for nis in other.municipalities
        ) | frozenset(place.municipalities)

    def distance_km(self, one, other):
        north = (one.latitude - other.latitude) * KM_PER_DEGREE
        east = (one.longitude - other.longitude) * KM_PER_DEGREE * math.cos(math.radians(one.latitude))
        return math.hypot(north, east)


class FakeIndex:
    """An index over facts: words by overlap, meaning by the embedder; the filters and orders of the real ones."""

    def __init__(self, services: tuple[ServiceFacts, ...], embedder: FakeEmbedder, places: FakePlaces) -> None:
        self.name = "embedded"
        self._services = services
        self._embedder = embedder
        self._places = places
        self.calls: Counter[str] = Counter()
        self.broken = False
        self.meaning_broken = False
        self.lacks: tuple = ()

    def lexical(self, query):
        self._call("lexical")
        asked = set(re.findall(r"\w+", query.text.lower()))
        scores = {}
        for facts in self._passing(query):
            score = len(asked & set(re.findall(r"\w+", self._words(facts).lower())))
            score += 5 * len(set(query.needs) & set(facts.needs)) + 3 * len(set(query.kinds) & set(facts.kinds))
            if score:
                scores[facts.text_key] = max(score, scores.get(facts.text_key, 0))
        return self._best(scores, query.limit)

    def nearest(self, query, vector):
        self._call("nearest")
        if self.meaning_broken:
            raise UnavailableError("vectors_missing")
        scores = {
            facts.text_key: float(self._embedder.vector(self._words(facts)) @ vector) for facts in self._passing(query)
        }
        return self._best(scores, query.limit)

    def offers(self, query):
        self._call("offers")
        hits = []
        for text_key in query.text_keys:
            group = [facts for facts in self._services if facts.text_key == text_key]
            found = [self._offer(facts, query, len(group)) for facts in group]
            found.sort(key=lambda hit: (hit.covers is not True, hit.distance_km is None, hit.distance_km or 0.0))
            hits += found[: query.per_text]
        return hits

    def degradations(self):
        return self.lacks

    def status(self):
        return IndexStatus("embedded", ready=True, texts=0, offers=0, embedder="", built_at=None)

    def _call(self, name):
        self.calls[name] += 1
        if self.broken:
            raise UnavailableError("index_unavailable")

    @staticmethod
    def _words(facts):
        return " ".join((facts.name.text("nl"), facts.summary.text("nl"), facts.provider.text("nl")))

    def _passing(self, query):
        for facts in self._services:
            at = {location.municipality for location in facts.locations}
            if (
                not (query.near or query.covering or query.remote)
                or at & query.near
                or set(facts.catchment or ()) & query.covering
                or (query.remote and any(way.is_remote or way is Reach.HOME_VISIT for way in facts.reach))
            ):
                yield facts

    def _offer(self, facts, query, offers):
        covers = None if facts.catchment is None else bool(set(facts.catchment) & query.covering)
        distances = [
            self._places.distance_km(query.point, location.point)
            for location in facts.locations
            if location.point is not None and query.point is not None
        ]
        return OfferHit(facts.service_id, facts.text_key, covers, min(distances, default=None), offers)

    @staticmethod
    def _best(scores, limit):
        ordered = sorted(scores.items(), key=lambda each: (-each[1], each[0]))
        return [TextHit(text_key, score) for text_key, score in ordered[:limit]]


class FakeAreas:
    def area_name(self, code, language):
        del language
        names = {municipality_area("44021"): "Gent", municipality_area("44083"): "Deinze", BELGIUM: "België"}
        return names.get(code, code)


class FakeGaps:
    def __init__(self) -> None:
        self.counted: list[tuple] = []

    def count_gap(self, need, area, language, month):
        self.counted.append((need, area, language, month))
