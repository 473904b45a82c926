"""Areas of any system with their names, days and members, and what `kaart.places` reads of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Engine, or_, select

from kaart.domain.areas import Area, AreaCode
from kaart.domain.ids import derived_id
from kaart.domain.texts import LocalText, Texts
from kaart.store import tables as t
from kaart.store.engine import reading
from kaart.store.inserter import Inserter, delete_where
from kaart.store.kinds import EntityKind
from kaart.store.load import chunks
from kaart.store.rows import TEXT
from kaart.store.texts import text_rows, texts_of_kind

AREA: Final = t.table_of(t.AreaRow)
MEMBER: Final = t.table_of(t.AreaMemberRow)


def save_areas(connection: Connection, areas: Iterable[Area]) -> None:
    """Keep these areas, in place of what was kept under their codes."""
    found = {derived_id("area", area.code): area for area in areas}
    for chunk in chunks(area.code for area in found.values()):
        connection.execute(MEMBER.delete().where(MEMBER.c.area.in_(chunk)))
    delete_where(connection, TEXT, "entity_id", found, entity_kind=EntityKind.AREA)
    delete_where(connection, AREA, "id", found)
    rows: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    texts: list[tuple[Any, ...]] = []
    for each, area in found.items():
        days = (area.valid_from, area.valid_until)
        rows.append((each, area.code, area.system, *days, area.replaced_by, area.source, area.retrieved))
        members.extend((area.code, member) for member in dict.fromkeys(area.members))
        names = Texts(tuple(LocalText(language, name, area.retrieved) for language, name in area.names))
        texts.extend(text_rows(EntityKind.AREA, each, "name", names, area.source))
    inserter = Inserter(connection)
    inserter.insert(AREA, rows)
    inserter.insert(MEMBER, members)
    inserter.insert(TEXT, texts)


def load_areas(connection: Connection, system: str | None = None) -> tuple[Area, ...]:
    """The stored areas by code."""
    names = texts_of_kind(connection, EntityKind.AREA)
    members: dict[str, list[AreaCode]] = defaultdict(list)
    for row in connection.execute(select(MEMBER).order_by(MEMBER.c.member)):
        members[row.area].append(AreaCode(row.member))
    query = select(AREA).order_by(AREA.c.code)
    if system is not None:
        query = query.where(AREA.c.system == system)
    return tuple(
        Area(
            code=row.code,
            system=row.system,
            names=tuple((text.language, text.value) for text in names.get((row.id, "name"), Texts())),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            replaced_by=row.replaced_by,
            members=tuple(members[row.code]),
            source=row.source,
            retrieved=row.retrieved,
        )
        for row in connection.execute(query)
    )


class StoredAreas:
    """The port `AreaRows`: which wider areas hold an area on a day, and how they are called."""

    def __init__(self, engine: Engine) -> None:
        """Each call reads in a transaction of its own."""
        self._engine = engine

    def memberships(self, on: date) -> Mapping[AreaCode, frozenset[AreaCode]]:
        """For each member the areas that hold it on this day."""
        found: dict[AreaCode, set[AreaCode]] = defaultdict(set)
        query = (
            select(MEMBER.c.member, MEMBER.c.area)
            .join(AREA, AREA.c.code == MEMBER.c.area)
            .where(or_(AREA.c.valid_from.is_(None), AREA.c.valid_from <= on))
            .where(or_(AREA.c.valid_until.is_(None), AREA.c.valid_until > on))
        )
        with reading(self._engine) as connection:
            for member, area in connection.execute(query):
                found[AreaCode(member)].add(AreaCode(area))
        return {member: frozenset(areas) for member, areas in found.items()}

    def names(self) -> Mapping[AreaCode, Mapping[str, str]]:
        """The names of the stored areas by language."""
        with reading(self._engine) as connection:
            return {area.code: dict(area.names) for area in load_areas(connection)}
