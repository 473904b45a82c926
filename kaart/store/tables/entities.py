"""The register's entities, one table each; what they have several of stands in `parts`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)

from kaart.domain.codes import CoordinatePrecision, CostKind, Formality, Interpreter, Status
from kaart.store.tables.base import Row, column
from kaart.store.types import UtcDateTime, code_type


def entity_arguments(table: str, *more: Any) -> tuple[Any, ...]:
    """The constraints of every entity: a key of its own, and a merged one says into which.

    References within a table are checked at the end of the transaction, so that rows may come in any order.
    """
    return (
        UniqueConstraint("key"),
        CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name="merged_into"),
        CheckConstraint("version >= 1", name="version"),
        ForeignKeyConstraint(["merged_into"], [f"{table}.id"], deferrable=True, initially="DEFERRED"),
        *more,
    )


def ordered(first: str, last: str) -> CheckConstraint:
    """A period does not end before it begins."""
    return CheckConstraint(f"{first} <= {last}", name="period")


class OrganizationRow(Row, table=True):
    """A body that offers help."""

    __tablename__: ClassVar[str] = "organization"
    __table_args__ = entity_arguments(
        "organization",
        ForeignKeyConstraint(["parent_id"], ["organization.id"], deferrable=True, initially="DEFERRED"),
        CheckConstraint("parent_id <> id", name="parent"),
    )
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    organization_type: str = column(String())
    parent_id: UUID | None = column(Uuid(), nullable=True, index=True)
    formality: Formality | None = column(code_type(Formality, "formality"), nullable=True)
    alternate_names: list[str] = column(JSON())
    website: str = column(String())
    email: str = column(String())


class ProjectRow(Row, table=True):
    """A temporary programme with a start and an end."""

    __tablename__: ClassVar[str] = "project"
    __table_args__ = entity_arguments("project", ordered("starts_on", "ends_on"))
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"), index=True)
    starts_on: date | None = column(Date(), nullable=True)
    ends_on: date | None = column(Date(), nullable=True)


class LocationRow(Row, table=True):
    """A place where help is given."""

    __tablename__: ClassVar[str] = "location"
    __table_args__ = entity_arguments(
        "location",
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="point"),
    )
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    organization_id: UUID | None = column(Uuid(), ForeignKey("organization.id"), nullable=True, index=True)
    street: str = column(String())
    number: str = column(String())
    box: str = column(String())
    postal_code: str = column(String())
    city: str = column(String())
    municipality: str | None = column(String(5), nullable=True, index=True)
    latitude: float | None = column(Float(), nullable=True)
    longitude: float | None = column(Float(), nullable=True)
    precision: CoordinatePrecision | None = column(code_type(CoordinatePrecision, "precision"), nullable=True)
    confidential: bool = column(Boolean())
    wheelchair: bool | None = column(Boolean(), nullable=True)
    public_transport: str = column(Text())
    anonymous: bool | None = column(Boolean(), nullable=True)
    appointment_needed: bool | None = column(Boolean(), nullable=True)
    referral_needed: bool | None = column(Boolean(), nullable=True)


class ServiceRow(Row, table=True):
    """One offer of help by one organization, with its cost and its access conditions."""

    __tablename__: ClassVar[str] = "service"
    __table_args__ = entity_arguments(
        "service",
        ordered("valid_from", "valid_until"),
        CheckConstraint("review_days >= 1", name="review_days"),
    )
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"), index=True)
    project_id: UUID | None = column(Uuid(), ForeignKey("project.id"), nullable=True, index=True)
    formality: Formality | None = column(code_type(Formality, "formality"), nullable=True)
    catchment_known: bool = column(Boolean())
    eligibility_stated: bool = column(Boolean())
    cost_kind: CostKind = column(code_type(CostKind, "cost_kind"))
    cost_amount: str = column(String())
    funding: str = column(Text())
    interpreter: Interpreter = column(code_type(Interpreter, "interpreter"))
    wheelchair: bool | None = column(Boolean(), nullable=True)
    public_transport: str = column(Text())
    anonymous: bool | None = column(Boolean(), nullable=True)
    appointment_needed: bool | None = column(Boolean(), nullable=True)
    referral_needed: bool | None = column(Boolean(), nullable=True)
    email: str = column(String())
    url: str = column(String())
    valid_from: date | None = column(Date(), nullable=True)
    valid_until: date | None = column(Date(), nullable=True)
    review_days: int = column(Integer())
    verified_at: datetime | None = column(UtcDateTime(), nullable=True)


class NetworkRow(Row, table=True):
    """Organizations that work together."""

    __tablename__: ClassVar[str] = "network"
    __table_args__ = entity_arguments("network")
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    area: str | None = column(String(), nullable=True, index=True)


class ProfessionalRow(Row, table=True):
    """A person with a public function, or the function alone."""

    __tablename__: ClassVar[str] = "professional"
    __table_args__ = entity_arguments("professional", ordered("since", "until"))
    id: UUID = column(Uuid(), primary_key=True)
    key: str = column(String())
    status: Status = column(code_type(Status, "status"))
    merged_into: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())
    synthetic: bool = column(Boolean())
    updated_at: datetime = column(UtcDateTime())
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"), index=True)
    function: str = column(String())
    name: str = column(String())
    since: date | None = column(Date(), nullable=True)
    until: date | None = column(Date(), nullable=True)


def entity_rows() -> Iterable[type[Row]]:
    """Every entity's table, those that others refer to first."""
    return (OrganizationRow, ProjectRow, LocationRow, ServiceRow, NetworkRow, ProfessionalRow)
