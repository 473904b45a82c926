"""The register's entities, in Open Referral's nouns.

These are values: reading the store gives them, and a changed copy is handed back to be saved.
None and empty mean *not known*, never *no*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from kaart.domain.areas import AreaCode, Point
from kaart.domain.codes import (
    CapacityState,
    CoordinatePrecision,
    CostKind,
    Formality,
    Interpreter,
    PaymentMeans,
    Reach,
    Status,
)
from kaart.domain.eligibility import Eligibility
from kaart.domain.ids import LocationId, OrganizationId, ServiceId
from kaart.domain.texts import Texts

#: A service is looked at again after this many days unless it says otherwise (design: six months).
DEFAULT_REVIEW_DAYS = 183


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something, from which source and when; provenance is written from it, per field.

    `source` is a source's code (``editorial``, ``owner``, ``steward`` …). `happened_at` is an aware UTC
    instant. `retrieved_on` is the day on which the source said it. `verifies` is true only for a
    confirmation by an owner, a steward or a source that verifies: it alone sets `verified_at`.
    `held_by_owner` marks the changed fields as the owner's: later imports only propose.
    """

    source: str
    actor: str
    happened_at: datetime
    retrieved_on: date | None = None
    raw_record_id: UUID | None = None
    licence: str = ""
    source_url: str = ""
    verifies: bool = False
    held_by_owner: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one field's value comes from. `language` is empty for a field that is not a text."""

    field: str
    language: str
    source: str
    on: date
    actor: str
    source_url: str = ""
    licence: str = ""
    raw_record_id: UUID | None = None
    held_by_owner: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as dialled: E.164 (``+3292696220``) or a short national number (``1813``)."""

    number: str
    description: Texts = field(default_factory=Texts)
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A function or person to ask for. `personal` e-mail stays off public pages unless the owner confirms it."""

    function: Texts = field(default_factory=Texts)
    name: str = ""
    email: str = ""
    phones: tuple[Phone, ...] = ()
    best_time: Texts = field(default_factory=Texts)
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours as local wall time (Europe/Brussels) on the days that `rrule` gives (RFC 5545).

    `closed` makes it a closure. `original` keeps what the source wrote.
    """

    rrule: str
    opens_at: time | None = None
    closes_at: time | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    closed: bool = False
    by_appointment: bool = False
    original: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What help costs. `amount` is in euro; the sentence of the source stands in `explanation`."""

    kind: CostKind = CostKind.UNKNOWN
    amount: str = ""
    explanation: Texts = field(default_factory=Texts)


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language (BCP 47) that is spoken at the service."""

    code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Access conditions; None everywhere means that nobody told."""

    wheelchair: bool | None = None
    public_transport: str = ""
    anonymous: bool | None = None
    appointment_needed: bool | None = None
    referral_needed: bool | None = None
    documents: Texts = field(default_factory=Texts)
    duration_limit: Texts = field(default_factory=Texts)


