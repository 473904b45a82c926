"""`kaart content check`: what an editor runs before handing in."""

from __future__ import annotations

from typing import Annotated

import typer

from kaart import texts
from kaart.cli.output import TO_LOOK_AT, console, output
from kaart.editorial.check import check_content
from kaart.settings import load_settings

app = typer.Typer(help="The editorial content.", no_args_is_help=True)


@app.command()
def check(language: Annotated[str | None, typer.Option(help="Language of the complaints.")] = None) -> None:
    """Check every file of the content folder; each complaint names file, line and field."""
    settings = load_settings()
    tag = texts.interface_language(language or settings.language)
    problems = check_content(settings.content)
    for problem in problems:
        output.print(problem.sentence(tag), markup=False, soft_wrap=True)
    wrong = [problem for problem in problems if not problem.warning]
    console.print(f"{len(wrong)} problems, {len(problems) - len(wrong)} warnings in {settings.content}.")
    raise typer.Exit(TO_LOOK_AT if wrong else 0)


@app.callback()
def _group() -> None:
    """Keep `check` a subcommand while it is the only one."""
