"""What the running of the system needs: the row that matching reads, the queue of the index, leases, counters."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    Uuid,
)

from kaart.domain.codes import Status
from kaart.store.kinds import DeliveryState, EntityKind
from kaart.store.tables.base import Row, column
from kaart.store.types import UtcDateTime, code_type

#: SQLite counts up by itself only in a column that is exactly INTEGER.
_COUNTING = BigInteger().with_variant(Integer(), "sqlite")


class ServiceFactsRow(Row, table=True):
    """One denormalised row per service; nothing of a confidential location is in it."""

    __tablename__: ClassVar[str] = "service_facts"
    service_id: UUID = column(Uuid(), ForeignKey("service.id"), primary_key=True)
    text_key: str = column(String(64), index=True)
    status: Status = column(code_type(Status, "status"))
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"), index=True)
    body: dict[str, Any] = column(JSON())
    updated_at: datetime = column(UtcDateTime())


class OutboxRow(Row, table=True):
    """A change that an index still has to hear of: the texts before it and after it."""

    __tablename__: ClassVar[str] = "outbox"
    #: Numbers are never given again, also when old rows were pruned.
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int = column(_COUNTING, primary_key=True, autoincrement=True)
    kind: EntityKind = column(code_type(EntityKind, "kind"))
    entity_id: UUID = column(Uuid())
    text_keys: list[str] = column(JSON())
    written_at: datetime = column(UtcDateTime(), index=True)


class OutboxDeliveryRow(Row, table=True):
    """How a change stands with one index."""

    __tablename__: ClassVar[str] = "outbox_delivery"
    __table_args__ = (PrimaryKeyConstraint("outbox_id", "target"), CheckConstraint("attempts >= 0", name="attempts"))
    outbox_id: int = column(_COUNTING, ForeignKey("outbox.id", ondelete="CASCADE"), autoincrement=False)
    target: str = column(String())
    state: DeliveryState = column(code_type(DeliveryState, "state"))
    attempts: int = column(Integer())
    error: str = column(Text())
    at: datetime = column(UtcDateTime())


class SequenceCounterRow(Row, table=True):
    """A number that only grows, over all processes."""

    __tablename__: ClassVar[str] = "sequence_counter"
    name: str = column(String(), primary_key=True)
    value: int = column(BigInteger())


class LeaseRow(Row, table=True):
    """Who may do a piece of background work, and until when."""

    __tablename__: ClassVar[str] = "lease"
    name: str = column(String(), primary_key=True)
    holder: str = column(String())
    until: datetime = column(UtcDateTime())


class GapCountRow(Row, table=True):
    """Searches without a good answer, as a number; the area is empty when none was named.

    `taxonomy` is the version of the taxonomy in which the need had its meaning; empty for what was counted before
    versions were kept.
    """

    __tablename__: ClassVar[str] = "gap_count"
    __table_args__ = (
        PrimaryKeyConstraint("need", "area", "language", "month", "taxonomy"),
        CheckConstraint("count >= 1", name="count"),
    )
    need: str = column(String())
    area: str = column(String())
    language: str = column(String(35))
    month: str = column(String(7))
    taxonomy: str = column(String(64))
    count: int = column(Integer())
