"""What every source hands on: raw records as received, and drafts made of them.

A source is read in two steps. `fetch` yields each record as it came (`Fetched`: kept, with its time and hash);
`map_record` interprets one record and yields drafts. Only the second step may refuse a record, and a refused
record never stops a run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from kaart.domain.catalogue import Location, Organization, Service
from kaart.domain.ids import derived_id
from kaart.errors import InvalidInputError


class RejectedRecordError(InvalidInputError):
    """One record cannot be used; the code says why and is counted in the report of the run."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One raw record. `body` holds JSON values only; `fetched_at` is an aware UTC instant."""

    source: str
    key: str
    url: str
    fetched_at: datetime
    body: Mapping[str, Any]

    @property
    def id(self) -> UUID:
        """The id of the raw record: the same source and key always give the same."""
        return derived_id(self.source, f"raw:{self.key}")

    @property
    def content(self) -> str:
        """The record's words as kept, in one fixed form."""
        return json.dumps(self.body, ensure_ascii=False, sort_keys=True)

    @property
    def sha256(self) -> str:
        """A hex digest of `content`: an unchanged record is skipped."""
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Origin:
    """On which page a thing rests, and the day on which that was so."""

    url: str
    on: date


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """One service, normalised, with the organization that gives it and the locations where it is given.

    `service` None: the record tells of an organization only. Drafts of one record share their organization.
    `words_origin` is where the service's sentences rest when they are the project's own and not the source's.
    """

    organization: Organization
    organization_origin: Origin
    service: Service | None = None
    service_origin: Origin | None = None
    locations: tuple[Location, ...] = field(default=())
    words_origin: Origin | None = None


class Source(Protocol):
    """One source of records."""

    @property
    def code(self) -> str:
        """The source's code, as provenance names it."""

    @property
    def licence(self) -> str:
        """The licence of its records."""

    @property
    def is_complete(self) -> bool:
        """Whether a fetch names every record, so that one that is missing is gone from the source."""

    @property
    def mapping_version(self) -> int:
        """Grows when `map_record` makes something else of the same record, so that all are read anew."""

    def fetch(self, fetched_at: datetime) -> Iterator[Fetched]:
        """Yield each record as received; interpreting it is `map_record`'s job.

        Raises `ContentError` or `UnavailableError` when the source as a whole cannot be read.
        """

    def map_record(self, record: Fetched) -> Iterable[ServiceDraft]:
        """Make drafts of one record. Raises `RejectedRecordError` for a record that cannot be used."""
