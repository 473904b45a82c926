"""Writes many rows fast: values go to the driver as they are, without a statement object per row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Column, Connection, Table, bindparam
from sqlalchemy.exc import DBAPIError

from kaart.store.load import chunks
from kaart.store.rows import Rows

_Convert: TypeAlias = Callable[[Any], Any]


class Inserter:
    """Inserts rows that are tuples in the order of their table's columns (a counting id left out).

    On PostgreSQL they go by COPY, on SQLite by one prepared statement.
    """

    def __init__(self, connection: Connection) -> None:
        """Keep the connection; what each table needs is worked out once."""
        self._connection = connection
        self._copies = connection.dialect.name == "postgresql"
        self._plans: dict[Table, tuple[str, Sequence[tuple[int, _Convert]]]] = {}

    def insert_all(self, rows: Rows, order: Iterable[Table]) -> None:
        """Insert the rows of several tables, the named ones first (others refer to them), and empty the heap."""
        for table in [*(table for table in order if table in rows.tables), *rows.tables]:
            found = rows.tables.pop(table, [])
            self.insert(table, found)

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert these rows."""
        if table not in self._plans:
            self._plans[table] = self._plan(table)
        statement, converts = self._plans[table]
        if not rows:
            return
        ready = _converted(rows, converts) if converts else list(rows)
        if self._copies:
            self._copy(statement, ready)
        else:
            self._connection.exec_driver_sql(statement, ready)

    def _copy(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """SQLAlchemy has no COPY; its errors are made from the driver's here, so that all are read in one way."""
        dialect = self._connection.dialect
        driver = dialect.loaded_dbapi
        cursor = self._connection.connection.cursor()
        try:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except driver.Error as error:
            raise DBAPIError.instance(statement, None, error, driver.Error, dialect=dialect) from error
        finally:
            cursor.close()

    def _plan(self, table: Table) -> tuple[str, Sequence[tuple[int, _Convert]]]:
        columns = [column for column in table.columns if not _counts(column)]
        dialect = self._connection.dialect
        converts = []
        for position, column in enumerate(columns):
            convert = column.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                converts.append((position, convert))
        if self._copies:
            quote = dialect.identifier_preparer.quote
            names = ", ".join(quote(column.name) for column in columns)
            return f"COPY {quote(table.name)} ({names}) FROM STDIN", converts
        statement = table.insert().compile(dialect=dialect, column_keys=[column.name for column in columns])
        return str(statement), converts


def _converted(rows: Sequence[tuple[Any, ...]], converts: Sequence[tuple[int, _Convert]]) -> list[tuple[Any, ...]]:
    """Column by column; rows of one entity stand together, so most values are the very one of the row before."""
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for position, convert in converts:
        columns[position] = _column(columns[position], convert)
    return list(zip(*columns, strict=True))


def _column(values: Iterable[Any], convert: _Convert) -> list[Any]:
    last = ready = None
    found = []
    for value in values:
        if value is not last:
            last, ready = value, None if value is None else convert(value)
        found.append(ready)
    return found


def _counts(column: Column[Any]) -> bool:
    return column.primary_key and column.autoincrement is True


def delete_where(connection: Connection, table: Table, column: str, ids: Iterable[UUID], **equal: object) -> None:
    """Delete the rows whose column holds one of these ids."""
    for chunk in chunks(ids):
        statement = table.delete().where(table.c[column].in_(chunk))
        for name, value in equal.items():
            statement = statement.where(table.c[name] == value)
        connection.execute(statement)


_ID: Final = "the_id"


def update_by_id(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write every column of these rows anew; the first column is the id."""
    names = [column.name for column in table.columns]
    statement = (
        table.update()
        .where(table.c.id == bindparam(_ID))
        .values({name: bindparam(f"new_{name}") for name in names[1:]})
    )
    connection.execute(
        statement,
        [
            {_ID: row[0], **{f"new_{name}": value for name, value in zip(names[1:], row[1:], strict=True)}}
            for row in rows
        ],
    )
