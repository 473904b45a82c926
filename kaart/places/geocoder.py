"""The optional online geocoder for addresses, behind geopy: cached for good, at most one request a second.

Nobody is asked by default: the offline gazetteer places an address at its postal code. This module is imported only
where a geocoder is configured, since geopy alone takes a quarter of a second to load. Only addresses of
organisations are sent, never what a person typed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from kaart.domain.areas import Point
from kaart.domain.codes import CoordinatePrecision
from kaart.errors import UnavailableError
from kaart.settings import GeocoderKind

#: The usage policy of the public Nominatim allows one request a second; Geopunt gets no more.
SECONDS_BETWEEN_REQUESTS = 1.0
#: Seconds after which an answer is given up.
TIMEOUT_SECONDS = 5.0
_GEOPUNT_HOST = "loc.geopunt.be"
_NOMINATIM_HOST = "nominatim.openstreetmap.org"
#: Nominatim answers from OpenStreetMap, also an own one. Under which licence Geopunt's points may be used was not
#: looked up: unknown stays empty.
_LICENCES = MappingProxyType({GeocoderKind.NOMINATIM.value: "ODbL-1.0"})


@dataclass(frozen=True, slots=True)
class Geocoded:
    """Where an address is, and what the point stands for; `label` is how the geocoder names it."""

    point: Point
    precision: CoordinatePrecision
    label: str
    source: str


class AddressGeocoder(Protocol):
    """Finds the point of an address."""

    @property
    def licence(self) -> str:
        """The licence of its points, empty when it is not known."""

    def geocode(self, address: str) -> Geocoded | None:
        """The address's point, None when it is not found. Raises `UnavailableError` (``geocoder_unavailable``)."""


class Geopunt(Geocoder):  # type: ignore[misc]  # geopy has no types, so its base class is Any to mypy
    """The Flemish government's geolocation service, version 4: addresses in Flanders and Brussels.

    The shape of its answer is known from its documentation; it was not tried against the real service here.
    """

    geocode_path = "/v4/Location"

    def __init__(self, *, domain: str = _GEOPUNT_HOST, **options: Any) -> None:
        super().__init__(**options)
        self.api = f"{self.scheme}://{domain}{self.geocode_path}"

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL) -> Any:
        """A geopy `Location`, a list of them, or None; `raw` holds the record as it came."""
        url = f"{self.api}?{urlencode({'q': query, 'c': 1 if exactly_one else 5})}"
        return self._call_geocoder(url, partial(self._parse_json, exactly_one=exactly_one), timeout=timeout)

    @staticmethod
    def _parse_json(response: Mapping[str, Any], *, exactly_one: bool) -> Any:
        found = [
            Location(
                record.get("FormattedAddress") or "",
                (record["Location"]["Lat_WGS84"], record["Location"]["Lon_WGS84"]),
                record,
            )
            for record in response.get("LocationResult") or ()
        ]
        if not found:
            return None
        return found[0] if exactly_one else found


def _geopunt_precision(raw: Mapping[str, Any]) -> CoordinatePrecision:
    if raw.get("Housenumber"):
        return CoordinatePrecision.ADDRESS
    if raw.get("Thoroughfarename"):
        return CoordinatePrecision.STREET
    return CoordinatePrecision.POSTAL_CODE if raw.get("Zipcode") else CoordinatePrecision.MUNICIPALITY


def _nominatim_precision(raw: Mapping[str, Any]) -> CoordinatePrecision:
    address = raw.get("address") or {}
    if address.get("house_number"):
        return CoordinatePrecision.ADDRESS
    if address.get("road"):
        return CoordinatePrecision.STREET
    return CoordinatePrecision.POSTAL_CODE if raw.get("type") == "postcode" else CoordinatePrecision.MUNICIPALITY


