"""Which needs a text speaks of: the nearest example sentences, together with the words themselves."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kaart.domain.needs import ExampleSentence, NeedGuess
from kaart.domain.ports import Embedder, Knowledge, Progress
from kaart.errors import UnavailableError
from matching.understand.calibration import (
    LEAST_LEXICAL_SCORE,
    LEAST_SCORE,
    LEXICAL_CALIBRATION,
    NAME_WEIGHT,
    WORD_WEIGHT,
    calibration_of,
)
from matching.understand.lexicon import Lexicon, Named
from matching.understand.ordinary import NO_NEED, ordinary_sentences
from matching.understand.sentences import pieces_of

Floats = NDArray[np.float32]

#: So many needs of one text are answered at most; a text that names more is a story, and questions help more.
MAXIMUM_NEEDS = 5
#: Of one piece of text a second need is looked for too when its score comes this near to the first's …
_SECOND_LEAD = 0.87
#: … and is still named, with its lower confidence, when it comes this near: the person may choose it.
_NAMED_LEAD = 0.6
_NAMED_PER_PIECE = 3
#: A further need is named only if it is at least this likely: what is less likely is mostly a sentence that happens
#: to share words ("betalen"), and a chip that nobody asked for costs trust.
LEAST_FURTHER = 0.15
#: … and, as a second reading of the same piece, at least this share as likely as the first one. On the development
#: set these two took the needs named per request from 2.1 to 1.3; a right one among the first three fell from 89 to
#: 86 of 91. A stricter 0.2 lost one more, 0.3 two.
LEAST_SHARE_OF_FIRST = 0.5
#: How many sentences give the background, at most: enough for a mean and a spread in well under a second.
_BACKGROUND_SAMPLE = 400
#: A language with fewer sentences has no middle of its own that means anything; the middle of all then serves.
_LEAST_FOR_A_MIDDLE = 20
#: So many sentences are embedded as questions too, to learn how far questions lie from passages in this model. The
#: same sentences are compared, so a few dozen do, and they cost under a second.
_PAIRED_SAMPLE = 32
#: A need below the least score, but above this, is worth a question; what lies lower is chance.
_NEARLY = 1.8
#: What stands in a part of a sentence counts a little less than what the whole sentence says.
_PART_SHARE = 0.9
#: Two readings of one piece compete when the second's score is this near to the first's.
_COMPETING = 0.93


@dataclass(frozen=True, slots=True)
class Scored:
    """A need with its score in one piece of text and what evoked it; `named`: by its very name."""

    code: str
    score: float
    evidence: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the text: its vector (None without a model) and the needs that it evokes, best first.

    `accepted` are the codes that are near enough to be taken for what is meant.
    """

    text: str
    vector: Floats | None
    scored: tuple[Scored, ...]
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """Everything that recognising found. `guesses` best first; `near` are needs that were nearly recognised."""

    pieces: tuple[Piece, ...] = ()
    guesses: tuple[NeedGuess, ...] = ()
    near: tuple[str, ...] = ()
    competing: tuple[str, ...] = ()
    embedder_failed: bool = False


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The sentences' vectors, sorted by need, each measured from the middle of its language.

    Vectors of one language lie together, whatever they say: measured from their middle, what they say is left.
    `starts` is where each need of `codes` begins; `middles` are those of questions, by language (None: of all).
    """

    vectors: Floats
    sentences: tuple[ExampleSentence, ...]
    codes: tuple[str, ...]
    starts: NDArray[np.intp]
    middles: Mapping[str | None, Floats]
    mean: float
    spread: float
    identity: str = field(default="")

    def centred(self, vector: Floats, language: str | None) -> Floats:
        """A question's vector measured from the middle of its language, of length 1."""
        moved = vector - self.middles.get(language, self.middles[None])
        length = float(np.linalg.norm(moved))
        return moved / length if length else moved


