"""The whole database as lines of JSON, and back: the same on SQLite and PostgreSQL, so that a copy may change place.

The first line names the format and the schema's revision; then each row is ``[table, {column: value}]``, parents
before children; the last line holds the count of each table, so that a cut-off copy is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select

from kaart.domain.ports import Progress
from kaart.errors import ConflictError, InvalidInputError
from kaart.store.engine import reading, writing
from kaart.store.migrate import current_revision, head_revision
from kaart.store.tables import METADATA

FORMAT = "kaart-backup-1"
#: Rows of one INSERT while restoring: enough to be quick, little enough to show progress.
CHUNK = 1000
#: Who held which lease has no meaning in a copy.
_NOT_COPIED = frozenset({"lease"})

_READ: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
}


def _tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in _NOT_COPIED]


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value


def dump(engine: Engine, progress: Progress | None = None) -> Iterator[str]:
    """Yield the lines of a copy, all from one view of the database while others go on writing."""
    revision = current_revision(engine)
    with reading(engine) as connection:
        tables = _tables()
        total = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
        yield json.dumps({"format": FORMAT, "revision": revision, "rows": total})
        counts: Counter[str] = Counter()
        for table in tables:
            rows = connection.execution_options(yield_per=CHUNK).execute(select(table))
            for row in rows.mappings():
                yield json.dumps([table.name, {name: _plain(value) for name, value in row.items()}])
                counts[table.name] += 1
                if progress and counts.total() % CHUNK == 0:
                    progress(counts.total(), total)
        if progress:
            progress(total, total)
        yield json.dumps({"counts": dict(counts)})


def load(engine: Engine, lines: Iterable[str], progress: Progress | None = None) -> int:
    """Fill an empty, migrated database from a copy, in one transaction; returns the number of rows.

    Raises `ConflictError` ``restore_not_empty`` when the database holds something, and `InvalidInputError`
    ``backup_format`` or ``backup_cut_off`` for a file that is no whole copy, ``backup_revision`` for one of another
    version of the schema.
    """
    records = _records(lines)
    head = next(records, None)
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("rows"), int):
        raise InvalidInputError("backup_format", expected=FORMAT)
    if head.get("revision") != head_revision():
        raise InvalidInputError("backup_revision", found=head.get("revision"), wanted=head_revision())
    tables = {table.name: table for table in _tables()}
    readers = {name: _reader(table) for name, table in tables.items()}
    counts: Counter[str] = Counter()
    with writing(engine) as connection:
        _check_empty(connection, tables.values())
        promised: object = None
        for name, group in groupby(records, key=_table_of):
            if name is None:
                promised = next(group)
                break
            if name not in tables:
                raise InvalidInputError("backup_format", expected=FORMAT)
            for chunk in _chunks(readers[name](record) for record in group):
                connection.execute(insert(tables[name]), chunk)
                counts[name] += len(chunk)
                if progress:
                    progress(counts.total(), head["rows"])
        if promised != {"counts": dict(counts)}:
            raise InvalidInputError("backup_cut_off")
        _continue_counting(connection)
    return counts.total()


def _records(lines: Iterable[str]) -> Iterator[Any]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError as error:
            raise InvalidInputError("backup_cut_off") from error


def _table_of(record: Any) -> str | None:
    """The table of a row; None for what is no row, such as the last line."""
    return record[0] if isinstance(record, list) and record and isinstance(record[0], str) else None


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _check_empty(connection: Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise ConflictError("restore_not_empty", table=table.name)


def _reader(table: Table) -> Callable[[list[Any]], dict[str, Any]]:
    """Turn a record of this table into the values that its columns take.

    The function raises `InvalidInputError` (``backup_format``) for a record of another shape.
    """
    columns = {column.name for column in table.columns}
    converters: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        enum_class = getattr(column.type, "enum_class", None)
        kind = enum_class or getattr(column.type, "impl_instance", column.type).python_type
        if enum_class or kind in _READ:
            converters[column.name] = enum_class or _READ[kind]

    def read(record: list[Any]) -> dict[str, Any]:
        try:
            _, values = record
            if values.keys() != columns:
                raise InvalidInputError("backup_format", expected=FORMAT)
            return {
                name: converters[name](value) if value is not None and name in converters else value
                for name, value in values.items()
            }
        except (AttributeError, TypeError, ValueError, ArithmeticError) as error:
            raise InvalidInputError("backup_format", expected=FORMAT) from error

    return read


def _continue_counting(connection: Connection) -> None:
    """Let PostgreSQL's own numbering go on after the highest number that came back."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        for column in inspect(connection).get_columns(table.name):
            if column.get("autoincrement") is True and table.columns[column["name"]].primary_key:
                number = table.columns[column["name"]]
                sequence = func.pg_get_serial_sequence(table.name, column["name"])
                highest = select(func.coalesce(func.max(number), 0)).scalar_subquery()
                connection.execute(select(func.setval(sequence, func.greatest(1, highest))))
