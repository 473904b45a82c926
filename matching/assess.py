"""From what was found to what is judged: candidates, their reasons, and which of them are an answer at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kaart.domain.areas import AreaCode, AreaSystem, Place, municipality_area
from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.facts import ServiceFacts, without_body
from kaart.domain.needs import ClientNeed
from kaart.domain.ports import AreaNames, Places
from matching.criteria.area import area
from matching.criteria.candidate import AnswerTo, Candidate, Fit
from matching.criteria.eligibility import eligibility
from matching.criteria.freshness import freshness
from matching.criteria.language import language
from matching.criteria.need import need
from matching.criteria.reach import reach
from matching.criteria.weights import SECOND_READING
from matching.explain import Reason
from matching.rank import Match
from matching.retrieve import Ask, Found, Nearness, serves_part
from matching.understand.words import plain_words, stem, stems_of

Criterion = Callable[[ClientNeed, Candidate], Reason | None]

#: The criteria in the order in which their reasons are shown.
CRITERIA: Sequence[Criterion] = (need, reach, area, eligibility, language, freshness)

#: Of the words that say something, this share stands in the offer's own words before they count as its subject.
_WORD_SHARE = 0.6
#: An offer whose coded needs are others is only about the question when its words are nearer than this above what
#: counts as near: its codes already say that it is for something else.
_CODED_OTHERWISE = 0.03
#: A name of this many letters or more in the question names the offer; shorter ones are ordinary words.
_NAME_LETTERS = 5

#: Of the areas of a catchment that hold the place, the sharpest is named.
_SYSTEMS = (
    AreaSystem.SUBMUNICIPALITY,
    AreaSystem.POSTAL,
    AreaSystem.MUNICIPALITY,
    AreaSystem.ELZ,
    AreaSystem.REFERENTIEREGIO,
    AreaSystem.PROVINCE,
    AreaSystem.LANGUAGE_AREA,
    AreaSystem.REGION,
    AreaSystem.COUNTRY,
)


@dataclass(frozen=True, slots=True)
class Assessor:
    """Judges offers for one request.

    `words` are the plain words of each ask. `near_text` is the cosine from which a text is about a question, if known.
    """

    asked: ClientNeed
    asks: Sequence[Ask]
    kinds_of: Mapping[str, Sequence[str]]
    scale_km: float
    words: Sequence[tuple[str, ...]]
    near_text: float | None
    today: date
    places: Places
    areas: AreaNames

    def candidate(self, found: Found) -> Candidate:
        """What the criteria see of an offer."""
        facts, place = found.facts, self.asked.place
        if found.hit.offers > 1 and (place is None or serves_part(facts, place)):
            return Candidate(
                facts=without_body(facts),
                answers=tuple(self._answers(found)),
                today=self.today,
                scale_km=self.scale_km,
                place_needed=True,
            )
        municipalities = {each.municipality for each in facts.locations if each.municipality}
        served = _own_municipalities(facts, place)
        return Candidate(
            facts=facts,
            answers=tuple(self._answers(found)),
            today=self.today,
            covers=found.hit.covers if place is not None else None,
            distance_km=found.hit.distance_km,
            scale_km=self.scale_km,
            area_label=self._area_label(facts, place),
            in_municipality=place is not None
            and bool(set(place.municipalities) & municipalities or (served and not municipalities)),
            same_zone=place is not None and self._shares_zone(place, municipalities),
        )

    def judged(self, candidate: Candidate, without: ReasonCode | None = None) -> Match:
        """The offer with the reasons of all criteria, but one where that has nothing to say."""
        reasons = tuple(
            reason
            for criterion in CRITERIA
            if (reason := criterion(self.asked, candidate)) is not None and reason.code is not without
        )
        return Match(
            candidate.facts,
            reasons,
            candidate.distance_km if self.asked.place is not None else None,
            candidate.covers,
            place_needed=candidate.place_needed,
            answers=candidate.answered,
        )

    def _answers(self, found: Found) -> list[AnswerTo]:
        """How the offer answers each ask.

        A further reading counts less, and only for an offer that answers nothing else: it may be a mistake of ours, and
        must not lift what answers a bit of everything above what answers what was said first.
        """
        fits = [self._coded(found.facts, ask.need) if ask.need else Fit.NONE for ask in self.asks]
        answered = any(ask.leading and fit is not Fit.NONE for ask, fit in zip(self.asks, fits, strict=True))
        answers: list[AnswerTo] = []
        for ask, fit, words, near in zip(self.asks, fits, self.words, found.nearness, strict=True):
            if ask.leading:
                worded = self._worded(ask, words, found.facts, near) if fit is Fit.NONE else fit
                answers.append(AnswerTo(ask.need, worded, 1.0, near.closeness))
            else:
                answers.append(AnswerTo(ask.need, fit, 0.0 if answered else SECOND_READING, near.closeness))
                answered = answered or fit is not Fit.NONE
        return answers

    def _coded(self, facts: ServiceFacts, code: str) -> Fit:
        by_need = code in facts.needs
        by_kind = bool(set(self.kinds_of.get(code, ())) & set(facts.kinds))
        if by_need and by_kind:
            return Fit.BOTH
        return Fit.NEED if by_need else Fit.KIND if by_kind else Fit.NONE

    def _worded(self, ask: Ask, words: tuple[str, ...], facts: ServiceFacts, near: Nearness) -> Fit:
        """Whether the words alone make it an answer. An offer that is coded for other needs must be nearer."""
        if _named(words, facts):
            return Fit.NAMED
        uncoded = not facts.needs and not facts.kinds
        if self.near_text is not None and near.cosine is not None:
            least = self.near_text + (0.0 if uncoded or not ask.need else _CODED_OTHERWISE)
            if near.cosine >= least:
                return Fit.TEXT
        if near.by_words and (uncoded or not ask.need) and _word_share(words, facts) >= _WORD_SHARE:
            return Fit.TEXT
        return Fit.NONE

    def _area_label(self, facts: ServiceFacts, place: Place | None) -> str:
        if not facts.catchment or place is None:
            return ""
        inside = [code for code in facts.catchment if code in place.areas]
        order = {system.value: rank for rank, system in enumerate(_SYSTEMS)}
        named = sorted(inside or facts.catchment, key=lambda code: (order.get(code.partition(":")[0], 99), code))
        return self.areas.area_name(named[0], self.asked.answer_language)

    def _shares_zone(self, place: Place, municipalities: set[str]) -> bool:
        zones = _zones(place.areas)
        if not zones or not municipalities:
            return False
        others = (self.places.by_nis(nis) for nis in municipalities)
        return any(zones & _zones(other.areas) for other in others if other is not None)


def failing_rule(match: Match) -> Reason | None:
    """The true rule that keeps the person out: a catchment or a required condition. Distance and language are none."""
    rules = {ReasonCode.AREA, ReasonCode.ELIGIBILITY}
    return next((reason for reason in match.reasons if reason.code in rules and reason.verdict is Verdict.FAILS), None)


def _zones(areas: frozenset[AreaCode]) -> frozenset[AreaCode]:
    return frozenset(code for code in areas if code.startswith(f"{AreaSystem.ELZ}:"))


def _own_municipalities(facts: ServiceFacts, place: Place | None) -> bool:
    """Whether the offer serves exactly municipalities and the place's own is one of them."""
    if place is None or not facts.catchment:
        return False
    own = {municipality_area(nis) for nis in place.municipalities}
    return bool(own & set(facts.catchment))


def _named(words: tuple[str, ...], facts: ServiceFacts) -> bool:
    """Whether the question names the offer or its organization by its whole name."""
    for texts in (facts.name, facts.organization_name):
        for name in texts:
            own = _name_words(name.value)
            if len("".join(own)) >= _NAME_LETTERS and _stands_in(own, words):
                return True
    return False


@lru_cache(maxsize=16384)
def _name_words(name: str) -> tuple[str, ...]:
    """The plain words of a name; the same names are met in every search."""
    return plain_words(name)


def _stands_in(part: tuple[str, ...], words: tuple[str, ...]) -> bool:
    size = len(part)
    return any(words[start : start + size] == part for start in range(len(words) - size + 1))


def _word_share(words: tuple[str, ...], facts: ServiceFacts) -> float:
    """Which share of the question's words that say something stands in the offer's words."""
    asked = set(stems_of(words))
    if not asked:
        return 0.0
    own: set[str] = set()
    for texts in (facts.name, facts.organization_name, facts.summary, facts.does, facts.for_whom):
        for each in texts:
            own.update(stem(word) for word in plain_words(each.value))
    return len(asked & own) / len(asked)