class NeedRecogniser:
    """Recognises needs. The matrix of example sentences is made once, at `prepare` or at the first text."""

    def __init__(self, knowledge: Knowledge, embedder: Embedder) -> None:
        self._embedder = embedder
        self._needs = {code: term for code, term in knowledge.needs().items() if term.replaced_by is None}
        known = (each for each in knowledge.sentences() if each.need in self._needs)
        self._sentences = tuple(sorted((*known, *ordinary_sentences()), key=lambda each: each.need))
        self.lexicon = Lexicon({**knowledge.terms(), **self._needs}, knowledge.kinds(), self._sentences)
        self._matrix: _Matrix | None = None
        self._lock = threading.Lock()

    def prepare(self, progress: Progress | None = None) -> None:
        """Embed the example sentences. Raises `UnavailableError` when the model does not answer."""
        self._prepared(progress)

    def recognise(self, text: str, language: str | None = None) -> Recognition:
        """Recognise the needs of a text in a language; without a model by its words alone, which is told."""
        pieces = pieces_of(text, self.lexicon.weight, language)
        if not pieces:
            return Recognition()
        vectors: Floats | None = None
        matrix: _Matrix | None = None
        try:
            vectors = np.asarray(self._embedder.embed_queries(pieces), dtype=np.float32)
            matrix = self._prepared()
        except UnavailableError:
            vectors = None
        found = tuple(
            Piece(
                piece,
                None if vectors is None else vectors[index],
                self._scored(
                    piece, None if vectors is None or matrix is None else matrix.centred(vectors[index], language)
                ),
            )
            for index, piece in enumerate(pieces)
        )
        return self._together(found, matrix, failed=vectors is None)

    def scores(self, text: str, vector: Floats | None, without: int | None = None) -> dict[str, float]:
        """The score of every need for one piece and its centred vector; `without` leaves one sentence out."""
        matrix = self._matrix if vector is not None else None
        own = None if without is None else self._sentences[without]
        scores: defaultdict[str, float] = defaultdict(float)
        if matrix is not None and vector is not None:
            similarities = matrix.vectors @ vector
            if without is not None:
                similarities[without] = -1.0
            for code, value in zip(matrix.codes, _top_two(similarities, matrix.starts), strict=True):
                scores[code] = float((value - matrix.mean) / matrix.spread)
        for code, value in self.lexicon.word_scores(text, own).items():
            scores[code] += WORD_WEIGHT * value
        for code, name in self.lexicon.named(text).items():
            scores[code] += NAME_WEIGHT * name.share
        return dict(scores)

    @property
    def sentences(self) -> tuple[ExampleSentence, ...]:
        """The example sentences in the order of the matrix."""
        return self._sentences

    def centred(self, vector: Floats, language: str | None) -> Floats:
        """A question's vector as `scores` wants it."""
        return self._prepared().centred(vector, language)

    def _scored(self, piece: str, vector: Floats | None) -> tuple[Scored, ...]:
        scores = self.scores(piece, vector)
        named = self.lexicon.named(piece)
        best = sorted(scores, key=lambda code: (-scores[code], code))[: MAXIMUM_NEEDS + 1]
        return tuple(
            Scored(
                code,
                scores[code],
                self._evidence(code, vector, named, piece),
                code in named and named[code].share >= 1.0,
            )
            for code in best
        )

    def _evidence(self, code: str, vector: Floats | None, named: dict[str, Named], piece: str) -> str:
        """The example sentence that is nearest, or the name that stands in the text."""
        if code in named and named[code].share >= 1.0:
            return named[code].words
        matrix = self._matrix
        if vector is None or matrix is None:
            return named[code].words if code in named else piece
        at = matrix.codes.index(code) if code in matrix.codes else None
        if at is None:
            return piece
        end = matrix.starts[at + 1] if at + 1 < len(matrix.starts) else len(matrix.sentences)
        block = matrix.vectors[matrix.starts[at] : end] @ vector
        return matrix.sentences[int(matrix.starts[at]) + int(block.argmax())].text

    def _together(self, pieces: Sequence[Piece], matrix: _Matrix | None, *, failed: bool) -> Recognition:
        """One answer for the whole text: of each need the piece in which it is clearest."""
        least = LEAST_SCORE if matrix is not None else LEAST_LEXICAL_SCORE
        curve = calibration_of(matrix.identity) if matrix is not None else LEXICAL_CALIBRATION
        best: dict[str, tuple[Scored, float]] = {}
        near: list[str] = []
        accepted: list[Piece] = []
        competing: tuple[str, ...] = ()
        for piece in pieces:
            share = _PART_SHARE if any(piece.text in whole.text for whole in pieces if whole is not piece) else 1.0
            nothing = max((each.score for each in piece.scored if each.code == NO_NEED), default=0.0)
            needs = [each for each in piece.scored if each.code != NO_NEED]
            codes: list[str] = []
            first_chance: float | None = None
            for rank, each in enumerate(needs):
                rival = needs[1 if rank == 0 else 0].score if len(needs) > 1 else 0.0
                chance = None if curve is None else curve.confidence(each.score * share, (each.score - rival) * share)
                first_chance = chance if rank == 0 else first_chance
                if not each.named and each.score < max(least, nothing):
                    if each.score > max(nothing, _NEARLY):
                        near.append(each.code)
                elif rank > 0 and not each.named and not _is_second_reading(each, needs[0], chance, first_chance):
                    continue
                elif rank < _NAMED_PER_PIECE and each.score >= needs[0].score * _NAMED_LEAD:
                    if each.score >= needs[0].score * _SECOND_LEAD:
                        codes.append(each.code)
                    counted = replace(each, score=each.score * share)
                    if each.code not in best or counted.score > best[each.code][0].score:
                        best[each.code] = (counted, counted.score - rival * share)
            if codes and len(needs) > 1 and needs[1].score >= max(least, nothing, needs[0].score * _COMPETING):
                competing = competing or (needs[0].code, needs[1].code)
            accepted.append(replace(piece, accepted=tuple(codes)))
        order = sorted(best, key=lambda code: (-best[code][0].score, code))[:MAXIMUM_NEEDS]
        guesses = tuple(
            guess
            for rank, guess in enumerate(
                NeedGuess(
                    code,
                    None if curve is None else curve.confidence(best[code][0].score, best[code][1]),
                    best[code][0].evidence,
                )
                for code in order
            )
            if rank == 0 or guess.confidence is None or guess.confidence >= LEAST_FURTHER
        )
        return Recognition(tuple(accepted), guesses, tuple(dict.fromkeys(near)), competing, failed)

    def _prepared(self, progress: Progress | None = None) -> _Matrix:
        matrix = self._matrix
        if matrix is None:
            with self._lock:
                matrix = self._matrix
                if matrix is None:
                    texts = [each.text for each in self._sentences]
                    passages = np.asarray(self._embedder.embed_passages(texts, progress), dtype=np.float32)
                    sample = np.arange(0, len(texts), max(1, len(texts) // _PAIRED_SAMPLE))
                    questions = np.asarray(self._embedder.embed_queries([texts[each] for each in sample]))
                    shift = (questions - passages[sample]).mean(axis=0)
                    matrix = self._matrix = _matrix(passages, shift, self._sentences, self._embedder.identity)
        return matrix


def _is_second_reading(each: Scored, first: Scored, chance: float | None, first_chance: float | None) -> bool:
    """Whether a further need of one piece is near enough to the first; by score where no chance is known."""
    if chance is None or first_chance is None:
        return each.score >= first.score * _SECOND_LEAD
    return chance >= max(LEAST_FURTHER, LEAST_SHARE_OF_FIRST * first_chance)


def _matrix(passages: Floats, shift: Floats, sentences: Sequence[ExampleSentence], identity: str) -> _Matrix:
    """Measure every vector from the middle of its language; `shift` leads from passages to questions."""
    languages = np.array([each.language for each in sentences])
    middles: dict[str | None, Floats] = {None: passages.mean(axis=0)}
    for language in sorted(set(languages.tolist())):
        own = passages[languages == language]
        if len(own) >= _LEAST_FOR_A_MIDDLE:
            middles[language] = own.mean(axis=0)
    vectors = passages - np.stack([middles.get(each.language, middles[None]) for each in sentences])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    needs = np.array([each.need for each in sentences])
    codes, starts = np.unique(needs, return_index=True)
    sample = np.arange(0, len(sentences), max(1, len(sentences) // _BACKGROUND_SAMPLE))
    alike = vectors[sample] @ vectors.T
    different = alike[needs[sample][:, None] != needs[None, :]]
    mean, spread = (float(different.mean()), float(different.std())) if different.size else (0.0, 1.0)
    return _Matrix(
        vectors,
        tuple(sentences),
        tuple(str(code) for code in codes),
        starts,
        {language: (middle + shift).astype(np.float32) for language, middle in middles.items()},
        mean,
        max(spread, 1e-6),
        identity,
    )


def _top_two(similarities: Floats, starts: NDArray[np.intp]) -> Floats:
    """Per need the mean of its two highest similarities: two sentences that agree say more than one."""
    first = np.maximum.reduceat(similarities, starts)
    ends = np.append(starts[1:], len(similarities))
    rest = similarities.copy()
    for begin, end in zip(starts, ends, strict=True):
        if end - begin > 1:
            rest[begin + int(rest[begin:end].argmax())] = -1.0
    second = np.where(ends - starts > 1, np.maximum.reduceat(rest, starts), first)
    return ((first + second) / 2).astype(np.float32)
