"""The store as the other rooms see it: units of work, bulk loading, and the ports that read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import Engine

from kaart.domain.catalogue import Change, Entity, Location, Organization, Service
from kaart.domain.clock import utc_now
from kaart.domain.ports import Clock, Progress
from kaart.store.areas import StoredAreas
from kaart.store.engine import reading, writing
from kaart.store.facts import StoredFacts
from kaart.store.lease import Leases
from kaart.store.load import chunks
from kaart.store.lookup import StoredLookup
from kaart.store.outbox import StoredOutbox
from kaart.store.unit import UnitOfWork

#: Entities in one transaction of a bulk load: others wait for it about half a second.
BULK: Final = 1000


class Store:
    """The register's database. One transaction per unit of work; the ports open their own short ones."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        """Keep the engine (see `kaart.store.engine.make_engine`); nothing is opened yet."""
        self.engine = engine
        self._clock = clock
        self.facts = StoredFacts(engine)
        self.outbox = StoredOutbox(engine, clock)
        self.areas = StoredAreas(engine)
        self.lookup = StoredLookup(engine)
        self.leases = Leases(engine, clock)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One consistent view. Raises `UnavailableError` when the database does not answer."""
        with reading(self.engine) as connection:
            yield UnitOfWork(connection, self._clock)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One transaction: committed at the end of the block, undone by an error in it.

        Raises `UnavailableError` (``database_busy``, ``disk_full``, ``database_unavailable``).
        """
        with writing(self.engine) as connection:
            yield UnitOfWork(connection, self._clock)

    def bulk_insert_new(
        self,
        organizations: Sequence[Organization],
        locations: Sequence[Location],
        services: Sequence[Service],
        change: Change,
        progress: Progress | None = None,
    ) -> None:
        """Save many entities that are surely new, in transactions of a thousand, without looking for what is there.

        All that `UnitOfWork.save` writes is written. `progress` is called with the entities done and to do. Cut off,
        whole thousands are kept. Raises `ConflictError` (``already_exists``) for an id or a key that is there.
        """
        total, done = len(organizations) + len(locations) + len(services), 0
        known: dict[UUID, Entity] = {entity.id: entity for entity in (*organizations, *locations)}
        for entities in (organizations, locations, services):
            for chunk in chunks(entities, BULK):
                with self.write() as unit:
                    unit.insert_new(chunk, change, _referred(chunk, known))
                done += len(chunk)
                if progress is not None:
                    progress(done, total)


def _referred(entities: Sequence[Entity], known: Mapping[UUID, Entity]) -> Iterator[Entity]:
    """What these services refer to, as far as it was given along."""
    for entity in entities:
        if isinstance(entity, Service):
            for each in (entity.organization_id, *(at.location_id for at in entity.locations)):
                if each in known:
                    yield known[each]
