"""How sure a measured share is."""

from __future__ import annotations

import math

#: The quantile of the normal distribution for an interval that holds 95 %.
Z_95 = 1.959964


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share (both 0-1) by Wilson's score (Wilson 1927), which also holds near 0 and 1.

    Raises `ValueError` when `right` lies outside 0 to `asked`; without anything asked nothing is known: (0, 1).
    """
    if not 0 <= right <= asked:
        raise ValueError(f"{right} of {asked}")
    if asked == 0:
        return 0.0, 1.0
    share, square = right / asked, Z_95 * Z_95
    middle = share + square / (2 * asked)
    half = Z_95 * math.sqrt(share * (1 - share) / asked + square / (4 * asked * asked))
    scale = 1 + square / asked
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
