"""The main job: a request in, ranked offers with their reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from kaart.domain.areas import AreaCode, Place
from kaart.domain.codes import Coverage, Degraded, ReasonCode
from kaart.domain.needs import ClientNeed
from kaart.domain.ports import (
    AreaNames,
    Clock,
    Embedder,
    FactsReader,
    GapCounter,
    Knowledge,
    Places,
    Progress,
    SearchIndex,
)
from kaart.errors import UnavailableError
from matching.answer import Answer, KindCard, MatchRequest, Note, Understanding
from matching.asks import MAXIMUM_ASKS, Asker
from matching.assess import Assessor, failing_rule
from matching.rank import Match, covering_every_need, grouped, in_order
from matching.retrieve import DEFAULT_SCALE_KM, Ask, Retrieved, Retriever
from matching.shape import (
    elsewhere_notes,
    kind_cards,
    kinds_to_show,
    left_out_notes,
    named_kinds,
    names_of_kinds,
    near_misses,
    notes,
    outside_notes,
)
from matching.understand.calibration import calibration_of
from matching.understand.questions import with_place_asked
from matching.understand.understand import Understander
from matching.understand.words import plain_words

#: The day that counts for validity and for the tie-break is the day in Belgium.
_BRUSSELS = ZoneInfo("Europe/Brussels")
#: Outside the catalogue's regions, where nothing fits, the line of the place's own language that listens to anyone is
#: shown beside those for a related need: a line for something else would be no answer.
_GENERAL_LINE = "helpline_emotional"


@dataclass(frozen=True, slots=True)
class _Judged:
    """Offers that answer, and offers that would but for one rule."""

    results: tuple[Match, ...]
    failed: tuple[Match, ...]


class Matcher:
    """Joins understanding, retrieval, criteria and shape. Safe to use from several threads."""

    def __init__(
        self,
        knowledge: Knowledge,
        embedder: Embedder,
        index: SearchIndex,
        facts: FactsReader,
        places: Places,
        areas: AreaNames,
        gaps: GapCounter,
        clock: Clock,
    ) -> None:
        self._knowledge = knowledge
        self._index = index
        self._places = places
        self._areas = areas
        self._gaps = gaps
        self._clock = clock
        self._terms = knowledge.needs()
        self._kinds_of = {code: term.kinds for code, term in self._terms.items()}
        self._kind_names = names_of_kinds(knowledge.kinds(), knowledge.terms())
        curve = calibration_of(embedder.identity)
        self._near_text = curve.near_text if curve is not None else None
        self._asker = Asker(self._terms, embedder)
        self._understander = Understander(knowledge, embedder, places)
        self._retriever = Retriever(index, facts, places)

    def prepare(self, progress: Progress | None = None) -> None:
        """Make what the first request would wait for. Raises `UnavailableError` without an embedder."""
        self._understander.prepare(progress)

    def understand(self, request: MatchRequest) -> Understanding:
        """What the request says. Raises `InvalidInputError` for one that cannot be used."""
        return self._understander.understand(request)

    def match(self, request: MatchRequest) -> Answer:
        """The whole answer.

        Raises `InvalidInputError` for a request that cannot be used, and `UnavailableError` when the index cannot
        answer at all and the text speaks of no crisis (a crisis line is shown whatever else fails).
        """
        reading = self._understander.read(request)
        understanding, need = reading.understanding, reading.understanding.need
        now = self._clock()
        asks = self._asker.asks(reading)
        if not asks:
            return Answer(
                understanding, (), (), now, widened=self._where(understanding), degraded=understanding.degraded
            )
        scale = max(self._scale(ask) for ask in asks if ask.leading)
        today = now.astimezone(_BRUSSELS).date()
        assessor = self._assessor(need, asks, scale, today)
        try:
            retrieved = self._retriever.retrieve(asks, need.place, scale)
            judged = self._judge(retrieved, assessor, need)
            ordered = self._ordered(judged.results, asks, today)
            results = ordered[: request.limit]
            kinds = self._kinds(asks, ordered, assessor, need.place)
        except UnavailableError:
            if not understanding.crisis:
                raise
            degraded = self._degraded(understanding, asks)
            return Answer(understanding, (), (), now, widened=self._where(understanding), degraded=degraded)
        self._count_gaps(asks, results, understanding, today)
        if _place_decides(results, kinds, need.place):
            asked = with_place_asked(understanding.questions, request.answers)
            understanding = replace(understanding, questions=asked)
        return Answer(
            understanding,
            kinds,
            results,
            now,
            near_misses=near_misses(in_order(judged.failed, today), results),
            widened=(
                *self._where(understanding),
                *left_out_notes(len(need.needs), MAXIMUM_ASKS),
                *(notes(need.place, results, retrieved.ring_km, retrieved.first_ring_km) if need.needs else ()),
            ),
            degraded=self._degraded(understanding, asks, meaning_failed=retrieved.meaning_failed),
        )

    def _where(self, understanding: Understanding) -> tuple[Note, ...]:
        """What to say of a place beyond the map, abroad or in another region, whatever was found."""
        elsewhere = elsewhere_notes(understanding.need.place, self._knowledge.entrances())
        return (*outside_notes(understanding.outside), *elsewhere)

    def _scale(self, ask: Ask) -> float:
        """How far people go for this: as far as the need says."""
        scale = self._terms[ask.need].scale_km if ask.need else None
        return scale or DEFAULT_SCALE_KM

    def _assessor(self, need: ClientNeed, asks: Sequence[Ask], scale: float, today: date) -> Assessor:
        return Assessor(
            asked=need,
            asks=asks,
            kinds_of=self._kinds_of,
            scale_km=scale,
            words=tuple(plain_words(ask.text) for ask in asks),
            near_text=self._near_text,
            today=today,
            places=self._places,
            areas=self._areas,
        )

    def _judge(self, retrieved: Retrieved, assessor: Assessor, need: ClientNeed) -> _Judged:
        """Keep what answers; apart what fails one true rule. Nothing loosely fitting pads the list."""
        results: list[Match] = []
        failed: list[Match] = []
        for found in retrieved.found:
            if not found.facts.is_current(assessor.today):
                continue
            candidate = assessor.candidate(found)
            if not candidate.fits:
                continue
            match = assessor.judged(candidate)
            if failing_rule(match) is not None:
                if candidate.answered and candidate.is_within_reach:
                    failed.append(match)
            else:
                results.append(match)
        if not results and need.place is not None and not need.place.has_catalogue:
            results = self._lines_elsewhere(assessor, need.place)
        return _Judged(tuple(results), tuple(failed))

    def _lines_elsewhere(self, assessor: Assessor, place: Place) -> list[Match]:
        """The lines known to serve this place that are for a related need, and those that listen to anyone."""
        asked = (self._terms[ask.need] for ask in assessor.asks if ask.need and ask.leading)
        related = dict.fromkeys(code for term in asked for code in term.related)
        judge = replace(assessor, asks=(), words=())
        candidates = (
            judge.candidate(found)
            for found in self._retriever.offering((_GENERAL_LINE,), place, needs=tuple(related))
            if found.facts.is_current(assessor.today) and any(way.is_remote for way in found.facts.reach)
        )
        return [
            match
            for candidate in candidates
            if candidate.covers and failing_rule(match := judge.judged(candidate, without=ReasonCode.NEED)) is None
        ]

    def _ordered(self, matches: Sequence[Match], asks: Sequence[Ask], today: date) -> tuple[Match, ...]:
        cards = grouped(in_order(matches, today))
        return covering_every_need(cards, [ask.need for ask in asks if ask.need], today)

    def _kinds(
        self, asks: Sequence[Ask], results: Sequence[Match], assessor: Assessor, place: Place | None
    ) -> tuple[KindCard, ...]:
        text = assessor.asked.text
        needs = [ask.need for ask in asks if ask.need]
        kinds = kinds_to_show(needs, self._kinds_of, self._knowledge.kinds(), named_kinds(text, self._kind_names))
        offered = {kind for match in results for kind in match.facts.kinds}
        missing = [kind for kind in kinds if kind.code not in offered]
        outside = place is not None and not place.has_catalogue
        if not missing or outside:
            cards = kind_cards(kinds, offered, ())
            # Elsewhere other bodies arrange help: a kind of which nothing serves the place would lead people astray.
            return tuple(card for card in cards if not outside or card.coverage is Coverage.KNOWN)
        # What no list brought up may still be there: only the register itself can say that it holds none.
        own = dict.fromkeys(kind.code for kind in missing)
        arranging = dict.fromkeys(code for kind in missing for code in kind.arranged_by_kinds)
        found = self._retriever.offering(tuple({**own, **arranging}), place)
        judge = replace(assessor, asks=(), words=())
        candidates = [judge.candidate(each) for each in found if each.facts.is_current(assessor.today)]
        judged = [(each, judge.judged(each, without=ReasonCode.NEED)) for each in candidates]
        able = [(each, match) for each, match in judged if failing_rule(match) is None]
        offered.update(
            kind for each, match in able if each.covers or each.is_within_reach for kind in match.facts.kinds
        )
        return tuple(kind_cards(kinds, offered, in_order([match for _, match in able], assessor.today)))

    def _degraded(
        self, understanding: Understanding, asks: Sequence[Ask], *, meaning_failed: bool = False
    ) -> tuple[Degraded, ...]:
        """What the answer lacks. An index on its spare says so itself: the embedder has no part in that."""
        lacking = self._index.degradations()
        found = [*understanding.degraded, *lacking]
        if any(ask.vector is None for ask in asks) or (meaning_failed and not lacking):
            found.append(Degraded.EMBEDDER)
        return tuple(dict.fromkeys(found))

    def _count_gaps(
        self, asks: Sequence[Ask], results: Sequence[Match], understanding: Understanding, today: date
    ) -> None:
        """Count each asked need that no result answers: a number, without the words or the person.

        A second reading of the same words may be a mistake of ours, which is no gap.
        """
        need = understanding.need
        if need.place is not None and not need.place.has_catalogue:
            return
        answered = frozenset().union(*(match.answers for match in results))
        area = _gap_area(need.place, crisis=bool(understanding.crisis))
        for ask in asks:
            if ask.need and ask.leading and ask.need not in answered:
                self._gaps.count_gap(ask.need, area, need.language or need.answer_language, today.replace(day=1))


def _place_decides(results: Sequence[Match], kinds: Sequence[KindCard], place: Place | None) -> bool:
    """Whether a sharper place would change the answer: help that differs per town, or that one has to go to."""
    shown = (*results, *(match for card in kinds for match in card.arranged_by))
    return any(
        match.place_needed or (place is None and not any(way.is_remote for way in match.facts.reach)) for match in shown
    )


def _gap_area(place: Place | None, *, crisis: bool) -> AreaCode | None:
    """The municipality where it is known; with a crisis in the text never below the province.

    So a gap of a whole province is not booked on one of its towns, and nobody in a crisis can be guessed.
    """
    if place is None:
        return None
    return place.wide_area if crisis else place.area
