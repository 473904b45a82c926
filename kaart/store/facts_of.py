"""Makes the row that matching reads: pure, and the one place where a confidential location is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from kaart.domain.catalogue import Contact, Location, Organization, Phone, Project, Schedule, Service, ServiceAtLocation
from kaart.domain.codes import Status
from kaart.domain.facts import Evidence, FactsLocation, ServiceFacts, text_key_of

#: The fields of a service that statements about it rest on; the others say nothing about the offer.
EVIDENT: Final = frozenset(
    {
        *("name", "summary", "does", "for_whom", "kinds", "needs", "target_groups", "formality", "reach", "catchment"),
        *("eligibility", "cost", "languages", "interpreter", "access", "capacity", "waiting_time", "temporary_stop"),
        *("schedules", "locations", "phones", "email", "url", "valid_from", "valid_until"),
    }
)
#: While its organization is in one of these states, a service is not offered, whatever its own state says.
ENDS_SERVICES: Final = frozenset({Status.CLOSED, Status.GONE, Status.WITHDRAWN})


def facts_of(
    service: Service,
    organization: Organization,
    locations: Mapping[UUID, Location],
    project: Project | None,
    evidence: Mapping[str, Evidence],
) -> ServiceFacts:
    """The denormalised row of a service. `locations` holds at least those that the service names."""
    public = [
        (at, location)
        for at in service.locations
        if (location := locations.get(at.location_id)) is not None and is_public(location)
    ]
    first, last = _period(service, project)
    facts = ServiceFacts(
        service_id=service.id,
        key=service.key,
        organization_id=organization.id,
        organization_key=organization.key,
        organization_name=organization.name,
        organization_type=organization.organization_type,
        provider=organization.generic_name or organization.name,
        status=_status(service, organization),
        name=service.name,
        summary=service.summary,
        does=service.does,
        for_whom=service.for_whom,
        kinds=service.kinds,
        needs=service.needs,
        target_groups=service.target_groups,
        formality=service.formality or organization.formality,
        reach=service.reach,
        catchment=service.catchment.areas,
        eligibility=service.eligibility,
        cost=service.cost,
        languages=service.languages,
        interpreter=service.interpreter,
        access=service.access,
        capacity=service.capacity,
        waiting_time=service.waiting_time,
        temporary_stop=service.temporary_stop,
        schedules=_schedules(service, (at for at, _ in public)),
        locations=tuple(_location(location) for _, location in public),
        public_phone=_phone(service, organization, public),
        public_email=service.email or _email(service.contacts) or organization.email,
        url=service.url or organization.website,
        valid_from=first,
        valid_until=last,
        review_days=service.review_days,
        checked_on=service.verified_at.date() if service.verified_at else None,
        dated_on=max((each.on for each in evidence.values() if each.on is not None), default=None),
        evidence={name: each for name, each in evidence.items() if name in EVIDENT},
        synthetic=service.synthetic,
    )
    return replace(facts, text_key=text_key_of(facts))


def is_public(location: Location) -> bool:
    """Whether anything of a location may leave the store."""
    return not location.confidential and location.status is Status.ACTIVE


def _status(service: Service, organization: Organization) -> Status:
    if service.status is Status.ACTIVE and organization.status in ENDS_SERVICES:
        return organization.status
    return service.status


def _period(service: Service, project: Project | None) -> tuple[date | None, date | None]:
    """A project's services begin and end with it."""
    if project is None:
        return service.valid_from, service.valid_until
    starts = [day for day in (service.valid_from, project.starts_on) if day is not None]
    ends = [day for day in (service.valid_until, project.ends_on) if day is not None]
    return max(starts, default=None), min(ends, default=None)


def _location(location: Location) -> FactsLocation:
    return FactsLocation(
        location_id=location.id,
        name=location.name,
        address=location.address,
        postal_code=location.postal_code,
        municipality=location.municipality,
        point=location.point,
        precision=location.precision,
        wheelchair=location.access.wheelchair,
        public_transport=location.access.public_transport,
    )


def _schedules(service: Service, places: Iterable[ServiceAtLocation]) -> tuple[Schedule, ...]:
    """The service's own hours, else those that it has at its public locations (a building's hours say nothing)."""
    if service.schedules:
        return service.schedules
    return tuple(dict.fromkeys(schedule for at in places for schedule in at.schedules))


def _phone(service: Service, organization: Organization, public: list[tuple[ServiceAtLocation, Location]]) -> str:
    """The number nearest to the service itself; a person's own number is not shown first."""
    candidates: list[tuple[Phone, ...]] = [
        service.phones,
        *(contact.phones for contact in service.contacts if not contact.personal),
        *(at.phones for at, _ in public),
        *(location.phones for _, location in public),
        organization.phones,
    ]
    return next((phones[0].number for phones in candidates if phones), "")


def _email(contacts: tuple[Contact, ...]) -> str:
    return next((contact.email for contact in contacts if contact.email and not contact.personal), "")
