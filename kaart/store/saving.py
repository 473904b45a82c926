"""Saves entities: rows, versions, provenance, the row for matching and the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from kaart.domain.catalogue import Change, Entity, Location, Organization, Project, Service, SourceKey
from kaart.domain.codes import Status
from kaart.domain.facts import Evidence
from kaart.domain.facts_codec import facts_to_json
from kaart.errors import ConflictError, GoneError, InvalidInputError
from kaart.store import rows as r
from kaart.store import tables as t
from kaart.store.facts_of import facts_of
from kaart.store.history import (
    PROVENANCE,
    VERSION,
    Origins,
    Version,
    evidence_of,
    load_origins,
    new_evidence,
    new_origin_rows,
    provenance_row,
    version_row,
)
from kaart.store.inserter import Inserter, delete_where, update_by_id
from kaart.store.kinds import EntityKind
from kaart.store.load import chunks, load
from kaart.store.plan import Plan, SaveResult, is_own, plan_change, plan_new

E = TypeVar("E", bound=Entity)

FACTS: Final = t.table_of(t.ServiceFactsRow)
OUTBOX: Final = t.table_of(t.OutboxRow)
DO_NOT_LIST: Final = t.table_of(t.DoNotListRow)


def _sources(origins: Origins | None, change: Change) -> r.SourceOf:
    """Which source the text of a field has."""
    if origins is None:
        return lambda _field, _language: change.source
    return lambda field, language: origins[field, language].source


class Saver:
    """Writes entities in one transaction. `now` is the moment of writing, an aware UTC instant."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Keep the connection; what was loaded or saved in this transaction is remembered."""
        self._connection = connection
        self._now = now
        self._inserter = Inserter(connection)
        self._known: dict[EntityKind, dict[UUID, Entity]] = {kind: {} for kind in r.MAIN}
        self._evidence: dict[UUID, dict[str, Evidence]] = {}

    def save(self, entities: Iterable[E], change: Change, undo_of: int | None = None) -> list[SaveResult[E]]:
        """Save entities of any kinds, in any order; the results come in the order given."""
        given = list(entities)
        plans = self._plans(given, change, undoing=undo_of is not None)
        self._check_unwanted([plan.after for plan in plans if plan.before is None], change)
        self._check_keys([plan for plan in plans if plan.diff])
        self.write(plans, change, undo_of)
        return [plan.result for plan in plans]

    def insert_new(self, entities: Sequence[Entity], change: Change) -> None:
        """Save entities that are surely new, without looking: a known id or key is refused by the database."""
        self._check_unwanted(entities, change)
        self.write([plan_new(entity, change) for entity in entities], change, None)

    def remember(self, entities: Iterable[Entity]) -> None:
        """Take these as they stand in the database, so that they need not be read."""
        for entity in entities:
            self._known[r.kind_of(entity)][entity.id] = entity

    def write(self, plans: Sequence[Plan[E]], change: Change, undo_of: int | None) -> None:
        """Carry out the plans that change something."""
        plans = [plan for plan in plans if plan.diff]
        rows = r.Rows()
        changed: dict[EntityKind, list[Plan[E]]] = {kind: [] for kind in r.MAIN}
        for plan in plans:
            kind = r.kind_of(plan.after)
            changed[kind].append(plan)
            self._known[kind][plan.after.id] = plan.after
            if kind is EntityKind.SERVICE:
                evidence = new_evidence(plan.diff, change) if plan.origins is None else evidence_of(plan.origins)
                self._evidence[plan.after.id] = evidence
            self._history(rows, kind, plan, change, undo_of)
        for kind, of_kind in changed.items():
            self._clear(kind, [plan.after.id for plan in of_kind if plan.before is not None])
            updates = []
            for plan in of_kind:
                owner = r.Owner(kind, plan.after.id, _sources(plan.origins, change), rows)
                r.add_parts(owner, plan.after)
                own = r.main_row(plan.after, self._now)
                if plan.before is None:
                    rows.add(r.MAIN[kind], *own)
                else:
                    updates.append(own)
            if updates:
                update_by_id(self._connection, r.MAIN[kind], updates)
        self._listing(rows, plans, change)
        self._inserter.insert_all(rows, r.MAIN.values())
        self._facts(changed)

    def _plans(self, entities: Sequence[E], change: Change, *, undoing: bool) -> list[Plan[E]]:
        ids: dict[EntityKind, list[UUID]] = {kind: [] for kind in r.MAIN}
        for entity in entities:
            ids[r.kind_of(entity)].append(entity.id)
        for kind, of_kind in ids.items():
            if len(set(of_kind)) < len(of_kind):
                raise InvalidInputError("saved_twice", kind=kind.value)
        stored = {kind: load(self._connection, kind, of_kind) for kind, of_kind in ids.items() if of_kind}
        origins = {kind: load_origins(self._connection, kind, found) for kind, found in stored.items()}
        plans: list[Plan[E]] = []
        for entity in entities:
            kind = r.kind_of(entity)
            before = stored[kind].get(entity.id)
            if before is None:
                plans.append(plan_new(entity, change))
            else:
                assert isinstance(before, type(entity))
                known = origins[kind].get(entity.id, {})
                plans.append(plan_change(entity, before, known, change, undoing=undoing))
        return plans

    def _history(self, rows: r.Rows, kind: EntityKind, plan: Plan[E], change: Change, undo_of: int | None) -> None:
        entity_id, number = plan.after.id, plan.after.version
        version = Version(number, plan.diff, change.actor, change.source, change.happened_at, change.comment, undo_of)
        rows.add(VERSION, *version_row(kind, entity_id, number, version))
        if plan.origins is None:
            origins = new_origin_rows(kind, entity_id, plan.diff, change)
        else:
            origins = (provenance_row(kind, entity_id, each) for each in plan.origins.values())
        rows.tables[PROVENANCE].extend(origins)

    def _clear(self, kind: EntityKind, ids: Sequence[UUID]) -> None:
        """Take away the rows that are written anew."""
        if not ids:
            return
        for table in (*r.OWNED, PROVENANCE):
            delete_where(self._connection, table, "entity_id", ids, entity_kind=kind)
        for table, owner in r.PARTS[kind]:
            delete_where(self._connection, table, owner, ids)

    def _listing(self, rows: r.Rows, plans: Sequence[Plan[E]], change: Change) -> None:
        """What is withdrawn goes on the do-not-list under all its names; what comes back leaves it."""
        for plan in plans:
            kind = r.kind_of(plan.after)
            was = plan.before is not None and plan.before.status is Status.WITHDRAWN
            now = plan.after.status is Status.WITHDRAWN
            keys = {*plan.after.source_keys, *(plan.before.source_keys if plan.before else ())}
            for key in keys if was or now else ():
                self._connection.execute(
                    DO_NOT_LIST.delete().where(
                        DO_NOT_LIST.c.source == key.source,
                        DO_NOT_LIST.c.key == key.key,
                        DO_NOT_LIST.c.entity_kind == kind,
                    )
                )
                if now:
                    rows.add(DO_NOT_LIST, key.source, key.key, kind, change.happened_at, change.comment)

    def _check_keys(self, plans: Sequence[Plan[E]]) -> None:
        """Raise `ConflictError` (``key_taken``, ``source_key_taken``) before the database does, naming the key."""
        for kind, table in r.MAIN.items():
            mine = {plan.after.key: plan.after.id for plan in plans if r.kind_of(plan.after) is kind}
            names = {
                key: plan.after.id for plan in plans if r.kind_of(plan.after) is kind for key in plan.after.source_keys
            }
            for chunk in chunks(mine):
                for row in self._connection.execute(select(table.c.id, table.c.key).where(table.c.key.in_(chunk))):
                    if mine[row.key] != row.id:
                        raise ConflictError("key_taken", key=row.key)
            keys = r.SOURCE_KEY
            for names_chunk in chunks({name.key for name in names}):
                query = select(keys).where(keys.c.key.in_(names_chunk), keys.c.entity_kind == kind)
                for row in self._connection.execute(query):
                    if names.get(SourceKey(row.source, row.key), row.entity_id) != row.entity_id:
                        raise ConflictError("source_key_taken", source=row.source, key=row.key)

    def _check_unwanted(self, entities: Sequence[Entity], change: Change) -> None:
        """What was removed on request stays removed through later imports."""
        if is_own(change) or not entities:
            return
        unwanted = {
            (row.entity_kind, SourceKey(row.source, row.key)) for row in self._connection.execute(select(DO_NOT_LIST))
        }
        if not unwanted:
            return
        for entity in entities:
            kind = r.kind_of(entity)
            for key in entity.source_keys:
                if (kind, key) in unwanted:
                    raise GoneError("on_do_not_list", source=key.source, key=key.key)

    def _facts(self, changed: Mapping[EntityKind, Sequence[Plan[E]]]) -> None:
        """Write the rows for matching of every service that these changes touch, and tell the outbox."""
        direct = [plan.after.id for plan in changed[EntityKind.SERVICE]]
        known_before = any(plan.before for plans in changed.values() for plan in plans)
        touched = list(dict.fromkeys([*direct, *(self._touched(changed) if known_before else ())]))
        if not touched:
            return
        old = self._old_text_keys(touched) if known_before else {}
        services = self._get(EntityKind.SERVICE, touched, Service)
        organizations = self._get(
            EntityKind.ORGANIZATION, (service.organization_id for service in services.values()), Organization
        )
        places = (at.location_id for service in services.values() for at in service.locations)
        locations = self._get(EntityKind.LOCATION, places, Location)
        temporary = (service.project_id for service in services.values() if service.project_id)
        projects = self._get(EntityKind.PROJECT, temporary, Project)
        unread = [service_id for service_id in touched if service_id not in self._evidence]
        for service_id, origins in load_origins(self._connection, EntityKind.SERVICE, unread).items():
            self._evidence[service_id] = evidence_of(origins)
        rows = r.Rows()
        for service_id in touched:
            service = services[service_id]
            project = projects[service.project_id] if service.project_id else None
            evidence = self._evidence.get(service_id, {})
            facts = facts_of(service, organizations[service.organization_id], locations, project, evidence)
            keys = sorted({old.get(service_id, facts.text_key), facts.text_key})
            body = (facts.status, facts.organization_id, facts_to_json(facts), self._now)
            rows.add(FACTS, service_id, facts.text_key, *body)
            rows.add(OUTBOX, EntityKind.SERVICE, service_id, keys, self._now)
        delete_where(self._connection, FACTS, "service_id", old)
        self._inserter.insert_all(rows, ())

    def _touched(self, changed: Mapping[EntityKind, Sequence[Plan[E]]]) -> Iterable[UUID]:
        """The services of changed organizations, projects and locations."""
        at = r.SERVICE_AT_LOCATION.c
        service = r.SERVICE.c
        for kind, column, owner in (
            (EntityKind.ORGANIZATION, service.id, service.organization_id),
            (EntityKind.PROJECT, service.id, service.project_id),
            (EntityKind.LOCATION, at.service_id, at.location_id),
        ):
            for chunk in chunks(plan.after.id for plan in changed[kind] if plan.before is not None):
                yield from self._connection.scalars(select(column).where(owner.in_(chunk)).order_by(column))

    def _old_text_keys(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for chunk in chunks(ids):
            query = select(FACTS.c.service_id, FACTS.c.text_key).where(FACTS.c.service_id.in_(chunk))
            found.update((row.service_id, row.text_key) for row in self._connection.execute(query))
        return found

    def _get(self, kind: EntityKind, ids: Iterable[UUID], entity: type[Any]) -> dict[UUID, Any]:
        """Entities as they stand now, read only if this transaction does not know them yet."""
        wanted = list(dict.fromkeys(ids))
        known = self._known[kind]
        known.update(load(self._connection, kind, (each for each in wanted if each not in known)))
        for each in wanted:
            if each not in known:
                raise InvalidInputError("reference_unknown", kind=kind.value, id=str(each))
        assert all(isinstance(known[each], entity) for each in wanted)
        return {each: known[each] for each in wanted}
