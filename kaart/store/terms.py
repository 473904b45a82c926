"""The taxonomy in the register, so that codes in old records are understood also after the content changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from kaart.domain.codec import decode, encode
from kaart.domain.ids import derived_id
from kaart.domain.needs import Term
from kaart.domain.texts import Texts
from kaart.store import tables as t
from kaart.store.inserter import Inserter, delete_where
from kaart.store.kinds import EntityKind
from kaart.store.rows import TEXT
from kaart.store.texts import text_rows, texts_of_kind

TERM: Final = t.table_of(t.TaxonomyTermRow)


def term_id(code: str) -> UUID:
    """The lasting id of a term."""
    return derived_id("taxonomy", code)


def save_terms(connection: Connection, terms: Iterable[Term], source: str) -> None:
    """Keep these terms, in place of what was kept under their codes."""
    found = {term_id(term.code): term for term in terms}
    delete_where(connection, TEXT, "entity_id", found, entity_kind=EntityKind.TERM)
    delete_where(connection, TERM, "id", found)
    texts: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for each, term in found.items():
        texts.extend(text_rows(EntityKind.TERM, each, "labels", term.labels, source))
        texts.extend(text_rows(EntityKind.TERM, each, "explanation", term.explanation, source))
        body = encode(replace(term, labels=Texts(), explanation=Texts()))
        rows.append((each, term.kind, term.code, term.sensitive, term.replaced_by, None, body))
    inserter = Inserter(connection)
    inserter.insert(TERM, rows)
    inserter.insert(TEXT, texts)


def load_terms(connection: Connection) -> dict[str, Term]:
    """The stored terms by code."""
    texts = texts_of_kind(connection, EntityKind.TERM)
    found = {}
    for row in connection.execute(select(TERM).order_by(TERM.c.code)):
        found[row.code] = replace(
            decode(Term, row.body),
            labels=texts.get((row.id, "labels"), Texts()),
            explanation=texts.get((row.id, "explanation"), Texts()),
        )
    return found
