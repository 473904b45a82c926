"""What entities have several of, or only sometimes.

Phones, contacts and schedules belong to an owner of any kind: `parent` is the path within it (empty, ``contacts/0``,
``locations/2/contacts/0``) and `position` the place in the list.
"""

from __future__ import annotations

from datetime import date, time
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
    Time,
    Uuid,
)

from kaart.domain.codes import CapacityState, PaymentMeans, Reach, RuleCode
from kaart.store.kinds import EntityKind, Vocabulary
from kaart.store.tables.base import Row, column
from kaart.store.tables.entities import ordered
from kaart.store.types import code_type

#: Small rows that are found only by their whole key need no second tree in SQLite.
_BY_KEY = {"sqlite_with_rowid": False}


def _owned(*more: Any) -> tuple[Any, ...]:
    return (PrimaryKeyConstraint("entity_id", "entity_kind", "parent", "position"), *more)


class PhoneRow(Row, table=True):
    """A telephone number of an owner."""

    __tablename__: ClassVar[str] = "phone"
    __table_args__ = _owned()
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    parent: str = column(String())
    position: int = column(Integer())
    number: str = column(String())
    languages: list[str] = column(JSON())


class ContactRow(Row, table=True):
    """A function or person to ask for."""

    __tablename__: ClassVar[str] = "contact"
    __table_args__ = _owned()
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    parent: str = column(String())
    position: int = column(Integer())
    name: str = column(String())
    email: str = column(String())
    personal: bool = column(Boolean())


class ScheduleRow(Row, table=True):
    """Opening hours or a closure, as local wall time."""

    __tablename__: ClassVar[str] = "schedule"
    __table_args__ = _owned(ordered("valid_from", "valid_until"))
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    parent: str = column(String())
    position: int = column(Integer())
    rrule: str = column(String())
    opens_at: time | None = column(Time(), nullable=True)
    closes_at: time | None = column(Time(), nullable=True)
    valid_from: date | None = column(Date(), nullable=True)
    valid_until: date | None = column(Date(), nullable=True)
    closed: bool = column(Boolean())
    by_appointment: bool = column(Boolean())
    original: str = column(Text())


class EntityTermRow(Row, table=True):
    """A code of the taxonomy that an organization or a service carries."""

    __tablename__: ClassVar[str] = "entity_term"
    __table_args__ = (PrimaryKeyConstraint("entity_id", "entity_kind", "vocabulary", "position"), _BY_KEY)
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    vocabulary: Vocabulary = column(code_type(Vocabulary, "vocabulary"))
    position: int = column(Integer())
    code: str = column(String(), index=True)


class EntityAreaRow(Row, table=True):
    """An area that a service or a professional works for."""

    __tablename__: ClassVar[str] = "entity_area"
    __table_args__ = (PrimaryKeyConstraint("entity_id", "entity_kind", "position"), _BY_KEY)
    entity_kind: EntityKind = column(code_type(EntityKind, "entity_kind"))
    entity_id: UUID = column(Uuid())
    position: int = column(Integer())
    area: str = column(String(), index=True)


class OrganizationIdentifierRow(Row, table=True):
    """A number under which others know the organization."""

    __tablename__: ClassVar[str] = "organization_identifier"
    __table_args__ = (PrimaryKeyConstraint("organization_id", "position"),)
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"))
    position: int = column(Integer())
    scheme: str = column(String())
    value: str = column(String(), index=True)


class ServiceAtLocationRow(Row, table=True):
    """A service at one of its locations."""

    __tablename__: ClassVar[str] = "service_at_location"
    __table_args__ = (PrimaryKeyConstraint("service_id", "position"),)
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    position: int = column(Integer())
    location_id: UUID = column(Uuid(), ForeignKey("location.id"), index=True)


