"""Lists fused by reciprocal rank: pure, the same for every index, and without a licence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

#: Cormack, Clarke and Büttcher (SIGIR 2009) found 60 robust over collections; the design takes it over.
K = 60

Key = TypeVar("Key", bound=Hashable)


def reciprocal_rank(lists: Sequence[Sequence[Key]], k: int = K) -> dict[Key, float]:
    """Each key's sum of 1 / (k + rank) over the lists, ranks from 1; a key that stands twice counts first.

    The sum orders; it is never a cut-off, since it says nothing about how well a text answers.
    """
    scores: dict[Key, float] = {}
    for each in lists:
        for rank, key in enumerate(dict.fromkeys(each), start=1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (k + rank)
    return scores


def closeness(scores: Mapping[Key, float], lists: int, k: int = K) -> dict[Key, float]:
    """The fused scores as shares (0-1) of the best that is possible: first in every list."""
    best = lists / (k + 1)
    return {key: score / best for key, score in scores.items()} if best else {}


def in_order(scores: Mapping[str, float]) -> list[str]:
    """The keys by their score, best first; equal scores by key, so that the order is always the same."""
    return sorted(scores, key=lambda key: (-scores[key], key))
