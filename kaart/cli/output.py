"""What the commands share: the console, progress, and how an error is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kaart import texts
from kaart.domain.ports import Progress as Report
from kaart.errors import ConfigurationError, ContentError, InvalidInputError, KaartError

#: Results go to standard output, everything else to standard error, so that `--json` can be piped.
output = Console(highlight=False)
console = Console(stderr=True, highlight=False)

#: Exit code for a request or a set-up that the person has to mend.
WRONG_USE = 2
#: Exit code for something that did not work or has to be looked at.
TO_LOOK_AT = 1


def sentence(error: KaartError, language: str = "en") -> str:
    """The error as a person reads it, with what is wrong in each field below it.

    On the command line a request is its text: where only that is wrong, its sentence says everything.
    """
    if [field.pointer for field in error.fields] == ["/text"]:
        [field] = error.fields
        return texts.render(f"error.{field.code}", language, **dict(field.parameters))
    lines = [texts.render(f"error.{error.code}", language, **error.parameters)]
    for field in error.fields:
        told = texts.render(f"error.{field.code}", language, **dict(field.parameters))
        lines.append(f"  {field.pointer}: {told}")
    return "\n".join(lines)


def told(code: str) -> str:
    """What an error's code says, where its parameters are not at hand; without the words that need them."""
    key = f"error.{code}"
    if not texts.has_message(key):
        return code
    said = re.sub(r" ?\([^()]*\{\w+\}[^()]*\)", "", texts.render(key, "en"))
    return code if "{" in said else said


def fail(error: KaartError) -> int:
    """Print the error and return the exit code that belongs to it."""
    console.print(sentence(error), style="red", markup=False, soft_wrap=True)
    return WRONG_USE if isinstance(error, InvalidInputError | ConfigurationError | ContentError) else TO_LOOK_AT


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    output.print(json.dumps(value, ensure_ascii=False, indent=2, default=str), markup=False, soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar while something long runs; gives the function to call with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=False) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
