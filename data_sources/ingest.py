"""Brings the records of a source into the store.

Running it twice writes nothing the second time. One bad record never stops a run: it is counted with its reason and
its last good data stay. What was removed on request stays removed, what another source or a person said is not
overwritten, and what is no longer in a complete source is marked *gone*, never deleted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from data_sources.contract import Fetched, Origin, RejectedRecordError, ServiceDraft, Source
from data_sources.geocode import ACTOR as GEOCODER
from data_sources.geocode import Geocoding, is_sharper, sharpen
from data_sources.known import Known, entities_of, gone_ids, made_of, newest_hashes
from kaart.domain.catalogue import Catchment, Change, Entity, Location, Service
from kaart.domain.changes import difference, place_of, with_fields
from kaart.domain.clock import utc_now
from kaart.domain.codes import Status
from kaart.domain.ports import Clock, Progress
from kaart.errors import ConflictError, KaartError
from kaart.store.load import chunks
from kaart.store.store import Store
from kaart.store.unit import SourceRun

if TYPE_CHECKING:
    from kaart.places.geocoder import AddressGeocoder

#: The actor of an import, as provenance and versions name it.
ACTOR: Final = "import"
#: The source of our own words about a body whose facts come from elsewhere.
OWN_WORDS: Final = "editorial"
#: Records in one transaction: other writers wait for it, so it stays short.
BATCH: Final = 25
#: A run keeps its lease this long between two batches (each takes a second or two); one that died gives way after it.
LEASE_SECONDS: Final = 60.0
#: A run that would take away more than this share of what a source brought stops before it writes.
MOST_GONE: Final = 0.3
#: Fewer entities than this going is an editor at work, not a broken source, whatever the share.
FEW: Final = 50
#: Under this name a run notes how its records were read.
MAPPING: Final = "mapping_version"
#: Made by the source itself when the words are ours.
_FACTS: Final = ("catchment", "languages", "phones", "email", "url", "locations")

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was left out, and the code of the reason."""

    key: str
    code: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did. Entities are organizations, locations and services; `records` counts raw records.

    `unchanged_records` were skipped since their words are those of the last time. `withdrawn_skipped` counts
    entities on the do-not-list, `kept_fields` fields that someone else had filled and that stayed.
    """

    source: str
    records: int = 0
    unchanged_records: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    withdrawn_skipped: int = 0
    kept_fields: int = 0
    rejected: tuple[Rejected, ...] = ()
    geocoding: Geocoding = field(default_factory=Geocoding)

    @property
    def wrote(self) -> bool:
        """Whether anything in the register is different now."""
        return bool(self.added or self.changed or self.gone or self.geocoding.found)

    @property
    def troubled(self) -> bool:
        """Whether someone should look: records were rejected, or the geocoder did not answer."""
        return bool(self.rejected) or self.geocoding.error is not None

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many records were rejected for each reason."""
        return Counter(each.code for each in self.rejected)


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def report(self, source: str) -> IngestReport:
        counts: dict[str, Any] = dict(self.counts)
        return IngestReport(source, rejected=tuple(self.rejected), **counts)


def ingest(
    store: Store,
    source: Source,
    *,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    allow_drift: bool = False,
    geocoder: AddressGeocoder | None = None,
) -> IngestReport:
    """Read a source and bring it into the store; `progress` is called with records done and to do.

    With a `geocoder` the addresses that are placed bluntly are asked for afterwards (`data_sources.geocode`).

    Raises `ConflictError`: ``ingest_running`` while another run of this source is busy, ``ingest_drift`` (with
    `gone` and `known`) when too much would go and `allow_drift` is False. What `Source.fetch` raises
    (`BrokenContentError` for broken content) comes through; in all these cases nothing is written.
    """
    with _lease(store, source) as holder:

        def renew() -> None:
            if not store.leases.renew(_lease_name(source), holder, LEASE_SECONDS):
                raise ConflictError("ingest_running", source=source.code)

        report = _read(store, source, clock(), renew, progress, allow_drift=allow_drift)
        if geocoder is not None:
            report = replace(report, geocoding=sharpen(store, geocoder, source.code, clock, renew, progress))
        return report


