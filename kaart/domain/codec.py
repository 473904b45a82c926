"""Values of the domain as plain JSON and back: for the row that matching reads and for the history of changes.

Named fields throughout, so that a field that is added later finds old rows readable; what equals its default is
left out. Texts and points, which stand in every row by the dozen, are short lists.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from kaart.domain.areas import Point
from kaart.domain.codes import TextOrigin
from kaart.domain.texts import LocalText, Texts

Json: TypeAlias = Any
Coder: TypeAlias = Callable[[Any], Any]
T = TypeVar("T")


def encode(value: object) -> Json:
    """A value of the domain as JSON-ready lists, dicts, strings and numbers."""
    return _encoder(type(value))(value)


def decode(kind: type[T], data: Json) -> T:
    """The value of this type that `encode` wrote. The data is used up: do not read it afterwards."""
    return typing.cast("T", _decoder(kind)(data))


def decoder_of(kind: Any) -> Coder:
    """The function that reads values of this type (also ``tuple[X, ...]``, ``X | None`` …), for reading many."""
    return _decoder(kind)


def encoder_of(kind: type[Any]) -> Coder:
    """The function that writes values of exactly this class, for writing many."""
    return _encoder(kind)


def decode_field(kind: type[Any], name: str, data: Json) -> Any:
    """One field of a dataclass, from what `encode` made of the field's value."""
    if data is None:
        return None
    return _decoder(_hints(kind)[name])(data)


def text_to_json(text: LocalText) -> list[Json]:
    """Language and words; the date and the origin only where they say something."""
    row: list[Json] = [text.language, text.value]
    if text.origin is not TextOrigin.HUMAN:
        return [*row, text.written_on.isoformat() if text.written_on else None, text.origin.value]
    return [*row, text.written_on.isoformat()] if text.written_on else row


def text_from_json(row: list[Json]) -> LocalText:
    """The reverse of `text_to_json`."""
    if len(row) == 2:
        return LocalText(row[0], row[1])
    written_on = date.fromisoformat(row[2]) if row[2] else None
    return LocalText(row[0], row[1], written_on, TextOrigin(row[3]) if len(row) == 4 else TextOrigin.HUMAN)


_NO_TEXTS = Texts()


def _encode_texts(texts: Texts) -> Json:
    return [text_to_json(text) for text in texts.values]


def _decode_texts(rows: Json) -> Texts:
    return Texts(tuple([text_from_json(row) for row in rows])) if rows else _NO_TEXTS


def _encode_point(point: Point) -> Json:
    return [point.latitude, point.longitude]


def _decode_point(pair: Json) -> Point:
    return Point(pair[0], pair[1])


def _same(value: Any) -> Any:
    return value


def _encode_tuple(values: tuple[Any, ...]) -> Json:
    return [encode(each) for each in values]


def _encode_set(values: frozenset[Any]) -> Json:
    return sorted(encode(each) for each in values)


def _encode_dict(values: dict[str, Any]) -> Json:
    return {key: encode(each) for key, each in values.items()}


#: Both grow by what is met: the coder of a class is put together once.
_ENCODERS: dict[Any, Coder] = {
    str: _same,
    int: _same,
    float: _same,
    bool: _same,
    type(None): _same,
    UUID: lambda value: value.hex,
    date: date.isoformat,
    datetime: datetime.isoformat,
    time: time.isoformat,
    Texts: _encode_texts,
    LocalText: text_to_json,
    Point: _encode_point,
    tuple: _encode_tuple,
    frozenset: _encode_set,
    dict: _encode_dict,
}

_DECODERS: dict[Any, Coder] = {
    str: _same,
    int: _same,
    float: float,
    bool: _same,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    Texts: _decode_texts,
    LocalText: text_from_json,
    Point: _decode_point,
}
_KNOWN_HINTS: dict[Any, Mapping[str, Any]] = {}


def _hints(kind: Any) -> Mapping[str, Any]:
    found = _KNOWN_HINTS.get(kind)
    if found is None:
        found = _KNOWN_HINTS[kind] = typing.get_type_hints(kind)
    return found


def _encoder(kind: Any) -> Coder:
    found = _ENCODERS.get(kind)
    if found is None:
        found = _ENCODERS[kind] = _made_encoder(kind)
    return found


def _decoder(kind: Any) -> Coder:
    found = _DECODERS.get(kind)
    if found is None:
        found = _DECODERS[kind] = _made_decoder(kind)
    return found


def _made_encoder(kind: Any) -> Coder:
    if issubclass(kind, Enum):
        return lambda value: value.value
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass_encoder(kind)
    msg = f"no encoding for {kind}"
    raise TypeError(msg)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _dataclass_encoder(kind: type[Any]) -> Coder:
    #: A field without a default compares unequal to MISSING, so that it is always written.
    fields = tuple((field.name, _default(field)) for field in dataclasses.fields(kind))

    def encode_fields(value: Any) -> Json:
        body = {}
        for name, default in fields:
            each = getattr(value, name)
            if each != default:
                body[name] = _encoder(type(each))(each)
        return body

    return encode_fields


def _made_decoder(kind: Any) -> Coder:
    if isinstance(kind, typing.NewType):
        return _decoder(kind.__supertype__)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = (each for each in arguments if each is not type(None))
        return _decoder(inner)
    if origin is not None:
        return _container_decoder(origin, arguments)
    if issubclass(kind, Enum):
        members = {member.value: member for member in kind}
        return members.__getitem__
    return _dataclass_decoder(kind)


def _container_decoder(origin: Any, arguments: tuple[Any, ...]) -> Coder:
    inner = _decoder(arguments[-1] if origin is dict else arguments[0])
    if origin is dict:
        return lambda data: {key: inner(each) for key, each in data.items()}
    if inner is _same:
        return typing.cast("Coder", origin)
    return lambda data: origin([inner(each) for each in data])


def _dataclass_decoder(kind: type[Any]) -> Coder:
    hints = _hints(kind)
    decoders = {
        field.name: coder for field in dataclasses.fields(kind) if (coder := _decoder(hints[field.name])) is not _same
    }

    shared: list[Any] = []

    def decode_fields(data: dict[str, Any]) -> Any:
        if not data:
            # Values are never changed, so one that says nothing serves everywhere.
            if not shared:
                shared.append(kind())
            return shared[0]
        for name, value in data.items():
            if value is not None and name in decoders:
                data[name] = decoders[name](value)
        return kind(**data)

    return decode_fields
