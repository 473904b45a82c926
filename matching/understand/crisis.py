"""Whether a text speaks of a crisis: the detector tuned for recall, run on every request in every language.

It needs no model: what fires stands in the editorial content, as phrases that an editor can read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

from rapidfuzz.distance import Levenshtein

from kaart.domain.needs import CrisisTopic
from matching.answer import CrisisAlert
from matching.understand.words import Word, plain_words, words_of

#: Words that may stand between two words of a phrase: "mijn man (heeft mij gisteren weer) geslagen".
MAXIMUM_GAP = 4
#: A word of at least this many letters also fires with one letter wrong ("zelfmort"); shorter words that differ
#: in one letter are mostly other words.
_FUZZY_LETTERS = 7
_FUZZY_DISTANCE = 1
#: In content, a word that ends so stands for every word that begins so.
_WILDCARD = "*"
#: In content, what stands between these may each stand there: "man/partner slaat/bedreigt" is four phrases.
_ALTERNATIVE = "/"


@dataclass(frozen=True, slots=True)
class _Phrase:
    topic: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    topic: int
    first: int
    last: int


class CrisisDetector:
    """Finds crisis topics by their phrases; made once from the content."""

    def __init__(self, topics: Sequence[CrisisTopic]) -> None:
        self._topics = tuple(topics)
        self._phrases = self._by_first_word((index, topic.phrases) for index, topic in enumerate(topics))
        self._exceptions = self._by_first_word((index, topic.exceptions) for index, topic in enumerate(topics))
        vocabulary = {
            word
            for table in (self._phrases, self._exceptions)
            for phrases in table.values()
            for phrase in phrases
            for word in phrase.words
        }
        self._exact = frozenset(word for word in vocabulary if not word.endswith(_WILDCARD))
        self._prefixes = tuple(word for word in vocabulary if word.endswith(_WILDCARD))
        self._long: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._exact:
            if len(word) >= _FUZZY_LETTERS:
                self._long[word[0]].append(word)

    def detect(self, text: str) -> tuple[CrisisAlert, ...]:
        """The topics that the text may speak of, in the order of the content, each with the words that say so."""
        words = words_of(text)
        if not words:
            return ()
        seen: dict[str, frozenset[str]] = {}
        readings = []
        for word in words:
            if word.plain not in seen:
                seen[word.plain] = self._readings(word.plain)
            readings.append(seen[word.plain])
        excepted = list(self._hits(self._exceptions, readings))
        first: dict[int, _Hit] = {}
        for hit in self._hits(self._phrases, readings):
            if any(each.topic == hit.topic and _overlap(each, hit) for each in excepted):
                continue
            if hit.topic not in first or hit.first < first[hit.topic].first:
                first[hit.topic] = hit
        return tuple(
            CrisisAlert(topic.code, _span(text, words, first[index]), topic)
            for index, topic in enumerate(self._topics)
            if index in first
        )

    @staticmethod
    def _by_first_word(
        phrases: Iterable[tuple[int, tuple[tuple[str, str], ...]]],
    ) -> dict[str, list[_Phrase]]:
        table: defaultdict[str, list[_Phrase]] = defaultdict(list)
        for topic, entries in phrases:
            for _language, entry in entries:
                for words in _wordings(entry):
                    if words:
                        table[words[0]].append(_Phrase(topic, words))
        return {first: list(dict.fromkeys(found)) for first, found in table.items()}

    def _readings(self, word: str) -> frozenset[str]:
        """Every word of the phrases that this word of the text may stand for."""
        found = {word} if word in self._exact else set()
        found.update(prefix for prefix in self._prefixes if word.startswith(prefix[:-1]))
        if not found and len(word) >= _FUZZY_LETTERS - 1:
            found.update(
                known
                for known in self._long.get(word[0], ())
                if abs(len(known) - len(word)) <= _FUZZY_DISTANCE
                and Levenshtein.distance(known, word, score_cutoff=_FUZZY_DISTANCE) <= _FUZZY_DISTANCE
            )
        return frozenset(found)

    @staticmethod
    def _hits(table: dict[str, list[_Phrase]], readings: Sequence[frozenset[str]]) -> Iterable[_Hit]:
        for start, words in enumerate(readings):
            for word in words:
                for phrase in table.get(word, ()):
                    end = _follow(phrase.words, readings, start)
                    if end is not None:
                        yield _Hit(phrase.topic, start, end)


def _follow(words: tuple[str, ...], readings: Sequence[frozenset[str]], start: int) -> int | None:
    """Where the phrase ends that begins here, or None.

    All positions that a word can take are kept, not only the first: in "niet niet meer …" the first "niet" may be
    too far from what follows.
    """
    positions = {start}
    for word in words[1:]:
        positions = {
            next_position
            for position in positions
            for next_position in range(position + 1, min(position + 2 + MAXIMUM_GAP, len(readings)))
            if word in readings[next_position]
        }
        if not positions:
            return None
    return min(positions)


def _wordings(entry: str) -> Iterable[tuple[str, ...]]:
    """The words of every phrase that an entry of the content stands for."""
    choices = ([_part_words(choice) for choice in part.split(_ALTERNATIVE)] for part in entry.split())
    return (tuple(chain.from_iterable(parts)) for parts in product(*choices))


@lru_cache(maxsize=8192)
def _part_words(part: str) -> tuple[str, ...]:
    """The plain words of one part; kept, since the alternatives of an entry multiply but their parts are few."""
    words = plain_words(part)
    return (*words[:-1], words[-1] + (_WILDCARD if part.endswith(_WILDCARD) else "")) if words else ()


def _overlap(one: _Hit, other: _Hit) -> bool:
    return one.first <= other.last and other.first <= one.last


def _span(text: str, words: Sequence[Word], hit: _Hit) -> str:
    return text[words[hit.first].start : words[hit.last].end]
