"""Runs a set of requests through the recogniser and counts where a right need stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matching.evaluation.wilson import wilson

#: A right need counts as found when it is among so many (design: matching §6).
TOP = 3


@dataclass(frozen=True, slots=True)
class NeedCase:
    """One request and the needs that are right for it."""

    id: str
    text: str
    language: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class NeedFigures:
    """Counts over a set: requests, those with a right need first, those with one among the first three."""

    asked: int
    first: int
    top: int
    named: int
    missed: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"first {_share(self.first, self.asked)}, among {TOP} {_share(self.top, self.asked)}, "
            f"needs per request {self.named / max(1, self.asked):.2f}, missed: {', '.join(self.missed) or '-'}"
        )


def measure_needs(cases: Iterable[NeedCase], recognise: Callable[[str], Sequence[str]]) -> NeedFigures:
    """`recognise` gives the codes of a text's needs, best first."""
    asked = first = top = named = 0
    missed: list[str] = []
    for case in cases:
        codes = recognise(case.text)
        asked += 1
        named += len(codes)
        first += bool(case.right.intersection(codes[:1]))
        if case.right.intersection(codes[:TOP]):
            top += 1
        else:
            missed.append(case.id)
    return NeedFigures(asked, first, top, named, tuple(missed))


def _share(right: int, asked: int) -> str:
    low, high = wilson(right, asked)
    return f"{right}/{asked} ({low:.2f}-{high:.2f})"
