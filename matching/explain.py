"""A reason: why an offer stands where it stands. Rendered at the edge, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.facts import Evidence

#: Points are decimals with three digits, so that a person can add them up.
POINT = Decimal("0.001")


def points(value: float | Decimal) -> Decimal:
    """Round to the three digits in which points are shown."""
    return Decimal(value).quantize(POINT, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `message` is a text key below ``reason.<code>`` (``reason.reach.near``).

    `parameters` fill the sentence; a value that is a `kaart.domain.texts.Texts` is rendered in the reader's
    language, a tuple of codes by the labels of the taxonomy. `evidence` names the field, source and date.
    """

    code: ReasonCode
    verdict: Verdict
    points: Decimal
    message: str
    parameters: tuple[tuple[str, object], ...] = ()
    evidence: Evidence | None = None
