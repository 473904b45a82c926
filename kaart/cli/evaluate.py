"""`kaart evaluate`: how well the engine understands and answers a set of requests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from kaart.bootstrap import Application
from kaart.cli.output import console, output, print_json, progress
from kaart.domain.areas import Place
from kaart.errors import InvalidInputError
from kaart.places.stated import stated_place
from kaart.settings import IndexBackend, load_settings
from matching.evaluation.cases import read_cases
from matching.evaluation.runner import TOP, figures, run

_SHARES = ("need_first", "need_top3", "needs_all_found", "service_first", "service_top3", "ndcg_10", "recall_10", "mrr")


def evaluate(
    set_file: Annotated[Path, typer.Option("--set", help="The requests, as YAML.", exists=True, dir_okay=False)],
    index: Annotated[IndexBackend | None, typer.Option(help="Search here instead of in KAART_INDEX.")] = None,
    misses: Annotated[bool, typer.Option(help="Show each request without a right need among the first three.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Measure a set of requests: needs, services and crisis, per language and per group."""
    cases = read_cases(set_file)
    application = Application(load_settings(**({"index": index} if index else {})))
    application.check_migrated()

    def place_of(words: str) -> Place | None:
        try:
            return stated_place(application.places, text=words)
        except InvalidInputError:
            console.print(f"No place is known as {words!r}; the request is asked without one.", markup=False)
            return None

    with progress("Learning the example sentences") as report:
        application.matcher.prepare(report)
    with progress("Asking") as report:
        outcomes = run(cases, application.matcher, place_of, report)
    found = figures(outcomes)
    if as_json:
        print_json(found)
        return
    output.print(_table(found))
    output.print(f"Crisis: recall {found['crisis_recall']}, false alarms {found['crisis_false_alarms']}")
    if misses:
        for each, outcome in zip(found["queries"], outcomes, strict=True):
            if outcome.case.needs_all and (each["need_rank"] is None or each["need_rank"] > TOP):
                wanted = ", ".join(outcome.case.needs_all)
                output.print(
                    f"{each['id']} [{wanted}] ← {each['needs']}: {outcome.case.text}", markup=False, soft_wrap=True
                )


def _table(found: dict[str, Any]) -> Table:
    table = Table("", "n", *(name.replace("_", " ") for name in _SHARES), box=None, pad_edge=False)
    parts = {"all": found} | found["by_language"] | {f"({name})": part for name, part in found["by_group"].items()}
    for name, part in parts.items():
        table.add_row(name, str(part["n"]), *(_told(part[share]) for share in _SHARES))
    return table


def _told(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"
