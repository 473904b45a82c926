"""Builds an index anew from the database, beside the present one, which serves until the new one is checked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.drain import MakeDocument
from kaart.domain.ports import FactsReader, IndexOutbox, IndexWriter, Progress
from kaart.domain.search import TextDocument


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text of which no document could be made, and why."""

    text_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did; `seconds` of wall clock."""

    target: str
    texts: int
    offers: int
    seconds: float
    rejected: tuple[Rejected, ...] = ()


@dataclass(slots=True)
class _Count:
    texts: int = 0
    offers: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def rebuild(
    writer: IndexWriter,
    facts: FactsReader,
    outbox: IndexOutbox,
    make: MakeDocument,
    progress: Progress | None = None,
) -> RebuildReport:
    """Rebuild one index from every text that the database holds.

    Cut off at any moment, the present index goes on serving; the next rebuild starts over, with vectors from the
    cache. Changes that come in meanwhile stay in the outbox or were delivered to the fresh index too. A text of which
    no document can be made is set aside there: it is missing from the fresh index. Raises what the writer raises;
    nothing has changed then.
    """
    began = time.monotonic()
    # Before anything is read: what is newer than this may be missing from the fresh index, nothing older can be.
    newest = outbox.newest_id()
    batch = outbox.next_batch()
    count = _Count()
    writer.rebuild(_documents(facts, make, count), facts.count_texts(), batch, progress)
    outbox.delivered_until(writer.name, newest, {each.text_key: each.reason for each in count.rejected})
    return RebuildReport(writer.name, count.texts, count.offers, time.monotonic() - began, tuple(count.rejected))


def _documents(facts: FactsReader, make: MakeDocument, count: _Count) -> Iterator[TextDocument]:
    for group in facts.all_groups():
        if not group.services:
            continue
        try:
            document = make(group)
        except Exception as error:  # noqa: BLE001  one broken row must not keep all others out of the index
            count.rejected.append(Rejected(group.text_key, f"{type(error).__name__}: {error}"))
            continue
        if not document.offers:
            continue
        count.texts += 1
        count.offers += len(document.offers)
        yield document
