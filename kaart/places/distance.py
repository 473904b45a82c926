"""Distance between points on the WGS 84 ellipsoid, in kilometres."""

from __future__ import annotations

import math

from kaart.domain.areas import Point


def distance_km(one: Point, other: Point) -> float:
    """Geodesic distance (geopy), in kilometres; about 0.2 ms, so for a few points, not for ranking hundreds."""
    from geopy.distance import geodesic  # noqa: PLC0415  geopy takes a quarter of a second to load

    return float(geodesic((one.latitude, one.longitude), (other.latitude, other.longitude)).km)


def flat_km(one: Point, other: Point) -> float:
    """Distance on a flat sheet, for comparing: within 0.5 % of the geodesic for two points in Belgium."""
    middle = math.radians((one.latitude + other.latitude) / 2)
    return 111.2 * math.hypot(one.latitude - other.latitude, (one.longitude - other.longitude) * math.cos(middle))
