"""What every page is made of: words with their language, telephone numbers, the frame around a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kaart.domain.texts import LocalText, Texts
from kaart.texts import LANGUAGES

#: Scripts that run from right to left, by language tag.
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ku", "ps", "ur", "yi"})

#: Area codes of one digit after the zero; all others have two (Belgian numbering plan, BIPT).
_SHORT_AREAS: Final = frozenset("2349")
#: Lengths of a Belgian number with its zero, and how each is grouped when written.
_FIXED_LENGTH: Final = 9
_MOBILE_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """Words to show; `lang` is set when they are in another language than the page, `rtl` when they run leftward."""

    words: str
    lang: str = ""
    rtl: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.words)


def shown(text: Texts | LocalText | None, language: str) -> Shown:
    """The best words for a page in this language, marked when their language is another."""
    best = text.best(language) if isinstance(text, Texts) else text
    if best is None:
        return Shown("")
    foreign = "" if best.language.partition("-")[0] == language else best.language
    return Shown(best.value, foreign, is_right_to_left(best.language))


def is_right_to_left(language: str) -> bool:
    """Whether a language (BCP 47) is written from right to left."""
    return language.partition("-")[0] in _RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class PhoneView:
    """A number as it is written and as it is dialled; `languages` in words, `note` says whose it is."""

    written: str
    dialled: str
    note: Shown = Shown("")
    languages: str = ""


def phone(number: str, note: Shown | None = None, languages: str = "") -> PhoneView | None:
    """A number to show; None for none."""
    if not number:
        return None
    return PhoneView(written_number(number), "".join(number.split()), note or Shown(""), languages)


def written_number(number: str) -> str:
    """A Belgian number in the usual groups (``+3292696220`` becomes ``09 269 62 20``); any other as it stands."""
    if not number.startswith("+32"):
        return number
    national = "0" + number.removeprefix("+32")
    if national.startswith(("0800", "0900")) and len(national) == _FIXED_LENGTH:
        return _grouped(national, 4, 2, 3)
    if len(national) == _MOBILE_LENGTH:
        return _grouped(national, 4, 2, 2, 2)
    if len(national) != _FIXED_LENGTH:
        return number
    return _grouped(national, 2, 3, 2, 2) if national[1] in _SHORT_AREAS else _grouped(national, 3, 2, 2, 2)


def _grouped(digits: str, *sizes: int) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(digits[start : start + size])
        start += size
    return "\N{NO-BREAK SPACE}".join(parts)


@dataclass(frozen=True, slots=True)
class Page:
    """The frame: language, title, where the same page is in other languages, and whether it is sensitive.

    A sensitive page has a neutral title and a quick way out. `lang` may be a language of crisis texts alone: the
    frame around such a page is English.
    """

    lang: str
    title: str
    path: str
    sensitive: bool = False
    wide: bool = False

    @property
    def frame(self) -> str:
        """The language of the frame: the page's own, or English."""
        return self.lang if self.lang in LANGUAGES else "en"

    @property
    def rtl(self) -> bool:
        """Whether the page runs from right to left."""
        return is_right_to_left(self.lang)

    def in_language(self, language: str) -> str:
        """The address of this page in another language."""
        return f"/{language}{self.path}"
