"""Texts of what is not an entity: terms and areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kaart.domain.texts import LocalText, Texts
from kaart.store.kinds import EntityKind
from kaart.store.rows import TEXT


def text_rows(kind: EntityKind, owner: UUID, field: str, texts: Texts, source: str) -> Iterable[tuple[Any, ...]]:
    """The rows of one field's texts."""
    for position, text in enumerate(texts):
        words = (text.value, text.written_on, source, text.origin)
        yield (kind, owner, field, text.language, position, *words)


def texts_of_kind(connection: Connection, kind: EntityKind) -> dict[tuple[UUID, str], Texts]:
    """Every text of a kind, by owner and field."""
    found: dict[tuple[UUID, str], list[LocalText]] = defaultdict(list)
    query = select(TEXT).where(TEXT.c.entity_kind == kind).order_by(TEXT.c.position)
    for row in connection.execute(query):
        found[row.entity_id, row.field].append(LocalText(row.language, row.value, row.written_on, row.origin))
    return {place: Texts(tuple(texts)) for place, texts in found.items()}
