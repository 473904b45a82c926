"""Reads YAML and CSV with positions, so that every complaint names file, line and field.

Nothing here raises for what an editor wrote: complaints are collected in `Problems`, a getter then gives an
empty value, and the caller ends with `Problems.raise_if_any`. The parser is libyaml's: one way of reading
serves both the fast start and the checker.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import yaml

from kaart.domain.texts import LocalText, Texts
from kaart.editorial.problems import BrokenContentError, Problem, Problems

__all__ = ["BrokenContentError", "Node", "Problem", "Problems", "Row", "nearest", "read_csv", "read_yaml"]

_NULL = "tag:yaml.org,2002:null"
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})

Choice = TypeVar("Choice", bound=Enum)


def nearest(name: str, known: Collection[str]) -> str:
    """The known name that looks most like this one, or the empty string."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def _kind(node: yaml.Node | None) -> str:
    if node is None or node.tag == _NULL:
        return "empty"
    if isinstance(node, yaml.MappingNode):
        return "mapping"
    return "list" if isinstance(node, yaml.SequenceNode) else "value"


class Node:
    """One node of a YAML file. `path` is its field (``[3].labels``), `line` counts from 1.

    The typed getters note a problem for what is missing or of the wrong shape and give an empty value.
    """

    __slots__ = ("_fields", "_node", "file", "line", "path", "problems")

    def __init__(self, node: yaml.Node | None, file: str, path: str, problems: Problems) -> None:
        """Wrap a composed node; a mapping with the same key twice is noted at once."""
        self._node = node
        self.file = file
        self.path = path
        self.problems = problems
        self.line = node.start_mark.line + 1 if node is not None else 0
        self._fields: dict[str, yaml.Node] = {}
        self._lines(node)

    def _lines(self, node: yaml.Node | None) -> None:
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            name = str(key.value)
            if name in self._fields:
                line = key.start_mark.line + 1
                self.problems.add(self.file, line, self._below(name), "content_duplicate_key", key=name)
            else:
                self._fields[name] = value

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def complain(self, message: str, key: str = "", /, *, warning: bool = False, **values: object) -> None:
        """Note a problem with this node, or with one of its fields."""
        below = self._fields.get(key) if key else None
        line = below.start_mark.line + 1 if below is not None else self.line
        path = self._below(key) if key else self.path
        self.problems.add(self.file, line, path, message, warning=warning, **values)

    @property
    def is_mapping(self) -> bool:
        """Whether this node has fields."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether this node is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def value(self) -> str:
        """The words of a plain value as they stand in the file; empty for a list, a mapping or nothing."""
        node = self._node
        return str(node.value).strip() if isinstance(node, yaml.ScalarNode) and node.tag != _NULL else ""

    def keys(self) -> tuple[str, ...]:
        """The names of the fields, in the order of the file."""
        return tuple(self._fields)

    def has(self, key: str) -> bool:
        """Whether the field stands there with something in it."""
        return _kind(self._fields.get(key)) != "empty"

    def expect_fields(self, *known: str) -> bool:
        """Note every field that is not one of these, with the nearest known name; False if this is no mapping."""
        if not self.is_mapping:
            self.complain("content_expected_mapping")
            return False
        for name in self._fields:
            if name not in known:
                self.complain("content_unknown_field", name, name=name, nearest=nearest(name, known) or "-")
        return True

    def child(self, key: str) -> Node | None:
        """The node of a field, or None when it is absent or empty."""
        return Node(self._fields[key], self.file, self._below(key), self.problems) if self.has(key) else None

    def children(self) -> Iterator[tuple[str, Node]]:
        """Each field's name and node, in the order of the file."""
        for name, node in self._fields.items():
            yield name, Node(node, self.file, self._below(name), self.problems)

    def items(self, key: str = "") -> list[Node]:
        """The items of this list, or of the list in a field; absent or empty gives none."""
        holder: yaml.Node | None = self._fields.get(key) if key else self._node
        if _kind(holder) == "empty":
            return []
        if not isinstance(holder, yaml.SequenceNode):
            self.complain("content_expected_list", key)
            return []
        path = self._below(key) if key else self.path
        return [Node(item, self.file, f"{path}[{i}]", self.problems) for i, item in enumerate(holder.value, 1)]

    def text(self, key: str, *, required: bool = True) -> str:
        """A plain value as it stands in the file (``0800`` and ``no`` stay what they are)."""
        below = self._fields.get(key)
        if _kind(below) == "empty" or (isinstance(below, yaml.ScalarNode) and not below.value.strip()):
            if required:
                self.complain("content_missing_field", key, name=key)
            return ""
        if not isinstance(below, yaml.ScalarNode):
            self.complain("content_expected_value", key)
            return ""
        return " ".join(str(below.value).split())

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of plain values; the same value twice is a problem."""
        found: list[str] = []
        for item in self.items(key):
            if not item.value:
                item.complain("content_expected_value")
            elif item.value in found:
                item.complain("content_duplicate_value", value=item.value)
            else:
                found.append(item.value)
        return tuple(found)

    def texts(self, key: str, *, required: Collection[str] = (), allowed: Collection[str] = ()) -> Texts:
        """A text per language (``{nl: …, fr: …}``); `allowed` empty: only the required languages may stand there."""
        below = self.child(key)
        if below is None:
            if required:
                self.complain("content_missing_field", key, name=key)
            return Texts()
        languages = tuple(allowed) or tuple(required)
        if not below.expect_fields(*languages):
            return Texts()
        for language in required:
            if not below.has(language):
                below.complain("content_missing_language", language=language)
        pairs = ((tag, below.text(tag, required=False)) for tag in languages)
        return Texts(tuple(LocalText(tag, words) for tag, words in pairs if words))

    def number(self, key: str) -> float | None:
        """A number, or None when it is absent."""
        words = self.text(key, required=False)
        if not words:
            return None
        try:
            return float(words)
        except ValueError:
            self.complain("content_not_a_number", key, value=words)
            return None

    def whole(self, key: str) -> int | None:
        """A whole number, or None when it is absent."""
        words = self.text(key, required=False)
        if not words:
            return None
        try:
            return int(words)
        except ValueError:
            self.complain("content_not_a_number", key, value=words)
            return None

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        words = self.text(key, required=False).lower()
        if words and words not in _TRUE | _FALSE:
            self.complain("content_not_a_flag", key, value=words)
        return words in _TRUE if words in _TRUE | _FALSE else default

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A date written as ``2026-11-23``."""
        words = self.text(key, required=required)
        if not words:
            return None
        try:
            return date.fromisoformat(words)
        except ValueError:
            self.complain("content_not_a_date", key, value=words)
            return None

    def url(self, key: str, *, required: bool = False) -> str:
        """A web address with http or https and a host."""
        words = self.text(key, required=required)
        if words and not _is_web_address(words):
            self.complain("content_not_a_url", key, value=words)
            return ""
        return words

    def one_of(self, key: str, choices: type[Choice], *, required: bool = True) -> Choice | None:
        """A member of a closed list, by its value."""
        words = self.text(key, required=required)
        if not words:
            return None
        known = {str(choice.value): choice for choice in choices}
        if words not in known:
            self.complain("content_unknown_code", key, code=words, nearest=nearest(words, known) or "-")
        return known.get(words)


