"""Where everything comes from and how it changed: texts with their dates, provenance, versions, raw records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)

from kaart.domain.codes import TextOrigin
from kaart.store.kinds import EntityKind
from kaart.store.tables.base import Row, column
from kaart.store.types import UtcDateTime, code_type


class ContentTextRow(Row, table=True):
    """One text in one language. `field` is a path within the entity: ``name``, ``contacts/0/function``."""

    __tablename__: ClassVar[str] = "content_text"
    __table_args__ = (PrimaryKeyConstraint("entity_id", "entity_kind", "field", "language"),)
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    field: str = column(String())
    language: str = column(String(35))
    position: int = column(Integer())
    value: str = column(Text())
    written_on: date | None = column(Date(), nullable=True)
    source: str = column(String())
    origin: TextOrigin = column(code_type(TextOrigin, "origin"))


class RawRecordRow(Row, table=True):
    """A record as its source gave it; never changed, a new reading is a new row."""

    __tablename__: ClassVar[str] = "raw_record"
    __table_args__ = (UniqueConstraint("source", "key", "hash"),)
    id: UUID = column(Uuid(), primary_key=True)
    source: str = column(String())
    key: str = column(String())
    hash: str = column(String(64))
    fetched_at: datetime = column(UtcDateTime())
    url: str = column(String())
    body: str = column(Text())


class ProvenanceRow(Row, table=True):
    """Where one field's value comes from; the language is empty for a field that is not a text."""

    __tablename__: ClassVar[str] = "provenance"
    __table_args__ = (
        PrimaryKeyConstraint("entity_id", "entity_kind", "field", "language"),
        {"sqlite_with_rowid": False},
    )
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    field: str = column(String())
    language: str = column(String(35))
    source: str = column(String())
    raw_record_id: UUID | None = column(Uuid(), ForeignKey("raw_record.id"), nullable=True)
    stated_on: date = column(Date())
    actor: str = column(String())
    licence: str = column(String())
    url: str = column(String())
    held_by_owner: bool = column(Boolean())


class SourceKeyRow(Row, table=True):
    """The name of an entity in a source: what later imports go by."""

    __tablename__: ClassVar[str] = "source_key"
    __table_args__ = (PrimaryKeyConstraint("source", "key", "entity_kind"),)
    source: str = column(String())
    key: str = column(String())
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid(), index=True)
    position: int = column(Integer())


class DoNotListRow(Row, table=True):
    """A record of a source that was removed on request: later imports leave it out."""

    __tablename__: ClassVar[str] = "do_not_list"
    __table_args__ = (PrimaryKeyConstraint("source", "key", "entity_kind"),)
    source: str = column(String())
    key: str = column(String())
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    since: datetime = column(UtcDateTime())
    reason: str = column(Text())


class EntityVersionRow(Row, table=True):
    """One saved change: `diff` maps a field (``summary@nl`` for a text) to its value before and after."""

    __tablename__: ClassVar[str] = "entity_version"
    __table_args__ = (
        PrimaryKeyConstraint("entity_id", "entity_kind", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("undo_of < version", name="undo_of"),
    )
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    version: int = column(Integer())
    diff: dict[str, Any] = column(JSON())
    author: str = column(String())
    source: str = column(String())
    at: datetime = column(UtcDateTime())
    comment: str = column(Text())
    undo_of: int | None = column(Integer(), nullable=True)


class SourceRunRow(Row, table=True):
    """The last complete reading of a source: the hash of its content says whether anything is new."""

    __tablename__: ClassVar[str] = "source_run"
    __table_args__ = (PrimaryKeyConstraint("source"),)
    source: str = column(String())
    content_hash: str = column(String(64))
    at: datetime = column(UtcDateTime())
    counts: dict[str, int] = column(JSON())