class GeocodeCache:
    """What geocoders answered, kept for good in a small SQLite file; an address that is not found is kept as well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS geocoded (source TEXT NOT NULL, address TEXT NOT NULL, latitude REAL, "
                "longitude REAL, precision TEXT, label TEXT, asked_at TEXT NOT NULL, PRIMARY KEY (source, address))"
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)

    def get(self, source: str, address: str) -> tuple[bool, Geocoded | None]:
        """(whether it was asked before, what came back)."""
        with self._lock, closing(self._open()) as connection:
            row = connection.execute(
                "SELECT latitude, longitude, precision, label FROM geocoded WHERE source = ? AND address = ?",
                (source, address),
            ).fetchone()
        if row is None:
            return False, None
        if row[0] is None:
            return True, None
        return True, Geocoded(Point(row[0], row[1]), CoordinatePrecision(row[2]), row[3], source)

    def put(self, source: str, address: str, found: Geocoded | None) -> None:
        """Keep an answer."""
        values = (found.point.latitude, found.point.longitude, found.precision, found.label) if found else (None,) * 4
        with self._lock, closing(self._open()) as connection, connection:
            connection.execute(
                "INSERT OR REPLACE INTO geocoded VALUES (?, ?, ?, ?, ?, ?, ?)",
                (source, address, *values, datetime.now(UTC).isoformat()),
            )


class OnlineGeocoder:
    """Asks a geocoder of geopy through the cache and the rate limit."""

    def __init__(
        self,
        source: str,
        ask: Callable[[str], Any],
        precision: Callable[[Mapping[str, Any]], CoordinatePrecision],
        cache: GeocodeCache,
        seconds_between: float = SECONDS_BETWEEN_REQUESTS,
    ) -> None:
        self._source = source
        self._precision = precision
        self._cache = cache
        self._ask = RateLimiter(ask, min_delay_seconds=seconds_between, max_retries=0, swallow_exceptions=False)

    @property
    def licence(self) -> str:
        """The licence of its points, empty when it is not known."""
        return _LICENCES.get(self._source, "")

    def geocode(self, address: str) -> Geocoded | None:
        """The address's point, from the cache if it was asked before; None when it is not found or is empty.

        Raises `UnavailableError` (``geocoder_unavailable``) when the service does not answer; that is not cached.
        """
        asked = " ".join(address.split())
        if not asked:
            return None
        known, found = self._cache.get(self._source, asked.casefold())
        if known:
            return found
        try:
            location = self._ask(asked)
            answer = self._read(location) if location is not None else None
        except (GeopyError, KeyError, TypeError, ValueError) as error:
            raise UnavailableError("geocoder_unavailable", geocoder=self._source, problem=str(error)) from error
        self._cache.put(self._source, asked.casefold(), answer)
        return answer

    def _read(self, location: Any) -> Geocoded:
        point = Point(float(location.latitude), float(location.longitude))
        return Geocoded(point, self._precision(location.raw), str(location.address), self._source)


def make_geocoder(
    kind: GeocoderKind,
    cache: Path,
    *,
    user_agent: str = "",
    url: str = "",
    adapter_factory: Callable[..., Any] | None = None,
    seconds_between: float = SECONDS_BETWEEN_REQUESTS,
) -> AddressGeocoder | None:
    """The configured geocoder with its cache in this file; None for ``none``.

    `url` is the address of an own service (``https://geocoder.example.org``); empty: the public one. Both were
    checked with the settings (`kaart.settings.load_settings`).
    """
    if kind is GeocoderKind.NONE:
        return None
    parts = urlsplit(url or f"https://{_NOMINATIM_HOST if kind is GeocoderKind.NOMINATIM else _GEOPUNT_HOST}")
    options: dict[str, Any] = {
        "domain": parts.netloc + parts.path.rstrip("/"),
        "scheme": parts.scheme,
        "user_agent": user_agent.strip(),
        "timeout": TIMEOUT_SECONDS,
        "adapter_factory": adapter_factory,
    }
    kept = GeocodeCache(cache)
    if kind is GeocoderKind.GEOPUNT:
        return OnlineGeocoder(kind.value, Geopunt(**options).geocode, _geopunt_precision, kept, seconds_between)
    ask = partial(Nominatim(**options).geocode, country_codes="be", addressdetails=True)
    return OnlineGeocoder(kind.value, ask, _nominatim_precision, kept, seconds_between)
