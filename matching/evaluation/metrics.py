"""Measures of one ranked list against what is right: the first right answer, recall, and graded gain."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

#: How far down a list of services counts.
DEPTH = 10


def first_right(found: Sequence[str], right: Collection[str]) -> int | None:
    """The place of the first right answer, counted from 1; None if there is none."""
    return next((place for place, code in enumerate(found, 1) if code in right), None)


def ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain (0-1); 1.0 when nothing is graded above 0.

    The gain of a grade is 2^grade - 1 (Burges et al., 2005).
    """
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(key, 0) for key in found[:depth]]) / ideal if ideal else 1.0


def recall(found: Sequence[str], right: Collection[str], depth: int = DEPTH) -> float:
    """The share of the right ones that stand in the list (0-1); 1.0 when nothing is right."""
    return len(set(found[:depth]).intersection(right)) / len(right) if right else 1.0


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1)))
