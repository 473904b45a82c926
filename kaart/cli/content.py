"""`kaart content …`: what an editor runs before handing in, and to find what is worth a second look."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kaart import texts
from kaart.bootstrap import Application
from kaart.cli.output import TO_LOOK_AT, console, output, print_json, progress
from kaart.editorial.check import ContentCounts, check_content, count_content
from kaart.settings import load_settings
from matching.evaluation.cases import read_cases
from matching.evaluation.neighbours import repeats, strays

app = typer.Typer(help="The editorial content.", no_args_is_help=True)


@app.command()
def check(
    language: Annotated[str | None, typer.Option(help="Language of the complaints.")] = None,
    warnings: Annotated[bool, typer.Option(help="Show warnings too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Check every file of the content folder; each complaint names file, line and field."""
    settings = load_settings()
    tag = texts.interface_language(language or settings.language)
    problems = check_content(settings.content)
    wrong = [problem for problem in problems if not problem.warning]
    for problem in problems if warnings and not as_json else wrong:
        (console if as_json else output).print(problem.sentence(tag), markup=False, soft_wrap=True)
    console.print(f"{len(wrong)} problems, {len(problems) - len(wrong)} warnings in {settings.content}.")
    if not wrong:
        counts = count_content(settings.content)
        if as_json:
            print_json(asdict(counts))
        else:
            output.print(_table(counts))
    raise typer.Exit(TO_LOOK_AT if wrong else 0)


@app.command()
def review(
    against: Annotated[Path | None, typer.Option(help="An evaluation set that no sentence may repeat.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many sentences to list at most.")] = 50,
) -> None:
    """List example sentences that sit nearer to another need, and those that repeat an evaluation set."""
    application = Application(load_settings())
    sentences = list(application.knowledge.sentences())
    with progress("Embedding the sentences") as report:
        vectors = application.embedder.embed_passages([each.text for each in sentences], report)
    found = strays(sentences, vectors)
    for each in found[:limit]:
        words = each.sentence
        output.print(
            f"{words.language} {words.need} → {each.other} ({each.margin}): {words.text} ≈ {each.nearest}",
            markup=False,
            soft_wrap=True,
        )
    console.print(f"{len(found)} of {len(sentences)} sentences sit nearer to another need.")
    if against is None:
        return
    cases = read_cases(against)
    asked = application.embedder.embed_passages([case.text for case in cases])
    same = repeats(sentences, vectors, [(case.id, case.language, case.text) for case in cases], asked)
    for repeat in same:
        told = f"{repeat.id} {repeat.likeness} {repeat.cosine}: {repeat.text} ≈ {repeat.sentence.text}"
        output.print(told, markup=False, soft_wrap=True)
    console.print(f"{len(same)} of {len(cases)} requests are repeated by an example sentence.")
    raise typer.Exit(TO_LOOK_AT if same else 0)


def _table(counts: ContentCounts) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in asdict(counts).items():
        told = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), told)
    return table
