"""Counters of searches without a good answer: a number per need, area, language and month; nothing else is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine, select

from kaart.store import tables as t
from kaart.store.engine import reading, writing_at_once
from kaart.store.upsert import upsert

GAP: Final = t.table_of(t.GapCountRow)


@dataclass(frozen=True, slots=True)
class GapCell:
    """One cell of the gap map. `area` is an area code or empty; `month` is written ``2026-03``."""

    need: str
    area: str
    language: str
    month: str


def month_of(day: date) -> str:
    """The month of a day, as it stands in the table."""
    return f"{day:%Y-%m}"


def add_gaps(engine: Engine, cells: Mapping[GapCell, int], patience: float) -> None:
    """Add to the cells. Raises `UnavailableError` rather than wait longer than `patience` seconds for a writer."""
    with writing_at_once(engine, patience) as connection:
        for cell, number in sorted(cells.items(), key=lambda each: (each[0].need, each[0].area, each[0].language)):
            where = {"need": cell.need, "area": cell.area, "language": cell.language, "month": cell.month}
            connection.execute(
                upsert(connection, GAP)
                .values({**where, "count": number})
                .on_conflict_do_update(index_elements=list(where), set_={"count": GAP.c["count"] + number})
            )


def read_gaps(engine: Engine, month: date, minimum: int) -> dict[GapCell, int]:
    """The cells of a month that hold at least this number."""
    query = select(GAP).where(GAP.c.month == month_of(month), GAP.c["count"] >= minimum)
    with reading(engine) as connection:
        rows = connection.execute(query).mappings()
        return {GapCell(row["need"], row["area"], row["language"], row["month"]): row["count"] for row in rows}
