"""Who may change what in the register. Each rule stands in two forms: `check_…` raises, `may_…` answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kaart.domain.catalogue import Change, Service
from kaart.domain.codes import Status
from kaart.domain.ids import OrganizationId
from kaart.errors import ConflictError, ForbiddenError, KaartError


class EditorRole(StrEnum):
    """On whose behalf someone edits: that of the organization the listing belongs to, or of the whole register."""

    OWNER = "owner"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Editor:
    """A person who edits. `organization_id` is needed for an owner: they edit what is theirs."""

    name: str
    role: EditorRole
    organization_id: OrganizationId | None = None

    def change(self, at: datetime, *, comment: str = "", verifies: bool = False) -> Change:
        """What is noted about a change by this person; what an owner says is held by them."""
        return Change(
            source=self.role.value,
            actor=self.name,
            happened_at=at,
            verifies=verifies,
            held_by_owner=self.role is EditorRole.OWNER,
            comment=comment,
        )


def check_edit(editor: Editor, service: Service) -> None:
    """Raise `ForbiddenError` (``edit_not_yours``) unless it is their own service or they are a steward.

    Raise `ConflictError` (``not_editable``) for a service that was withdrawn or merged.
    """
    if editor.role is not EditorRole.STEWARD and editor.organization_id != service.organization_id:
        raise ForbiddenError("edit_not_yours", key=service.key)
    if service.status in {Status.WITHDRAWN, Status.MERGED}:
        raise ConflictError("not_editable", key=service.key, status=service.status.value)


def check_verify(editor: Editor, service: Service) -> None:
    """As `check_edit`; and raise `ConflictError` (``verify_not_active``): only what is still offered is confirmed."""
    check_edit(editor, service)
    if service.status is not Status.ACTIVE:
        raise ConflictError("verify_not_active", key=service.key, status=service.status.value)


def check_withdraw(editor: Editor, service: Service, reason: str) -> None:
    """As `check_edit`; and raise `ConflictError` (``reason_missing``): the do-not-list says why, for years to come."""
    check_edit(editor, service)
    if not reason.strip():
        raise ConflictError("reason_missing", key=service.key)


def check_undo(editor: Editor, service: Service) -> None:
    """Raise `ForbiddenError` (``undo_not_yours``): a steward takes back any change, an owner those of their own."""
    if editor.role is not EditorRole.STEWARD and editor.organization_id != service.organization_id:
        raise ForbiddenError("undo_not_yours", key=service.key)


def may_edit(editor: Editor, service: Service) -> bool:
    """Whether `check_edit` passes."""
    return _passes(lambda: check_edit(editor, service))


def may_verify(editor: Editor, service: Service) -> bool:
    """Whether `check_verify` passes."""
    return _passes(lambda: check_verify(editor, service))


def may_withdraw(editor: Editor, service: Service, reason: str) -> bool:
    """Whether `check_withdraw` passes."""
    return _passes(lambda: check_withdraw(editor, service, reason))


def may_undo(editor: Editor, service: Service) -> bool:
    """Whether `check_undo` passes."""
    return _passes(lambda: check_undo(editor, service))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except KaartError:
        return False
    return True
