"""The one denormalised row per service that matching and the index read.

The store writes it in the transaction of the change itself. Nothing of a confidential location is in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import Access, Capacity, Cost, Schedule, SpokenLanguage, TemporaryStop, WaitingTime
from kaart.domain.codes import CoordinatePrecision, Formality, Interpreter, Reach, Status
from kaart.domain.eligibility import Eligibility
from kaart.domain.ids import LocationId, OrganizationId, ServiceId
from kaart.domain.texts import Texts


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which field of the register a statement rests on, who said it and when."""

    field: str
    source: str
    on: date | None


@lru_cache(maxsize=65_536)
def evidence(field: str, source: str, on: date | None) -> Evidence:
    """The same statement of the same source and day is one value, however many thousands of services rest on it."""
    return Evidence(field, source, on)


@dataclass(frozen=True, slots=True)
class FactsLocation:
    """One public location of the service."""

    location_id: LocationId
    name: Texts
    address: str
    postal_code: str
    municipality: str | None
    point: Point | None
    precision: CoordinatePrecision | None
    wheelchair: bool | None = None
    public_transport: str = ""


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """Everything that ranking one candidate needs; no object graph is loaded for it.

    `provider` is the organization's name without its place ("OCMW"), so that the same statutory
    service of many municipalities has one text. `text_key` is `text_key_of` this row. `evidence`
    maps a field's name to where it comes from. `checked_on` is the day of the last verification,
    `dated_on` that of the newest source date; `public_phone` is the number to show first.
    """

    service_id: ServiceId
    key: str
    organization_id: OrganizationId
    organization_key: str
    organization_name: Texts
    organization_type: str
    provider: Texts
    status: Status
    name: Texts
    summary: Texts
    does: Texts
    for_whom: Texts
    kinds: tuple[str, ...]
    needs: tuple[str, ...]
    target_groups: tuple[str, ...]
    formality: Formality | None
    reach: frozenset[Reach]
    catchment: tuple[AreaCode, ...] | None
    eligibility: Eligibility
    cost: Cost
    languages: tuple[SpokenLanguage, ...]
    interpreter: Interpreter
    access: Access
    capacity: Capacity | None
    waiting_time: WaitingTime | None
    temporary_stop: TemporaryStop | None
    schedules: tuple[Schedule, ...]
    locations: tuple[FactsLocation, ...]
    public_phone: str
    public_email: str
    url: str
    valid_from: date | None
    valid_until: date | None
    review_days: int
    checked_on: date | None
    dated_on: date | None
    evidence: dict[str, Evidence] = field(default_factory=dict)
    synthetic: bool = False
    text_key: str = ""

    def is_current(self, day: date) -> bool:
        """Whether the offer may be shown on this day: active, begun and not ended."""
        return (
            self.status is Status.ACTIVE
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


def text_key_of(facts: ServiceFacts) -> str:
    """The identity of what is searched: equal texts are one hit, whatever their place.

    A hex digest over provider, name, summary, does, for whom, needs and kinds, in every language.
    """
    digest = hashlib.sha256()
    for name, texts in (
        ("provider", facts.provider),
        ("name", facts.name),
        ("summary", facts.summary),
        ("does", facts.does),
        ("for_whom", facts.for_whom),
    ):
        for text in sorted(texts, key=lambda each: each.language):
            digest.update(f"{name}\x1f{text.language}\x1f{text.value}\x1e".encode())
    digest.update(f"{'|'.join(sorted(facts.needs))}\x1e{'|'.join(sorted(facts.kinds))}".encode())
    return digest.hexdigest()[:32]


def without_body(facts: ServiceFacts) -> ServiceFacts:
    """What is true of every offer of this text, whichever body gives it: nothing of one town's is left.

    Used where nobody said which town, so that no address, number, language or hour of one of three hundred is shown.
    """
    return replace(
        facts,
        organization_name=facts.provider,
        languages=(),
        interpreter=Interpreter.UNKNOWN,
        access=Access(),
        capacity=None,
        waiting_time=None,
        temporary_stop=None,
        schedules=(),
        locations=(),
        public_phone="",
        public_email="",
        url="",
    )


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One change that the index still has to hear of: the texts that it touched."""

    id: int
    text_keys: tuple[str, ...]
    service_id: UUID | None
    written_at: datetime
