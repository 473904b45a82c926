"""What people do with a listing, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaart.domain.catalogue import Capacity, TemporaryStop, WaitingTime
from kaart.domain.codes import CapacityState, Status
from kaart.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kaart.register.policy import Editor, EditorRole, may_edit, may_undo, may_verify, may_withdraw
from kaart.register.services import (
    edit_service,
    history,
    resume,
    set_capacity,
    set_waiting_time,
    stop,
    undo,
    verify,
    withdraw,
)
from tests.contract.samples import IMPORT, NOW, ORGANIZATION, SERVICE, fill, get, save

OWNER = Editor("Els", EditorRole.OWNER, ORGANIZATION.id)
STRANGER = Editor("Bo", EditorRole.OWNER, SERVICE.id)
STEWARD = Editor("Jan", EditorRole.STEWARD)
TODAY = NOW.date()


def test_an_owner_edits_what_is_theirs_and_holds_it(store):
    fill(store)
    result = edit_service(store, OWNER, replace(get(store, SERVICE), email="eigen@example.org"), NOW)
    assert result.changed_fields == ("email",)
    assert result.entity.verified_at is None
    assert save(store, replace(result.entity, email="bron@example.org"), IMPORT).skipped_fields == ("email",)


def test_others_do_not(store):
    fill(store)
    for attempt in (
        lambda: edit_service(store, STRANGER, replace(get(store, SERVICE), email="x@example.org"), NOW),
        lambda: verify(store, STRANGER, SERVICE.id, NOW),
        lambda: set_capacity(store, STRANGER, SERVICE.id, CapacityState.FULL, NOW),
        lambda: withdraw(store, STRANGER, SERVICE.id, NOW, "zomaar"),
        lambda: undo(store, STRANGER, SERVICE.id, 2, NOW),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    assert get(store, SERVICE) == replace(SERVICE, version=1)


def test_the_organization_of_the_stored_service_decides(store):
    fill(store)
    with pytest.raises(ForbiddenError):
        edit_service(store, STRANGER, replace(get(store, SERVICE), organization_id=STRANGER.organization_id), NOW)


def test_confirming_is_what_sets_the_day_of_verification(store):
    fill(store)
    assert verify(store, OWNER, SERVICE.id, NOW).verified_at == NOW
    later = NOW + timedelta(days=1)
    assert verify(store, STEWARD, SERVICE.id, later).verified_at == later
    closed = save(store, replace(get(store, SERVICE), status=Status.CLOSED)).entity
    with pytest.raises(ConflictError) as error:
        verify(store, OWNER, closed.id, later)
    assert error.value.code == "verify_not_active"


def test_room_waiting_and_stops_carry_their_day(store):
    fill(store)
    assert set_capacity(store, OWNER, SERVICE.id, CapacityState.FULL, NOW).capacity == Capacity(
        CapacityState.FULL, TODAY
    )
    assert set_waiting_time(store, OWNER, SERVICE.id, 14, NOW).waiting_time == WaitingTime(14, TODAY)
    stopped = stop(store, OWNER, SERVICE.id, NOW, TODAY, reason="ziekte")
    assert stopped.temporary_stop == TemporaryStop(TODAY, TODAY, None, "ziekte")
    assert resume(store, OWNER, SERVICE.id, NOW).temporary_stop is None
    assert store.facts.by_ids([SERVICE.id])[SERVICE.id].capacity.state is CapacityState.FULL
    with pytest.raises(InvalidInputError):
        stop(store, OWNER, SERVICE.id, NOW, TODAY, until=date(2020, 1, 1))


def test_taking_off_says_why_and_lasts(store):
    fill(store)
    with pytest.raises(ConflictError) as reasonless:
        withdraw(store, OWNER, SERVICE.id, NOW, " ")
    assert reasonless.value.code == "reason_missing"
    assert withdraw(store, OWNER, SERVICE.id, NOW, "gevraagd door de dienst").status is Status.WITHDRAWN
    with store.read() as unit:
        assert unit.unwanted(type(SERVICE), "list") == {"s1"}
    with pytest.raises(ConflictError) as again:
        withdraw(store, OWNER, SERVICE.id, NOW, "nog eens")
    assert again.value.code == "not_editable"
    assert undo(store, STEWARD, SERVICE.id, 2, NOW).status is Status.ACTIVE


def test_looking_back_and_undoing(store):
    fill(store)
    set_capacity(store, OWNER, SERVICE.id, CapacityState.FULL, NOW)
    assert undo(store, OWNER, SERVICE.id, 2, NOW).capacity == SERVICE.capacity
    assert [(each.number, each.author, each.undo_of) for each in history(store, SERVICE.id)] == [
        (1, "import", None),
        (2, "Els", None),
        (3, "Els", 2),
    ]
    with pytest.raises(NotFoundError):
        history(store, ORGANIZATION.id)


@pytest.mark.parametrize(
    ("editor", "status", "edits", "verifies"),
    [
        (OWNER, Status.ACTIVE, True, True),
        (OWNER, Status.CLOSED, True, False),
        (OWNER, Status.WITHDRAWN, False, False),
        (STEWARD, Status.ACTIVE, True, True),
        (STEWARD, Status.MERGED, False, False),
        (STRANGER, Status.ACTIVE, False, False),
    ],
)
def test_each_rule_also_answers_without_an_error(editor, status, edits, verifies):
    service = replace(SERVICE, status=status)
    assert may_edit(editor, service) is edits
    assert may_verify(editor, service) is verifies
    assert may_withdraw(editor, service, "op vraag") is edits
    assert may_withdraw(editor, service, "") is False
    assert may_undo(editor, service) is (editor is not STRANGER)
