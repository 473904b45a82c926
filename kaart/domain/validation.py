"""What must hold for an entity before it is kept; the database repeats the gravest of it as constraints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import (
    Entity,
    Location,
    Organization,
    Phone,
    Professional,
    Project,
    Schedule,
    Service,
    SpokenLanguage,
    TemporaryStop,
    WaitingTime,
)
from kaart.domain.codes import Status
from kaart.domain.eligibility import AgeRange, EligibilityRule
from kaart.domain.ids import check_key
from kaart.domain.texts import Texts
from kaart.errors import FieldError, InvalidInputError

#: Completed years; the oldest person whose age was proven lived 122 years.
MAXIMUM_AGE = 130
#: BCP 47 as far as its look goes: a language of two or three letters, then parts of up to eight.
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
#: RFC 5646 asks for room for this many characters.
LANGUAGE_LENGTH = 35
#: E.164 (ITU: at most 15 digits) or a short national number.
PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}|[0-9]{2,6}")
_AREA = re.compile(r"[a-z][a-z0-9_]*:\S+")


def check_entity(entity: Entity) -> None:
    """Raise `InvalidInputError` (``entity_invalid``) with everything that is wrong, each by its JSON pointer."""
    found = problems(entity)
    if found:
        raise InvalidInputError("entity_invalid", key=entity.key, fields=found)


def problems(entity: Entity) -> tuple[FieldError, ...]:
    """Everything that is wrong with this entity; empty when it may be kept."""
    found = [*_identity(entity)]
    _walk(entity, "", found)
    return (*found, *_own(entity))


def _identity(entity: Entity) -> Iterator[FieldError]:
    try:
        check_key(entity.key)
    except InvalidInputError:
        yield _error("/key", "key_malformed", key=entity.key)
    if (entity.status is Status.MERGED) != (entity.merged_into is not None):
        yield _error("/merged_into", "merged_into_missing" if entity.merged_into is None else "merged_into_unexpected")
    if entity.merged_into == entity.id:
        yield _error("/merged_into", "merged_into_itself")


def _own(entity: Entity) -> Iterator[FieldError]:
    if isinstance(entity, (Organization, Service, Project)) and not entity.name:
        yield _error("/name", "name_missing")
    if isinstance(entity, Organization) and entity.parent_id == entity.id:
        yield _error("/parent_id", "parent_itself")
    if isinstance(entity, Service):
        yield from _dates("/valid_until", entity.valid_from, entity.valid_until)
        yield from _areas("/catchment", entity.catchment.areas or ())
        yield from _twice("/locations", [each.location_id.hex for each in entity.locations])
        if entity.review_days < 1:
            yield _error("/review_days", "days_too_few", days=entity.review_days)
        if entity.eligibility.rules and not entity.eligibility.stated:
            yield _error("/eligibility", "eligibility_not_stated")
    if isinstance(entity, Project):
        yield from _dates("/ends_on", entity.starts_on, entity.ends_on)
    if isinstance(entity, Professional):
        yield from _dates("/until", entity.since, entity.until)
        yield from _areas("/areas", entity.areas)
        if not entity.function:
            yield _error("/function", "name_missing")


def _walk(value: Any, pointer: str, found: list[FieldError]) -> None:
    """Every part of the entity, however deep: texts, languages, numbers, dates and points."""
    kind = type(value)
    if kind is str:
        if "\x00" in value:
            found.append(_error(pointer, "text_unusable"))
    elif kind is Texts:
        found.extend(_texts(value, pointer))
    elif kind is tuple:
        for position, each in enumerate(value):
            _walk(each, f"{pointer}/{position}", found)
    else:
        check = _PARTS.get(kind)
        if check is not None:
            found.extend(check(value, pointer))
        for name in _names(kind):
            each = getattr(value, name)
            if each:
                _walk(each, f"{pointer}/{name}", found)


#: The fields of each class that was met; none for what is not a dataclass (numbers, dates, codes).
_KNOWN_NAMES: dict[Any, tuple[str, ...]] = {}


def _names(kind: Any) -> tuple[str, ...]:
    found = _KNOWN_NAMES.get(kind)
    if found is None:
        names = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
        found = _KNOWN_NAMES[kind] = names
    return found


def _point(point: Point, pointer: str) -> Iterator[FieldError]:
    if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
        yield _error(pointer, "coordinates_outside", latitude=point.latitude, longitude=point.longitude)


def _ages(ages: AgeRange, pointer: str) -> Iterator[FieldError]:
    for age in (ages.minimum, ages.maximum):
        if age is not None and not 0 <= age <= MAXIMUM_AGE:
            yield _error(pointer, "age_outside", age=age, maximum=MAXIMUM_AGE)
    if ages.maximum is not None and ages.minimum > ages.maximum:
        yield _error(pointer, "ages_reversed", minimum=ages.minimum, maximum=ages.maximum)


def _phone(phone: Phone, pointer: str) -> Iterator[FieldError]:
    if not PHONE_NUMBER.fullmatch(phone.number):
        yield _error(f"{pointer}/number", "phone_malformed", number=phone.number)
    for code in phone.languages:
        yield from _language(f"{pointer}/languages", code)


def _waiting_time(waiting: WaitingTime, pointer: str) -> Iterator[FieldError]:
    if waiting.days < 0:
        yield _error(f"{pointer}/days", "days_too_few", days=waiting.days)


def _location(location: Location, pointer: str) -> Iterator[FieldError]:
    nis = location.municipality
    if nis is not None and not (nis.isascii() and nis.isdigit() and len(nis) == 5):
        yield _error(f"{pointer}/municipality", "municipality_malformed", nis=nis)


#: What is looked at in each sort of part, beside its texts.
_PARTS: Mapping[type[object], Callable[[Any, str], Iterator[FieldError]]] = {
    Point: _point,
    AgeRange: _ages,
    Phone: _phone,
    WaitingTime: _waiting_time,
    Location: _location,
    SpokenLanguage: lambda spoken, pointer: _language(pointer, spoken.code),
    EligibilityRule: lambda rule, pointer: _language(pointer, rule.language),
    Schedule: lambda hours, pointer: _dates(f"{pointer}/valid_until", hours.valid_from, hours.valid_until),
    TemporaryStop: lambda stop, pointer: _dates(f"{pointer}/until", stop.since, stop.until),
}


def _texts(texts: Texts, pointer: str) -> Iterator[FieldError]:
    for text in texts:
        yield from _language(pointer, text.language)
        if "\x00" in text.value:
            yield _error(f"{pointer}/{text.language}", "text_unusable")
        if not text.value.strip():
            yield _error(f"{pointer}/{text.language}", "text_empty")
    yield from _twice(pointer, [text.language for text in texts])


def _language(pointer: str, code: str) -> Iterator[FieldError]:
    if len(code) > LANGUAGE_LENGTH or not LANGUAGE_TAG.fullmatch(code):
        yield _error(pointer, "language_malformed", language=code)


def _dates(pointer: str, first: date | None, last: date | None) -> Iterator[FieldError]:
    if first is not None and last is not None and first > last:
        yield _error(pointer, "dates_reversed", first=first, last=last)


def _areas(pointer: str, codes: Iterable[AreaCode]) -> Iterator[FieldError]:
    for code in codes:
        if not _AREA.fullmatch(code):
            yield _error(pointer, "area_malformed", area=code)


def _twice(pointer: str, values: list[str]) -> Iterator[FieldError]:
    if len(set(values)) < len(values):
        yield _error(pointer, "twice")


def _error(pointer: str, code: str, **parameters: object) -> FieldError:
    return FieldError(pointer, code, tuple((name, str(value)) for name, value in parameters.items()))
