"""What changed between two states of an entity, field by field, and how to take it back.

A change's key is a field's name (``phones``) or, for a text, the name and the language (``summary@nl``). Its value
is the field as JSON (`kaart.domain.codec`); None stands for the field's default: nothing known.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from kaart.domain.catalogue import Entity
from kaart.domain.codec import Json, decode_field, encode, text_from_json, text_to_json
from kaart.domain.texts import Texts

#: What a field was and what it became.
Diff: TypeAlias = dict[str, list[Json]]
E = TypeVar("E", bound=Entity)

#: Set by the store: who an entity is and how often it changed are not changes of its content.
_APART = frozenset({"id", "version"})


def fields_of(entity: Entity) -> dict[str, Json]:
    """Every field that says something, by the key of a change."""
    found: dict[str, Json] = {}
    for name, default in _defaults(type(entity)):
        value = getattr(entity, name)
        if isinstance(value, Texts):
            for text in value.values:
                found[f"{name}@{text.language}"] = text_to_json(text)
        elif value is not default and value != default:
            found[name] = encode(value)
    return found


def difference(before: Entity | None, after: Entity) -> Diff:
    """What changed; empty when nothing did. Everything is new when there was nothing before."""
    new = fields_of(after)
    if before is None:
        return {key: [None, value] for key, value in new.items()}
    old = fields_of(before)
    return {key: [old.get(key), new.get(key)] for key in {**old, **new} if old.get(key) != new.get(key)}


def with_fields(entity: E, values: Mapping[str, Json]) -> E:
    """The entity with these fields, by the key of a change, set to these values."""
    changed: dict[str, Any] = {}
    for key, value in values.items():
        name, _, language = key.partition("@")
        if language:
            texts = typing.cast("Texts", changed.get(name, getattr(entity, name)))
            changed[name] = _with_text(texts, language, value)
        elif value is None:
            changed[name] = dict(_defaults(type(entity)))[name]
        else:
            changed[name] = decode_field(type(entity), name, value)
    return dataclasses.replace(entity, **changed)


@lru_cache(maxsize=4096)
def place_of(key: str) -> tuple[str, str]:
    """The field and the language of a change's key; the language is empty for what is not a text."""
    name, _, language = key.partition("@")
    return name, language


def _with_text(texts: Texts, language: str, value: Json) -> Texts:
    kept = {text.language: text for text in texts.values}
    if value is None:
        kept.pop(language, None)
    else:
        kept[language] = text_from_json(value)
    return Texts(tuple(kept.values()))


_KNOWN: dict[type[Entity], tuple[tuple[str, object], ...]] = {}


def _defaults(kind: type[Entity]) -> tuple[tuple[str, object], ...]:
    """The fields of an entity that may change, each with its default."""
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple(
            (field.name, field.default_factory() if callable(field.default_factory) else field.default)
            for field in dataclasses.fields(kind)
            if field.name not in _APART
        )
    return _KNOWN[kind]
