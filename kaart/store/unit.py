"""One unit of work: everything that is read and written within one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, select

from kaart.domain.areas import Area
from kaart.domain.catalogue import Change, Entity, Membership, Provenance
from kaart.domain.changes import place_of, with_fields
from kaart.domain.clock import utc_now
from kaart.domain.codes import Status
from kaart.domain.needs import Term
from kaart.domain.ports import Clock
from kaart.errors import ConflictError, GoneError, MovedError, NotFoundError
from kaart.store import rows as r
from kaart.store import tables as t
from kaart.store.areas import load_areas, save_areas
from kaart.store.engine import lock_register
from kaart.store.history import Version, load_origins, load_versions
from kaart.store.load import chunks, load
from kaart.store.memberships import MEMBER_PLACE, load_memberships, save_membership
from kaart.store.plan import SaveResult
from kaart.store.saving import DO_NOT_LIST, Saver
from kaart.store.terms import load_terms, save_terms

E = TypeVar("E", bound=Entity)

RAW = t.table_of(t.RawRecordRow)
RUN = t.table_of(t.SourceRunRow)


@dataclass(frozen=True, slots=True)
class SourceRun:
    """The last complete reading of a source. `content_hash` says whether anything is new; `counts` what was done."""

    source: str
    content_hash: str
    at: datetime
    counts: Mapping[str, int]


class UnitOfWork:
    """Reads and, in a writing unit, saves. It ends with its transaction and must not be kept."""

    def __init__(self, connection: Connection, clock: Clock = utc_now) -> None:
        """Made by `Store.read` and `Store.write`."""
        self.connection = connection
        self._clock = clock

    # Reading

    def get(self, entity: type[E], id_or_key: UUID | str) -> E:
        """The entity by its id (also written as text) or its key.

        Raises `NotFoundError` (``<kind>_unknown``), `GoneError` (``removed``) for a withdrawn one and `MovedError`
        (``merged``, with `merged_into`). Closed ones and those gone from their source come back: a page says so.
        """
        found = self.find(entity, id_or_key)
        if found is None:
            raise NotFoundError(f"{r.kind_of(entity).value}_unknown", given=str(id_or_key))
        check_present(found)
        return found

    def find(self, entity: type[E], id_or_key: UUID | str) -> E | None:
        """The entity whatever its status; None when there is no such thing."""
        kind = r.kind_of(entity)
        entity_id = self._id(entity, id_or_key)
        found = load(self.connection, kind, [entity_id]).get(entity_id) if entity_id else None
        return cast("E | None", found)

    def get_many(self, entity: type[E], ids: Iterable[UUID]) -> dict[UUID, E]:
        """The entities of these ids, whatever their status; what does not exist is left out."""
        return cast("dict[UUID, E]", load(self.connection, r.kind_of(entity), ids))

    def all_ids(self, entity: type[Entity]) -> list[UUID]:
        """The id of every entity of a kind, in the order of the ids."""
        table = r.MAIN[r.kind_of(entity)]
        return list(self.connection.scalars(select(table.c.id).order_by(table.c.id)))

    def stream(self, entity: type[E], status: Status | None = None) -> Iterator[E]:
        """Every entity of a kind in the order of the keys, a few hundred in memory at once."""
        table = r.MAIN[r.kind_of(entity)]
        query = select(table.c.id).order_by(table.c.key)
        if status is not None:
            query = query.where(table.c.status == status)
        for chunk in chunks(list(self.connection.scalars(query))):
            found = load(self.connection, r.kind_of(entity), chunk)
            yield from (cast("E", found[entity_id]) for entity_id in chunk)

    def services_of(self, organization_id: UUID) -> list[UUID]:
        """The ids of an organization's services, by key."""
        query = select(r.SERVICE.c.id).where(r.SERVICE.c.organization_id == organization_id).order_by(r.SERVICE.c.key)
        return list(self.connection.scalars(query))

    def by_source_keys(self, entity: type[Entity], source: str, keys: Iterable[str]) -> dict[str, UUID]:
        """Which ids the records of a source have here, by the source's key."""
        table = r.SOURCE_KEY
        found: dict[str, UUID] = {}
        for chunk in chunks(dict.fromkeys(keys)):
            query = select(table.c.key, table.c.entity_id).where(
                table.c.source == source, table.c.key.in_(chunk), table.c.entity_kind == r.kind_of(entity)
            )
            found.update((row.key, row.entity_id) for row in self.connection.execute(query))
        return found

    def unwanted(self, entity: type[Entity], source: str) -> frozenset[str]:
        """The keys of a source that were removed on request: an import leaves them out."""
        query = select(DO_NOT_LIST.c.key).where(
            DO_NOT_LIST.c.source == source, DO_NOT_LIST.c.entity_kind == r.kind_of(entity)
        )
        return frozenset(self.connection.scalars(query))

    def provenance(self, entity: Entity) -> tuple[Provenance, ...]:
        """Where each field of an entity comes from, by field and language."""
        found = load_origins(self.connection, r.kind_of(entity), [entity.id]).get(entity.id, {})
        return tuple(found[place] for place in sorted(found))

    def versions(self, entity: Entity) -> list[Version]:
        """Every saved change of an entity, the first one first."""
        return load_versions(self.connection, r.kind_of(entity), entity.id)

    # Writing

    def save(self, entity: E, change: Change) -> SaveResult[E]:
        """Save one entity; see `save_many`."""
        return self.save_many([entity], change)[0]

    def save_many(self, entities: Iterable[E], change: Change) -> list[SaveResult[E]]:
        """Save entities of any kinds and give them back with their new version, in the order given.

        A save that changes nothing writes nothing. What an owner holds is not overwritten by others, but told in
        `skipped_fields`. Services' rows for matching and the outbox are written in the same transaction.

        Raises `ConflictError` (``version_conflict``, ``key_taken``, ``source_key_taken``), `GoneError` (``removed``,
        ``on_do_not_list``) and `InvalidInputError` (``entity_invalid``, ``reference_unknown``, ``saved_twice``).
        """
        return self._saver.save(entities, change)

    def insert_new(self, entities: Sequence[Entity], change: Change, known: Iterable[Entity] = ()) -> None:
        """Save many entities that are surely new, fast: nothing is looked up; `known` are stored ones they refer to.

        A service's organization and locations that are neither given nor `known` are read.
        """
        self._saver.remember(known)
        self._saver.insert_new(entities, change)

    def undo(self, entity: E, number: int, change: Change) -> SaveResult[E]:
        """Take one version's change back, as a new version.

        Raises `NotFoundError` (``version_unknown``) and `ConflictError`: ``undo_conflict`` when a later version
        touched the same fields (named in `touched`), ``undo_first`` for the making of the entity itself,
        ``undo_membership`` for members of a network, which are noted anew instead, and ``undo_verification`` when
        all that would come back is a verification: only who verifies gives one.
        """
        saver = self._saver
        current = self.find(type(entity), entity.id)
        versions = {version.number: version for version in self.versions(entity)}
        if current is None or number not in versions:
            raise NotFoundError("version_unknown", number=number)
        if number == 1:
            raise ConflictError("undo_first", key=entity.key)
        if current.version != entity.version:
            raise ConflictError("version_conflict", key=entity.key, given=entity.version, stored=current.version)
        diff = versions[number].diff
        if any(key.startswith(MEMBER_PLACE) for key in diff):
            raise ConflictError("undo_membership", key=entity.key, number=number)
        later = {key for version in versions.values() if version.number > number for key in version.diff}
        touched = sorted(later & set(diff))
        if touched:
            names = sorted({place_of(key)[0] for key in touched})
            raise ConflictError("undo_conflict", key=entity.key, number=number, touched=", ".join(names))
        former = with_fields(current, {key: before for key, (before, _) in diff.items()})
        [undone] = saver.save([former], replace(change, verifies=False), undo_of=number)
        if not undone.changed_fields and not undone.skipped_fields:
            raise ConflictError("undo_verification", key=entity.key, number=number)
        return undone

    # Beside the entities

    def save_membership(self, membership: Membership, change: Change) -> bool:
        """Note that an organization is in a network, in place of what was noted before; a version of the network.

        False: nothing was written, since it stood so already or its owner holds it.
        """
        return save_membership(self._register(), membership, change)

    def memberships(self, network_id: UUID) -> tuple[Membership, ...]:
        """The members of a network."""
        return load_memberships(self.connection, network_id)

    def save_terms(self, terms: Iterable[Term], source: str) -> None:
        """Keep the taxonomy's terms; one that is no longer among them stays, so that old codes are understood."""
        save_terms(self._register(), terms, source)

    def terms(self) -> dict[str, Term]:
        """The stored terms by code."""
        return load_terms(self.connection)

    def save_areas(self, areas: Iterable[Area]) -> None:
        """Keep areas; one of the same code is replaced, with its names and members."""
        save_areas(self._register(), areas)

    def areas(self, system: str | None = None) -> tuple[Area, ...]:
        """The stored areas, of one system or of all, by code."""
        return load_areas(self.connection, system)

    def keep_raw(self, source: str, key: str, body: str, url: str, fetched_at: datetime) -> UUID:
        """Keep a record as received and return its id; an unchanged one is not kept twice."""
        digest = hashlib.sha256(body.encode()).hexdigest()
        known = self.connection.scalar(
            select(RAW.c.id).where(RAW.c.source == source, RAW.c.key == key, RAW.c.hash == digest)
        )
        if known is not None:
            return cast("UUID", known)
        raw_id = uuid4()
        self.connection.execute(
            RAW.insert().values(
                id=raw_id, source=source, key=key, hash=digest, fetched_at=fetched_at, url=url, body=body
            )
        )
        return raw_id

    def source_run(self, source: str) -> SourceRun | None:
        """The last complete reading of a source."""
        row = self.connection.execute(select(RUN).where(RUN.c.source == source)).one_or_none()
        return SourceRun(row.source, row.content_hash, row.at, row.counts) if row else None

    def note_source_run(self, run: SourceRun) -> None:
        """Note a complete reading, in place of the one before."""
        self.connection.execute(RUN.delete().where(RUN.c.source == run.source))
        self.connection.execute(
            RUN.insert().values(source=run.source, content_hash=run.content_hash, at=run.at, counts=dict(run.counts))
        )

    @cached_property
    def _saver(self) -> Saver:
        return Saver(self._register(), self._clock())

    def _register(self) -> Connection:
        lock_register(self.connection)
        return self.connection

    def _id(self, entity: type[Entity], id_or_key: UUID | str) -> UUID | None:
        if isinstance(id_or_key, UUID):
            return id_or_key
        table = r.MAIN[r.kind_of(entity)]
        found = self.connection.scalar(select(table.c.id).where(table.c.key == id_or_key))
        return found or _as_uuid(id_or_key)


def _as_uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def check_present(entity: Entity) -> None:
    """Raise `GoneError` (``removed``) for a withdrawn entity, `MovedError` (``merged``) for a merged one."""
    if entity.status is Status.WITHDRAWN:
        raise GoneError("removed", key=entity.key)
    if entity.status is Status.MERGED:
        raise MovedError("merged", key=entity.key, merged_into=entity.merged_into)