def _read(
    store: Store,
    source: Source,
    now: datetime,
    renew: Callable[[], None],
    progress: Progress | None,
    *,
    allow_drift: bool,
) -> IngestReport:
    records = list(source.fetch(now))
    fingerprint = _fingerprint(records, source.mapping_version)
    with store.read() as unit:
        last = unit.source_run(source.code)
        hashes = newest_hashes(unit, source.code)
        back = gone_ids(unit)
    if last is not None and last.content_hash == fingerprint:
        with store.write() as unit:
            # Also this was a complete reading: the register is as fresh as the source.
            unit.note_source_run(replace(last, at=now))
        return IngestReport(source.code, len(records), unchanged_records=len(records))
    if last is not None and last.counts.get(MAPPING) != source.mapping_version:
        hashes = {}  # the program reads the same records in another way now
    tally = _Tally(Counter(records=len(records)))
    drafts = _mapped(source, records, tally)
    gone = _missing(store, source, drafts, tally, allow_drift=allow_drift) if source.is_complete else {}
    changed = [
        record
        for record in records
        if hashes.get(record.key) != record.sha256
        or not back.isdisjoint(entity.id for entity in _entities(drafts.get(record.key, ())))
    ]
    tally.counts["unchanged_records"] = len(records) - len(changed)
    done = len(records) - len(changed)
    for batch in chunks(changed, BATCH):
        with store.write() as unit:
            known = Known(unit, source.code)
            known.read(_entities(draft for record in batch for draft in drafts.get(record.key, ())))
            for record in batch:
                _Record(known, source, record, now, tally).bring(drafts.get(record.key, ()))
        done += len(batch)
        if progress is not None:
            progress(done, len(records))
        renew()
    _mark_gone(store, gone, Change(source.code, ACTOR, now, comment="no longer in its source"), tally)
    report = tally.report(source.code)
    with store.write() as unit:
        counts = {name: number for name, number in tally.counts.items() if number}
        counts |= {"rejected": len(report.rejected), MAPPING: source.mapping_version}
        seen = "" if report.rejected else fingerprint  # what was rejected is tried again
        unit.note_source_run(SourceRun(source.code, seen, now, counts))
    return report


def _lease_name(source: Source) -> str:
    return f"ingest:{source.code}"


@contextmanager
def _lease(store: Store, source: Source) -> Iterator[str]:
    holder = uuid4().hex
    if not store.leases.acquire(_lease_name(source), holder, LEASE_SECONDS):
        raise ConflictError("ingest_running", source=source.code)
    try:
        yield holder
    finally:
        store.leases.release(_lease_name(source), holder)