def _is_web_address(words: str) -> bool:
    try:
        parts = urlsplit(words)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not any(mark in words for mark in " <>\"'")


def _words(path: Path, problems: Problems) -> str | None:
    """The file's words (a byte order mark is dropped), or None with a problem noted."""
    name = problems.name_of(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.add(name, 0, "", "content_file_missing")
        return None
    except OSError as error:
        problems.add(name, 0, "", "content_file_unreadable", reason=error.strerror or "")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(name, raw[: error.start].count(b"\n") + 1, "", "content_not_utf8")
        return None


def read_yaml(path: Path, problems: Problems) -> Node:
    """Read one YAML document. A file that is missing, empty or broken gives an empty node and a problem."""
    name = problems.name_of(path)
    empty = Node(None, name, "", problems)
    words = _words(path, problems)
    if words is None:
        return empty
    try:
        found = yaml.compose(words, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(name, mark.line + 1 if mark else 0, "", "content_broken_yaml", reason=error.problem or "")
        return empty
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        line = words[:position].count("\n") + 1
        problems.add(name, line, "", "content_broken_yaml", reason=str(getattr(error, "reason", "")))
        return empty
    if found is None:
        problems.add(name, 0, "", "content_file_empty")
        return empty
    return Node(found, name, "", problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a CSV file; `line` is the line on which it begins."""

    file: str
    line: int
    values: Mapping[str, str]
    problems: Problems

    def complain(self, message: str, column: str = "", /, *, warning: bool = False, **values: object) -> None:
        """Note a problem with this record, or with one of its columns."""
        self.problems.add(self.file, self.line, column, message, warning=warning, **values)

    def text(self, column: str, *, required: bool = True) -> str:
        """A cell, with white space made single; an empty required cell is a problem."""
        words = " ".join(self.values.get(column, "").split())
        if required and not words:
            self.complain("content_missing_field", column, name=column)
        return words


def read_csv(path: Path, problems: Problems, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """Read a CSV file with a header (comma, double quotes, UTF-8).

    A missing or unknown column, a record with too many or too few cells and broken quoting are problems;
    such a record is left out. Empty lines and lines that begin with ``#`` are skipped.
    """
    name = problems.name_of(path)
    words = _words(path, problems)
    if words is None:
        return []
    reader = csv.reader(io.StringIO(words, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _header_is_right(header, name, start, problems, required, optional):
                    return []
            elif len(cells) != len(header):
                problems.add(name, start, "", "content_wrong_columns", expected=len(header), found=len(cells))
            else:
                rows.append(Row(name, start, dict(zip(header, cells, strict=True)), problems))
    except csv.Error as error:
        problems.add(name, line, "", "content_broken_csv", reason=str(error))
    if header is None:
        problems.add(name, 0, "", "content_file_empty")
    return rows


def _header_is_right(
    header: list[str], name: str, line: int, problems: Problems, required: Sequence[str], optional: Sequence[str]
) -> bool:
    known = (*required, *optional)
    before = len(problems)
    for index, column in enumerate(header):
        if column in header[:index]:
            problems.add(name, line, column, "content_duplicate_key", key=column)
        if column not in known:
            problems.add(
                name, line, column, "content_unknown_field", name=column, nearest=nearest(column, known) or "-"
            )
    for column in required:
        if column not in header:
            problems.add(name, line, column, "content_missing_column", name=column)
    return len(problems) == before
