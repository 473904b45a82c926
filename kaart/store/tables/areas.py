"""The taxonomy's codes and the areas, so that other software and old counters find retired ones too."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, PrimaryKeyConstraint, String, Uuid

from kaart.domain.needs import TermKind
from kaart.store.tables.base import Row, column
from kaart.store.types import code_type


class TaxonomyTermRow(Row, table=True):
    """A term by its stable code; labels and explanation stand among the texts, the rest in `body`."""

    __tablename__: ClassVar[str] = "taxonomy_term"
    id: UUID = column(Uuid(), primary_key=True)
    kind: TermKind = column(code_type(TermKind, "kind"))
    code: str = column(String(), unique=True)
    sensitive: bool = column(Boolean())
    replaced_by: str | None = column(String(), nullable=True)
    valid_until: date | None = column(Date(), nullable=True)
    body: dict[str, Any] = column(JSON())


class AreaRow(Row, table=True):
    """An area of any system with the days between which it exists (`valid_until` excluded)."""

    __tablename__: ClassVar[str] = "area"
    __table_args__ = (CheckConstraint("valid_from < valid_until", name="period"),)
    id: UUID = column(Uuid(), primary_key=True)
    code: str = column(String(), unique=True)
    system: str = column(String(), index=True)
    valid_from: date | None = column(Date(), nullable=True)
    valid_until: date | None = column(Date(), nullable=True)
    replaced_by: str | None = column(String(), nullable=True)
    source: str = column(String())
    retrieved: date | None = column(Date(), nullable=True)


class AreaMemberRow(Row, table=True):
    """An area code that lies wholly inside an area; the member itself need not be stored here."""

    __tablename__: ClassVar[str] = "area_member"
    __table_args__ = (PrimaryKeyConstraint("area", "member"),)
    area: str = column(String(), ForeignKey("area.code"))
    member: str = column(String(), index=True)
