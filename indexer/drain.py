"""Takes changes from the outbox to the indexes: at least once, in any order, resumable at any moment.

A batch number is taken before the texts are read, so that what a later reader saw always carries the higher number.
Every index remembers the number of what it holds and lets nothing older overwrite it; therefore a drain may be
stopped anywhere, run twice, or run late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from kaart.domain.facts import OutboxItem
from kaart.domain.ports import FactsReader, IndexOutbox, IndexWriter
from kaart.domain.search import TextDocument, TextGroup
from kaart.errors import ConflictError, KaartError, UnavailableError

#: Makes the document of a text from its present services: `indexer.documents.text_document` with the taxonomy's
#: terms and the day filled in.
MakeDocument: TypeAlias = Callable[[TextGroup], TextDocument]

#: Changes taken at once. Large enough that an import of thousands is quick, small enough that what one run holds
#: in memory stays some tens of megabytes, vectors included.
LIMIT: Final = 500

#: Characters of an error that are kept with the row: enough to find the cause, no page of a traceback.
_ERROR_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class TargetReport:
    """What a run did for one index. `stopped` is the code of what kept it from going on, or empty."""

    target: str
    delivered: int = 0
    changed: int = 0
    removed: int = 0
    failed: int = 0
    set_aside: tuple[int, ...] = ()
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class DrainReport:
    """What a run did, for each index."""

    targets: tuple[TargetReport, ...] = ()

    @property
    def delivered(self) -> int:
        """Rows delivered, all targets together; 0 means that there was nothing to do or nothing could be done."""
        return sum(target.delivered for target in self.targets)


@dataclass(slots=True)
class _Tally:
    delivered: int = 0
    changed: int = 0
    removed: int = 0
    failed: int = 0
    set_aside: list[int] = field(default_factory=list)


class Drain:
    """Keeps any number of indexes up to date, each at its own pace: one that is down holds up no other."""

    def __init__(
        self, writers: Sequence[IndexWriter], facts: FactsReader, outbox: IndexOutbox, make: MakeDocument
    ) -> None:
        self._writers = tuple(writers)
        self._facts = facts
        self._outbox = outbox
        self._make = make

    def run_once(self, limit: int = LIMIT) -> DrainReport:
        """Deliver at most `limit` pending changes to each index.

        A change that an index refuses, or of which no document can be made, counts as failed; the outbox sets it
        aside when that happens too often. When an index cannot answer, nothing is wrong with the changes: they stay
        pending, and the report names the reason. Raises only what the outbox itself raises.
        """
        return DrainReport(tuple(self._run(writer, limit) for writer in self._writers))

    def _run(self, writer: IndexWriter, limit: int) -> TargetReport:
        tally = _Tally()
        stopped = ""
        try:
            self._deliver(writer, self._outbox.pending(writer.name, limit), tally)
        except (UnavailableError, ConflictError) as error:
            stopped = error.code
        return TargetReport(
            target=writer.name,
            delivered=tally.delivered,
            changed=tally.changed,
            removed=tally.removed,
            failed=tally.failed,
            set_aside=tuple(tally.set_aside),
            stopped=stopped,
        )

    def _deliver(self, writer: IndexWriter, items: Sequence[OutboxItem], tally: _Tally) -> None:
        """Deliver these rows together; if that fails, each half apart, down to the row that is at fault.

        Halving finds one bad row among 500 in about twenty writes instead of five hundred.
        """
        if not items:
            return
        try:
            changed, removed = self._write(writer, items)
        except (UnavailableError, ConflictError):
            # The engine cannot now, or another process is writing: no row is at fault.
            raise
        except OSError as error:
            # A disk that is full or gone is no fault of a row.
            raise UnavailableError("index_storage_failed", target=writer.name, reason=str(error)) from error
        except Exception as error:  # noqa: BLE001  whatever one row brings about must not hold up the others
            if len(items) > 1:
                middle = len(items) // 2
                self._deliver(writer, items[:middle], tally)
                self._deliver(writer, items[middle:], tally)
                return
            tally.failed += 1
            if self._outbox.failed(writer.name, items[0].id, _describe(error)):
                tally.set_aside.append(items[0].id)
            return
        self._outbox.delivered(writer.name, [item.id for item in items])
        tally.delivered += len(items)
        tally.changed += changed
        tally.removed += removed

    def _write(self, writer: IndexWriter, items: Sequence[OutboxItem]) -> tuple[int, int]:
        keys = list(dict.fromkeys(key for item in items for key in item.text_keys))
        if not keys:
            return 0, 0
        batch = self._outbox.next_batch()
        changed: list[TextDocument] = []
        removed: list[str] = []
        for group in self._facts.groups(keys):
            document = self._make(group) if group.services else None
            # A text whose services have all ended has a document without offers: it is no more either.
            if document and document.offers:
                changed.append(document)
            else:
                removed.append(group.text_key)
        writer.apply(changed, removed, batch)
        return len(changed), len(removed)


def _describe(error: Exception) -> str:
    described = str(error) if isinstance(error, KaartError) else f"{type(error).__name__}: {error}"
    return described[:_ERROR_LENGTH]
