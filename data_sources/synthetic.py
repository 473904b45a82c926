"""A made-up catalogue for scale tests: plainly fictitious, spread like the population, words from the taxonomy.

Everything is marked `synthetic`, has keys ``synthetic-…`` and says so in its name. It has no telephone number,
e-mail or street: a made-up number may be somebody's. The same seed always gives the same catalogue, and services
share texts from a fixed pool, as real ones do, so that a hundred thousand services cost a few thousand vectors.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, islice
from typing import Final, Generic, TypeVar

from kaart.domain.areas import AreaCode, AreaSystem, Point, area_code, municipality_area
from kaart.domain.catalogue import (
    Catchment,
    Change,
    Cost,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    SourceKey,
    SpokenLanguage,
)
from kaart.domain.codes import CoordinatePrecision, CostKind, Formality, Reach, RuleCode
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.ids import LocationId, OrganizationId, ServiceId, derived_id
from kaart.domain.needs import Term, TermKind
from kaart.domain.ports import Progress
from kaart.domain.texts import Texts
from kaart.errors import ConflictError
from kaart.places.data import PlaceData
from kaart.places.distance import flat_km
from kaart.store.store import Store

CODE: Final = "synthetic"
#: So many texts are in the pool, whatever the number of services (issue: a few thousand templates).
TEXTS: Final = 3000
#: The day that the made-up texts bear; fixed, so that a seed gives the same catalogue on any day.
WRITTEN_ON: Final = date(2026, 1, 1)
#: Organizations written at once: as many as keep memory small, with some thousand services.
BATCH: Final = 1000
#: The share of organizations with a place of their own; their services are given there.
WITH_LOCATION: Final = 0.6
#: A neighbour's middle lies within this distance, in kilometres; at most so many count.
NEIGHBOUR_KM: Final = 12.0
NEIGHBOURS: Final = 6
#: Places lie about the middle of a municipality with this deviation, in kilometres.
SPREAD_KM: Final = 1.5
_KM_PER_DEGREE: Final = 111.2
#: The share of services of which no language is told.
UNTOLD_LANGUAGES: Final = 0.25
#: No municipality has more people; the gazetteer gives the city of Brussels those of the whole region.
MOST_PEOPLE: Final = 560_000

T = TypeVar("T")


class _Odds(Generic[T]):
    """Options with their weights, summed once: drawing is done some hundred thousand times."""

    def __init__(self, *options: tuple[T, int]) -> None:
        self._options = [option for option, _ in options]
        self._sums = list(accumulate(weight for _, weight in options))

    def draw(self, chance: random.Random) -> T:
        return chance.choices(self._options, cum_weights=self._sums)[0]


#: Services of one organization: how many, and how often.
SERVICES_EACH: Final = _Odds((1, 30), (2, 25), (3, 15), (5, 15), (8, 10), (12, 5))
_CATCHMENTS: Final = _Odds(("unknown", 30), ("own", 35), ("neighbours", 20), ("province", 10), ("region", 5))
_COSTS: Final = _Odds(
    (CostKind.FREE, 35),
    (CostKind.INCOME_RELATED, 15),
    (CostKind.TARIFF, 15),
    (CostKind.UNKNOWN, 35),
)
_AGES: Final = _Odds[AgeRange | None](
    (None, 75),
    (AgeRange(0, 17), 4),
    (AgeRange(12, 25), 5),
    (AgeRange(18), 10),
    (AgeRange(65), 6),
)
#: Other languages beside those of the place, and the share of services that speak each.
_LANGUAGES: Final = (("en", 0.2), ("fr", 0.15), ("ar", 0.06), ("tr", 0.05), ("uk", 0.03), ("pl", 0.03), ("ro", 0.02))
_FORMALITIES: Final = _Odds((Formality.FORMAL, 70), (Formality.INFORMAL, 20), (Formality.MIXED, 10))
_MANNERS: Final = (
    ("Je kunt zonder afspraak langskomen.", "Vous pouvez passer sans rendez-vous."),
    ("Je maakt eerst een afspraak.", "Vous prenez d'abord rendez-vous."),
    ("Een medewerker komt bij je thuis.", "Un collaborateur vient chez vous."),
    ("Het gebeurt in groep.", "Cela se fait en groupe."),
    ("Je praat met een vaste begeleider.", "Vous parlez à un accompagnateur fixe."),
    ("Vrijwilligers helpen je verder.", "Des bénévoles vous aident."),
    ("Je krijgt informatie en raad.", "Vous recevez information et conseil."),
    ("We zoeken samen een oplossing die bij je past.", "Nous cherchons ensemble une solution."),
)


@dataclass(frozen=True, slots=True)
class SyntheticPlace:
    """A municipality over which to spread: NIS code, middle, people, wider areas and neighbours (NIS codes)."""

    nis: str
    name: str
    point: Point
    population: int
    province: str | None
    region: str
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyntheticBundle:
    """One made-up organization with its place, if it has one, and its services."""

    organization: Organization
    location: Location | None
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """One text of the pool with its codes."""

    name: Texts
    summary: Texts
    does: Texts
    for_whom: Texts
    kinds: tuple[str, ...]
    needs: tuple[str, ...]
    target_groups: tuple[str, ...]


def places_from(data: PlaceData) -> tuple[SyntheticPlace, ...]:
    """The municipalities of Flanders and Brussels, by NIS code."""
    inside = sorted((each for each in data.municipalities.values() if each.in_catalogue), key=lambda each: each.nis)
    found = []
    for place in inside:
        by_distance = sorted((flat_km(place.point, other.point), other.nis) for other in inside if other is not place)
        near = tuple(nis for kilometres, nis in by_distance[:NEIGHBOURS] if kilometres <= NEIGHBOUR_KM)
        found.append(
            SyntheticPlace(
                place.nis,
                place.name,
                place.point,
                min(max(place.population, 1), MOST_PEOPLE),
                place.province,
                place.region,
                near,
            )
        )
    return tuple(found)


def generate(
    services: int, seed: int, taxonomy: Mapping[str, Term], municipalities: Sequence[SyntheticPlace]
) -> Iterator[SyntheticBundle]:
    """Yield made-up organizations until they have exactly this many services together.

    The taxonomy must hold needs with kinds of help, and there must be a municipality; else `ValueError`.
    """
    pool = _pool(random.Random(f"{seed}:texts"), taxonomy)  # noqa: S311  made-up data, nothing secret
    if not pool or not municipalities:
        raise ValueError("nothing to make services of")
    chance = random.Random(f"{seed}:services")  # noqa: S311  made-up data, nothing secret
    spread = _Odds(*((place, place.population) for place in municipalities))
    left, number = services, 0
    while left > 0:
        number += 1
        place = spread.draw(chance)
        count = min(SERVICES_EACH.draw(chance), left)
        yield _bundle(chance, f"synthetic-{seed}-{number:06d}", number, place, count, pool)
        left -= count


def insert(
    store: Store, bundles: Iterable[SyntheticBundle], services: int, now: datetime, progress: Progress | None = None
) -> int:
    """Write made-up organizations fast, and return how many services came in; `services` is for the progress only.

    Raises `ConflictError` (``synthetic_exists``) when the catalogue of this seed is there, in whole or in part.
    """
    change = Change(
        source=CODE, actor=CODE, happened_at=now, retrieved_on=WRITTEN_ON, comment="made up for scale tests"
    )
    done = 0
    for batch in _batches(bundles):
        organizations = [each.organization for each in batch]
        with store.read() as unit:
            if taken := unit.get_many(Organization, [each.id for each in organizations]):
                raise ConflictError("synthetic_exists", key=next(iter(taken.values())).key)
        locations = [each.location for each in batch if each.location]
        made = [service for each in batch for service in each.services]
        store.bulk_insert_new(organizations, locations, made, change)
        done += len(made)
        if progress is not None:
            progress(done, services)
    return done


def _batches(bundles: Iterable[SyntheticBundle]) -> Iterator[list[SyntheticBundle]]:
    waiting = iter(bundles)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _pool(chance: random.Random, taxonomy: Mapping[str, Term]) -> tuple[_Words, ...]:
    terms = sorted((term for term in taxonomy.values() if term.replaced_by is None), key=lambda term: term.code)
    needs = [term for term in terms if term.kind is TermKind.NEED and any(code in taxonomy for code in term.kinds)]
    groups = [term for term in terms if term.kind is TermKind.TARGET_GROUP]
    if not needs:
        return ()
    return tuple(_words(chance, chance.choice(needs), groups, needs, taxonomy) for _ in range(TEXTS))


def _words(
    chance: random.Random, need: Term, groups: Sequence[Term], needs: Sequence[Term], taxonomy: Mapping[str, Term]
) -> _Words:
    kind = taxonomy[chance.choice([code for code in need.kinds if code in taxonomy])]
    group = chance.choice(groups) if groups and chance.random() < 0.6 else None
    alike = [term for term in needs if term is not need and kind.code in term.kinds]
    more = (chance.choice(alike),) if alike and chance.random() < 0.4 else ()
    manner_nl, manner_fr = chance.choice(_MANNERS)
    about_nl = " en ".join(term.labels.text("nl").lower() for term in (need, *more))
    about_fr = " et ".join(term.labels.text("fr").lower() for term in (need, *more))
    whom_nl = group.labels.text("nl").lower() if group else "iedereen"
    whom_fr = group.labels.text("fr").lower() if group else "tous"
    kind_nl, kind_fr = kind.labels.text("nl"), kind.labels.text("fr")
    french = chance.random() < 0.3
    name_nl, name_fr = (
        f"Synthetische dienst: {kind_nl.lower()} voor {whom_nl}",
        f"Service synthétique : {kind_fr.lower()}",
    )
    summary_nl, summary_fr = (
        f"{kind_nl} bij vragen over {about_nl}. {manner_nl}",
        f"{kind_fr} : {about_fr}. {manner_fr}",
    )
    return _Words(
        name=_texts(name_nl, name_fr, french),
        summary=_texts(summary_nl, summary_fr, french),
        does=Texts.of(WRITTEN_ON, nl=kind.explanation.text("nl")),
        for_whom=_texts(f"Voor {whom_nl}.", f"Pour {whom_fr}.", french),
        kinds=(kind.code,),
        needs=tuple(term.code for term in (need, *more)),
        target_groups=(group.code,) if group else (),
    )


def _texts(nl: str, fr: str, french: bool) -> Texts:
    return Texts.of(WRITTEN_ON, nl=nl, fr=fr if french else "")


#: The same provider for all, so that texts are shared over organizations as those of the OCMWs are.
_PROVIDER: Final = Texts.of(WRITTEN_ON, nl="Synthetische organisatie", fr="Organisation synthétique")


def _bundle(
    chance: random.Random, key: str, number: int, place: SyntheticPlace, count: int, pool: Sequence[_Words]
) -> SyntheticBundle:
    organization = Organization(
        id=OrganizationId(derived_id(CODE, key)),
        key=key,
        synthetic=True,
        source_keys=(SourceKey(CODE, key),),
        name=Texts.of(WRITTEN_ON, nl=f"Synthetische organisatie {number} ({place.name})"),
        generic_name=_PROVIDER,
        formality=_FORMALITIES.draw(chance),
    )
    location = _location(chance, organization, place) if chance.random() < WITH_LOCATION else None
    words = chance.sample(pool, min(count, len(pool)))
    services = tuple(
        _service(chance, organization, location, place, f"{key}/{index}", each) for index, each in enumerate(words, 1)
    )
    return SyntheticBundle(organization, location, services)


def _location(chance: random.Random, organization: Organization, place: SyntheticPlace) -> Location:
    key = f"{organization.key}/plaats"
    north, east = chance.gauss(0, SPREAD_KM), chance.gauss(0, SPREAD_KM)
    latitude = place.point.latitude + north / _KM_PER_DEGREE
    longitude = place.point.longitude + east / (_KM_PER_DEGREE * math.cos(math.radians(place.point.latitude)))
    return Location(
        id=LocationId(derived_id(CODE, key)),
        key=key,
        synthetic=True,
        source_keys=(SourceKey(CODE, key),),
        organization_id=organization.id,
        city=place.name,
        municipality=place.nis,
        point=Point(round(latitude, 5), round(longitude, 5)),
        precision=CoordinatePrecision.ADDRESS,
    )


def _service(
    chance: random.Random,
    organization: Organization,
    location: Location | None,
    place: SyntheticPlace,
    key: str,
    words: _Words,
) -> Service:
    catchment = _catchment(chance, place)
    ages = _AGES.draw(chance)
    rules = (EligibilityRule(RuleCode.AGE, ages=ages, sentence="Synthetische leeftijdsvoorwaarde."),) if ages else ()
    return Service(
        id=ServiceId(derived_id(CODE, key)),
        key=key,
        synthetic=True,
        source_keys=(SourceKey(CODE, key),),
        organization_id=organization.id,
        name=words.name,
        summary=words.summary,
        does=words.does,
        for_whom=words.for_whom,
        kinds=words.kinds,
        needs=words.needs,
        target_groups=words.target_groups,
        formality=organization.formality,
        reach=_reach(chance, location, catchment),
        catchment=catchment,
        eligibility=Eligibility(rules, stated=bool(rules)),
        cost=Cost(_COSTS.draw(chance)),
        languages=_languages(chance, place),
        locations=(ServiceAtLocation(location.id),) if location else (),
    )


def _catchment(chance: random.Random, place: SyntheticPlace) -> Catchment:
    own: AreaCode = municipality_area(place.nis)
    match _CATCHMENTS.draw(chance):
        case "own":
            return Catchment((own,))
        case "neighbours":
            return Catchment((own, *(municipality_area(nis) for nis in place.neighbours)))
        case "province" if place.province:
            return Catchment((area_code(AreaSystem.PROVINCE, place.province),))
        case "province" | "region":
            return Catchment((area_code(AreaSystem.REGION, place.region),))
        case _:
            return Catchment()


def _reach(chance: random.Random, location: Location | None, catchment: Catchment) -> frozenset[Reach]:
    found = {Reach.SITE} if location else set()
    for reach, share in ((Reach.HOME_VISIT, 0.2), (Reach.PHONE, 0.15), (Reach.ONLINE, 0.12)):
        if chance.random() < share:
            found.add(reach)
    if not location and not catchment.is_known:
        found.add(Reach.PHONE)  # with neither a place nor an area it could never be found otherwise
    return frozenset(found)


def _languages(chance: random.Random, place: SyntheticPlace) -> tuple[SpokenLanguage, ...]:
    if chance.random() < UNTOLD_LANGUAGES:
        return ()
    own = ("nl", "fr") if place.province is None else ("nl",)
    more = tuple(code for code, share in _LANGUAGES if code not in own and chance.random() < share)
    return tuple(SpokenLanguage(code) for code in (*own, *more))
