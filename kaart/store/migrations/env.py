"""Alembic's entry: migrates the connection it is given, else the database of the settings."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from kaart.settings import load_settings
from kaart.store.engine import make_engine, writing
from kaart.store.tables import METADATA
from kaart.store.types import UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration names plain types: it must go on working when our own classes change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations in the transaction that is already open: all of them, or none."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        transactional_ddl=True,
        render_item=render_item,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with writing(make_engine(load_settings().database)) as own:
        migrate(own)
