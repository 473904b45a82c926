"""Sentences with values of the domain in them, for the page, the API and the command line alike.

A rule, a reason or a question hands over a text key and parameters; here the parameters become words in the
reader's language: texts in their best language, codes as labels, days, distances and lists in the Belgian way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from kaart.domain.areas import AreaCode, AreaSystem, Place
from kaart.domain.facts import ServiceFacts
from kaart.domain.ports import AreaNames, Knowledge
from kaart.domain.texts import LocalText, Texts
from kaart.errors import FieldError, KaartError
from kaart.texts import CRISIS_LANGUAGES, LANGUAGES, has_message, interface_language, render

#: How days and numbers are written here; English as in Europe, since the readers are.
_LOCALES: Final = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB", "de": "de_BE"}
_BRUSSELS: Final = ZoneInfo("Europe/Brussels")

#: Parameters whose strings are language tags, or areas, whatever they look like.
_LANGUAGE_NAMES: Final = frozenset({"language", "languages"})
_AREA_NAMES: Final = frozenset({"area", "areas"})
_AREA_SYSTEMS: Final = frozenset(AreaSystem)

Parameters = Iterable[tuple[str, object]]


def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[interface_language(language)])


def day(value: date | datetime, language: str) -> str:
    """A day in words: ``3 januari 2026``. An instant is told by its day in Brussels."""
    if isinstance(value, datetime):
        value = value.astimezone(_BRUSSELS).date()
    return str(format_date(value, "d MMMM y", locale=_locale(language)))


def iso_day(value: str, language: str) -> str:
    """A day written as ``2026-11-23`` in words; empty for none."""
    return day(date.fromisoformat(value), language) if value else ""


def number(value: float | Decimal, language: str, digits: int = 1) -> str:
    """A number with at most this many decimals: ``2,1``."""
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return str(format_decimal(value, pattern, locale=_locale(language)))


def points(value: Decimal, language: str) -> str:
    """Points with their sign and all three digits, so that a reader can add them up: ``+0,250``."""
    return str(format_decimal(value, "+0.000;-0.000", locale=_locale(language)))


def language_name(tag: str, language: str) -> str:
    """What a language is called: ``nl`` in French is ``néerlandais``; the tag itself if nobody knows."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(_spoken(language))
    except (UnknownLocaleError, ValueError):
        return tag
    return str(name) if name else tag


def enumeration(items: Iterable[str], language: str) -> str:
    """Words in a row: ``Gent, Deinze en Aalter``."""
    return str(format_list([item for item in items if item], locale=_locale(language)))


def language_names(tags: Iterable[str], language: str) -> str:
    """Languages in a row, in any of the languages of crisis texts."""
    locale = _locale(language) if language in LANGUAGES else Locale.parse(_spoken(language))
    return str(format_list([language_name(tag, language) for tag in tags], locale=locale))


def _spoken(language: str) -> str:
    return language if language in CRISIS_LANGUAGES else interface_language(language)


def error_sentence(error: KaartError | FieldError, language: str) -> str:
    """What went wrong, for a person. A code without a sentence gets the general one rather than a failure."""
    parameters = dict(error.parameters)
    key = f"error.{error.code}"
    if not has_message(key):
        key, parameters = "web.error.invalid", {}
    try:
        return render(key, language, **parameters)
    except (KeyError, IndexError):
        return render("web.error.invalid", language)


@dataclass(frozen=True, slots=True)
class Wording:
    """Renders what needs the taxonomy and the names of areas."""

    knowledge: Knowledge
    area_names: AreaNames

    def sentence(self, key: str, language: str, parameters: Parameters = ()) -> str:
        """The message with its parameters in words. Raises `KeyError` for a message that does not exist."""
        return render(key, language, **{name: self._value(name, value, language) for name, value in parameters})

    def label(self, code: str, language: str) -> LocalText:
        """The label of a term or a kind of help; the code itself if it is in neither."""
        term = self.knowledge.terms().get(code)
        kind = self.knowledge.kinds().get(code)
        labels = term.labels if term else kind.label if kind else Texts()
        return labels.best(language) or LocalText(language, code)

    def body(self, facts: ServiceFacts, language: str, *, place_needed: bool) -> LocalText:
        """Who gives the help. Where that depends on the town, the body by its general name: "OCMW van je gemeente"."""
        if not place_needed:
            return facts.organization_name.best(language) or LocalText(language, "")
        name = facts.provider.best(language) or LocalText(language, "")
        towns = facts.catchment or ()
        if name.language != language or any(code.partition(":")[0] != AreaSystem.MUNICIPALITY for code in towns):
            return name
        key = {0: "", 1: "offer.body_of_town"}.get(len(towns), "offer.body_for_town")
        return LocalText(language, render(key, language, body=name.value)) if key else name

    def explained_kind(self, facts: ServiceFacts) -> str:
        """The code of the first kind of help of this offer that has a page; empty when none has."""
        return next((code for code in facts.kinds if code in self.knowledge.kinds()), "")

    def choice(self, label: str, language: str) -> str:
        """The label of an answer to a question: a text key, or already words."""
        return render(label, language) if has_message(label) else label

    def _value(self, name: str, value: object, language: str) -> object:
        if isinstance(value, tuple | list | frozenset | set):
            items = sorted(value) if isinstance(value, frozenset | set) else value
            return enumeration((str(self._item(name, item, language)) for item in items), language)
        return self._item(name, value, language)

    def _item(self, name: str, value: object, language: str) -> object:
        words: object = value
        if isinstance(value, Texts):
            words = value.text(language)
        elif isinstance(value, LocalText):
            words = value.value
        elif isinstance(value, Place):
            words = value.label
        elif isinstance(value, date):
            words = day(value, language)
        elif isinstance(value, float | Decimal):
            words = number(value, language)
        elif isinstance(value, str):
            words = self._code(name, str(value.value) if isinstance(value, StrEnum) else value, language)
        return words

    def _code(self, name: str, value: str, language: str) -> str:
        if name in _LANGUAGE_NAMES:
            return language_name(value, language)
        if name in _AREA_NAMES or value.partition(":")[0] in _AREA_SYSTEMS:
            return self.area_names.area_name(AreaCode(value), language)
        return self.label(value, language).value
