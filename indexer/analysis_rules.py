"""The analyser's rules, as editors keep them in `content/analysis/*.csv`, read and checked."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaart.errors import ContentError


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """Where `words` stand in a text of `language`, the Dutch word `common` is added to its tokens."""

    language: str
    words: str
    common: str


@dataclass(frozen=True, slots=True)
class AnalysisRules:
    """Everything in the analyser that is not code.

    `stop_words` by language; `stem_exceptions` by (language, word without accents); `compound_parts` are Dutch
    words that compounds are made of; `compounds` gives, by stem, the parts of a compound that the rule gets wrong
    (none: it stays whole). `digest` changes when any file does.
    """

    stop_words: dict[str, frozenset[str]]
    stem_exceptions: dict[tuple[str, str], str]
    compound_parts: frozenset[str]
    compounds: dict[str, tuple[str, ...]]
    synonyms: tuple[SynonymRule, ...]
    digest: str


def load_rules(folder: Path) -> AnalysisRules:
    """Read the rules of a folder.

    Raises `ContentError` (``analysis_file_missing``, ``analysis_file_broken``) that names file, line and field.
    """
    stop_words: dict[str, set[str]] = {}
    for row in _rows(folder / "stop_words.csv", ("language", "words")):
        stop_words.setdefault(row["language"], set()).update(row["words"].split())
    exceptions: dict[tuple[str, str], str] = {}
    for row in _rows(folder / "stem_exceptions.csv", ("language", "stem", "words")):
        for word in row["words"].split():
            exceptions[row["language"], word] = row["stem"]
    parts = frozenset(
        word for row in _rows(folder / "compound_parts.csv", ("about", "parts")) for word in row["parts"].split()
    )
    compounds = {
        row["stem"]: tuple(row["parts"].split())
        for row in _rows(folder / "compounds.csv", ("stem", "parts"), may_be_empty=("parts",))
    }
    synonyms = tuple(
        SynonymRule(row["language"], words.strip(), row["common"])
        for row in _rows(folder / "synonyms.csv", ("common", "language", "words"))
        for words in row["words"].split("|")
    )
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return AnalysisRules(
        stop_words={language: frozenset(listed) for language, listed in stop_words.items()},
        stem_exceptions=exceptions,
        compound_parts=parts,
        compounds=compounds,
        synonyms=synonyms,
        digest=digest.hexdigest(),
    )


def _rows(path: Path, columns: tuple[str, ...], may_be_empty: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """The rows of a file with exactly these columns, each value trimmed."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != columns:
                raise ContentError("analysis_file_broken", file=path.name, line=1, field=", ".join(columns))
            for row in reader:
                cleaned = {column: (row[column] or "").strip() for column in columns}
                if None in row:  # more values than columns: a comma in a value without quotes
                    raise ContentError("analysis_file_broken", file=path.name, line=reader.line_num, field=columns[-1])
                for column in columns:
                    if not cleaned[column] and column not in may_be_empty:
                        raise ContentError("analysis_file_broken", file=path.name, line=reader.line_num, field=column)
                yield cleaned
    except FileNotFoundError as error:
        raise ContentError("analysis_file_missing", file=str(path.name)) from error
