"""Which language a visitor gets when the address does not say."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor

from kaart.texts import CRISIS_LANGUAGES, LANGUAGES


class LanguageConvertor(Convertor[str]):
    """The first part of an address: one of the interface languages and nothing else."""

    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        """As it stands."""
        return value

    def to_string(self, value: str) -> str:
        """As it stands."""
        return value


class CrisisLanguageConvertor(LanguageConvertor):
    """Any of the languages in which a person in crisis is answered."""

    regex = "|".join(CRISIS_LANGUAGES)


# Starlette keeps its convertors in one table for all applications; the name must be in it before a route uses it.
register_url_convertor("language", LanguageConvertor())
register_url_convertor("crisis_language", CrisisLanguageConvertor())


def preferred_language(accept: str, default: str) -> str:
    """The best interface language for an `Accept-Language` header: highest weight, then first named (RFC 9110)."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept.split(",")):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            wanted.append((-_weight(parameters), position, language))
    best = min(wanted, default=None)
    return best[2] if best and best[0] < 0 else default


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def language_of_path(path: str) -> str | None:
    """The language with which an address begins, if it does."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in LANGUAGES else None
