"""What the store already knows of a source: the newest raw record of each key, and which entities came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from kaart.domain.catalogue import Entity, Location, Organization, Service
from kaart.domain.codes import Status
from kaart.store.kinds import EntityKind
from kaart.store.load import chunks
from kaart.store.rows import MAIN
from kaart.store.tables import ProvenanceRow, RawRecordRow, SourceKeyRow, table_of
from kaart.store.unit import UnitOfWork

E = TypeVar("E", bound=Entity)

RAW = table_of(RawRecordRow)
PROVENANCE = table_of(ProvenanceRow)
SOURCE_KEY = table_of(SourceKeyRow)

_TYPES: dict[EntityKind, type[Entity]] = {
    EntityKind.ORGANIZATION: Organization,
    EntityKind.LOCATION: Location,
    EntityKind.SERVICE: Service,
}


def newest_hashes(unit: UnitOfWork, source: str) -> dict[str, str]:
    """The hash of the newest raw record of each key of a source."""
    query = select(RAW.c.key, RAW.c.hash).where(RAW.c.source == source).order_by(RAW.c.fetched_at, RAW.c.id)
    return {row.key: row.hash for row in unit.connection.execute(query)}


def entities_of(unit: UnitOfWork, source: str) -> dict[type[Entity], set[UUID]]:
    """The ids of all organizations, locations and services that have a key in this source, by type."""
    query = select(SOURCE_KEY.c.entity_kind, SOURCE_KEY.c.entity_id).where(SOURCE_KEY.c.source == source)
    found: dict[type[Entity], set[UUID]] = {kind: set() for kind in _TYPES.values()}
    for row in unit.connection.execute(query):
        if row.entity_kind in _TYPES:
            found[_TYPES[row.entity_kind]].add(row.entity_id)
    return found


def gone_ids(unit: UnitOfWork) -> set[UUID]:
    """The ids of organizations, locations and services that are marked as gone from their source."""
    found: set[UUID] = set()
    for kind in _TYPES:
        table = MAIN[kind]
        found.update(unit.connection.scalars(select(table.c.id).where(table.c.status == Status.GONE)))
    return found


def made_of(unit: UnitOfWork, source: str, keys: Collection[str]) -> set[UUID]:
    """The ids of the entities that have any field from raw records with these keys."""
    found: set[UUID] = set()
    for chunk in chunks(sorted(keys)):
        query = (
            select(PROVENANCE.c.entity_id)
            .join(RAW, RAW.c.id == PROVENANCE.c.raw_record_id)
            .where(RAW.c.source == source, RAW.c.key.in_(chunk))
            .distinct()
        )
        found.update(unit.connection.scalars(query))
    return found


class Known:
    """The entities of a batch as they stand, read together, and what was removed on request."""

    def __init__(self, unit: UnitOfWork, source: str) -> None:
        self.unit = unit
        self._entities: dict[UUID, Entity | None] = {}
        kinds: tuple[type[Entity], ...] = (Organization, Location, Service)
        self._unwanted = {kind: unit.unwanted(kind, source) for kind in kinds}
        self._source = source

    def read(self, entities: Iterable[Entity]) -> None:
        """Read those that are not known yet."""
        wanted: dict[type[Entity], list[UUID]] = {}
        for entity in entities:
            if entity.id not in self._entities:
                wanted.setdefault(type(entity), []).append(entity.id)
        for kind, ids in wanted.items():
            found = self.unit.get_many(kind, ids)
            self._entities.update({entity_id: found.get(entity_id) for entity_id in ids})

    def before(self, entity: E) -> E | None:
        """The entity as it stands in the store."""
        self.read([entity])
        found = self._entities[entity.id]
        assert found is None or isinstance(found, type(entity))
        return found

    def stored(self) -> list[Entity]:
        """All that is known to stand in the store."""
        return [entity for entity in self._entities.values() if entity is not None]

    def note(self, entities: Iterable[Entity]) -> None:
        """Remember what was just saved."""
        self._entities.update({entity.id: entity for entity in entities})

    def forget(self, entities: Iterable[Entity]) -> None:
        """Read these anew when they are wanted again: their saving was undone."""
        for entity in entities:
            self._entities.pop(entity.id, None)

    def is_unwanted(self, entity: Entity) -> bool:
        """Whether it was removed on request, or is another entity now."""
        unwanted = self._unwanted[type(entity)]
        before = self.before(entity)
        listed = any(key.source == self._source and key.key in unwanted for key in entity.source_keys)
        return listed or (before is not None and before.status in {Status.WITHDRAWN, Status.MERGED})
