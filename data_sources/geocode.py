"""Asks the online geocoder, where one is configured, for the addresses that the offline gazetteer placed bluntly.

It runs after a source was read, apart from the transactions that write it: a geocoder answers once a second, and
nobody may wait for it. A point keeps the geocoder as its source, so it is never taken for the source's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from data_sources.known import entities_of
from kaart.domain.catalogue import Change, Location
from kaart.domain.codes import CoordinatePrecision, Status
from kaart.domain.ports import Clock, Progress
from kaart.errors import ConflictError, KaartError, UnavailableError
from kaart.places.distance import flat_km
from kaart.store.store import Store

if TYPE_CHECKING:
    # Its library takes a quarter of a second to load, which only those pay who use a geocoder.
    from kaart.places.geocoder import AddressGeocoder, Geocoded

#: The actor of a found point, as provenance and versions name it.
ACTOR: Final = "geocoder"
#: A geocoder wants at most one request a second, from all processes of an installation together.
LEASE: Final = "geocoder"
#: The lease is kept so long between two requests, each of which takes some seconds at most.
LEASE_SECONDS: Final = 60.0
#: An answer farther than this from where the offline gazetteer put the address is another place of that name: no
#: municipality has a radius above 19 km (Waimes; the estimates of `kaart.places`, which are rather too large).
FARTHEST_KM: Final = 25.0
#: From sharp to blunt.
_PRECISIONS: Final = tuple(CoordinatePrecision)


@dataclass(frozen=True, slots=True)
class Geocoding:
    """What the geocoder brought: points found, addresses not found (or no sharper), and what made it stop."""

    found: int = 0
    not_found: int = 0
    error: KaartError | None = None


def is_sharper(one: CoordinatePrecision | None, other: CoordinatePrecision | None) -> bool:
    """Whether the first stands for less ground than the second; None knows nothing."""
    if one is None:
        return False
    return other is None or _PRECISIONS.index(one) < _PRECISIONS.index(other)


def sharpen(
    store: Store,
    geocoder: AddressGeocoder,
    source: str,
    clock: Clock,
    renew: Callable[[], None],
    progress: Progress | None = None,
) -> Geocoding:
    """Give the blunt addresses of a source a sharper point; `renew` is called before each request.

    Each answer is saved at once, so that a run may be stopped and goes on from there. Asked is for active locations
    with a street; a confidential address is never sent to anyone. A geocoder that does not answer stops the asking,
    not the run: its error is in the report, and what it did not get to is asked at the next run.
    """
    holder = uuid4().hex
    if not store.leases.acquire(LEASE, holder, LEASE_SECONDS):
        return Geocoding(error=ConflictError("geocoder_busy"))
    try:
        with store.read() as unit:
            stored = unit.get_many(Location, entities_of(unit, source)[Location]).values()
        blunt = sorted((each for each in stored if _may_be_asked(each)), key=lambda each: each.key)

        def keep() -> None:
            store.leases.renew(LEASE, holder, LEASE_SECONDS)
            renew()

        return _ask(store, geocoder, blunt, clock, keep, progress)
    finally:
        store.leases.release(LEASE, holder)


def _may_be_asked(location: Location) -> bool:
    return (
        location.status is Status.ACTIVE
        and not location.confidential
        and bool(location.street)
        and is_sharper(CoordinatePrecision.STREET, location.precision)
    )


def _ask(
    store: Store,
    geocoder: AddressGeocoder,
    locations: Iterable[Location],
    clock: Clock,
    keep: Callable[[], None],
    progress: Progress | None,
) -> Geocoding:
    found = not_found = 0
    locations = list(locations)
    for location in locations:
        keep()
        try:
            answer = geocoder.geocode(sent_address(location))
        except UnavailableError as error:
            return Geocoding(found, not_found, error)
        if answer is not None and _is_better(answer, location) and _save(store, geocoder, location, answer, clock):
            found += 1
        else:
            not_found += 1
        if progress is not None:
            progress(found + not_found, len(locations))
    return Geocoding(found, not_found)


def sent_address(location: Location) -> str:
    """The address as a geocoder reads it best: without the box, which none of them knows."""
    return replace(location, box="").address


def _is_better(answer: Geocoded, location: Location) -> bool:
    if not is_sharper(answer.precision, location.precision):
        return False
    return location.point is None or flat_km(answer.point, location.point) <= FARTHEST_KM


def _save(store: Store, geocoder: AddressGeocoder, asked: Location, answer: Geocoded, clock: Clock) -> bool:
    """Keep the point; False when the location was changed meanwhile, or its owner holds where it is."""
    now = clock()
    change = Change(answer.source, ACTOR, now, retrieved_on=now.date(), licence=geocoder.licence)
    with store.write() as unit:
        present = unit.find(Location, asked.id)
        if present is None or present.version != asked.version:
            return False
        pointed = replace(present, point=answer.point, precision=answer.precision)
        return bool(unit.save(pointed, change).changed_fields)
