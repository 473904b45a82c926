"""Texts of content: one value per language, each with its own date and origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kaart.domain.codes import TextOrigin

#: The interface languages, in the order in which a missing text is looked for.
INTERFACE_LANGUAGES = ("nl", "fr", "en", "de")


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in one language. `language` is BCP 47 in its shortest form (``nl``, ``fr``, ``ar``)."""

    language: str
    value: str
    written_on: date | None = None
    origin: TextOrigin = TextOrigin.HUMAN


@dataclass(frozen=True, slots=True)
class Texts:
    """A text in as many languages as exist; empty when it is not known in any."""

    values: tuple[LocalText, ...] = ()

    @classmethod
    def of(cls, written_on: date | None = None, /, **by_language: str) -> Texts:
        """Short form for one-off texts: ``Texts.of(nl="leefloon", fr="revenu d'intégration")``."""
        return cls(tuple(LocalText(tag, value, written_on) for tag, value in by_language.items() if value))

    @classmethod
    def collect(cls, texts: Iterable[LocalText]) -> Texts:
        """From rows; a later text of the same language replaces an earlier one."""
        return cls(tuple({text.language: text for text in texts}.values()))

    def get(self, language: str) -> LocalText | None:
        """The text in exactly this language."""
        return next((text for text in self.values if text.language == language), None)

    def best(self, language: str) -> LocalText | None:
        """The text in this language, else in the first interface language that has it, else any."""
        for tag in (language, *INTERFACE_LANGUAGES):
            if found := self.get(tag):
                return found
        return self.values[0] if self.values else None

    def text(self, language: str) -> str:
        """The words of `best`, or the empty string."""
        found = self.best(language)
        return found.value if found else ""

    def __bool__(self) -> bool:
        """Whether the text exists in any language."""
        return bool(self.values)

    def __iter__(self) -> Iterator[LocalText]:
        """Each language's text."""
        return iter(self.values)
