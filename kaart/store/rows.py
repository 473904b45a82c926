"""Entities as rows: pure functions, values in, rows out. A row is a tuple in the order of its table's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Table

from kaart.domain.catalogue import (
    Access,
    Contact,
    Entity,
    Location,
    Network,
    Organization,
    Phone,
    Professional,
    Project,
    Schedule,
    Service,
)
from kaart.domain.texts import Texts
from kaart.store import tables as t
from kaart.store.kinds import EntityKind, Vocabulary

#: Gives the source of a field's text in a language.
SourceOf: TypeAlias = Callable[[str, str], str]

ORGANIZATION: Final = t.table_of(t.OrganizationRow)
PROJECT: Final = t.table_of(t.ProjectRow)
LOCATION: Final = t.table_of(t.LocationRow)
SERVICE: Final = t.table_of(t.ServiceRow)
NETWORK: Final = t.table_of(t.NetworkRow)
PROFESSIONAL: Final = t.table_of(t.ProfessionalRow)
TEXT: Final = t.table_of(t.ContentTextRow)
PHONE: Final = t.table_of(t.PhoneRow)
CONTACT: Final = t.table_of(t.ContactRow)
SCHEDULE: Final = t.table_of(t.ScheduleRow)
TERM: Final = t.table_of(t.EntityTermRow)
AREA: Final = t.table_of(t.EntityAreaRow)
SOURCE_KEY: Final = t.table_of(t.SourceKeyRow)
IDENTIFIER: Final = t.table_of(t.OrganizationIdentifierRow)
SERVICE_AT_LOCATION: Final = t.table_of(t.ServiceAtLocationRow)
RULE: Final = t.table_of(t.EligibilityRuleRow)
LANGUAGE: Final = t.table_of(t.ServiceLanguageRow)
REACH: Final = t.table_of(t.ServiceReachRow)
PAYMENT: Final = t.table_of(t.ServicePaymentRow)
CAPACITY: Final = t.table_of(t.CapacityRow)
WAITING_TIME: Final = t.table_of(t.WaitingTimeRow)
TEMPORARY_STOP: Final = t.table_of(t.TemporaryStopRow)
PROFESSIONAL_SERVICE: Final = t.table_of(t.ProfessionalServiceRow)

#: The table of each kind of entity, those that others refer to first.
MAIN: Final[Mapping[EntityKind, Table]] = {
    EntityKind.ORGANIZATION: ORGANIZATION,
    EntityKind.PROJECT: PROJECT,
    EntityKind.LOCATION: LOCATION,
    EntityKind.SERVICE: SERVICE,
    EntityKind.NETWORK: NETWORK,
    EntityKind.PROFESSIONAL: PROFESSIONAL,
}
#: The tables whose rows belong to an entity of any kind, found by `entity_id`.
OWNED: Final = (TEXT, PHONE, CONTACT, SCHEDULE, TERM, AREA, SOURCE_KEY)
#: The tables whose rows belong to one kind of entity, with the column that names it.
PARTS: Final[Mapping[EntityKind, Sequence[tuple[Table, str]]]] = {
    EntityKind.ORGANIZATION: ((IDENTIFIER, "organization_id"),),
    EntityKind.PROJECT: (),
    EntityKind.LOCATION: (),
    EntityKind.SERVICE: tuple(
        (table, "service_id")
        for table in (
            *(SERVICE_AT_LOCATION, RULE, LANGUAGE, REACH, PAYMENT),
            *(CAPACITY, WAITING_TIME, TEMPORARY_STOP),
        )
    ),
    EntityKind.NETWORK: (),
    EntityKind.PROFESSIONAL: ((PROFESSIONAL_SERVICE, "professional_id"),),
}
_KINDS: Final[Mapping[type[Entity], EntityKind]] = {
    Organization: EntityKind.ORGANIZATION,
    Project: EntityKind.PROJECT,
    Location: EntityKind.LOCATION,
    Service: EntityKind.SERVICE,
    Network: EntityKind.NETWORK,
    Professional: EntityKind.PROFESSIONAL,
}
CLASSES: Final[Mapping[EntityKind, type[Entity]]] = {kind: entity for entity, kind in _KINDS.items()}


def kind_of(entity: Entity | type[Entity]) -> EntityKind:
    """The kind of an entity or of its class."""
    return _KINDS[entity if isinstance(entity, type) else type(entity)]


@dataclass(slots=True)
class Rows:
    """Rows to be written, by table."""

    tables: dict[Table, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: Table, *values: object) -> None:
        """One row, its values in the order of the table's columns."""
        self.tables[table].append(values)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows are made, and where they go."""

    kind: EntityKind
    id: UUID
    source_of: SourceOf
    rows: Rows

    def texts(self, path: str, texts: Texts) -> None:
        """The texts of a field; the source is that of the field at the beginning of the path."""
        field_name, _, rest = path.partition("/")
        for position, text in enumerate(texts.values):
            source = self.source_of(field_name, "" if rest else text.language)
            self.rows.add(
                *(TEXT, self.kind, self.id, path, text.language, position),
                *(text.value, text.written_on, source, text.origin),
            )

    def phones(self, parent: str, phones: Iterable[Phone]) -> None:
        """The phones of an owner or of a part of it."""
        for position, phone in enumerate(phones):
            self.rows.add(PHONE, self.kind, self.id, parent, position, phone.number, list(phone.languages))
            self.texts(inner(parent, "phones", position, "description"), phone.description)

    def contacts(self, parent: str, contacts: Iterable[Contact]) -> None:
        """The contacts of an owner or of a part of it, with their phones."""
        for position, contact in enumerate(contacts):
            self.rows.add(
                *(CONTACT, self.kind, self.id, parent, position),
                *(contact.name, contact.email, contact.personal),
            )
            within = inner(parent, "contacts", position)
            self.texts(f"{within}/function", contact.function)
            self.texts(f"{within}/best_time", contact.best_time)
            self.phones(within, contact.phones)

    def schedules(self, parent: str, schedules: Iterable[Schedule]) -> None:
        """The schedules of an owner or of a part of it."""
        for position, each in enumerate(schedules):
            self.rows.add(
                *(SCHEDULE, self.kind, self.id, parent, position, each.rrule, each.opens_at, each.closes_at),
                *(each.valid_from, each.valid_until, each.closed, each.by_appointment, each.original),
            )

    def terms(self, vocabulary: Vocabulary, codes: Iterable[str]) -> None:
        """The codes of one vocabulary, in their order."""
        for position, code in enumerate(codes):
            self.rows.add(TERM, self.kind, self.id, vocabulary, position, code)

    def areas(self, codes: Iterable[str]) -> None:
        """The areas worked for."""
        for position, code in enumerate(codes):
            self.rows.add(AREA, self.kind, self.id, position, code)


def inner(parent: str, *parts: object) -> str:
    """A path within a part of an entity: ``inner("contacts/0", "phones", 1)``."""
    return "/".join(str(part) for part in (parent, *parts) if part != "")


def add_rows(rows: Rows, entity: Entity, source_of: SourceOf, updated_at: datetime) -> None:
    """All rows of an entity but its history."""
    kind = kind_of(entity)
    owner = Owner(kind, entity.id, source_of, rows)
    rows.add(MAIN[kind], *main_row(entity, updated_at))
    add_parts(owner, entity)


def add_parts(owner: Owner, entity: Entity) -> None:
    """The rows of an entity beside its own one."""
    for position, each in enumerate(entity.source_keys):
        owner.rows.add(SOURCE_KEY, each.source, each.key, owner.kind, owner.id, position)
    match entity:
        case Organization():
            _organization(owner, entity)
        case Location():
            _location(owner, entity)
        case Service():
            _service(owner, entity)
        case Project() | Network():
            owner.texts("name", entity.name)
            owner.texts("description", entity.description)
        case Professional():
            told = replace(owner, source_of=lambda _field, _language: owner.source_of("contact", ""))
            told.contacts("", (entity.contact,) if entity.contact != Contact() else ())
            owner.areas(entity.areas)
            for position, service_id in enumerate(entity.service_ids):
                owner.rows.add(PROFESSIONAL_SERVICE, owner.id, position, service_id)


def main_row(entity: Entity, updated_at: datetime) -> tuple[Any, ...]:
    """The row of the entity's own table."""
    identity = (entity.id, entity.key, entity.status, entity.merged_into, entity.version, entity.synthetic, updated_at)
    match entity:
        case Organization():
            names = list(entity.alternate_names)
            own: tuple[Any, ...] = (entity.organization_type, entity.parent_id, entity.formality, names)
            return (*identity, *own, entity.website, entity.email)
        case Project():
            return (*identity, entity.organization_id, entity.starts_on, entity.ends_on)
        case Location():
            point = (entity.point.latitude, entity.point.longitude) if entity.point else (None, None)
            own = (entity.organization_id, entity.street, entity.number, entity.box, entity.postal_code, entity.city)
            own = (*own, entity.municipality, *point, entity.precision, entity.confidential)
            return (*identity, *own, *_access(entity.access))
        case Service():
            own = (entity.organization_id, entity.project_id, entity.formality, entity.catchment.is_known)
            own = (*own, entity.eligibility.stated, entity.cost.kind, entity.cost.amount, entity.funding)
            own = (*own, entity.interpreter, *_access(entity.access), entity.email, entity.url)
            own = (*own, entity.valid_from, entity.valid_until, entity.review_days, entity.verified_at)
            return (*identity, *own)
        case Network():
            return (*identity, entity.area)
        case Professional():
            return (*identity, entity.organization_id, entity.function, entity.name, entity.since, entity.until)
    raise TypeError(entity)


