"""Connections to the two databases: SQLite (WAL) by default, PostgreSQL (psycopg 3) in production."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from kaart.errors import ConfigurationError, ConflictError, InvalidInputError, UnavailableError

#: A writer waits this long for another writer's transaction before it is told that the database is busy.
BUSY_SECONDS: Final = 15
#: Each SQLite connection's page cache: enough for the upper levels of the indexes of 100,000 services.
CACHE_KIBIBYTES: Final = 65_536
#: Execution option of a transaction that will write: SQLite then takes the write lock at once.
WRITES: Final = "kaart_writes"
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: How SQLite says that its file cannot be used.
_SQLITE_OUTAGES: Final = ("unable to open", "readonly", "disk i/o error")
#: The advisory lock (PostgreSQL) under which the register is written; any number, but always the same.
REGISTER_LOCK: Final = 7_206_211


def make_engine(url: str) -> Engine:
    """Connect to the database of this SQLAlchemy address; nothing is opened yet.

    Raises `ConfigurationError`: ``database_url_invalid``, ``database_unsupported`` (neither SQLite in a file nor
    PostgreSQL) or ``extra_missing`` (PostgreSQL without psycopg).
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("database_url_invalid") from error
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return _sqlite(address)
    if backend == "postgresql":
        return _postgresql(address)
    raise ConfigurationError("database_unsupported", backend=backend)


def _sqlite(address: URL) -> Engine:
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, json_serializer=_JSON, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(address: URL) -> Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise ConfigurationError("extra_missing", extra="postgres")
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        json_serializer=_JSON,
        pool_pre_ping=True,
        connect_args={"options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS * 1000}"},
    )


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """WAL lets readers go on while one writes.

    With `synchronous=NORMAL` a committed write survives the death of the process (not always that of the machine's
    power); `secure_delete` overwrites what is deleted.
    """
    connection.isolation_level = None  # the transaction begins in `_begin_sqlite`, not where the driver thinks fit
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer asks for the lock first: a reader that becomes a writer later could not wait for another one."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view for several reads; nothing can be written in it."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with _told_plainly(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything or nothing."""
    with _told_plainly(), engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def writing_at_once(engine: Engine, patience: float) -> Iterator[Connection]:
    """One small transaction that rather fails (`UnavailableError`) than waits longer than this many seconds."""
    milliseconds = round(patience * 1000)
    with _told_plainly(), engine.connect().execution_options(**{WRITES: True}) as connection:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"PRAGMA busy_timeout={milliseconds}")
            try:
                with connection.begin():
                    yield connection
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        else:
            with connection.begin():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
                yield connection


def lock_register(connection: Connection) -> None:
    """Let one transaction at a time write the register, until it ends.

    SQLite has one writer anyway. On PostgreSQL this gives two things: a `service_facts` row is never made from an
    organization that someone else is just changing, and numbers of the outbox are handed out in the order in which
    they become visible.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (REGISTER_LOCK,))


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What the driver says, as our own errors.

    A database that does not answer is `UnavailableError`; a refused reference or constraint `InvalidInputError`
    (``reference_unknown``, ``constraint_failed``); a second of what must be unique `ConflictError`
    (``already_exists``).
    """
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig).lower()
        if "foreign key" in said:
            raise InvalidInputError("reference_unknown") from error
        if "unique" in said:
            raise ConflictError("already_exists") from error
        raise InvalidInputError("constraint_failed") from error
    except (OperationalError, InterfaceError) as error:
        reason = _reason(error)
        if reason is None:
            raise
        raise UnavailableError(reason) from error


def _reason(error: DBAPIError) -> str | None:
    """Why the database does not serve; None for a mistake of ours, which SQLite's driver puts in the same class."""
    said = str(error.orig).lower()
    if "disk is full" in said or "no space left" in said:
        return "disk_full"
    if "locked" in said or "lock timeout" in said:
        return "database_busy"
    mistake = isinstance(error.orig, sqlite3.OperationalError) and not any(each in said for each in _SQLITE_OUTAGES)
    return None if mistake else "database_unavailable"
