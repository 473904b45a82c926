"""The port `ServiceLookup`: addresses hold an id or a key, and either leads to the service."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine

from kaart.domain.catalogue import Location, Organization, Service, ServiceRecord
from kaart.domain.codes import Status
from kaart.errors import GoneError
from kaart.store.engine import reading
from kaart.store.facts_of import ENDS_SERVICES
from kaart.store.unit import UnitOfWork


class StoredLookup:
    """Finds a service; each call reads in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is read yet."""
        self._engine = engine

    def service_id(self, id_or_key: str) -> UUID:
        """The id. Raises as `load_service`."""
        with reading(self._engine) as connection:
            service, _ = _offered(UnitOfWork(connection), id_or_key)
            return service.id

    def load_service(self, id_or_key: str) -> ServiceRecord:
        """The service with what its page shows, from one view.

        Raises as `UnitOfWork.get` (unknown, removed, or merged into another), and `GoneError` for a service whose
        organization was removed (``removed``) or has ended (``organization_ended``): nobody offers it any more,
        whatever its own status says.
        """
        with reading(self._engine) as connection:
            unit = UnitOfWork(connection)
            service, organization = _offered(unit, id_or_key)
            held = unit.get_many(Location, [at.location_id for at in service.locations])
            public = [
                location
                for at in service.locations
                if (location := held.get(at.location_id))
                and not location.confidential
                and location.status is Status.ACTIVE
            ]
            return ServiceRecord(service, organization, tuple(public), unit.provenance(service))


def _offered(unit: UnitOfWork, id_or_key: str) -> tuple[Service, Organization]:
    service = unit.get(Service, id_or_key)
    organization = unit.get_many(Organization, [service.organization_id])[service.organization_id]
    if organization.status is Status.WITHDRAWN:
        raise GoneError("removed", key=service.key)
    if organization.status in ENDS_SERVICES:
        raise GoneError("organization_ended", key=service.key)
    return service, organization
