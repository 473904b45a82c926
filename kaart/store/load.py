"""Rows as entities: one query per table for any number of entities, never one per entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, Table, select

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import (
    Access,
    Capacity,
    Catchment,
    Contact,
    Cost,
    Entity,
    Identifier,
    Location,
    Network,
    Organization,
    Phone,
    Professional,
    Project,
    Schedule,
    Service,
    ServiceAtLocation,
    SourceKey,
    SpokenLanguage,
    TemporaryStop,
    WaitingTime,
)
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.ids import LocationId, OrganizationId, ServiceId
from kaart.domain.texts import LocalText, Texts
from kaart.store import rows as r
from kaart.store.kinds import EntityKind, Vocabulary

#: Ids in one query; PostgreSQL and SQLite both take far more, but a plan is made for each length.
CHUNK: Final = 500

T = TypeVar("T")
_EMPTY: Final = Texts()


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most this length."""
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def load(connection: Connection, kind: EntityKind, ids: Iterable[UUID]) -> dict[UUID, Entity]:
    """The entities of these ids, whatever their status; one that does not exist is left out."""
    found: dict[UUID, Entity] = {}
    for chunk in chunks(dict.fromkeys(ids)):
        parts = _Parts(connection, kind, chunk)
        table = r.MAIN[kind]
        for row in connection.execute(select(table).where(table.c.id.in_(chunk))):
            found[row.id] = _READERS[kind](row, parts)
    return found


class _Parts:
    """What a chunk of entities has beside their own rows, each table read once and only if it is asked for."""

    def __init__(self, connection: Connection, kind: EntityKind, ids: Sequence[UUID]) -> None:
        self._connection = connection
        self._kind = kind
        self._ids = ids
        self._texts: dict[tuple[UUID, str], Texts] | None = None
        self._owned: dict[Table, dict[tuple[UUID, str], list[Row[Any]]]] = {}
        self._by_id: dict[Table, dict[UUID, list[Row[Any]]]] = {}

    def text(self, entity_id: UUID, path: str) -> Texts:
        if self._texts is None:
            found: dict[tuple[UUID, str], list[LocalText]] = defaultdict(list)
            query = (
                select(
                    *(r.TEXT.c[name] for name in ("entity_id", "field", "language", "value", "written_on", "origin"))
                )
                .where(r.TEXT.c.entity_id.in_(self._ids), r.TEXT.c.entity_kind == self._kind)
                .order_by(r.TEXT.c.position)
            )
            for owner, field, language, value, written_on, origin in self._connection.execute(query):
                found[owner, field].append(LocalText(language, value, written_on, origin))
            self._texts = {place: Texts(tuple(texts)) for place, texts in found.items()}
        return self._texts.get((entity_id, path), _EMPTY)

    def owned(self, table: Table, entity_id: UUID, parent: str) -> Sequence[Row[Any]]:
        """Phones, contacts or schedules of a part of an entity."""
        if table not in self._owned:
            found: dict[tuple[UUID, str], list[Row[Any]]] = defaultdict(list)
            query = (
                select(table)
                .where(table.c.entity_id.in_(self._ids), table.c.entity_kind == self._kind)
                .order_by(table.c.position)
            )
            for row in self._connection.execute(query):
                found[row.entity_id, row.parent].append(row)
            self._owned[table] = found
        return self._owned[table].get((entity_id, parent), ())

    def of(self, table: Table, owner: str, entity_id: UUID) -> Sequence[Row[Any]]:
        """The rows of a table whose column `owner` names the entity."""
        if table not in self._by_id:
            found: dict[UUID, list[Row[Any]]] = defaultdict(list)
            query = select(table).where(table.c[owner].in_(self._ids))
            if "entity_kind" in table.c:
                query = query.where(table.c.entity_kind == self._kind)
            if "position" in table.c:
                query = query.order_by(table.c.position)
            for row in self._connection.execute(query):
                found[getattr(row, owner)].append(row)
            self._by_id[table] = found
        return self._by_id[table].get(entity_id, ())

    def terms(self, entity_id: UUID, vocabulary: Vocabulary) -> tuple[str, ...]:
        rows = self.of(r.TERM, "entity_id", entity_id)
        return tuple(row.code for row in rows if row.vocabulary is vocabulary)

    def areas(self, entity_id: UUID) -> tuple[AreaCode, ...]:
        return tuple(AreaCode(row.area) for row in self.of(r.AREA, "entity_id", entity_id))

    def phones(self, entity_id: UUID, parent: str = "") -> tuple[Phone, ...]:
        return tuple(
            Phone(
                row.number,
                self.text(entity_id, r.inner(parent, "phones", row.position, "description")),
                tuple(row.languages),
            )
            for row in self.owned(r.PHONE, entity_id, parent)
        )

    def contacts(self, entity_id: UUID, parent: str = "") -> tuple[Contact, ...]:
        found = []
        for row in self.owned(r.CONTACT, entity_id, parent):
            within = r.inner(parent, "contacts", row.position)
            found.append(
                Contact(
                    function=self.text(entity_id, f"{within}/function"),
                    name=row.name,
                    email=row.email,
                    phones=self.phones(entity_id, within),
                    best_time=self.text(entity_id, f"{within}/best_time"),
                    personal=row.personal,
                )
            )
        return tuple(found)

    def schedules(self, entity_id: UUID, parent: str = "") -> tuple[Schedule, ...]:
        return tuple(
            Schedule(
                rrule=row.rrule,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                closed=row.closed,
                by_appointment=row.by_appointment,
                original=row.original,
            )
            for row in self.owned(r.SCHEDULE, entity_id, parent)
        )

    def access(self, row: Row[Any]) -> Access:
        return Access(
            wheelchair=row.wheelchair,
            public_transport=row.public_transport,
            anonymous=row.anonymous,
            appointment_needed=row.appointment_needed,
            referral_needed=row.referral_needed,
            documents=self.text(row.id, "access/documents"),
            duration_limit=self.text(row.id, "access/duration_limit"),
        )

    def identity(self, row: Row[Any]) -> dict[str, Any]:
        """What every entity has, beside its id."""
        keys = self.of(r.SOURCE_KEY, "entity_id", row.id)
        return {
            "key": row.key,
            "status": row.status,
            "merged_into": row.merged_into,
            "version": row.version,
            "synthetic": row.synthetic,
            "source_keys": tuple(SourceKey(each.source, each.key) for each in keys),
        }


