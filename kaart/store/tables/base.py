"""What every table shares. Tables hold rows and constraints, no behaviour; rules stand in the domain."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from sqlalchemy import Column, MetaData, Table
from sqlmodel import Field, SQLModel

#: Names of constraints are ours, the same on both databases, so that a migration can name them.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A row of the register's database. It has no relationships: what is needed is asked for by name."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


METADATA = Row.metadata


def column(*arguments: Any, nullable: bool = False, **options: Any) -> Any:
    """Declare a column; not null unless it says so. A function, since SQLModel's fields are typed as their values."""
    return Field(sa_column=Column(*arguments, nullable=nullable, **options))


def table_of(row: type[Row]) -> Table:
    """The table of a row class."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # SQLModel sets it, untyped
