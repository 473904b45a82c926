"""Brings a database to the tables that this version of the program knows."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from kaart.errors import ConfigurationError
from kaart.store.engine import lock_register, reading, writing

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"


def upgrade(engine: Engine) -> str:
    """Run the migrations that are missing, in one transaction, and return the revision reached.

    Several processes may start at once: one migrates, the others wait and find it done. Raises `ConfigurationError`
    (``database_newer``, with the revision) when the database was written by a newer version of the program.
    """
    head = head_revision()
    if current_revision(engine) == head:
        return head
    with writing(engine) as connection:
        lock_register(connection)
        _check(_revision(connection))
        settings = _config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision of the database; None when it is empty. Raises `ConfigurationError` as `upgrade` does."""
    with reading(engine) as connection:
        return _check(_revision(connection))


def head_revision() -> str:
    """The revision that this version of the program brings."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def _check(revision: str | None) -> str | None:
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise ConfigurationError("database_newer", revision=revision)
    return revision


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
