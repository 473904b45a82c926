"""One service in full. What is not known is null or empty, never *no*."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.answer import Instant
from kaart.domain.codes import CostKind, Interpreter, Reach, RuleCode, Status


class Part(BaseModel):
    """A part of a service."""

    model_config = ConfigDict(frozen=True)


class TermOut(Part):
    """A code of the taxonomy with its label."""

    code: str
    label: str


class PhoneOut(Part):
    """A telephone number as dialled."""

    number: str
    description: str
    languages: list[str]


class RuleOut(Part):
    """One condition; `sentence` is the source's own, in `language`. `required` null: the source does not say."""

    rule: RuleCode
    minimum_age: int | None
    maximum_age: int | None
    codes: list[str]
    required: bool | None
    sentence: str
    language: str


class CostOut(Part):
    """What it costs the person; `amount` is in euro."""

    kind: CostKind
    amount: str
    explanation: str


class LocationOut(Part):
    """A public location; `precision` tells what the coordinates (WGS 84) stand for."""

    id: str
    name: str
    address: str
    municipality: str | None
    lat: float | None
    lon: float | None
    precision: str | None


class OrganizationOut(Part):
    """The body that offers it."""

    id: str
    key: str
    name: str
    website: str


class ProvenanceOut(Part):
    """Where one field comes from; `language` is empty for a field that is not a text."""

    field: str
    language: str
    source: str
    date: str
    source_url: str
    licence: str


class ServiceOut(Part):
    """A service, its texts in the asked language or else in the first that exists."""

    id: str
    key: str
    url: str
    status: Status
    name: str
    organization: OrganizationOut
    summary: str
    description: str
    does: str
    does_not: str
    how_to_apply: str
    for_whom: str
    kinds: list[TermOut]
    needs: list[TermOut]
    target_groups: list[TermOut]
    reach: list[Reach]
    catchment: list[TermOut] | None = Field(description="Areas served; null: nobody told.")
    eligibility: list[RuleOut] | None = Field(description="Conditions; null: nobody told.")
    cost: CostOut
    languages: list[str]
    interpreter: Interpreter
    wheelchair: bool | None
    phones: list[PhoneOut]
    email: str
    website: str
    locations: list[LocationOut]
    legal_basis: str
    valid_from: str | None
    valid_until: str | None
    verified_at: Instant | None
    synthetic: bool
    provenance: list[ProvenanceOut]
