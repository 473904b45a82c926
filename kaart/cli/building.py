"""Building indexes with a progress bar, the same for every command that does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaart.bootstrap import Application
from kaart.cli.output import console, progress, sentence
from kaart.cli.report import show_rebuild
from kaart.domain.ports import IndexWriter
from kaart.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Built:
    """How the indexes came out: the texts that were left out, and the indexes that did not answer."""

    left_out: int = 0
    silent: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every index holds everything."""
        return not self.left_out and not self.silent


def build(
    application: Application, writers: Iterable[IndexWriter], silent: Mapping[str, UnavailableError] | None = None
) -> Built:
    """Build these indexes anew and say what each holds; `silent` are those that are known not to answer.

    One that does not answer holds up no other. Raises `UnavailableError` when no index is left that can serve.
    """
    failures = dict(silent or {})
    left_out = 0
    for writer in writers:
        try:
            with progress(f"Building the index ({writer.name})") as report:
                done = application.rebuild(writer, report)
        except UnavailableError as error:
            failures[writer.name] = error
            continue
        show_rebuild(done)
        left_out += len(done.rejected)
    if len(failures) == len(application.writers):
        raise next(iter(failures.values()))
    for name, failure in failures.items():
        console.print(f"{name}: {sentence(failure)}", style="yellow", markup=False, soft_wrap=True)
        console.print("  Searching goes on without it. When it answers again: `kaart index rebuild`.", style="yellow")
    return Built(left_out, tuple(failures))
