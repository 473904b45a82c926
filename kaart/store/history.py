"""Where values come from and how they changed: provenance per field, and the versions of an entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, select

from kaart.domain.catalogue import Change, Provenance
from kaart.domain.changes import Diff, place_of
from kaart.domain.facts import Evidence, evidence
from kaart.store import tables as t
from kaart.store.kinds import EntityKind
from kaart.store.load import chunks

PROVENANCE: Final = t.table_of(t.ProvenanceRow)
VERSION: Final = t.table_of(t.EntityVersionRow)

#: The provenance of an entity by field and language.
Origins: TypeAlias = dict[tuple[str, str], Provenance]


@dataclass(frozen=True, slots=True)
class Version:
    """One saved change of an entity: what each field was and became, who did it, when and why."""

    number: int
    diff: Diff
    author: str
    source: str
    at: datetime
    comment: str
    undo_of: int | None


def stated_on(change: Change) -> date:
    """The day on which the source said it; without one, the day of the change."""
    return change.retrieved_on or change.happened_at.date()


def origins_after(before: Origins, changed: Iterable[str], change: Change) -> Origins:
    """The provenance once these fields changed. What an owner holds stays held, whoever mends it."""
    after = dict(before)
    on = stated_on(change)
    for key in changed:
        place = place_of(key)
        earlier = before.get(place)
        after[place] = Provenance(
            field=place[0],
            language=place[1],
            source=change.source,
            on=on,
            actor=change.actor,
            source_url=change.source_url,
            licence=change.licence,
            raw_record_id=change.raw_record_id,
            held_by_owner=change.held_by_owner or (earlier is not None and earlier.held_by_owner),
        )
    return after


def new_origin_rows(
    kind: EntityKind, entity_id: UUID, changed: Iterable[str], change: Change
) -> Iterator[tuple[Any, ...]]:
    """The provenance of an entity that is new, all of it from one change."""
    said = (
        *(change.source, change.raw_record_id, stated_on(change), change.actor, change.licence, change.source_url),
        change.held_by_owner,
    )
    return ((kind, entity_id, *place_of(key), *said) for key in changed)


def new_evidence(changed: Iterable[str], change: Change) -> dict[str, Evidence]:
    """For each field of a new entity its source."""
    on = stated_on(change)
    return {name: evidence(name, change.source, on) for name in dict.fromkeys(place_of(key)[0] for key in changed)}


def provenance_row(kind: EntityKind, entity_id: UUID, each: Provenance) -> tuple[Any, ...]:
    """The row of one field's provenance."""
    where = (kind, entity_id, each.field, each.language)
    return (
        *where,
        *(each.source, each.raw_record_id, each.on, each.actor, each.licence, each.source_url, each.held_by_owner),
    )


def load_origins(connection: Connection, kind: EntityKind, ids: Iterable[UUID]) -> dict[UUID, Origins]:
    """The provenance of these entities."""
    found: dict[UUID, Origins] = defaultdict(dict)
    for chunk in chunks(ids):
        query = select(PROVENANCE).where(PROVENANCE.c.entity_id.in_(chunk), PROVENANCE.c.entity_kind == kind)
        for row in connection.execute(query):
            found[row.entity_id][row.field, row.language] = Provenance(
                row.field,
                row.language,
                row.source,
                row.stated_on,
                row.actor,
                row.url,
                row.licence,
                row.raw_record_id,
                row.held_by_owner,
            )
    return found


def evidence_of(origins: Mapping[tuple[str, str], Provenance]) -> dict[str, Evidence]:
    """For each field its newest source; of a text in several languages, that of the language told last."""
    found: dict[str, Evidence] = {}
    for (name, _), each in origins.items():
        known = found.get(name)
        if known is None or known.on is None or known.on < each.on:
            found[name] = evidence(name, each.source, each.on)
    return found


def version_row(kind: EntityKind, entity_id: UUID, number: int, version: Version) -> tuple[Any, ...]:
    """The row of one saved change."""
    said = (version.diff, version.author, version.source, version.at, version.comment, version.undo_of)
    return (kind, entity_id, number, *said)


def load_versions(connection: Connection, kind: EntityKind, entity_id: UUID) -> list[Version]:
    """Every saved change of an entity, the first one first."""
    query = (
        select(VERSION)
        .where(VERSION.c.entity_id == entity_id, VERSION.c.entity_kind == kind)
        .order_by(VERSION.c.version)
    )
    return [
        Version(row.version, row.diff, row.author, row.source, row.at, row.comment, row.undo_of)
        for row in connection.execute(query)
    ]