@dataclass(frozen=True, slots=True)
class Capacity:
    """Room for new people, as told on a day; `until` is when the statement ends by itself."""

    state: CapacityState
    told_on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """How long people wait, in days, as told on a day."""

    days: int
    told_on: date
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class TemporaryStop:
    """No new people from a day on; `until` None: it is not known how long."""

    since: date
    told_on: date
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Catchment:
    """For whom by place. `areas` None: nobody told; a tuple: exactly these areas.

    The whole country is ``(AreaCode("country:BE"),)``.
    """

    areas: tuple[AreaCode, ...] | None = None

    @property
    def is_known(self) -> bool:
        """Whether somebody told which areas are served."""
        return self.areas is not None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number under which others know the organization; scheme ``KBO``, ``OVO``, ``NIHDI`` …."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceKey:
    """The name of a record in its source: what the do-not-list and later imports go by."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What every public entity has. `version` counts saved changes; 0: not saved yet."""

    id: UUID
    key: str
    status: Status = Status.ACTIVE
    merged_into: UUID | None = None
    version: int = 0
    source_keys: tuple[SourceKey, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(Entity):
    """A body that offers help: an OCMW, a non-profit, a group of neighbours.

    `generic_name` is the name without its place ("OCMW" of "OCMW Gent"), given where many bodies share it;
    empty: the name itself has no place.
    """

    id: OrganizationId
    name: Texts
    generic_name: Texts = field(default_factory=Texts)
    alternate_names: tuple[str, ...] = ()
    description: Texts = field(default_factory=Texts)
    organization_type: str = ""
    parent_id: OrganizationId | None = None
    formality: Formality | None = None
    sectors: tuple[str, ...] = ()
    website: str = ""
    email: str = ""
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Entity):
    """A place where help is given. A confidential one never leaves the store, nor what derives from it."""

    id: LocationId
    organization_id: OrganizationId | None = None
    name: Texts = field(default_factory=Texts)
    street: str = ""
    number: str = ""
    box: str = ""
    postal_code: str = ""
    city: str = ""
    municipality: str | None = None
    point: Point | None = None
    precision: CoordinatePrecision | None = None
    confidential: bool = False
    access: Access = field(default_factory=Access)
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    @property
    def address(self) -> str:
        """The address on one line, as far as it is known."""
        street = " ".join(part for part in (self.street, self.number) if part)
        if self.box:
            street += f" bus {self.box}"
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (street, town) if part)


@dataclass(frozen=True, slots=True)
class ServiceAtLocation:
    """A service at one of its locations, with what differs there."""

    location_id: LocationId
    description: Texts = field(default_factory=Texts)
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Entity):
    """One offer of help by one organization.

    `kinds`, `needs` and `target_groups` are codes of the taxonomy. `valid_until` ends a project:
    afterwards it is not in results. `verified_at` is set only by a change that verifies.
    """

    id: ServiceId
    organization_id: OrganizationId
    name: Texts
    summary: Texts = field(default_factory=Texts)
    description: Texts = field(default_factory=Texts)
    does: Texts = field(default_factory=Texts)
    does_not: Texts = field(default_factory=Texts)
    how_to_apply: Texts = field(default_factory=Texts)
    for_whom: Texts = field(default_factory=Texts)
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    formality: Formality | None = None
    reach: frozenset[Reach] = frozenset()
    catchment: Catchment = field(default_factory=Catchment)
    eligibility: Eligibility = field(default_factory=Eligibility)
    cost: Cost = field(default_factory=Cost)
    payment_means: tuple[PaymentMeans, ...] = ()
    funding: str = ""
    languages: tuple[SpokenLanguage, ...] = ()
    interpreter: Interpreter = Interpreter.UNKNOWN
    access: Access = field(default_factory=Access)
    capacity: Capacity | None = None
    waiting_time: WaitingTime | None = None
    temporary_stop: TemporaryStop | None = None
    phones: tuple[Phone, ...] = ()
    email: str = ""
    url: str = ""
    contacts: tuple[Contact, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    locations: tuple[ServiceAtLocation, ...] = ()
    project_id: UUID | None = None
    legal_basis: Texts = field(default_factory=Texts)
    valid_from: date | None = None
    valid_until: date | None = None
    review_days: int = DEFAULT_REVIEW_DAYS
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Entity):
    """A temporary programme with a start and an end; its services end with it."""

    organization_id: OrganizationId
    name: Texts
    description: Texts = field(default_factory=Texts)
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Entity):
    """Organizations that work together: an eerstelijnszone's council, a hospital network, an agreement."""

    name: Texts
    description: Texts = field(default_factory=Texts)
    area: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An organization in a network, between two days."""

    network_id: UUID
    organization_id: OrganizationId
    role: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional(Entity):
    """A person with a public function. Without a name it is the function alone ("zorgcoach van de wijk")."""

    organization_id: OrganizationId
    function: str
    name: str = ""
    contact: Contact = field(default_factory=Contact)
    service_ids: tuple[ServiceId, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service with what its page shows: organization, public locations and where each field comes from.

    `locations` are those of `service.locations`, without the confidential ones.
    """

    service: Service
    organization: Organization
    locations: tuple[Location, ...] = ()
    provenance: tuple[Provenance, ...] = ()
