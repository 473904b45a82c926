"""What words alone say about the need: names of needs and of kinds of help, and words of the example sentences.

It works without a model, and beside one it knows what models do not: abbreviations, names of benefits, typing errors.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kaart.domain.needs import ExampleSentence, KindOfHelp, Term, TermKind
from matching.understand.words import FUNCTION_WORDS, plain_words, stem, stems_of

#: The longest name that is looked for, in words.
_LONGEST_NAME = 6
#: A name of a kind of help points to the needs that it answers a little less surely than a need's own name.
_KIND_SHARE = 0.8
#: Typing errors that are forgiven in a name of one word: one from six letters on, two from ten.
_ONE_ERROR_LETTERS = 6
_TWO_ERRORS_LETTERS = 10
_TYPING_SHARE = 0.9
#: Abbreviations of two letters or fewer are too often ordinary words ("vo", "in") to count unless in capitals.
_SHORT_NAME = 2


#: A word of more than half of the needs says nothing about any.
_COMMON = math.log(2)
#: What a text leaves unsaid, as the rarity of one rare word: so that a single word shared by chance is no proof.
_UNSAID = 4.0


@dataclass(frozen=True, slots=True)
class _Word:
    counts: Counter[str]
    rarity: float
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text: the words, and how surely it points to the need (0-1)."""

    words: str
    share: float


class Lexicon:
    """Words to needs, made once from the taxonomy and the example sentences."""

    def __init__(
        self, terms: Mapping[str, Term], kinds: Mapping[str, KindOfHelp], sentences: Sequence[ExampleSentence]
    ) -> None:
        needs = {code: term for code, term in terms.items() if term.kind is TermKind.NEED and not term.replaced_by}
        self._needs = len(needs)
        self._names = _all_names(needs, terms, kinds)
        self._stemmed: dict[tuple[str, ...], dict[str, float]] = {}
        for name, found in self._names.items():
            self._stemmed.setdefault(tuple(stem(word) for word in name), found)
        self._single: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._names:
            if len(name) == 1 and len(name[0]) >= _ONE_ERROR_LETTERS:
                self._single[name[0][0]].append(name[0])
        self._weights = _word_weights(sentences, self._needs)
        self._unknown = math.log(self._needs + 1)

    def named(self, text: str) -> dict[str, Named]:
        """The needs that are named in the text, each by its longest name there."""
        words = plain_words(text)
        found: dict[str, Named] = {}
        taken: set[int] = set()
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                if taken.intersection(range(start, start + size)):
                    continue
                part = words[start : start + size]
                share, codes = self._look_up(part, text)
                if codes:
                    taken.update(range(start, start + size))
                for code, own in codes.items():
                    if code not in found or found[code].share < own * share:
                        found[code] = Named(" ".join(part), own * share)
        return found

    def word_scores(self, text: str, without: ExampleSentence | None = None) -> dict[str, float]:
        """How much of the text's weight in words each need's example sentences account for (0-1).

        `without` leaves one sentence out of the count, to measure on the sentences themselves.
        """
        stems = set(stems_of(plain_words(text)))
        own = set(stems_of(plain_words(without.text))) if without else set()
        scores: defaultdict[str, float] = defaultdict(float)
        total = _UNSAID
        for each in stems:
            word = self._weights.get(each)
            if word is None:
                total += self._unknown
            elif without is not None and each in own:
                total += self._weigh(word.counts - Counter({without.need: 1}), scores)
            else:
                total += word.rarity
                for code, share in word.shares:
                    scores[code] += share
        return {code: score / total for code, score in scores.items()}

    def _weigh(self, counts: Counter[str], scores: defaultdict[str, float]) -> float:
        """Add one word's evidence, and give how rare it is."""
        word = _word(counts, self._needs)
        for code, share in word.shares:
            scores[code] += share
        return word.rarity

    def weight(self, text: str) -> float:
        """How much a piece of text says about any need, to choose the pieces of a long text."""
        scores = self.word_scores(text)
        named = self.named(text)
        return max(scores.values(), default=0.0) + max((each.share for each in named.values()), default=0.0)

    def _look_up(self, part: tuple[str, ...], text: str) -> tuple[float, Mapping[str, float]]:
        if len(part) == 1 and len(part[0]) <= _SHORT_NAME and part[0].upper() not in text:
            return 0.0, {}
        if exact := self._names.get(part):
            return 1.0, exact
        if not set(part) - FUNCTION_WORDS:
            return 0.0, {}
        if stemmed := self._stemmed.get(tuple(stem(word) for word in part)):
            return 1.0, stemmed
        if len(part) == 1 and len(part[0]) >= _ONE_ERROR_LETTERS:
            errors = 2 if len(part[0]) >= _TWO_ERRORS_LETTERS else 1
            near = process.extractOne(
                part[0], self._single.get(part[0][0], ()), scorer=OSA.distance, score_cutoff=errors
            )
            if near:
                return _TYPING_SHARE, self._names[near[0],]
        return 0.0, {}


def _all_names(
    needs: Mapping[str, Term], terms: Mapping[str, Term], kinds: Mapping[str, KindOfHelp]
) -> dict[tuple[str, ...], dict[str, float]]:
    """Every name, as plain words, with the needs that it points to and how surely (0-1)."""
    names: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    answers: defaultdict[str, list[str]] = defaultdict(list)
    for code, term in needs.items():
        for name in _names(term):
            names[name][code] = 1.0
        for kind in term.kinds:
            answers[kind].append(code)
    for kind, codes in answers.items():
        written = set(_names(terms[kind])) if kind in terms else set()
        if kind in kinds:
            written |= {plain_words(label.value) for label in kinds[kind].label}
        share = _KIND_SHARE / math.sqrt(len(codes))
        for name in written:
            for code in codes:
                names[name][code] = max(names[name].get(code, 0.0), share)
    return {name: found for name, found in names.items() if set(name) - FUNCTION_WORDS}


def _names(term: Term) -> Iterable[tuple[str, ...]]:
    for label in term.labels:
        yield plain_words(label.value)
    for synonym in term.synonyms:
        yield plain_words(synonym.value)


def _word(counts: Counter[str], needs: int) -> _Word:
    """A word that stands in the sentences of one need says much; one of half of the needs says nothing."""
    rarity = math.log((needs + 1) / (len(counts) + 1))
    if rarity < _COMMON:
        return _Word(counts, rarity, ())
    amount = counts.total() + 1
    return _Word(counts, rarity, tuple((code, rarity * count / amount) for code, count in counts.items()))


def _word_weights(sentences: Sequence[ExampleSentence], needs: int) -> dict[str, _Word]:
    """Per stem, in how many sentences of each need it stands and what that is worth."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for each in set(stems_of(plain_words(sentence.text))):
            counts[each][sentence.need] += 1
    return {each: _word(found, needs) for each, found in counts.items()}
