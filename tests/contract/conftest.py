"""Fresh, migrated databases of both kinds for the contract suites of the store."""

from __future__ import annotations

import os
import shutil
import uuid

import pytest
from sqlalchemy import create_engine, make_url, text

from kaart.store.engine import make_engine
from kaart.store.migrate import upgrade
from kaart.store.store import Store
from kaart.store.tables import METADATA

#: A server on which databases may be made. Not `KAART_…`: the program refuses settings that it does not know.
POSTGRES_VARIABLE = "TEST_POSTGRES_URL"


@pytest.fixture(scope="session")
def postgres_url():
    """The address of an empty PostgreSQL database, made for this session and dropped after it."""
    given = os.environ.get(POSTGRES_VARIABLE)
    if not given:
        pytest.skip(f"needs a PostgreSQL server ({POSTGRES_VARIABLE})")
    name = f"kaart_test_{uuid.uuid4().hex[:12]}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(given).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url):
    """The session's PostgreSQL database, brought to the newest revision once."""
    engine = make_engine(postgres_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """A migrated SQLite file, to be copied by each test."""
    path = tmp_path_factory.mktemp("database") / "migrated.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """An engine on a migrated database without rows; each test runs on both."""
    if request.param == "sqlite":
        path = tmp_path / "kaart.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        made = make_engine(f"sqlite:///{path}")
        yield made
        made.dispose()
        return
    request.getfixturevalue("socket_enabled")
    made = request.getfixturevalue("migrated_postgres")
    with made.begin() as connection:
        names = ", ".join(table.name for table in METADATA.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    yield made


@pytest.fixture
def store(engine):
    """The store on that database."""
    return Store(engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request, tmp_path):
    """An engine on a database in which nothing was ever made."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield made
        made.dispose()
        return
    request.getfixturevalue("socket_enabled")
    given = request.getfixturevalue("postgres_url")
    name = f"kaart_empty_{uuid.uuid4().hex[:12]}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = make_engine(make_url(given).set(database=name).render_as_string(hide_password=False))
    yield made
    made.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
