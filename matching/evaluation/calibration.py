"""Fits what a need's score is worth (`matching.understand.calibration`) on the example sentences themselves.

Each sentence is recognised with itself left out; sentences that ask for nothing must stay below. Whoever adds an
embedder runs this once and writes the numbers in the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaart.domain.ports import Embedder
from matching.understand.needs import NeedRecogniser
from matching.understand.ordinary import NO_NEED

#: Things people type that ask for no help: what must not be taken for a need.
ORDINARY: tuple[tuple[str, str], ...] = (
    ("nl", "hallo"), ("nl", "goeiemorgen allemaal"), ("nl", "wat een mooi weer vandaag"), ("nl", "test test"),
    ("nl", "dank u wel"), ("nl", "hoe laat is het"), ("nl", "wie wint de voetbalmatch"), ("nl", "kan je mij helpen"),
    ("nl", "ik heb een vraag"), ("nl", "hoe werkt deze website"), ("nl", "asdf qwer zxcv"), ("nl", "fijne vakantie"),
    ("nl", "waar is de dichtstbijzijnde pizzeria"), ("nl", "mijn favoriete kleur is blauw"), ("nl", "goed zo"),
    ("nl", "wanneer begint het concert"), ("nl", "hoeveel is twee plus twee"), ("nl", "de kat zit op de mat"),
    ("fr", "bonjour"), ("fr", "merci beaucoup"), ("fr", "quel temps fait-il"), ("fr", "bonne journée à tous"),
    ("en", "hello there"), ("en", "what is the capital of France"), ("en", "thank you very much"),
    ("en", "lorem ipsum dolor sit amet"), ("de", "guten Tag"), ("de", "wie spät ist es"), ("tr", "merhaba"),
    ("ar", "صباح الخير"), ("uk", "добрий день"), ("pl", "dzień dobry"), ("ro", "bună ziua"), ("es", "buenos días"),
)  # fmt: skip

_RIDGE = 1e-3
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Fitted:
    """The curve, and how it did: the share of sentences whose need came first, and their scores."""

    intercept: float
    score: float
    lead: float
    first: float
    ordinary_highest: float


def fit(recogniser: NeedRecogniser, embedder: Embedder | None, languages: Sequence[str] = ("nl", "fr", "en")) -> Fitted:
    """Fit the curve over the sentences in these languages (those with several sentences per need).

    `embedder` None fits the curve for words alone. Takes about a minute per 2,000 sentences with a model.
    """
    sentences = recogniser.sentences
    chosen = [index for index, each in enumerate(sentences) if each.need != NO_NEED and each.language in languages]
    texts = [(sentences[index].language, sentences[index].text) for index in chosen]
    rows: list[tuple[float, float, float]] = []
    right: list[bool] = []
    vectors: list[NDArray[np.float32] | None] = [None] * (len(texts) + len(ORDINARY))
    if embedder is not None:
        made = embedder.embed_queries([text for _, text in (*texts, *ORDINARY)])
        tags = [language for language, _ in (*texts, *ORDINARY)]
        vectors = [recogniser.centred(vector, language) for vector, language in zip(made, tags, strict=True)]
    for (_, text), index, vector in zip(texts, chosen, vectors, strict=False):
        code, row = _best(recogniser.scores(text, vector, without=index))
        rows.append(row)
        right.append(code == sentences[index].need)
    for (_, text), vector in zip(ORDINARY, vectors[len(texts) :], strict=True):
        rows.append(_best(recogniser.scores(text, vector))[1])
        right.append(False)
    weights = _logistic(np.array(rows), np.array(right, dtype=float))
    highest = max(row[1] for row in rows[len(texts) :])
    intercept, score, lead = (float(each) for each in weights)
    return Fitted(intercept, score, lead, sum(right) / len(texts), highest)


def _best(scores: dict[str, float]) -> tuple[str, tuple[float, float, float]]:
    ordered = sorted(((code, score) for code, score in scores.items() if code != NO_NEED), key=lambda each: -each[1])
    if not ordered:
        return "", (1.0, 0.0, 0.0)
    second = ordered[1][1] if len(ordered) > 1 else 0.0
    return ordered[0][0], (1.0, ordered[0][1], ordered[0][1] - second)


def _logistic(rows: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method with a little ridge; three weights, so it settles in a few steps."""
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chance) - _RIDGE * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + _RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, slope)
    return weights