class EligibilityRuleRow(Row, table=True):
    """One condition of a service, with the sentence of the source."""

    __tablename__: ClassVar[str] = "eligibility_rule"
    __table_args__ = (
        PrimaryKeyConstraint("service_id", "position"),
        CheckConstraint("age_minimum BETWEEN 0 AND 130", name="age_minimum"),
        CheckConstraint("age_maximum BETWEEN age_minimum AND 130", name="age_maximum"),
    )
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    position: int = column(Integer())
    rule: RuleCode = column(code_type(RuleCode, "rule"))
    age_minimum: int | None = column(Integer(), nullable=True)
    age_maximum: int | None = column(Integer(), nullable=True)
    codes: list[str] = column(JSON())
    required: bool | None = column(Boolean(), nullable=True)
    sentence: str = column(Text())
    language: str = column(String(35))


class ServiceLanguageRow(Row, table=True):
    """A language that is spoken at the service."""

    __tablename__: ClassVar[str] = "service_language"
    __table_args__ = (PrimaryKeyConstraint("service_id", "position"), _BY_KEY)
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    position: int = column(Integer())
    code: str = column(String(35))
    note: str = column(Text())


class ServiceReachRow(Row, table=True):
    """A way in which the help gets to a person."""

    __tablename__: ClassVar[str] = "service_reach"
    __table_args__ = (PrimaryKeyConstraint("service_id", "reach"), _BY_KEY)
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    reach: Reach = column(code_type(Reach, "reach"))


class ServicePaymentRow(Row, table=True):
    """A means with which a person may pay."""

    __tablename__: ClassVar[str] = "service_payment"
    __table_args__ = (PrimaryKeyConstraint("service_id", "position"), _BY_KEY)
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    position: int = column(Integer())
    means: PaymentMeans = column(code_type(PaymentMeans, "means"))


class CapacityRow(Row, table=True):
    """Room for new people, as told on a day."""

    __tablename__: ClassVar[str] = "capacity"
    __table_args__ = (PrimaryKeyConstraint("service_id"),)
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    state: CapacityState = column(code_type(CapacityState, "state"))
    told_on: date = column(Date())
    until: date | None = column(Date(), nullable=True)


class WaitingTimeRow(Row, table=True):
    """How long people wait, as told on a day."""

    __tablename__: ClassVar[str] = "waiting_time"
    __table_args__ = (PrimaryKeyConstraint("service_id"), CheckConstraint("days >= 0", name="days"))
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    days: int = column(Integer())
    told_on: date = column(Date())
    sentence: str = column(Text())


class TemporaryStopRow(Row, table=True):
    """No new people from a day on, as told on a day."""

    __tablename__: ClassVar[str] = "temporary_stop"
    __table_args__ = (PrimaryKeyConstraint("service_id"), ordered("since", "until"))
    service_id: UUID = column(Uuid(), ForeignKey("service.id"))
    since: date = column(Date())
    told_on: date = column(Date())
    until: date | None = column(Date(), nullable=True)
    reason: str = column(Text())


class MembershipRow(Row, table=True):
    """An organization in a network, between two days."""

    __tablename__: ClassVar[str] = "membership"
    __table_args__ = (PrimaryKeyConstraint("network_id", "organization_id"), ordered("since", "until"))
    network_id: UUID = column(Uuid(), ForeignKey("network.id"))
    organization_id: UUID = column(Uuid(), ForeignKey("organization.id"), index=True)
    role: str = column(String())
    since: date | None = column(Date(), nullable=True)
    until: date | None = column(Date(), nullable=True)


class ProfessionalServiceRow(Row, table=True):
    """A service in which a professional works."""

    __tablename__: ClassVar[str] = "professional_service"
    __table_args__ = (PrimaryKeyConstraint("professional_id", "position"),)
    professional_id: UUID = column(Uuid(), ForeignKey("professional.id"))
    position: int = column(Integer())
    service_id: UUID = column(Uuid(), ForeignKey("service.id"), index=True)
