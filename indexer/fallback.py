"""Elasticsearch with the embedded lexical index behind it: a lost cluster means a poorer answer, not an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from kaart.domain.codes import Degraded
from kaart.domain.ports import SearchIndex, Vector
from kaart.domain.search import IndexStatus, OfferHit, OfferQuery, ServiceQuery, TextHit
from kaart.errors import UnavailableError

#: Seconds during which a server that did not answer is left alone. One request makes several calls; without this
#: each would wait for the time-out again. Short, so that a restart (8 to 30 s) is noticed soon after it ends.
PAUSE: Final = 5.0

#: Seconds that the index calls itself degraded after an answer came from the spare. Longer than any request takes,
#: so that one that was served by the spare always hears of it, also when the server came back half-way.
MEMORY: Final = 10.0

#: The one failure that the next call would meet as well; the others concern this call only.
_DOWN: Final = "elasticsearch_unreachable"

_T = TypeVar("_T")


class FallbackIndex:
    """Asks `primary`, and where it cannot answer, `spare` (lexical and offers only). Safe for threads.

    There is no spare for meaning: `nearest` raises `UnavailableError`, so that the lexical list serves alone.
    """

    def __init__(
        self, primary: SearchIndex, spare: SearchIndex, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._primary = primary
        self._spare = spare
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._retry_at: float | None = None
        self._poorer_until = float("-inf")

    @property
    def name(self) -> str:
        """The name of the primary."""
        return self._primary.name

    def lexical(self, query: ServiceQuery) -> Sequence[TextHit]:
        """The texts whose words answer best. Raises `UnavailableError` when the spare cannot answer either."""
        return self._ask(lambda: self._primary.lexical(query), lambda: self._spare.lexical(query))

    def nearest(self, query: ServiceQuery, vector: Vector) -> Sequence[TextHit]:
        """The texts whose meaning is nearest. Raises `UnavailableError` when the primary cannot answer."""

        def refuse() -> Sequence[TextHit]:
            raise UnavailableError(_DOWN, reason="paused")

        return self._ask(lambda: self._primary.nearest(query, vector), refuse)

    def offers(self, query: OfferQuery) -> Sequence[OfferHit]:
        """The offers of found texts. Raises `UnavailableError` when the spare cannot answer either."""
        return self._ask(lambda: self._primary.offers(query), lambda: self._spare.offers(query))

    def degradations(self) -> tuple[Degraded, ...]:
        """``elasticsearch`` while an answer of the last seconds had to do without the primary."""
        with self._lock:
            poorer = self._monotonic() < self._poorer_until
        return (Degraded.ELASTICSEARCH,) if poorer else self._primary.degradations()

    def status(self) -> IndexStatus:
        """The primary's; ready when the spare is, since then requests are answered."""
        status = self._primary.status()
        return status if status.ready else replace(status, ready=self._spare.status().ready)

    def _ask(self, first: Callable[[], _T], otherwise: Callable[[], _T]) -> _T:
        if not self._may_try():
            self._remember_poorer()
            return otherwise()
        try:
            answer = first()
        except UnavailableError as error:
            self._remember_poorer()
            if error.code == _DOWN:
                self._pause()
            try:
                return otherwise()
            except UnavailableError as second:
                # What is wrong with the primary is what has to be mended.
                raise error from second
        self._resume()
        return answer

    def _may_try(self) -> bool:
        """Whether to ask the primary. After a pause one call tries; the others go on with the spare meanwhile."""
        with self._lock:
            if self._retry_at is None:
                return True
            now = self._monotonic()
            if now < self._retry_at:
                return False
            self._retry_at = now + PAUSE
            return True

    def _pause(self) -> None:
        with self._lock:
            self._retry_at = self._monotonic() + PAUSE

    def _resume(self) -> None:
        with self._lock:
            self._retry_at = None

    def _remember_poorer(self) -> None:
        with self._lock:
            self._poorer_until = self._monotonic() + MEMORY