def _organization(row: Row[Any], parts: _Parts) -> Organization:
    identifiers = parts.of(r.IDENTIFIER, "organization_id", row.id)
    return Organization(
        id=OrganizationId(row.id),
        **parts.identity(row),
        name=parts.text(row.id, "name"),
        generic_name=parts.text(row.id, "generic_name"),
        alternate_names=tuple(row.alternate_names),
        description=parts.text(row.id, "description"),
        organization_type=row.organization_type,
        parent_id=row.parent_id,
        formality=row.formality,
        sectors=parts.terms(row.id, Vocabulary.SECTOR),
        website=row.website,
        email=row.email,
        phones=parts.phones(row.id),
        contacts=parts.contacts(row.id),
        identifiers=tuple(Identifier(each.scheme, each.value) for each in identifiers),
    )


def _project(row: Row[Any], parts: _Parts) -> Project:
    return Project(
        id=row.id,
        **parts.identity(row),
        organization_id=row.organization_id,
        name=parts.text(row.id, "name"),
        description=parts.text(row.id, "description"),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _location(row: Row[Any], parts: _Parts) -> Location:
    return Location(
        id=LocationId(row.id),
        **parts.identity(row),
        organization_id=row.organization_id,
        name=parts.text(row.id, "name"),
        street=row.street,
        number=row.number,
        box=row.box,
        postal_code=row.postal_code,
        city=row.city,
        municipality=row.municipality,
        point=None if row.latitude is None else Point(row.latitude, row.longitude),
        precision=row.precision,
        confidential=row.confidential,
        access=parts.access(row),
        phones=parts.phones(row.id),
        schedules=parts.schedules(row.id),
    )


def _service(row: Row[Any], parts: _Parts) -> Service:
    def one(table: Table) -> Row[Any] | None:
        return next(iter(parts.of(table, "service_id", row.id)), None)

    capacity, waiting, stop = one(r.CAPACITY), one(r.WAITING_TIME), one(r.TEMPORARY_STOP)
    texts: dict[str, Any] = {name: parts.text(row.id, name) for name in r.SERVICE_TEXTS}
    return Service(
        id=ServiceId(row.id),
        **parts.identity(row),
        **texts,
        organization_id=row.organization_id,
        kinds=parts.terms(row.id, Vocabulary.KIND),
        needs=parts.terms(row.id, Vocabulary.NEED),
        target_groups=parts.terms(row.id, Vocabulary.TARGET_GROUP),
        sectors=parts.terms(row.id, Vocabulary.SECTOR),
        formality=row.formality,
        reach=frozenset(each.reach for each in parts.of(r.REACH, "service_id", row.id)),
        catchment=Catchment(parts.areas(row.id) if row.catchment_known else None),
        eligibility=Eligibility(
            tuple(_rule(each) for each in parts.of(r.RULE, "service_id", row.id)), row.eligibility_stated
        ),
        cost=Cost(row.cost_kind, row.cost_amount, parts.text(row.id, "cost/explanation")),
        payment_means=tuple(each.means for each in parts.of(r.PAYMENT, "service_id", row.id)),
        funding=row.funding,
        languages=tuple(SpokenLanguage(each.code, each.note) for each in parts.of(r.LANGUAGE, "service_id", row.id)),
        interpreter=row.interpreter,
        access=parts.access(row),
        capacity=capacity and Capacity(capacity.state, capacity.told_on, capacity.until),
        waiting_time=waiting and WaitingTime(waiting.days, waiting.told_on, waiting.sentence),
        temporary_stop=stop and TemporaryStop(stop.since, stop.told_on, stop.until, stop.reason),
        phones=parts.phones(row.id),
        email=row.email,
        url=row.url,
        contacts=parts.contacts(row.id),
        schedules=parts.schedules(row.id),
        locations=tuple(_at(each, parts) for each in parts.of(r.SERVICE_AT_LOCATION, "service_id", row.id)),
        project_id=row.project_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        review_days=row.review_days,
        verified_at=row.verified_at,
    )


def _rule(row: Row[Any]) -> EligibilityRule:
    return EligibilityRule(
        rule=row.rule,
        ages=None if row.age_minimum is None else AgeRange(row.age_minimum, row.age_maximum),
        codes=tuple(row.codes),
        required=row.required,
        sentence=row.sentence,
        language=row.language,
    )


def _at(row: Row[Any], parts: _Parts) -> ServiceAtLocation:
    within = f"locations/{row.position}"
    return ServiceAtLocation(
        location_id=LocationId(row.location_id),
        description=parts.text(row.service_id, f"{within}/description"),
        phones=parts.phones(row.service_id, within),
        schedules=parts.schedules(row.service_id, within),
        contacts=parts.contacts(row.service_id, within),
    )


def _network(row: Row[Any], parts: _Parts) -> Network:
    return Network(
        id=row.id,
        **parts.identity(row),
        name=parts.text(row.id, "name"),
        description=parts.text(row.id, "description"),
        area=row.area,
    )


def _professional(row: Row[Any], parts: _Parts) -> Professional:
    services = parts.of(r.PROFESSIONAL_SERVICE, "professional_id", row.id)
    return Professional(
        id=row.id,
        **parts.identity(row),
        organization_id=OrganizationId(row.organization_id),
        function=row.function,
        name=row.name,
        contact=next(iter(parts.contacts(row.id)), Contact()),
        service_ids=tuple(ServiceId(each.service_id) for each in services),
        areas=parts.areas(row.id),
        since=row.since,
        until=row.until,
    )


_READERS: Final[Mapping[EntityKind, Callable[[Row[Any], _Parts], Entity]]] = {
    EntityKind.ORGANIZATION: _organization,
    EntityKind.PROJECT: _project,
    EntityKind.LOCATION: _location,
    EntityKind.SERVICE: _service,
    EntityKind.NETWORK: _network,
    EntityKind.PROFESSIONAL: _professional,
}