def _access(access: Access) -> tuple[Any, ...]:
    needed = (access.appointment_needed, access.referral_needed)
    return (access.wheelchair, access.public_transport, access.anonymous, *needed)


def _access_texts(owner: Owner, access: Access) -> None:
    owner.texts("access/documents", access.documents)
    owner.texts("access/duration_limit", access.duration_limit)


def _organization(owner: Owner, entity: Organization) -> None:
    owner.texts("name", entity.name)
    owner.texts("generic_name", entity.generic_name)
    owner.texts("description", entity.description)
    owner.phones("", entity.phones)
    owner.contacts("", entity.contacts)
    owner.terms(Vocabulary.SECTOR, entity.sectors)
    for position, each in enumerate(entity.identifiers):
        owner.rows.add(IDENTIFIER, owner.id, position, each.scheme, each.value)


def _location(owner: Owner, entity: Location) -> None:
    owner.texts("name", entity.name)
    owner.phones("", entity.phones)
    owner.schedules("", entity.schedules)
    _access_texts(owner, entity.access)


#: The texts of a service that stand by themselves.
SERVICE_TEXTS: Final = (
    *("name", "summary", "description", "does", "does_not"),
    *("how_to_apply", "for_whom", "legal_basis"),
)


def _service(owner: Owner, entity: Service) -> None:
    for name in SERVICE_TEXTS:
        owner.texts(name, getattr(entity, name))
    owner.texts("cost/explanation", entity.cost.explanation)
    _access_texts(owner, entity.access)
    owner.phones("", entity.phones)
    owner.contacts("", entity.contacts)
    owner.schedules("", entity.schedules)
    owner.terms(Vocabulary.KIND, entity.kinds)
    owner.terms(Vocabulary.NEED, entity.needs)
    owner.terms(Vocabulary.TARGET_GROUP, entity.target_groups)
    owner.terms(Vocabulary.SECTOR, entity.sectors)
    owner.areas(entity.catchment.areas or ())
    _service_lists(owner.rows, entity)
    for position, at in enumerate(entity.locations):
        owner.rows.add(SERVICE_AT_LOCATION, entity.id, position, at.location_id)
        within = f"locations/{position}"
        owner.texts(f"{within}/description", at.description)
        owner.phones(within, at.phones)
        owner.contacts(within, at.contacts)
        owner.schedules(within, at.schedules)


def _service_lists(rows: Rows, entity: Service) -> None:
    for position, rule in enumerate(entity.eligibility.rules):
        ages = (rule.ages.minimum, rule.ages.maximum) if rule.ages else (None, None)
        said = (list(rule.codes), rule.required, rule.sentence, rule.language)
        rows.add(RULE, entity.id, position, rule.rule, *ages, *said)
    for position, language in enumerate(entity.languages):
        rows.add(LANGUAGE, entity.id, position, language.code, language.note)
    for reach in entity.reach:
        rows.add(REACH, entity.id, reach)
    for position, means in enumerate(entity.payment_means):
        rows.add(PAYMENT, entity.id, position, means)
    if capacity := entity.capacity:
        rows.add(CAPACITY, entity.id, capacity.state, capacity.told_on, capacity.until)
    if waiting := entity.waiting_time:
        rows.add(WAITING_TIME, entity.id, waiting.days, waiting.told_on, waiting.sentence)
    if stop := entity.temporary_stop:
        rows.add(TEMPORARY_STOP, entity.id, stop.since, stop.told_on, stop.until, stop.reason)
