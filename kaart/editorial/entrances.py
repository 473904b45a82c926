"""Entrances elsewhere: ``places/entrances.yaml``, where people outside the catalogue's regions find help nearby.

A content folder without this file has none.
"""

from __future__ import annotations

from pathlib import Path

from kaart.domain.needs import Entrance
from kaart.domain.texts import INTERFACE_LANGUAGES
from kaart.editorial.codes import read_code
from kaart.editorial.fields import FieldReader, phone_number
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, read_yaml

_FIELDS = ("code", "name", "url", "phone", "areas", "source", "source_date")


def read_entrances(folder: Path, problems: Problems) -> tuple[Entrance, ...]:
    """The entrances in the order of the file."""
    path = folder / "places" / "entrances.yaml"
    if not path.exists():
        return ()
    entrances: dict[str, Entrance] = {}
    for node in read_yaml(path, problems).items():
        entrance = _entrance(node)
        if entrance is None:
            continue
        if entrance.code in entrances:
            node.complain("content_duplicate_code", "code", code=entrance.code, first=node.file)
            continue
        entrances[entrance.code] = entrance
    return tuple(entrances.values())


def _entrance(node: Node) -> Entrance | None:
    if not node.expect_fields(*_FIELDS):
        return None
    code = read_code(node)
    written = node.text("phone", required=False)
    phone = phone_number(written)
    if written and not phone:
        node.complain("content_phone_malformed", "phone", value=written)
    areas = FieldReader().areas(node, "areas") or ()
    if not areas:
        node.complain("content_missing_field", "areas", name="areas")
    written_on = node.day("source_date")
    entrance = Entrance(
        code=code,
        name=node.texts("name", required=INTERFACE_LANGUAGES),
        url=node.url("url", required=True),
        phone=phone,
        areas=areas,
        source=node.text("source"),
        source_date=written_on.isoformat() if written_on else "",
    )
    return entrance if code else None
