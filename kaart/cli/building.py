"""Building indexes with a progress bar, the same for every command that does it."""

from __future__ import annotations

from collections.abc import Iterable

from kaart.bootstrap import Application
from kaart.cli.output import progress
from kaart.cli.report import show_rebuild
from kaart.domain.ports import IndexWriter


def build(application: Application, writers: Iterable[IndexWriter]) -> bool:
    """Build these indexes anew and say what each holds; False when a text had to be left out."""
    whole = True
    for writer in writers:
        with progress(f"Building the index ({writer.name})") as report:
            done = application.rebuild(writer, report)
        show_rebuild(done)
        whole = whole and not done.rejected
    return whole
