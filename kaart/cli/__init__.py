"""The command line `kaart`.

It speaks English to operators; what a person of the public would read (results, complaints about content) comes in
the interface language. Exit codes: 0 done, 1 something to look at, 2 wrong use.
"""

from __future__ import annotations

import sys

import typer

from kaart.cli import content, database, evaluate, operate, search, serve, sources
from kaart.cli.output import TO_LOOK_AT, console, fail
from kaart.errors import KaartError

app = typer.Typer(name="kaart", help="The dynamic sociale kaart.", no_args_is_help=True, add_completion=False)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(serve.tick)
app.command()(search.search)
app.command()(evaluate.evaluate)
app.command()(database.init)
app.command()(database.upgrade)
app.command()(database.backup)
app.command()(database.restore)
app.command()(sources.generate)
app.command()(operate.doctor)
app.add_typer(operate.index_app, name="index")
app.add_typer(content.app, name="content")
app.add_typer(sources.app, name="sources")


def main() -> None:
    """Run a command; an error of ours becomes a sentence and an exit code, never a traceback."""
    try:
        app()
    except KaartError as error:
        sys.exit(fail(error))
    except OSError as error:
        # A folder that may not be written, a disk that is full: for the operator to mend, and no bug to trace.
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(TO_LOOK_AT)
    except KeyboardInterrupt:
        console.print("\nStopped. What was done stays; the same command goes on from there.")
        sys.exit(1)
