"""Signs of a crisis by meaning: people in need seldom use the word for it.

A classifier over vectors of sentences that speak of a crisis and of ordinary ones, and the nearest of both. It works
beside the phrases (`matching.understand.crisis`), which go on alone when the model is down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaart.domain.codes import CrisisCode
from kaart.domain.needs import CrisisSentence
from kaart.domain.ports import Embedder, Progress
from matching.understand.evidence import NEAREST, Floats, SentenceEvidence, ridge, with_one

#: A text speaks of a crisis when that lies nearer than anything ordinary by so much. Chosen for recall first on
#: `tests/evaluation`: together with the phrases it doubles what is found in sentences that nobody had seen, while about
#: one ordinary request in a hundred more brings up a box (`docs/recognition.md`).
LEAST_MARGIN: Final = 0.03
#: The nearest sentences weigh so much beside the classifier.
_NEAR_WEIGHT: Final = 2.0
#: Ordinary sentences weigh as much as so many codes together, and those that are like a crisis more than the rest.
_ORDINARY_SHARE: Final = 4.0
_LOOKALIKE_SHARE: Final = 6.0
#: Needs whose own example sentences may well speak of a crisis: they are no example of an ordinary text.
NOT_ORDINARY: Final = frozenset(
    {
        "suicidal_thoughts", "domestic_violence", "child_abuse", "sexual_violence_help", "psychosis", "exploitation",
        "crime_victim",
    }
)  # fmt: skip


class CrisisMeaning:
    """What the vectors of crisis sentences say of a text. Made once."""

    def __init__(self, spoken: Floats, places: NDArray[np.intp], ordinary: Floats, weights: Floats) -> None:
        """`spoken` are centred vectors of crisis sentences, `places` the numbers of their codes."""
        self._spoken = spoken
        self._places = places
        self._ordinary = ordinary
        self._weights = weights

    @classmethod
    def learn(
        cls,
        sentences: Sequence[CrisisSentence],
        evidence: SentenceEvidence,
        embedder: Embedder,
        progress: Progress | None = None,
    ) -> CrisisMeaning | None:
        """Embed the sentences and fit; None without any. Raises `UnavailableError` when the model does not answer."""
        spoken = [each for each in sentences if each.code is not None]
        if not spoken:
            return None
        alike = [each for each in sentences if each.code is None]
        ordered = [*spoken, *alike]
        embedded = np.asarray(embedder.embed_passages([each.text for each in ordered], progress), dtype=np.float32)
        vectors = evidence.centred_passages(embedded, [each.language for each in ordered])
        usual = evidence.vectors[[each.need not in NOT_ORDINARY for each in evidence.sentences]]
        codes = list(CrisisCode)
        numbers = np.array([codes.index(each.code) for each in spoken if each.code is not None])
        places = np.concatenate([numbers, np.full(len(alike) + len(usual), len(codes))])
        share = np.ones(len(places))
        share[len(spoken) :] *= _ORDINARY_SHARE
        share[len(spoken) : len(ordered)] *= _LOOKALIKE_SHARE
        weights = ridge(np.concatenate([vectors, usual]), places, len(codes) + 1, share)
        return cls(vectors[: len(spoken)], numbers, np.concatenate([vectors[len(spoken) :], usual]), weights)

    def detect(self, vectors: Floats) -> list[tuple[CrisisCode, int]]:
        """For centred vectors of a text's pieces the codes, the clearest first, each with its piece."""
        told = with_one(vectors) @ self._weights
        near = np.stack(
            [_nearest(vectors @ self._spoken[self._places == code].T) for code in range(len(CrisisCode))], axis=1
        )
        margin = told[:, :-1] - told[:, -1:] + _NEAR_WEIGHT * (near - _nearest(vectors @ self._ordinary.T)[:, None])
        best = margin.max(axis=0)
        codes = list(CrisisCode)
        order = [int(code) for code in np.argsort(-best, kind="stable") if best[code] > LEAST_MARGIN]
        return [(codes[code], int(margin[:, code].argmax())) for code in order]


def _nearest(cosines: Floats) -> Floats:
    """The mean of the nearest sentences, per row; -1 where there is none."""
    if not cosines.shape[1]:
        return np.full(len(cosines), -1.0, dtype=np.float32)
    count = min(NEAREST, cosines.shape[1])
    mean: Floats = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
    return mean
