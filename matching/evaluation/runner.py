"""Runs an evaluation set through the engine and counts: needs, services, crisis; per language and per group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kaart.domain.areas import Place
from kaart.domain.ports import Progress
from matching.answer import Answer, MatchRequest, Understanding
from matching.evaluation.cases import Case
from matching.evaluation.metrics import DEPTH, first_right, ndcg, recall
from matching.evaluation.wilson import wilson

#: A right need or service counts as found when it is among so many (design: matching §6).
TOP = 3
#: A service of this grade or more is a right answer.
RIGHT_GRADE = 2


class Engine(Protocol):
    """What is measured."""

    def understand(self, request: MatchRequest) -> Understanding:
        """What a request says."""

    def match(self, request: MatchRequest) -> Answer:
        """The whole answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for one request: codes of needs and keys of services, best first, and the crises that fired."""

    case: Case
    needs: tuple[str, ...]
    crisis: tuple[str, ...]
    services: tuple[str, ...] = ()


def run(
    cases: Sequence[Case],
    engine: Engine,
    place_of: Callable[[str], Place | None],
    progress: Progress | None = None,
) -> list[Outcome]:
    """Ask each request; offers are looked for only where some are graded."""
    outcomes: list[Outcome] = []
    for number, case in enumerate(cases, 1):
        place = place_of(case.place) if case.place else None
        request = MatchRequest(case.text, place=place, stated=case.facts, limit=DEPTH)
        keys: tuple[str, ...] = ()
        if case.services:
            answer = engine.match(request)
            understanding = answer.understanding
            keys = tuple(match.facts.key for match in answer.results)
        else:
            understanding = engine.understand(request)
        outcomes.append(
            Outcome(
                case,
                tuple(guess.code for guess in (*understanding.need.needs, *understanding.need.possible)),
                tuple(alert.code.value for alert in understanding.crisis),
                keys,
            )
        )
        if progress is not None:
            progress(number, len(cases))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of a run in the shape of the design's `interfaces.md`, each share as 0-1.

    A figure over no request is None. `intervals` holds the 95 % Wilson interval of each share. `needs_all_found` is
    the share of requests whose every asked need was named, `needs_named` how many needs are named per request.
    """
    told: dict[str, Any] = {"n": len(outcomes)} | _needs(outcomes) | _services(outcomes) | _crisis(outcomes)
    told["by_language"] = _parts(outcomes, lambda case: case.language)
    told["by_group"] = _parts(outcomes, lambda case: case.group)
    told["queries"] = [
        {
            "id": each.case.id,
            "needs": list(each.needs),
            "crisis": list(each.crisis),
            "services": list(each.services),
            "need_rank": first_right(each.needs, each.case.right_needs),
            "service_rank": first_right(each.services, _right(each.case)),
        }
        for each in outcomes
    ]
    return told


def _parts(outcomes: Sequence[Outcome], name: Callable[[Case], str]) -> dict[str, dict[str, Any]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        if key := name(each.case):
            found[key].append(each)
    return {
        key: {"n": len(part)} | _needs(part) | _services(part)
        for key, part in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def _needs(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    asked = [each for each in outcomes if each.case.needs_all]
    ranks = [first_right(each.needs, each.case.right_needs) for each in asked]
    first, top = _count(ranks, 1), _count(ranks, TOP)
    covered = sum(set(each.case.needs_all) <= set(each.needs) for each in asked)
    return {
        "need_first": _share(first, len(asked)),
        "need_top3": _share(top, len(asked)),
        "needs_all_found": _share(covered, len(asked)),
        "needs_named": round(sum(len(each.needs) for each in asked) / len(asked), 2) if asked else None,
        "intervals": {"need_first": _interval(first, len(asked)), "need_top3": _interval(top, len(asked))},
    }


def _services(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    graded = [each for each in outcomes if each.case.services]
    ranks = [first_right(each.services, _right(each.case)) for each in graded]
    return {
        "service_first": _share(_count(ranks, 1), len(graded)),
        "service_top3": _share(_count(ranks, TOP), len(graded)),
        "ndcg_10": _mean(ndcg(each.services, each.case.services) for each in graded),
        "recall_10": _mean(recall(each.services, _right(each.case)) for each in graded),
        "mrr": _mean(1 / rank if rank else 0.0 for rank in ranks),
    }


def _crisis(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    asked = [each for each in outcomes if each.case.crisis is not None]
    ordinary = [each for each in outcomes if each.case.crisis is None]
    # The right lines must be shown: another code beside it does no harm.
    hits = sum(each.case.crisis in each.crisis for each in asked)
    return {
        "crisis_recall": _share(hits, len(asked)),
        "crisis_false_alarms": _share(sum(bool(each.crisis) for each in ordinary), len(ordinary)),
    }


def _right(case: Case) -> frozenset[str]:
    return frozenset(key for key, grade in case.services.items() if grade >= RIGHT_GRADE)


def _count(ranks: Iterable[int | None], limit: int) -> int:
    return sum(rank is not None and rank <= limit for rank in ranks)


def _share(right: int, asked: int) -> float | None:
    return round(right / asked, 4) if asked else None


def _interval(right: int, asked: int) -> list[float]:
    return [round(each, 3) for each in wilson(right, asked)]


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None
