"""Who does the background work: any number of processes may start, one works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, or_, select

from kaart.domain.clock import utc_now
from kaart.domain.ports import Clock
from kaart.store import tables as t
from kaart.store.engine import reading, writing
from kaart.store.upsert import upsert

LEASE: Final = t.table_of(t.LeaseRow)


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a lease, and until when unless it is renewed."""

    holder: str
    until: datetime


class Leases:
    """Leases in the database, each taken and kept by one conditional statement.

    The clock is that of the process: machines that share a database keep the same time to within a few seconds, so a
    lease lasts much longer than that.
    """

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        """Nothing is read yet."""
        self._engine = engine
        self._clock = clock

    def acquire(self, name: str, holder: str, seconds: float) -> bool:
        """Take the lease, or keep it, for so long; False while another one holds it."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        with writing(self._engine) as connection:
            statement = (
                upsert(connection, LEASE)
                .values(name=name, holder=holder, until=until)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_={"holder": holder, "until": until},
                    where=or_(LEASE.c.until <= now, LEASE.c.holder == holder),
                )
                .returning(LEASE.c.name)
            )
            return connection.execute(statement).first() is not None

    def renew(self, name: str, holder: str, seconds: float) -> bool:
        """Keep a lease that is still ours; False when it ran out or another one took it."""
        now = self._clock()
        statement = (
            LEASE.update()
            .where(LEASE.c.name == name, LEASE.c.holder == holder, LEASE.c.until > now)
            .values(until=now + timedelta(seconds=seconds))
        )
        with writing(self._engine) as connection:
            return connection.execute(statement).rowcount == 1

    def held(self, name: str) -> Held | None:
        """Who holds the lease now; None when nobody does or it ran out."""
        query = select(LEASE.c.holder, LEASE.c.until).where(LEASE.c.name == name, LEASE.c.until > self._clock())
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return Held(row.holder, row.until) if row else None

    def release(self, name: str, holder: str) -> bool:
        """Give the lease back; False when it was not ours."""
        with writing(self._engine) as connection:
            statement = LEASE.delete().where(LEASE.c.name == name, LEASE.c.holder == holder)
            return connection.execute(statement).rowcount == 1
