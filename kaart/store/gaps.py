"""Counters of searches without a good answer: a number per need, area, language and month; nothing else is kept.

A code may come to mean something else (a need is split, or its kinds of help change), so each number also keeps the
version of the taxonomy of its day: old numbers are never read with new meanings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, fields
from datetime import date
from typing import Final

from sqlalchemy import Engine, select

from kaart.store import tables as t
from kaart.store.engine import reading, writing_at_once
from kaart.store.upsert import upsert

GAP: Final = t.table_of(t.GapCountRow)


@dataclass(frozen=True, slots=True)
class GapCell:
    """One cell of the gap map. `area` is an area code or empty; `month` is written ``2026-03``.

    `taxonomy` is the version of the taxonomy, empty for what was counted before versions were kept.
    """

    need: str
    area: str
    language: str
    month: str
    taxonomy: str = ""


def month_of(day: date) -> str:
    """The month of a day, as it stands in the table."""
    return f"{day:%Y-%m}"


def add_gaps(engine: Engine, cells: Mapping[GapCell, int], patience: float) -> None:
    """Add to the cells. Raises `UnavailableError` rather than wait longer than `patience` seconds for a writer."""
    with writing_at_once(engine, patience) as connection:
        # Always in one order: two processes that add to the same cells must not wait for each other in a ring.
        for cell, number in sorted(cells.items(), key=lambda each: astuple(each[0])):
            connection.execute(
                upsert(connection, GAP)
                .values({**asdict(cell), "count": number})
                .on_conflict_do_update(index_elements=list(asdict(cell)), set_={"count": GAP.c["count"] + number})
            )


def read_gaps(engine: Engine, month: date, minimum: int) -> dict[GapCell, int]:
    """The cells of a month that hold at least this number."""
    names = [each.name for each in fields(GapCell)]
    query = select(GAP).where(GAP.c.month == month_of(month), GAP.c["count"] >= minimum)
    with reading(engine) as connection:
        rows = connection.execute(query).mappings()
        return {GapCell(*(row[name] for name in names)): row["count"] for row in rows}
