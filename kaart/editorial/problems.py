"""What is wrong in the editorial content: file, line and field, and a code that is said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaart.errors import ContentError
from kaart.texts import has_message, render

#: So many problems are named in the one sentence of an error; the checker lists them all.
_NAMED_IN_ERROR = 5

#: A file with such a problem gave nothing: what refers to its contents cannot be judged.
_UNREADABLE = frozenset(
    {
        "content_file_missing",
        "content_file_unreadable",
        "content_file_empty",
        "content_not_utf8",
        "content_broken_yaml",
        "content_broken_csv",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint. `line` counts from 1 (0: the file as a whole); `field` is a path such as ``[3].labels.nl``.

    `message_code` is the last part of a text key below ``error``; a warning does not break the content.
    """

    file: str
    line: int
    field: str
    message_code: str
    parameters: tuple[tuple[str, str], ...] = ()
    warning: bool = False

    def __str__(self) -> str:
        """The place and the code, for logs and test output."""
        shown = ", ".join(f"{name}={value}" for name, value in self.parameters)
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.field}: {self.message_code}({shown})" if self.field else f"{place}: {self.message_code}"

    def sentence(self, language: str) -> str:
        """The place and the complaint in words; the code itself where no text was written for it."""
        key = f"error.{self.message_code}"
        if not has_message(key):
            return str(self)
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        name = f" {self.field}" if self.field else ""
        return f"{place}{name}: {render(key, language, **dict(self.parameters))}"


class BrokenContentError(ContentError):
    """Content that cannot be used. `problems` holds every complaint, the parameters the first few."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep all problems; `count` and `first` fill the sentence of ``content_broken``."""
        named = "; ".join(str(problem) for problem in problems[:_NAMED_IN_ERROR])
        super().__init__("content_broken", count=len(problems), first=named)
        self.problems = tuple(problems)


@dataclass(slots=True)
class Problems:
    """Collects complaints while files are read. Files are named relative to `folder`."""

    folder: Path
    found: list[Problem] = field(default_factory=list)

    def name_of(self, path: Path) -> str:
        """How a file is called in a complaint: its path below the content folder."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name

    def add(
        self, file: str, line: int, field_name: str, message: str, /, *, warning: bool = False, **values: object
    ) -> None:
        """Note one problem."""
        shown = tuple((name, str(value)) for name, value in values.items())
        self.found.append(Problem(file, line, field_name, message, shown, warning))

    def errors(self) -> list[Problem]:
        """The problems that are more than a warning, by file and line."""
        return sorted((problem for problem in self.found if not problem.warning), key=_place)

    def sorted(self) -> list[Problem]:
        """All problems by file and line."""
        return sorted(self.found, key=_place)

    def any_unreadable(self) -> bool:
        """Whether some file could not be read, so that references to it cannot be judged."""
        return any(problem.message_code in _UNREADABLE for problem in self.found)

    def raise_if_any(self) -> None:
        """Raises `BrokenContentError` when there is any problem that is more than a warning."""
        if errors := self.errors():
            raise BrokenContentError(errors)

    def __iter__(self) -> Iterator[Problem]:
        """Each problem, in the order in which it was found."""
        return iter(self.found)

    def __len__(self) -> int:
        """How many problems there are, warnings included."""
        return len(self.found)


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line, problem.field, problem.message_code
