"""Which needs find no good answer where: counted as numbers, shown only where many people stand behind them."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from typing import Final

from sqlalchemy import Engine

from kaart.domain.areas import AreaCode
from kaart.errors import UnavailableError
from kaart.store.gaps import GapCell, add_gaps, month_of, read_gaps

#: A smaller number is not shown: it could point at a person (design, “Counters, not events”).
SHOWN_FROM: Final = 10
#: Seconds that someone who searches waits at most for the counter; what is not written then is kept for the next time.
PATIENCE: Final = 0.05


class GapCounts:
    """The port `GapCounter`. Counting never costs anyone their answer: while the database is busy it is remembered."""

    def __init__(self, engine: Engine, taxonomy: str) -> None:
        """One for the whole process; it may be called from several threads.

        `taxonomy` is the version of the taxonomy whose codes are counted.
        """
        self._engine = engine
        self._taxonomy = taxonomy
        self._waiting: Counter[GapCell] = Counter()
        self._lock = threading.Lock()

    def count_gap(self, need: str, area: AreaCode | None, language: str, month: date) -> None:
        """Add one to need × area × language × month."""
        with self._lock:
            self._waiting[GapCell(need, area or "", language, month_of(month), self._taxonomy)] += 1
        self.flush()

    def flush(self) -> bool:
        """Write what waits; False when the database is busy and it waits on."""
        with self._lock:
            cells, self._waiting = self._waiting, Counter()
        try:
            add_gaps(self._engine, cells, PATIENCE)
        except UnavailableError:
            with self._lock:
                self._waiting.update(cells)
            return False
        return True

    def shown(self, month: date) -> dict[GapCell, int]:
        """The cells of a month that may be shown."""
        return read_gaps(self._engine, month, SHOWN_FROM)
