"""What saving an entity will do, worked out before anything is written; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from kaart.domain.catalogue import Change, Entity, Service
from kaart.domain.changes import Diff, difference, place_of, with_fields
from kaart.domain.codes import Status
from kaart.domain.validation import check_entity
from kaart.errors import ConflictError, GoneError
from kaart.store.history import Origins, origins_after

E = TypeVar("E", bound=Entity)

#: Sources that may change what an owner holds, and bring back what was withdrawn.
OWN_SOURCES: Final = frozenset({"owner", "steward"})


@dataclass(frozen=True, slots=True)
class SaveResult(Generic[E]):
    """What was kept. `skipped_fields` are changes that were not made, since the owner holds those fields.

    Fields are named as in a version's difference: ``phones``, or ``summary@nl`` for a text. Nothing in
    `changed_fields` means that nothing was written.
    """

    entity: E
    changed_fields: tuple[str, ...] = ()
    skipped_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan(Generic[E]):
    """One entity before and after, and what is to be written about it.

    `origins` is None for a new one: all of it comes from this change.
    """

    before: E | None
    after: E
    diff: Diff
    skipped: tuple[str, ...] = ()
    origins: Origins | None = None

    @property
    def result(self) -> SaveResult[E]:
        """What the caller is told."""
        return SaveResult(self.after, tuple(self.diff), self.skipped)


def plan_new(entity: E, change: Change) -> Plan[E]:
    """Plan to keep an entity that is not there yet.

    Raises `ConflictError` (``version_conflict``) when it says that it was saved before, `InvalidInputError`
    (``entity_invalid``).
    """
    if entity.version:
        raise ConflictError("version_conflict", key=entity.key, given=entity.version, stored=0)
    after = _stamped(entity, None, change, undoing=False)
    check_entity(after)
    diff = difference(None, after)
    return Plan(None, replace(after, version=1), diff)


def plan_change(entity: E, before: E, origins: Origins, change: Change, *, undoing: bool = False) -> Plan[E]:
    """Plan a change. What an owner holds is left as it is and named in `skipped`, unless the change is an owner's.

    Raises `ConflictError` (``version_conflict``) when someone else saved meanwhile, `GoneError` (``removed``) when a
    source brings what was withdrawn, `InvalidInputError` (``entity_invalid``).
    """
    if entity.version != before.version:
        raise ConflictError("version_conflict", key=entity.key, given=entity.version, stored=before.version)
    if before.status is Status.WITHDRAWN and not is_own(change):
        raise GoneError("removed", key=before.key)
    after = _stamped(entity, before, change, undoing=undoing)
    diff = difference(before, after)
    skipped: tuple[str, ...] = ()
    if not is_own(change):
        skipped = tuple(key for key in diff if (held := origins.get(place_of(key))) and held.held_by_owner)
        if skipped:
            after = with_fields(after, {key: diff[key][0] for key in skipped})
            diff = difference(before, after)
    if not diff:
        return Plan(before, before, {}, skipped, origins)
    check_entity(after)
    after = replace(after, version=before.version + 1)
    return Plan(before, after, diff, skipped, origins_after(origins, diff, change))


def is_own(change: Change) -> bool:
    """Whether the change is made by, or for, those whom the listing belongs to."""
    return change.held_by_owner or change.source in OWN_SOURCES


def _stamped(entity: E, before: E | None, change: Change, *, undoing: bool) -> E:
    """`verified_at` belongs to verifications: whatever the caller put there is not looked at.

    An undo takes a verification back; it never gives one, so that undoing that undo confirms nothing in anyone's name.
    """
    if not isinstance(entity, Service):
        return entity
    assert before is None or isinstance(before, Service)
    if change.verifies:
        return replace(entity, verified_at=change.happened_at)
    stays = before.verified_at if before else None
    if undoing and stays is not None and (entity.verified_at is None or entity.verified_at < stays):
        return entity
    return entity if entity.verified_at == stays else replace(entity, verified_at=stays)
