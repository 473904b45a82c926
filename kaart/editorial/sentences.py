"""Example sentences: one CSV file per language with the columns ``need,text``.

``near_misses.csv`` (columns ``language,looks_like,need,text``) holds those that might be taken for another need.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kaart.domain.needs import ExampleSentence
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Row, read_csv

#: How many sentences a need must have in each language (design: matching §1). Fewer make it hard to recognise.
MINIMUM_SENTENCES = {language: 10 if language == "nl" else 3 for language in SENTENCE_LANGUAGES}

_NOT_A_LETTER = re.compile(r"[\W_]+")


NEAR_MISSES = "sentences/near_misses.csv"


def sentence_file(language: str) -> str:
    """Where a language's sentences stand, below the content folder."""
    return f"sentences/{language}.csv"


def comparable(text: str) -> str:
    """A sentence with nothing left but its letters and digits: two that are equal so are the same sentence."""
    return _NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def read_sentences(folder: Path, problems: Problems) -> list[tuple[ExampleSentence, Row]]:
    """All sentences with their rows. The same sentence twice in a language is a problem and is left out."""
    found: list[tuple[ExampleSentence, Row]] = []
    seen: dict[tuple[str, str], tuple[str, Row]] = {}

    def keep(sentence: ExampleSentence, row: Row) -> None:
        key = (sentence.language, comparable(sentence.text))
        if key in seen:
            need, first = seen[key]
            row.complain("content_duplicate_sentence", "text", need=need, line=first.line)
            return
        seen[key] = (sentence.need, row)
        found.append((sentence, row))

    for language in SENTENCE_LANGUAGES:
        for row in read_csv(folder / sentence_file(language), problems, required=("need", "text")):
            need, text = row.text("need"), row.text("text")
            if need and text:
                keep(ExampleSentence(need, language, text), row)
    for sentence, row in _near_misses(folder / NEAR_MISSES, problems):
        keep(sentence, row)
    return found


def _near_misses(path: Path, problems: Problems) -> Iterator[tuple[ExampleSentence, Row]]:
    """An installation may have none."""
    if not path.exists():
        return
    for row in read_csv(path, problems, required=("language", "looks_like", "need", "text")):
        language, other, need, text = (row.text(name) for name in ("language", "looks_like", "need", "text"))
        if language and language not in SENTENCE_LANGUAGES:
            row.complain("content_unknown_language", "language", language=language)
        elif need and need == other:
            row.complain("content_refers_to_itself", "looks_like", code=need)
        elif need and other and text and language:
            yield ExampleSentence(need, language, text, looks_like=other), row
