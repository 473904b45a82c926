"""Fits what a need's score is worth (`matching.understand.calibration`) on requests whose right needs are known.

Whoever adds an embedder runs `scripts/calibrate.py` once and writes the numbers in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evaluation.cases import Case
from matching.understand.needs import Candidate

#: Things people type that ask for no help: what must not be taken for a need.
ORDINARY: tuple[tuple[str, str], ...] = (
    ("nl", "hallo"), ("nl", "goeiemorgen allemaal"), ("nl", "wat een mooi weer vandaag"), ("nl", "test test"),
    ("nl", "dank u wel"), ("nl", "hoe laat is het"), ("nl", "wie wint de voetbalmatch"), ("nl", "kan je mij helpen"),
    ("nl", "ik heb een vraag"), ("nl", "hoe werkt deze website"), ("nl", "asdf qwer zxcv"), ("nl", "fijne vakantie"),
    ("nl", "waar is de dichtstbijzijnde pizzeria"), ("nl", "mijn favoriete kleur is blauw"), ("nl", "goed zo"),
    ("nl", "wanneer begint het concert"), ("nl", "hoeveel is twee plus twee"), ("nl", "de kat zit op de mat"),
    ("nl", "hoe laat sluit de winkel"), ("nl", "wie is de koning van België"), ("nl", "hotel aan zee boeken"),
    ("nl", "auto verkopen"), ("nl", "vertaal boom naar frans"), ("nl", "treinuren brussel gent"), ("nl", "qsdf jklm"),
    ("nl", "tuinmeubelen kopen"), ("nl", "grappige filmpjes"), ("nl", "wat is het weer morgen in gent"),
    ("fr", "bonjour"), ("fr", "merci beaucoup"), ("fr", "quel temps fait-il"), ("fr", "bonne journée à tous"),
    ("fr", "recette de gaufres"), ("fr", "horaire des trains"), ("fr", "qui a gagné le match"),
    ("en", "hello there"), ("en", "what is the capital of France"), ("en", "thank you very much"),
    ("en", "lorem ipsum dolor sit amet"), ("en", "buy a used car"), ("en", "who won the game"),
    ("de", "guten Tag"), ("de", "wie spät ist es"), ("tr", "merhaba"), ("ar", "صباح الخير"), ("uk", "добрий день"),
    ("pl", "dzień dobry"), ("ro", "bună ziua"), ("es", "buenos días"),
)  # fmt: skip

#: So many parts: each is judged by a curve fitted on the others.
FOLDS: Final = 5
_RIDGE: Final = 1e-2
_STEPS: Final = 50

Candidates = Callable[[str], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The curve, and by tenth of confidence how many needs were given it and the share that was right.

    The tenths come from curves fitted on the other requests. `ordinary_told` is the share of texts that ask for
    nothing of which the first need would still be given at least an even chance.
    """

    intercept: float
    score: float
    lead: float
    nearness: float
    tenths: tuple[tuple[float, int, float], ...]
    ordinary_told: float


def fit(cases: Sequence[Case], ordinary: Sequence[str], candidates: Candidates) -> Fitted:
    """Fit the curve over the needs that are likeliest for each request, and for texts that ask for nothing."""
    rows: list[tuple[float, float, float, float]] = []
    right: list[bool] = []
    group: list[int] = []
    texts = [(case.text, case.right_needs) for case in cases if case.needs_all] + [
        (text, frozenset[str]()) for text in ordinary
    ]
    for number, (text, needs) in enumerate(texts):
        for each in candidates(text):
            rows.append((1.0, each.score, each.lead, each.nearness))
            right.append(each.code in needs)
            group.append(number)
    inputs, wanted, groups = np.array(rows), np.array(right, dtype=float), np.array(group)
    held = np.zeros(len(wanted))
    for fold in range(FOLDS):
        own = groups % FOLDS == fold
        held[own] = _chance(inputs[own], _logistic(inputs[~own], wanted[~own]))
    asking = groups < len(texts) - len(ordinary)
    tenths = []
    for tenth in range(10):
        inside = asking & (held >= tenth / 10) & (held < (tenth + 1) / 10 + (tenth == 9))
        share = float(wanted[inside].mean()) if inside.any() else 0.0
        tenths.append((tenth / 10, int(inside.sum()), round(share, 2)))
    highest = [held[groups == number].max(initial=0.0) for number in range(len(texts) - len(ordinary), len(texts))]
    weights = [round(float(each), 3) for each in _logistic(inputs, wanted)]
    told = sum(each >= 0.5 for each in highest) / max(1, len(ordinary))
    return Fitted(weights[0], weights[1], weights[2], weights[3], tuple(tenths), round(told, 3))


def _chance(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-rows @ weights))
    return chance


def _logistic(rows: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method with a little ridge; four weights, so it settles in a few steps."""
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = _chance(rows, weights)
        slope = rows.T @ (right - chance) - _RIDGE * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + _RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, slope)
    return weights
