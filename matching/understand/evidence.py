"""What the example sentences' vectors say of a text: a linear classifier over them, and the nearest ones.

Both are made when the sentences are embedded; nothing is fitted on any other text. How they compare on the development
set stands in `docs/recognition.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaart.domain.needs import ExampleSentence
from kaart.domain.ports import Embedder, Progress

Floats = NDArray[np.float32]

#: A need is as near as the mean of its so many nearest sentences: sentences that agree say more than one.
NEAREST: Final = 3
#: The ridge of the classifier. Between 3 and 30 the development set showed no difference worth a word.
RIDGE: Final = 10.0
#: A language with fewer sentences has no middle of its own that means anything; the middle of all then serves.
_LEAST_FOR_A_MIDDLE: Final = 20
#: So many sentences are embedded as questions too, to learn how far questions lie from passages in this model. The
#: same sentences are compared, so a few dozen do, and they cost under a second.
_PAIRED_SAMPLE: Final = 32


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """The sentences' vectors, sorted by need, each measured from the middle of its language.

    Vectors of one language lie together, whatever they say: measured from their middle, what they say is left.
    `rows` holds for each of the `codes` the rows of its sentences, padded with the row after the last; `weights` is
    the classifier, shape (dimension + 1, needs); `middles` are those of questions, `passage_middles` those of the
    sentences, by language (None: of all).
    """

    vectors: Floats
    sentences: tuple[ExampleSentence, ...]
    codes: tuple[str, ...]
    rows: NDArray[np.intp]
    weights: Floats
    middles: Mapping[str | None, Floats]
    passage_middles: Mapping[str | None, Floats]
    identity: str

    @classmethod
    def learn(
        cls, sentences: Sequence[ExampleSentence], embedder: Embedder, progress: Progress | None = None
    ) -> SentenceEvidence:
        """Embed the sentences and fit. Raises `UnavailableError` when the model does not answer."""
        ordered = tuple(sorted(sentences, key=lambda each: each.need))
        texts = [each.text for each in ordered]
        passages = np.asarray(embedder.embed_passages(texts, progress), dtype=np.float32)
        sample = np.arange(0, len(texts), max(1, len(texts) // _PAIRED_SAMPLE))
        questions = np.asarray(embedder.embed_queries([texts[each] for each in sample]), dtype=np.float32)
        shift = (questions - passages[sample]).mean(axis=0)
        languages = np.array([each.language for each in ordered])
        middles: dict[str | None, Floats] = {None: passages.mean(axis=0)}
        for language in sorted(set(languages.tolist())):
            own = passages[languages == language]
            if len(own) >= _LEAST_FOR_A_MIDDLE:
                middles[language] = own.mean(axis=0)
        vectors = unit(passages - np.stack([middles.get(each.language, middles[None]) for each in ordered]))
        codes, places = np.unique(np.array([each.need for each in ordered]), return_inverse=True)
        return cls(
            vectors=vectors,
            sentences=ordered,
            codes=tuple(str(code) for code in codes),
            rows=_rows_of(places, len(codes)),
            weights=ridge(vectors, places, len(codes)),
            middles={language: (middle + shift).astype(np.float32) for language, middle in middles.items()},
            passage_middles=middles,
            identity=embedder.identity,
        )

    def centred_passages(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Sentences' vectors, shape (n, dimension), each measured from the middle of its language, of length 1."""
        middles = self.passage_middles
        return unit(vectors - np.stack([middles.get(language, middles[None]) for language in languages]))

    def centred(self, vectors: Floats, language: str | None) -> Floats:
        """Questions' vectors, shape (n, dimension), measured from the middle of their language, of length 1."""
        return unit(vectors - self.middles.get(language, self.middles[None]))

    def scores(self, vectors: Floats) -> tuple[Floats, Floats]:
        """For centred vectors the score and the nearness of every need, each of shape (n, needs).

        A score is the sum of what the classifier and the nearest sentences say, each in standard deviations over the
        needs of that text; nearness is the mean cosine of the nearest sentences.
        """
        near = self._nearness(vectors @ self.vectors.T)
        told = with_one(vectors) @ self.weights
        return (_standard(told) + _standard(near)).astype(np.float32), near

    def nearest(self, code: str, vector: Floats) -> str:
        """The sentence of a need that is nearest to a centred vector; empty for a need without sentences."""
        if code not in self.codes:
            return ""
        rows = self.rows[self.codes.index(code)]
        rows = rows[rows < len(self.sentences)]
        return self.sentences[int(rows[int(np.argmax(self.vectors[rows] @ vector))])].text

    def _nearness(self, cosines: Floats) -> Floats:
        padded = np.concatenate([cosines, np.full((len(cosines), 1), -np.inf, dtype=cosines.dtype)], axis=1)
        count = min(NEAREST, self.rows.shape[1])
        best = np.partition(padded[:, self.rows], -count, axis=2)[:, :, -count:]
        there = np.isfinite(best)
        mean: Floats = np.where(there, best, 0.0).sum(axis=2) / np.maximum(1, there.sum(axis=2))
        return mean.astype(np.float32)


def _rows_of(places: NDArray[np.intp], needs: int) -> NDArray[np.intp]:
    counts = np.bincount(places, minlength=needs)
    rows = np.full((needs, int(counts.max())), len(places), dtype=np.intp)
    for need in range(needs):
        own = np.flatnonzero(places == need)
        rows[need, : len(own)] = own
    return rows


def ridge(vectors: Floats, places: NDArray[np.intp], classes: int, share: NDArray[np.float64] | None = None) -> Floats:
    """Least squares with a ridge from vectors, shape (n, dimension), to classes; shape (dimension + 1, classes).

    Every class weighs the same, however many its sentences, unless `share` gives each sentence a weight beside that.
    """
    counts = np.bincount(places, minlength=classes)
    weight = (1.0 if share is None else share) / counts[places]
    weight /= weight.mean()
    inputs = with_one(vectors).astype(np.float64)
    wanted = np.full((len(vectors), classes), -1.0 / max(1, classes - 1))
    wanted[np.arange(len(vectors)), places] = 1.0
    weighted = inputs * weight[:, None]
    solved: Floats = np.linalg.solve(weighted.T @ inputs + RIDGE * np.eye(inputs.shape[1]), weighted.T @ wanted)
    return solved.astype(np.float32)


def with_one(vectors: Floats) -> Floats:
    """The vectors with a one behind each, for the constant of a linear function."""
    return np.concatenate([vectors, np.ones((len(vectors), 1), dtype=vectors.dtype)], axis=1)


def unit(vectors: Floats) -> Floats:
    """The vectors made of length 1."""
    made: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return made.astype(np.float32)


def _standard(values: Floats) -> Floats:
    spread = np.maximum(values.std(axis=1, keepdims=True), 1e-6)
    standard: Floats = (values - values.mean(axis=1, keepdims=True)) / spread
    return standard