def _fingerprint(records: Iterable[Fetched], mapping_version: int) -> str:
    lines = [str(mapping_version), *sorted(f"{record.key}\n{record.sha256}" for record in records)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _mapped(source: Source, records: Iterable[Fetched], tally: _Tally) -> dict[str, tuple[ServiceDraft, ...]]:
    """The drafts of every record by its key; a rejected one has none and is told."""
    found: dict[str, tuple[ServiceDraft, ...]] = {}
    for record in records:
        try:
            found[record.key] = tuple(source.map_record(record))
        except RejectedRecordError as error:
            tally.rejected.append(Rejected(record.key, error.code))
    return found


def _entities(drafts: Iterable[ServiceDraft]) -> Iterator[Entity]:
    for draft in drafts:
        yield draft.organization
        yield from draft.locations
        if draft.service is not None:
            yield draft.service


def _missing(
    store: Store, source: Source, drafts: Mapping[str, Sequence[ServiceDraft]], tally: _Tally, *, allow_drift: bool
) -> dict[type[Entity], set[UUID]]:
    """The entities of the source that are in none of its records any more.

    What a rejected record once brought stays as it is: nobody said that it is gone.
    """
    present = {entity.id for of_record in drafts.values() for entity in _entities(of_record)}
    with store.read() as unit:
        known = entities_of(unit, source.code)
        spared = made_of(unit, source.code, [each.key for each in tally.rejected])
        gone = {
            kind: {
                entity.id
                for entity in unit.get_many(kind, ids - present - spared).values()
                if entity.status is Status.ACTIVE
            }
            for kind, ids in known.items()
        }
    going, total = sum(map(len, gone.values())), sum(map(len, known.values()))
    if going > FEW and going > MOST_GONE * total and not allow_drift:
        raise ConflictError("ingest_drift", source=source.code, gone=going, known=total)
    return gone


def _mark_gone(store: Store, gone: Mapping[type[Entity], set[UUID]], change: Change, tally: _Tally) -> None:
    for kind, ids in gone.items():
        for chunk in chunks(sorted(ids)):
            with store.write() as unit:
                entities = [replace(entity, status=Status.GONE) for entity in unit.get_many(kind, chunk).values()]
                unit.save_many(entities, change)
            tally.counts["gone"] += len(chunk)


@dataclass(slots=True)
class _Record:
    """Brings one raw record in; all of it or, when it cannot be, nothing of it."""

    known: Known
    source: Source
    record: Fetched
    now: datetime
    tally: _Tally
    #: Services that this record makes and whose words are saved already.
    _new: set[UUID] = field(default_factory=set)

    def bring(self, drafts: Sequence[ServiceDraft]) -> None:
        """Keep the raw record and save what was made of it."""
        counts = self.tally.counts.copy()
        try:
            with self.known.unit.connection.begin_nested():
                self._save(drafts)
        except (KaartError, IntegrityError) as error:
            self.known.forget(_entities(drafts))
            self.tally.counts = counts
            code = error.code if isinstance(error, KaartError) else "already_exists"
            self.tally.rejected.append(Rejected(self.record.key, code))

    def _save(self, drafts: Sequence[ServiceDraft]) -> None:
        record = self.record
        raw = self.known.unit.keep_raw(record.source, record.key, record.content, record.url, record.fetched_at)
        first = {draft.organization.id: draft for draft in drafts}
        places = {place.id: (place, draft.organization_origin) for draft in drafts for place in draft.locations}
        left_out = self._group(
            [(each.organization, self._change(each.organization_origin, raw)) for each in first.values()]
        )
        self._group([(place, self._change(origin, raw)) for place, origin in places.values()])
        told = [draft for draft in drafts if draft.service and draft.service.organization_id not in left_out]
        self.tally.counts["withdrawn_skipped"] += sum(draft.service is not None for draft in drafts) - len(told)
        for draft in told:
            if draft.service and draft.words_origin:
                self._words_first(draft.service, self._change(draft.words_origin, raw, OWN_WORDS))
        services = [
            (draft.service, self._change(draft.service_origin or draft.organization_origin, raw))
            for draft in told
            if draft.service
        ]
        self._group(services)

    def _change(self, origin: Origin, raw: UUID, source: str = "") -> Change:
        return Change(
            source=source or self.source.code,
            actor=ACTOR,
            happened_at=self.now,
            retrieved_on=origin.on,
            raw_record_id=raw,
            licence="" if source else self.source.licence,
            source_url=origin.url,
        )

    def _group(self, entities: Sequence[tuple[E, Change]]) -> set[UUID]:
        """Save entities of one kind, those of the same origin together; returns which were left out."""
        waiting: dict[Change, list[E]] = {}
        left_out: set[UUID] = set()
        for entity, change in entities:
            if self.known.is_unwanted(entity):
                left_out.add(entity.id)
                continue
            before = self.known.before(entity)
            ready = self._merged(entity, before)
            differs = before is None or bool(difference(before, ready))
            if differs:
                waiting.setdefault(change, []).append(ready)
            is_new = before is None or entity.id in self._new
            self.tally.counts["added" if is_new else "changed" if differs else "unchanged"] += 1
        for change, group in waiting.items():
            self._write(group, change)
        self.tally.counts["withdrawn_skipped"] += len(left_out)
        return left_out

    def _write(self, entities: Sequence[Entity], change: Change) -> None:
        """Save these; what is new goes the fast way, which looks nothing up."""
        fresh = [entity for entity in entities if self.known.before(entity) is None]
        rest = [entity for entity in entities if self.known.before(entity) is not None]
        if fresh:
            self.known.unit.insert_new(fresh, change, self.known.stored())
            self.known.note(replace(entity, version=1) for entity in fresh)
        if rest:
            results = self.known.unit.save_many(rest, change)
            self.known.note(result.entity for result in results)

    def _words_first(self, service: Service, change: Change) -> None:
        """Save our own words under our own name, so that no source is said to have written them."""
        if self.known.is_unwanted(service):
            return
        before = self.known.before(service)
        facts = before or replace(
            service, catchment=Catchment(), languages=(), phones=(), email="", url="", locations=()
        )
        told = self._merged(replace(service, **{name: getattr(facts, name) for name in _FACTS}), before)
        if before is None:
            self._new.add(service.id)
        if before is None or difference(before, told):
            self._write([told], change)

    def _merged(self, entity: E, before: E | None) -> E:
        """The draft with the stored version, and with what someone else filled in left as it is."""
        if before is None:
            return entity
        status = Status.CLOSED if before.status is Status.CLOSED else entity.status
        after = replace(entity, version=before.version, status=status)
        diff = difference(before, after)
        if not diff:
            return after
        origins = {(each.field, each.language): each for each in self.known.unit.provenance(before)}
        ours = {"", self.source.code, OWN_WORDS}
        foreign = {
            key: old
            for key, (old, _) in diff.items()
            if (origin := origins.get(place_of(key))) and origin.source not in ours
            if origin.actor != GEOCODER or _still_points(before, entity)
        }
        self.tally.counts["kept_fields"] += len(foreign)
        return with_fields(after, foreign)


def _still_points(stored: Entity, told: Entity) -> bool:
    """Whether a geocoder's point is still where the source says: the same address, and placed no sharper by itself."""
    assert isinstance(stored, Location)
    assert isinstance(told, Location)
    return stored.address == told.address and is_sharper(stored.precision, told.precision)
