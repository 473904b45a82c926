"""The body of a `service_facts` row: plain JSON, quick to read.

Ranking reads a hundred of these for each question. What is empty is left out. Parts that many services have alike (the
texts of a statutory service, its conditions, a building) are written as JSON within a string, so that a part is taken
apart once per process and then found by its string. The evidence is grouped by what was said, since most fields of a
service rest on one source and one day.
"""

from __future__ import annotations

import json
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from kaart.domain.codec import Coder, Json, decoder_of, encoder_of
from kaart.domain.facts import ServiceFacts, evidence
from kaart.domain.texts import Texts

#: Parts kept in memory, a few hundred bytes each; beyond this many the oldest go.
_KEPT: Final = 65_536
_NEVER: Final = object()
_WRITE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_PLAIN: Final = frozenset({str, int, bool})


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field is written and read.

    `empty` is what is left out. `shared`: it is written as a string. `decode` is None where the JSON is the value.
    """

    name: str
    decode: Coder | None
    shared: bool
    empty: Any


def facts_to_json(facts: ServiceFacts) -> dict[str, Json]:
    """The body of the row. The evidence's keys must be the names in it, as `ServiceFacts` says."""
    body: dict[str, Json] = {}
    for each in _fields().values():
        value = getattr(facts, each.name)
        if value != each.empty:
            data = encoder_of(type(value))(value)
            body[each.name] = _WRITE(data) if each.shared else data
    groups: dict[tuple[str, str], list[str]] = {}
    for name, said in facts.evidence.items():
        assert name == said.field
        groups.setdefault((said.source, said.on.isoformat() if said.on else ""), []).append(name)
    body["evidence"] = [[source, on, names] for (source, on), names in groups.items()]
    return body


def facts_from_json(body: dict[str, Json]) -> ServiceFacts:
    """The facts of a row's body, which is used up."""
    empty, decoders = _reading()
    grounds = {}
    for source, on, names in body.pop("evidence"):
        day = date.fromisoformat(on) if on else None
        for name in names:
            grounds[name] = evidence(name, source, day)
    for name, value in body.items():
        if name in decoders:
            body[name] = decoders[name](value)
    return ServiceFacts(**{**empty, **body}, evidence=grounds)


@lru_cache(maxsize=_KEPT)
def _shared(decode: Coder, written: str) -> Any:
    return decode(json.loads(written))


@cache
def _reading() -> tuple[dict[str, Any], dict[str, Coder]]:
    """The values of fields that are left out, and how those that need it are read."""
    empty: dict[str, Any] = {}
    decoders: dict[str, Coder] = {}
    for each in _fields().values():
        if each.empty is not _NEVER:
            empty[each.name] = each.empty
        if each.decode is not None:
            decoders[each.name] = _through_cache(each.decode) if each.shared else each.decode
    return empty, decoders


def _through_cache(decode: Coder) -> Coder:
    return lambda written: _shared(decode, written)


@cache
def _fields() -> dict[str, _Field]:
    """Every field but the evidence, by its type."""
    hints = typing.get_type_hints(ServiceFacts)
    found = {}
    for field in fields(ServiceFacts):
        if field.name != "evidence":
            hint = hints[field.name]
            decode = None if hint in _PLAIN else decoder_of(hint)
            found[field.name] = _Field(field.name, decode, _has_parts(hint), _empty(hint))
    return found


def _has_parts(hint: Any) -> bool:
    return any(_has_parts(each) for each in typing.get_args(hint)) or (isinstance(hint, type) and is_dataclass(hint))


def _empty(hint: Any) -> Any:
    """What an absent field is: unknown, no words, or a part that says nothing. A number or a flag is always written."""
    origin = typing.get_origin(hint)
    if type(None) in typing.get_args(hint):
        return None
    if origin in {tuple, frozenset}:
        return origin()
    if hint in {str, Texts} or (isinstance(hint, type) and is_dataclass(hint)):
        return hint()
    return _NEVER
