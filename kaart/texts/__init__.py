"""Every word that the program itself says, in Dutch, French, English and German.

A catalogue is a folder of YAML files per language (`catalogue/nl/web.yaml` …); the file's name is the first
part of a key (``web.search.button``). A value is a sentence with ``{parameters}``, or a mapping of plural
forms (``one``, ``other``) chosen by the parameter ``count``. What stands around crisis lines (``crisis.…``) exists
in all languages in which people may ask; what a box says of each crisis stands in the editorial content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from babel import Locale

LANGUAGES = ("nl", "fr", "en", "de")
SOURCE_LANGUAGE = "nl"
#: The languages in which a person in crisis is answered.
CRISIS_LANGUAGES = (*LANGUAGES, "tr", "ar", "uk", "pl", "ro", "es")

_FOLDER = Path(__file__).parent / "catalogue"

Message = str | Mapping[str, str]


#: libyaml's loader reads a catalogue about ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _flatten(prefix: str, node: object) -> Iterator[tuple[str, Message]]:
    if isinstance(node, dict):
        if node and set(node) <= {"zero", "one", "two", "few", "many", "other"}:
            yield prefix, {str(form): str(text) for form, text in node.items()}
            return
        for name, below in node.items():
            yield from _flatten(f"{prefix}.{name}", below)
        return
    yield prefix, str(node)


@cache
def catalogue(language: str) -> Mapping[str, Message]:
    """All messages of one language by key. Raises `KeyError` for a language in which nothing is said."""
    if language not in CRISIS_LANGUAGES:
        raise KeyError(language)
    messages: dict[str, Message] = {}
    for path in sorted((_FOLDER / language).glob("*.yaml")):
        nodes = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506  both choices are safe loaders
        messages.update(_flatten(path.stem, nodes or {}))
    return messages


def interface_language(wanted: str | None) -> str:
    """The interface language for a wanted tag (``fr-BE`` gives ``fr``); Dutch for any other."""
    tag = (wanted or "").lower().partition("-")[0]
    return tag if tag in LANGUAGES else SOURCE_LANGUAGE


def crisis_text(key: str, language: str, /, **parameters: object) -> str:
    """A message that stands around crisis lines, in any of the `CRISIS_LANGUAGES`; English for any other."""
    message = catalogue(language if language in CRISIS_LANGUAGES else "en")[f"crisis.{key}"]
    return str(message).format(**parameters)


def render(key: str, language: str, /, **parameters: object) -> str:
    """The message in this language with its parameters filled in; Dutch where a translation is missing.

    Raises `KeyError` for a key that does not exist in Dutch either, so that a forgotten message fails a test
    rather than showing its key to a person.
    """
    message = catalogue(interface_language(language)).get(key)
    if message is None:
        message = catalogue(SOURCE_LANGUAGE)[key]
    if not isinstance(message, str):
        count = parameters.get("count")
        if not isinstance(count, int | float):
            raise KeyError(f"{key} needs a number as count")
        form = Locale(interface_language(language)).plural_form(count)
        message = message.get(form) or message["other"]
    return message.format(**parameters) if parameters else message


def has_message(key: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Whether this exact message exists in this language."""
    return key in catalogue(language)
