"""Which needs a text speaks of: the example sentences' vectors, together with the words themselves."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kaart.domain.needs import NeedGuess
from kaart.domain.ports import Embedder, Knowledge, Progress
from kaart.errors import UnavailableError
from matching.understand.calibration import (
    LEXICAL_CALIBRATION,
    NAME_WEIGHT,
    WORD_WEIGHT,
    Calibration,
    calibration_of,
)
from matching.understand.evidence import Floats, SentenceEvidence
from matching.understand.lexicon import Lexicon
from matching.understand.ordinary import NO_NEED, ordinary_sentences
from matching.understand.sentences import MAXIMUM_WORDS, pieces_of

#: So many needs of one text are told at most; a text that names more is a story, and questions help more.
MAXIMUM_NEEDS = 5
#: A further need that is this likely (0-1) is taken for meant, and searched.
SURE = 0.3
#: The first one is from here on; below, the words themselves are searched and the person is asked. On the development
#: set that asks in 3 of 391 requests; a word that no sentence knows ("zwaluwstaartverbinding") lies at 0.2.
SURE_FIRST = 0.25
#: Beside a reading that is as clear as this, another of the same words must be about as likely itself: what shares some
#: of its words is otherwise searched too. On the development set the asked needs that are searched stay as they were
#: within two requests, and 0.07 needs fewer are searched per request.
_CLEAR = 0.9
_SURE_BESIDE_CLEAR = 0.75
#: A need that is less likely is not told at all. On the development set, 0.12 told 3.0 needs a request with a right
#: one among the first three in 96 %, 0.2 told 1.9 with 94 %.
LEAST_LIKELY = 0.12
#: Without a curve for the embedder a further need counts when it leads its piece, or comes this near to the first.
_UNMEASURED_SHARE = 0.8
#: A text in several pieces is scored as a whole and by its clearest piece. On the development set the whole alone put
#: a right need first in 86.2 %, the clearest piece alone in 81.6 %, this share in 85.9 % with more of the needs found.
_WHOLE_SHARE = 0.7
#: A part of a text may mean something else than it says alone, so that its word counts a little less.
_PART_SHARE = 0.8
#: Two readings compete when the second is at least this share as likely as the first, and the first no surer than that.
_COMPETING = 0.6
_SURE_OF_ONE = 0.7
#: What was nearly recognised is worth a question from this likelihood on, where nothing was recognised.
_NEARLY = 0.04


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need with what speaks for it: its score, its lead over the best other, its nearness (cosine; 0 without model).

    `own_score` and `own_lead` are those in the `piece` where it is clearest, `leads`: nothing is clearer there.
    `named`: by its very name. `ordinary`: sentences that ask for nothing are nearer.
    """

    code: str
    score: float
    lead: float
    nearness: float
    own_score: float
    own_lead: float
    named: bool
    ordinary: bool
    piece: int
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the text: its vector (None without a model) and the needs that are clearest there, best first."""

    text: str
    vector: Floats | None
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """Everything that recognising found, best first.

    `guesses` are taken for meant, `possible` may be meant too; `near` were nearly recognised, where nothing was.
    `texts` are what was embedded (the whole and its pieces), `centred` their vectors as `SentenceEvidence` has them.
    """

    pieces: tuple[Piece, ...] = ()
    guesses: tuple[NeedGuess, ...] = ()
    possible: tuple[NeedGuess, ...] = ()
    near: tuple[str, ...] = ()
    competing: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    centred: Floats | None = None
    embedder_failed: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A text's pieces with their vectors, as they are and centred, and the candidates over them.

    `texts` and `all_centred` begin with the whole, where that is more than a piece.
    """

    texts: tuple[str, ...]
    all_centred: Floats | None
    pieces: tuple[str, ...]
    vectors: Floats | None
    centred: Floats | None
    candidates: tuple[Candidate, ...]


