"""Crisis boxes: whom to call, in the language of who is in need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaart.domain.needs import CrisisLine, CrisisTopic
from kaart.domain.texts import INTERFACE_LANGUAGES, Texts
from kaart.texts import CRISIS_LANGUAGES, crisis_text
from kaart.wording import language_name, language_names
from web.views.common import PhoneView, Shown, is_right_to_left, phone, shown


@dataclass(frozen=True, slots=True)
class LineView:
    """Whom to call, or to chat with."""

    name: Shown
    phone: PhoneView | None
    url: str
    chat_url: str
    hours: Shown
    for_whom: Shown
    speaks: str


@dataclass(frozen=True, slots=True)
class CrisisWords:
    """What stands around the lines, in the language of the box."""

    call: str
    chat: str
    site: str


@dataclass(frozen=True, slots=True)
class CrisisView:
    """One box; `lang` is set when it speaks another language than the page around it."""

    code: str
    message: Shown
    lines: tuple[LineView, ...]
    words: CrisisWords
    lang: str = ""
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class CrisisPageView:
    """Every line for who is in need now; `languages` are (tag, own name) pairs of the same page."""

    title: str
    lead: str
    topics: tuple[CrisisView, ...]
    other_languages: str
    languages: tuple[tuple[str, str], ...]


def crisis_page_view(topics: Iterable[CrisisTopic], language: str) -> CrisisPageView:
    """The page in one of the `CRISIS_LANGUAGES`."""
    return CrisisPageView(
        title=crisis_text("title", language),
        lead=crisis_text("lead", language),
        topics=crisis_views([(topic.code, topic) for topic in topics], language, language),
        other_languages=crisis_text("more", language),
        languages=tuple((tag, language_name(tag, tag)) for tag in CRISIS_LANGUAGES),
    )


def crisis_language(text_language: str | None, page_language: str) -> str:
    """A person in need is answered in the language in which they wrote, where we have the words."""
    return text_language if text_language in CRISIS_LANGUAGES else page_language


def crisis_views(
    topics: Iterable[tuple[str, CrisisTopic]], language: str, page_language: str
) -> tuple[CrisisView, ...]:
    """The boxes in their order, in `language` (one of `CRISIS_LANGUAGES`) on a page in `page_language`."""
    words = CrisisWords(*(crisis_text(key, language) for key in ("call", "chat", "site")))
    return tuple(
        CrisisView(
            code=code,
            message=shown(topic.message, language),
            lines=tuple(line_view(line, language) for line in topic.lines),
            words=words,
            lang="" if language == page_language else language,
            rtl=is_right_to_left(language),
        )
        for code, topic in topics
    )


def line_view(line: CrisisLine, language: str) -> LineView:
    """A line with its number first."""
    always = Shown(crisis_text("day_and_night", language)) if line.day_and_night else None
    names = language_names(line.languages, language)
    return LineView(
        name=_shown(line.name, language),
        phone=phone(line.phone),
        url=line.url,
        chat_url=line.chat_url,
        hours=always or _shown(line.hours, language),
        for_whom=_shown(line.for_whom, language),
        speaks=crisis_text("speaks", language, languages=names) if names else "",
    )


def _shown(text: Texts, language: str) -> Shown:
    """The words in this language; who reads none of the interface's languages is more likely to read English."""
    if language in INTERFACE_LANGUAGES or text.get(language) is not None:
        return shown(text, language)
    return shown(text.get("en") or text, language)
