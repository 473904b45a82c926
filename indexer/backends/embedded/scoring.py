"""BM25 over the few texts of a delta, in the measure of the generation beneath, so that scores compare.

tantivy scores the generation. A delta is too small for statistics of its own: a word that is common in the register
but stands once in the delta would seem rare. So document frequencies and average lengths are those of the
generation, and the formula with its rounding of lengths is tantivy's (and Lucene's).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from indexer.weights import BM25_B, BM25_K1, FIELD_BOOSTS, KIND_LIFT, NEED_LIFT, TIE_BREAKER
from kaart.domain.search import TextDocument

#: Lengths up to here are kept exactly by the engines; longer ones in steps, with four significant bits.
_EXACT_LENGTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many texts there are, how many of them hold a word in a field, and how long the fields are on average."""

    texts: int
    frequency: Callable[[str, str], int]
    average_length: Mapping[str, float]

    def idf(self, field: str, token: str) -> float:
        """The weight of a rare word, as BM25 has it."""
        count = self.frequency(field, token)
        return log(1 + (self.texts - count + 0.5) / (count + 0.5))


class Postings:
    """The words of some texts by field, and their codes."""

    def __init__(self, documents: Sequence[TextDocument]) -> None:
        self._words: dict[str, dict[str, list[tuple[int, int, int]]]] = {field: {} for field in FIELD_BOOSTS}
        self._needs: dict[str, list[int]] = {}
        self._kinds: dict[str, list[int]] = {}
        self._size = len(documents)
        self._lengths = dict.fromkeys(FIELD_BOOSTS, 0)
        for row, document in enumerate(documents):
            for field, postings in self._words.items():
                tokens = document.fields.get(field, ())
                self._lengths[field] += len(tokens)
                for token, count in Counter(tokens).items():
                    postings.setdefault(token, []).append((row, count, len(tokens)))
            for codes, listed in ((document.needs, self._needs), (document.kinds, self._kinds)):
                for code in dict.fromkeys(codes):
                    listed.setdefault(code, []).append(row)

    def statistics(self) -> Statistics:
        """Those of these texts alone, for an index that has no others yet."""
        return Statistics(
            self._size,
            lambda field, token: len(self._words[field].get(token, ())),
            {field: length / max(1, self._size) for field, length in self._lengths.items()},
        )

    def scores(
        self, tokens: Sequence[str], needs: Sequence[str], kinds: Sequence[str], statistics: Statistics
    ) -> dict[int, float]:
        """The score of every row that shares a word or a code, by row."""
        total: dict[int, float] = {}
        for token in tokens:
            best: dict[int, float] = {}
            every: dict[int, float] = {}
            for field, boost in FIELD_BOOSTS.items():
                found = self._words[field].get(token)
                if not found:
                    continue
                weight = boost * statistics.idf(field, token)
                average = statistics.average_length.get(field, 0.0)
                for row, count, length in found:
                    points = weight * _saturated(count, length, average)
                    best[row] = max(best.get(row, 0.0), points)
                    every[row] = every.get(row, 0.0) + points
            for row, points in best.items():
                total[row] = total.get(row, 0.0) + points + TIE_BREAKER * (every[row] - points)
        for codes, listed, lift in ((needs, self._needs, NEED_LIFT), (kinds, self._kinds, KIND_LIFT)):
            for code in codes:
                for row in listed.get(code, ()):
                    total[row] = total.get(row, 0.0) + lift
        return total


def _saturated(count: int, length: int, average: float) -> float:
    relative = rounded_length(length) / average if average > 0 else 1.0
    return count / (count + BM25_K1 * (1 - BM25_B + BM25_B * relative))


def rounded_length(length: int) -> int:
    """A field's length as the engines keep it, in one byte (Lucene's SmallFloat.intToByte4 and back)."""
    above = length - _EXACT_LENGTHS
    if above < 16:
        return length
    shift = above.bit_length() - 4
    return _EXACT_LENGTHS + (above >> shift << shift)
