"""On whose ground a point lies, by the outlines of the judicial cantons."""

from __future__ import annotations

from collections.abc import Sequence

from kaart.domain.areas import Point
from kaart.places.data import Ring
from kaart.places.distance import flat_km

#: A point may lie this far outside every outline: they are simplified to 200 metres and leave out the beach.
_TOLERANCE_KM = 0.6
#: No line of an outline is longer than this, in degrees; farther ones are not measured.
_LONGEST_LINE = 0.5
#: A degree of longitude is this part of one of latitude in the middle of Belgium (50.8° N).
_SHRINK = 0.632


class Ground:
    """The cantons' outlines with the box around each ring."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        self._rings = [
            (
                ring,
                min(north for north, _east in ring.points),
                max(north for north, _east in ring.points),
                min(east for _north, east in ring.points),
                max(east for _north, east in ring.points),
            )
            for ring in rings
        ]

    def municipalities(self, point: Point) -> frozenset[str]:
        """The municipalities of the canton that holds the point, or of those hardly away from it; else none."""
        odd: dict[frozenset[str], bool] = {}
        near: set[str] = set()
        for ring, south, north, west, east in self._rings:
            if not (south - 0.01 <= point.latitude <= north + 0.01 and west - 0.01 <= point.longitude <= east + 0.01):
                continue
            crosses, distance = _look(point, ring.points)
            odd[ring.municipalities] = odd.get(ring.municipalities, False) != crosses
            if distance < _TOLERANCE_KM:
                near |= ring.municipalities
        inside = frozenset(nis for municipalities, holds in odd.items() if holds for nis in municipalities)
        return inside or frozenset(near)


def _look(point: Point, line: Sequence[tuple[float, float]]) -> tuple[bool, float]:
    """(whether a line to the east crosses the ring an odd number of times, distance to the ring in km)."""
    crosses = False
    distance = float("inf")
    before = line[-1]
    for here in line:
        if (before[0] > point.latitude) != (here[0] > point.latitude):
            share = (point.latitude - before[0]) / (here[0] - before[0])
            if point.longitude < before[1] + share * (here[1] - before[1]):
                crosses = not crosses
        distance = min(distance, _to_line(point, before, here))
        before = here
    return crosses, distance


def _to_line(point: Point, one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance in km from a point to a straight line, on a flat sheet."""
    if abs(point.latitude - one[0]) > _LONGEST_LINE or abs(point.longitude - one[1]) > _LONGEST_LINE:
        return float("inf")
    north, east = other[0] - one[0], (other[1] - one[1]) * _SHRINK
    length = north * north + east * east
    share = 0.0
    if length:
        along = (point.latitude - one[0]) * north + (point.longitude - one[1]) * _SHRINK * east
        share = min(1.0, max(0.0, along / length))
    nearest = Point(one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
    return flat_km(point, nearest)
