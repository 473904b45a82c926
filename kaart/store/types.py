"""Column types that hold on both databases what the domain promises."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, TypeDecorator

#: The longest code of any list, with room to grow.
CODE_LENGTH = 64


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, always aware and in UTC. SQLite drops zones, so a naive value is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC. Raises `ValueError` for a naive one: it is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime cannot be stored: the instant it means is not known"
            raise ValueError(msg)
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code_type(codes: type[StrEnum], name: str) -> Enum:
    """A VARCHAR with a named CHECK over a code list: Alembic does not see changes of native enums.

    `name` ends the constraint's name: ``ck_<table>_<name>``.
    """

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(codes, name=name, native_enum=False, create_constraint=True, length=CODE_LENGTH, values_callable=values)