class NeedRecogniser:
    """Recognises needs. What the example sentences say is learned once, at `prepare` or at the first text."""

    def __init__(self, knowledge: Knowledge, embedder: Embedder) -> None:
        self._embedder = embedder
        self._needs = {code: term for code, term in knowledge.needs().items() if term.replaced_by is None}
        known = (each for each in knowledge.sentences() if each.need in self._needs)
        self._sentences = (*known, *ordinary_sentences())
        self.lexicon = Lexicon({**knowledge.terms(), **self._needs}, knowledge.kinds(), self._sentences)
        self._codes = tuple(sorted({NO_NEED, *self._needs}))
        self._evidence: SentenceEvidence | None = None
        self._lock = threading.Lock()

    def prepare(self, progress: Progress | None = None) -> None:
        """Embed the example sentences. Raises `UnavailableError` when the model does not answer."""
        self._learned(progress)

    def recognise(self, text: str, language: str | None = None) -> Recognition:
        """Recognise the needs of a text in a language; without a model by its words alone, which is told."""
        read = self._read(text, language)
        if read is None:
            return Recognition()
        curve = calibration_of(self._embedder.identity) if read.centred is not None else LEXICAL_CALIBRATION
        told: list[tuple[Candidate, NeedGuess]] = []
        near: list[str] = []
        for rank, each in enumerate(read.candidates):
            chance = None if curve is None else _chance(curve, each)
            if each.named or (not each.ordinary and _is_told(rank, each, chance, read.candidates[0])):
                told.append((each, NeedGuess(each.code, chance, self._words(each, read))))
            elif not each.ordinary and (chance or 0.0) >= _NEARLY:
                near.append(each.code)
        leaders = {each.piece: guess.confidence or 0.0 for each, guess in told if each.leads}
        sure = [
            pair
            for rank, pair in enumerate(told)
            if (_is_first(*pair) if rank == 0 else _is_sure(*pair, leaders.get(pair[0].piece, 0.0)))
        ]
        return Recognition(
            pieces=_pieces(read, [each for each, _ in sure]),
            guesses=tuple(guess for _, guess in sure),
            possible=tuple(pair[1] for pair in told if pair not in sure),
            near=() if sure else (*(each.code for each, _ in told), *near),
            competing=_competing(told),
            texts=read.texts,
            centred=read.all_centred,
            embedder_failed=read.centred is None,
        )

    def evidence(self, progress: Progress | None = None) -> SentenceEvidence:
        """What the example sentences say. Raises `UnavailableError` when the model does not answer."""
        return self._learned(progress)

    def candidates(self, text: str, language: str | None = None) -> tuple[Candidate, ...]:
        """The likeliest needs of a text, best first, as the curve sees them."""
        read = self._read(text, language)
        return read.candidates if read is not None else ()

    def _read(self, text: str, language: str | None) -> _Read | None:
        pieces = pieces_of(text, self.lexicon.weight, language)
        if not pieces:
            return None
        words = " ".join(text.split())
        # A sentence of clauses is a piece as well as they are: as the whole it is counted once.
        pieces = tuple(each for each in pieces if each != words) or pieces
        whole = len(pieces) > 1 and len(words.split()) <= MAXIMUM_WORDS
        texts = (words, *pieces) if whole else pieces
        vectors = centred = None
        evidence: SentenceEvidence | None = None
        try:
            evidence = self._learned()
            vectors = np.asarray(self._embedder.embed_queries(texts), dtype=np.float32)
            centred = evidence.centred(vectors, language)
        except UnavailableError:
            vectors = centred = None
        scores, nearness, named = self._scores(texts, centred, evidence)
        first = 1 if whole else 0
        candidates = self._candidates(scores, nearness, named, whole=whole)
        return _Read(
            texts,
            centred,
            pieces,
            None if vectors is None else vectors[first:],
            None if centred is None else centred[first:],
            tuple(replace(each, piece=max(0, each.piece - first)) for each in candidates),
        )

    def _scores(
        self, texts: Sequence[str], centred: Floats | None, evidence: SentenceEvidence | None
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Per text and need the score, the nearness, and whether the need is named; in the order of `_codes`."""
        shape = (len(texts), len(self._codes))
        scores, nearness = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
        if centred is not None and evidence is not None:
            at = [self._codes.index(code) for code in evidence.codes]
            scores[:, at], nearness[:, at] = evidence.scores(centred)
        place = {code: index for index, code in enumerate(self._codes)}
        names = np.zeros(shape, dtype=np.bool_)
        for row, text in enumerate(texts):
            for code, value in self.lexicon.word_scores(text).items():
                scores[row, place[code]] += WORD_WEIGHT * value
            for code, name in self.lexicon.named(text).items():
                scores[row, place[code]] += NAME_WEIGHT * name.share
                names[row, place[code]] = name.share >= 1.0
        return scores, nearness, names

    def _candidates(
        self, scores: Floats, nearness: Floats, named: NDArray[np.bool_], *, whole: bool
    ) -> tuple[Candidate, ...]:
        base = scores[0] if whole or len(scores) == 1 else scores.mean(axis=0)
        together = base if len(scores) == 1 else _WHOLE_SHARE * base + (1 - _WHOLE_SHARE) * scores.max(axis=0)
        none = self._codes.index(NO_NEED)
        ordinary = float(together[none])
        # What a need's own piece of several says, the whole repeats: the whole names no piece.
        clearest = scores[1:].argmax(axis=0) + 1 if whole else scores.argmax(axis=0)
        leading = {int(row.argmax()) for row in np.delete(scores[1:] if whole else scores, none, axis=1)}
        order = [int(at) for at in np.argsort(-together, kind="stable") if at != none][:MAXIMUM_NEEDS]
        named_too = [int(at) for at in np.flatnonzero(named.any(axis=0)) if at != none and at not in order]
        found = []
        for rank, at in enumerate((*order, *named_too)):
            own = scores[clearest[at]]
            rival = together[order[1]] if rank == 0 and len(order) > 1 else together[order[0]]
            found.append(
                Candidate(
                    code=self._codes[at],
                    score=float(together[at]),
                    lead=float(together[at] - rival),
                    nearness=float(nearness[:, at].max()),
                    own_score=float(own[at]),
                    own_lead=float(own[at] - np.delete(own, [none, at]).max(initial=0.0)),
                    named=bool(named[:, at].any()),
                    ordinary=ordinary > float(together[at]) or float(together[at]) <= 0,
                    piece=int(clearest[at]),
                    leads=at - (at > none) in leading,
                )
            )
        return tuple(found)[: MAXIMUM_NEEDS + len(named_too)]

    def _words(self, each: Candidate, read: _Read) -> str:
        """What evoked a need: the name that stands in the text, else the example sentence that is nearest."""
        piece = read.pieces[each.piece]
        name = next(
            (found[each.code] for text in read.pieces if each.code in (found := self.lexicon.named(text))), None
        )
        if name is not None and name.share >= 1.0:
            return name.words
        if read.centred is not None and self._evidence is not None:
            return self._evidence.nearest(each.code, read.centred[each.piece]) or piece
        return name.words if name is not None else piece

    def _learned(self, progress: Progress | None = None) -> SentenceEvidence:
        evidence = self._evidence
        if evidence is None:
            with self._lock:
                evidence = self._evidence
                if evidence is None:
                    evidence = SentenceEvidence.learn(self._sentences, self._embedder, progress)
                    self._evidence = evidence
        return evidence


def _chance(curve: Calibration, each: Candidate) -> float:
    """The likelihood over the whole text, or in the one piece that a need leads, if that says more."""
    chance = curve.confidence(each.score, each.lead, each.nearness)
    if not each.leads:
        return chance
    own = curve.confidence(each.own_score, each.own_lead, each.nearness)
    return max(chance, round(_PART_SHARE * own, 2))


def _is_told(rank: int, each: Candidate, chance: float | None, first: Candidate) -> bool:
    if chance is None:
        return rank == 0 or each.leads or each.score >= first.score * _UNMEASURED_SHARE
    return chance >= LEAST_LIKELY


def _is_first(each: Candidate, guess: NeedGuess) -> bool:
    return each.named or guess.confidence is None or guess.confidence >= SURE_FIRST


def _is_sure(each: Candidate, guess: NeedGuess, leader: float) -> bool:
    """Whether a further need is searched; `leader`: how likely what is clearest in the same piece is."""
    if each.named or guess.confidence is None:
        return True
    if leader >= _CLEAR and not each.leads:
        return guess.confidence >= _SURE_BESIDE_CLEAR
    return guess.confidence >= SURE


def _pieces(read: _Read, sure: Sequence[Candidate]) -> tuple[Piece, ...]:
    """Each piece with the needs that are meant and clearest there, in the order of the needs."""
    return tuple(
        Piece(
            text,
            None if read.vectors is None else read.vectors[at],
            tuple(each.code for each in sure if each.piece == at),
        )
        for at, text in enumerate(read.pieces)
    )


def _competing(told: Sequence[tuple[Candidate, NeedGuess]]) -> tuple[str, ...]:
    """The two first readings, where they stand in one piece and neither is sure."""
    if len(told) < 2 or told[0][0].named or told[0][0].piece != told[1][0].piece:
        return ()
    first, second = told[0][1].confidence, told[1][1].confidence
    if first is None or second is None or first > _SURE_OF_ONE or second < _COMPETING * first:
        return ()
    return told[0][0].code, told[1][0].code
