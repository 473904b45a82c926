"""Example sentences: one CSV file per language with the columns ``need,text``."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from kaart.domain.needs import ExampleSentence
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Row, read_csv

#: How many sentences a need must have in each language. Below this a need is not recognised reliably in that
#: language: the Dutch number carries the first version, the others make the need reachable at all.
MINIMUM_SENTENCES = {language: {"nl": 8, "fr": 2, "en": 2}.get(language, 1) for language in SENTENCE_LANGUAGES}

_NOT_A_LETTER = re.compile(r"[\W_]+")


def sentence_file(language: str) -> str:
    """Where a language's sentences stand, below the content folder."""
    return f"sentences/{language}.csv"


def comparable(text: str) -> str:
    """A sentence with nothing left but its letters and digits: two that are equal so are the same sentence."""
    return _NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def read_sentences(folder: Path, problems: Problems) -> list[tuple[ExampleSentence, Row]]:
    """All sentences with their rows. The same sentence twice in a language is a problem and is left out."""
    found: list[tuple[ExampleSentence, Row]] = []
    for language in SENTENCE_LANGUAGES:
        seen: dict[str, tuple[str, int]] = {}
        for row in read_csv(folder / sentence_file(language), problems, required=("need", "text")):
            need, text = row.text("need"), row.text("text")
            if not need or not text:
                continue
            key = comparable(text)
            if key in seen:
                first_need, first_line = seen[key]
                row.complain("content_duplicate_sentence", "text", need=first_need, line=first_line)
                continue
            seen[key] = (need, row.line)
            found.append((ExampleSentence(need, language, text), row))
    return found
