"""A register in memory: texts with their services, and the outbox of their changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kaart.domain.facts import OutboxItem
from kaart.domain.search import TextDocument, TextGroup
from tests.factories.documents import a_document


def make_document(group: TextGroup) -> TextDocument:
    """The services of these groups are names; the first is the text's.

    One of the name ``broken`` has no document, and one of the name ``ended`` is offered no more.
    """
    name = str(group.services[0])
    if name == "broken":
        raise ValueError("this row cannot be read")
    return a_document(group.text_key, name, offers=[] if name == "ended" else None)


@dataclass
class MemoryRegister:
    """Behaves as the ports `FactsReader` and `IndexOutbox` say. `texts` maps a text key to names of services."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    rows: list[OutboxItem] = field(default_factory=list)
    done: dict[str, set[int]] = field(default_factory=dict)
    failures: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    batch: int = 0
    attempts: int = 3
    on_groups: Callable[[], None] = lambda: None
    on_each: Callable[[str], None] = lambda _key: None

    def change(self, text_key: str, *names: str) -> int:
        """Write and put the change in the outbox; without names the text is no more."""
        if names:
            self.texts[text_key] = list(names)
        else:
            self.texts.pop(text_key, None)
        return self.touch(text_key)

    def touch(self, *text_keys: str) -> int:
        self.rows.append(OutboxItem(len(self.rows) + 1, text_keys, None, datetime(2026, 1, 1, tzinfo=UTC)))
        return self.rows[-1].id

    # -- FactsReader

    def by_ids(self, _service_ids):
        return {}

    def groups(self, text_keys: Sequence[str]) -> Iterator[TextGroup]:
        self.on_groups()
        for key in text_keys:
            yield TextGroup(key, tuple(self.texts.get(key, ())))

    def all_groups(self) -> Iterator[TextGroup]:
        for key, names in list(self.texts.items()):
            self.on_each(key)
            yield TextGroup(key, tuple(names))

    def count_texts(self) -> int:
        return len(self.texts)

    # -- IndexOutbox

    def is_set_aside(self, target: str, item_id: int) -> bool:
        return len(self.failures.get((target, item_id), ())) >= self.attempts

    def pending(self, target: str, limit: int) -> list[OutboxItem]:
        taken = self.done.get(target, set())
        return [row for row in self.rows if row.id not in taken and not self.is_set_aside(target, row.id)][:limit]

    def delivered(self, target: str, ids: Sequence[int]) -> None:
        self.done.setdefault(target, set()).update(ids)

    def failed(self, target: str, item_id: int, error: str) -> bool:
        self.failures.setdefault((target, item_id), []).append(error)
        return self.is_set_aside(target, item_id)

    def next_batch(self) -> int:
        self.batch += 1
        return self.batch

    def newest_id(self) -> int:
        return len(self.rows)

    def delivered_until(self, target: str, newest_id: int, left_out: Mapping[str, str] | None = None) -> None:
        self.done.setdefault(target, set()).update(range(1, newest_id + 1))
        for number in range(1, newest_id + 1):
            self.failures.pop((target, number), None)
        for key, reason in (left_out or {}).items():
            having = [row.id for row in self.rows if key in row.text_keys]
            number = having[-1] if having else self.touch(key)
            if having and number > newest_id:
                continue
            self.done[target].discard(number)
            self.failures[target, number] = [reason] * self.attempts

    def counts(self, target: str) -> tuple[int, int]:
        aside = sum(self.is_set_aside(target, row.id) for row in self.rows)
        return len(self.pending(target, len(self.rows))), aside


@dataclass
class MemoryWriter:
    """An index in memory that keeps the number of each text's batch, as every real one does."""

    name: str = "memory"
    texts: dict[str, TextDocument] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    applied: list[tuple[tuple[str, ...], tuple[str, ...], int]] = field(default_factory=list)
    failure: Exception | None = None
    refuses: frozenset[str] = frozenset()

    def apply(self, changed: Sequence[TextDocument], removed: Sequence[str], batch: int) -> None:
        self.applied.append((tuple(each.text_key for each in changed), tuple(removed), batch))
        if self.failure:
            raise self.failure
        if refused := self.refuses.intersection(each.text_key for each in changed):
            raise ValueError(f"refused {sorted(refused)}")
        for each in changed:
            self._put(each.text_key, each, batch)
        for key in removed:
            self._put(key, None, batch)

    def rebuild(self, documents, total, batch, progress) -> None:
        fresh = {}
        for done, each in enumerate(documents, 1):
            fresh[each.text_key] = each
            if progress:
                progress(done, total)
        self.texts, self.versions = fresh, dict.fromkeys(fresh, batch)

    def _put(self, key: str, document: TextDocument | None, batch: int) -> None:
        if batch < self.versions.get(key, 0):
            return
        self.versions[key] = batch
        if document is None:
            self.texts.pop(key, None)
        else:
            self.texts[key] = document
