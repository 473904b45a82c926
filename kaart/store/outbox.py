"""The port `IndexOutbox`: which changes an index still has to hear of.

Deliveries are marked row by row; there is no cursor that a change with a lower number could slip behind when its
transaction commits late. `delivered_until` marks a range, and is safe for another reason: every transaction that
writes the outbox holds the register's lock from before it takes a number until after it has committed
(`kaart.store.engine.lock_register`; SQLite has one writer anyway). So numbers become visible in their order, and once
`newest_id` has seen a number nothing smaller can still appear; a rebuild that reads after `newest_id` reads it all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, literal, or_, select

from kaart.domain.clock import utc_now
from kaart.domain.facts import OutboxItem
from kaart.domain.ports import Clock
from kaart.store import tables as t
from kaart.store.engine import lock_register, reading, writing
from kaart.store.facts import FACTS
from kaart.store.kinds import DeliveryState, EntityKind
from kaart.store.load import chunks
from kaart.store.upsert import upsert

OUTBOX: Final = t.table_of(t.OutboxRow)
DELIVERY: Final = t.table_of(t.OutboxDeliveryRow)
COUNTER: Final = t.table_of(t.SequenceCounterRow)

#: A change that failed this often is set aside: once may be the network, three times is the row itself.
ATTEMPTS: Final = 3
#: What is kept of an error's words.
ERROR_LENGTH: Final = 500
_BATCH: Final = "index_batch"
_STATES: Final = {state: literal(state, DELIVERY.c.state.type) for state in DeliveryState}


@dataclass(frozen=True, slots=True)
class SetAside:
    """A change that a target refused too often, with the last error."""

    item: OutboxItem
    error: str
    attempts: int


class StoredOutbox:
    """The queue of changes; each call is a transaction of its own."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        """Nothing is read yet."""
        self._engine = engine
        self._clock = clock

    def pending(self, target: str, limit: int) -> Sequence[OutboxItem]:
        """The oldest changes that this target has not taken and that are not set aside."""
        query = (
            select(OUTBOX)
            .outerjoin(DELIVERY, and_(DELIVERY.c.outbox_id == OUTBOX.c.id, DELIVERY.c.target == target))
            .where(_waits())
            .order_by(OUTBOX.c.id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [
                OutboxItem(
                    id=row.id,
                    text_keys=tuple(row.text_keys),
                    service_id=row.entity_id if row.kind is EntityKind.SERVICE else None,
                    written_at=row.written_at,
                )
                for row in connection.execute(query)
            ]

    def delivered(self, target: str, ids: Sequence[int]) -> None:
        """Note that the target has them; a row that was pruned meanwhile is passed over."""
        with writing(self._engine) as connection:
            for chunk in chunks(ids):
                self._mark(connection, target, OUTBOX.c.id.in_(chunk))

    def delivered_until(self, target: str, newest_id: int, left_out: Mapping[str, str] | None = None) -> None:
        """Note that a rebuild that read after `newest_id()` holds everything up to that number, but for `left_out`.

        Of each text that was left out the newest change is set aside with the reason; one newer than `newest_id`
        waits for the drain, which tries it anew. A text without any change (they are pruned after a week) gets one:
        the fault may lie in a newer program instead of in a newer change.
        """
        with writing(self._engine) as connection:
            if left_out:
                lock_register(connection)
            self._mark(connection, target, OUTBOX.c.id <= newest_id)
            if left_out:
                numbers = self._newest_changes(connection, left_out)
                for text_key, reason in left_out.items():
                    if numbers.get(text_key, 0) > newest_id:
                        continue
                    number = numbers.get(text_key) or self._touch(connection, text_key)
                    if number is not None:
                        self._note_failure(connection, target, number, reason, _STATES[DeliveryState.SET_ASIDE])

    def failed(self, target: str, item_id: int, error: str) -> bool:
        """Note a failure; True when the row is now set aside."""
        failed = _STATES[DeliveryState.FAILED]
        often = DELIVERY.c.attempts + 1 >= ATTEMPTS
        with writing(self._engine) as connection:
            if connection.scalar(select(OUTBOX.c.id).where(OUTBOX.c.id == item_id)) is None:
                return False
            again = case((often, _STATES[DeliveryState.SET_ASIDE]), else_=failed)
            return self._note_failure(connection, target, item_id, error, failed, again) is DeliveryState.SET_ASIDE

    def set_aside(self, target: str) -> Sequence[SetAside]:
        """The changes that wait for a person, the oldest first."""
        query = (
            select(OUTBOX, DELIVERY.c.error, DELIVERY.c.attempts)
            .join(DELIVERY, DELIVERY.c.outbox_id == OUTBOX.c.id)
            .where(DELIVERY.c.target == target, DELIVERY.c.state == DeliveryState.SET_ASIDE)
            .order_by(OUTBOX.c.id)
        )
        with reading(self._engine) as connection:
            return [
                SetAside(
                    OutboxItem(row.id, tuple(row.text_keys), row.entity_id, row.written_at), row.error, row.attempts
                )
                for row in connection.execute(query)
            ]

    def retry(self, target: str) -> int:
        """Put what was set aside back in the queue; returns how many."""
        with writing(self._engine) as connection:
            return connection.execute(
                DELIVERY.delete().where(DELIVERY.c.target == target, DELIVERY.c.state == DeliveryState.SET_ASIDE)
            ).rowcount

    def next_batch(self) -> int:
        """A number larger than every one given before, over all processes: one statement counts and reads."""
        with writing(self._engine) as connection:
            statement = (
                upsert(connection, COUNTER)
                .values(name=_BATCH, value=1)
                .on_conflict_do_update(index_elements=["name"], set_={"value": COUNTER.c.value + 1})
                .returning(COUNTER.c.value)
            )
            return int(connection.execute(statement).scalar_one())

    def newest_id(self) -> int:
        """The id of the newest change, 0 if there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.max(OUTBOX.c.id))) or 0

    def counts(self, target: str) -> tuple[int, int]:
        """(waiting, set aside) for this target."""
        joined = OUTBOX.outerjoin(DELIVERY, and_(DELIVERY.c.outbox_id == OUTBOX.c.id, DELIVERY.c.target == target))
        with reading(self._engine) as connection:
            waiting = connection.scalar(select(func.count()).select_from(joined).where(_waits()))
            aside = connection.scalar(
                select(func.count())
                .select_from(DELIVERY)
                .where(DELIVERY.c.target == target, DELIVERY.c.state == DeliveryState.SET_ASIDE)
            )
            return waiting or 0, aside or 0

    def waiting_since(self, target: str) -> datetime | None:
        """When the oldest change that this target has not taken was written; None when nothing waits."""
        joined = OUTBOX.outerjoin(DELIVERY, and_(DELIVERY.c.outbox_id == OUTBOX.c.id, DELIVERY.c.target == target))
        query = select(OUTBOX.c.written_at).select_from(joined).where(_waits()).order_by(OUTBOX.c.written_at).limit(1)
        with reading(self._engine) as connection:
            return connection.scalar(query)

    def prune(self, targets: Sequence[str], before: datetime) -> int:
        """Delete the changes written before this instant that every one of these targets has; returns how many."""
        statement = OUTBOX.delete().where(OUTBOX.c.written_at < before)
        for target in targets:
            statement = statement.where(
                select(DELIVERY.c.outbox_id)
                .where(
                    DELIVERY.c.outbox_id == OUTBOX.c.id,
                    DELIVERY.c.target == target,
                    DELIVERY.c.state == DeliveryState.DELIVERED,
                )
                .exists()
            )
        with writing(self._engine) as connection:
            return connection.execute(statement).rowcount

    def _newest_changes(self, connection: Connection, text_keys: Iterable[str]) -> dict[str, int]:
        """The number of the newest change of each text; a text without one is left out."""
        missing, found = set(text_keys), dict[str, int]()
        query = select(OUTBOX.c.id, OUTBOX.c.text_keys).order_by(OUTBOX.c.id.desc())
        with connection.execute(query) as rows:
            for row in rows:
                found |= dict.fromkeys(missing.intersection(row.text_keys), row.id)
                missing.difference_update(row.text_keys)
                if not missing:
                    break
        return found

    def _touch(self, connection: Connection, text_key: str) -> int | None:
        """Put a text in the queue and return the number; None when no service has it any more."""
        service_id = connection.scalar(select(FACTS.c.service_id).where(FACTS.c.text_key == text_key).limit(1))
        if service_id is None:
            return None
        row = {"kind": EntityKind.SERVICE, "entity_id": service_id, "text_keys": [text_key]}
        made: int = connection.execute(
            OUTBOX.insert().values(**row, written_at=self._clock()).returning(OUTBOX.c.id)
        ).scalar_one()
        return made

    def _note_failure(
        self,
        connection: Connection,
        target: str,
        item_id: int,
        error: str,
        state: ColumnElement[DeliveryState],
        again: ColumnElement[DeliveryState] | None = None,
    ) -> DeliveryState:
        """Count a failure and return the state that the row has now: `state`, or `again` when it failed before."""
        told = {"error": error[:ERROR_LENGTH], "at": self._clock()}
        repeated = {"attempts": DELIVERY.c.attempts + 1, "state": state if again is None else again, **told}
        statement = (
            upsert(connection, DELIVERY)
            .values(outbox_id=item_id, target=target, state=state, attempts=1, **told)
            .on_conflict_do_update(index_elements=["outbox_id", "target"], set_=repeated)
            .returning(DELIVERY.c.state)
        )
        stands: DeliveryState = connection.execute(statement).scalar_one()
        return stands

    def _mark(self, connection: Connection, target: str, which: ColumnElement[bool]) -> None:
        done = _STATES[DeliveryState.DELIVERED]
        now = literal(self._clock(), DELIVERY.c.at.type)
        rows = select(OUTBOX.c.id, literal(target), done, literal(0), literal(""), now).where(which)
        connection.execute(
            upsert(connection, DELIVERY)
            .from_select(["outbox_id", "target", "state", "attempts", "error", "at"], rows)
            .on_conflict_do_update(index_elements=["outbox_id", "target"], set_={"state": done, "error": "", "at": now})
        )


def _waits() -> ColumnElement[bool]:
    return or_(DELIVERY.c.outbox_id.is_(None), DELIVERY.c.state == DeliveryState.FAILED)
