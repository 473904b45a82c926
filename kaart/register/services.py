"""What people do with a listing: edit, confirm, say whether there is room, take it off, look back, undo.

Each is one transaction; who may is decided by `kaart.register.policy`, on the service as it stands in that transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from kaart.domain.catalogue import Capacity, Service, TemporaryStop, WaitingTime
from kaart.domain.codes import CapacityState, Status
from kaart.errors import NotFoundError
from kaart.register.policy import Editor, check_edit, check_undo, check_verify, check_withdraw
from kaart.store.history import Version
from kaart.store.plan import SaveResult
from kaart.store.store import Store
from kaart.store.unit import UnitOfWork


def edit_service(store: Store, editor: Editor, edited: Service, at: datetime, comment: str = "") -> SaveResult[Service]:
    """Save an edited service. Its `version` says on which state the edit was made.

    Raises `ForbiddenError`, and `ConflictError` (``version_conflict``) when someone else saved meanwhile. Opening and
    saving is no verification: `verified_at` stays.
    """
    with store.write() as unit:
        check_edit(editor, _stored(unit, edited.id))
        return unit.save(edited, editor.change(at, comment=comment))


def verify(store: Store, editor: Editor, service_id: UUID, at: datetime) -> Service:
    """Confirm that everything is still right: the only thing that sets `verified_at`."""
    with store.write() as unit:
        service = _stored(unit, service_id)
        check_verify(editor, service)
        return unit.save(service, editor.change(at, verifies=True)).entity


def set_capacity(
    store: Store, editor: Editor, service_id: UUID, state: CapacityState, at: datetime, until: date | None = None
) -> Service:
    """Say whether there is room for new people, as of the day of `at`."""
    return _change(
        store,
        *(editor, service_id, at),
        lambda service: replace(service, capacity=Capacity(state, at.date(), until)),
    )


def set_waiting_time(
    store: Store, editor: Editor, service_id: UUID, days: int, at: datetime, sentence: str = ""
) -> Service:
    """Say how many days people wait, as of the day of `at`."""
    return _change(
        store,
        *(editor, service_id, at),
        lambda service: replace(service, waiting_time=WaitingTime(days, at.date(), sentence)),
    )


def stop(
    store: Store,
    editor: Editor,
    service_id: UUID,
    at: datetime,
    since: date,
    until: date | None = None,
    reason: str = "",
) -> Service:
    """Say that no new people are taken from a day on; `until` None: it is not known how long."""
    told = TemporaryStop(since, at.date(), until, reason)
    return _change(store, editor, service_id, at, lambda service: replace(service, temporary_stop=told))


def resume(store: Store, editor: Editor, service_id: UUID, at: datetime) -> Service:
    """Say that the temporary stop is over."""
    return _change(store, editor, service_id, at, lambda service: replace(service, temporary_stop=None))


def withdraw(store: Store, editor: Editor, service_id: UUID, at: datetime, reason: str) -> Service:
    """Take a listing off on request: its names in the sources go on the do-not-list, so imports leave it out."""
    with store.write() as unit:
        service = _stored(unit, service_id)
        check_withdraw(editor, service, reason)
        change = editor.change(at, comment=reason)
        return unit.save(replace(service, status=Status.WITHDRAWN), change).entity


def history(store: Store, service_id: UUID) -> list[Version]:
    """Every saved change of a service, the first one first."""
    with store.read() as unit:
        return unit.versions(_stored(unit, service_id))


def undo(store: Store, editor: Editor, service_id: UUID, number: int, at: datetime) -> Service:
    """Take one change back, as a new version. Raises `ConflictError` (``undo_conflict``) when later ones touched it."""
    with store.write() as unit:
        service = _stored(unit, service_id)
        check_undo(editor, service)
        return unit.undo(service, number, editor.change(at)).entity


def _change(
    store: Store, editor: Editor, service_id: UUID, at: datetime, make: Callable[[Service], Service]
) -> Service:
    with store.write() as unit:
        service = _stored(unit, service_id)
        check_edit(editor, service)
        return unit.save(make(service), editor.change(at)).entity


def _stored(unit: UnitOfWork, service_id: UUID) -> Service:
    service = unit.find(Service, service_id)
    if service is None:
        raise NotFoundError("service_unknown", given=str(service_id))
    return service
