"""`kaart doctor` and `kaart index`: how the installation stands, and what to do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from kaart.bootstrap import Application
from kaart.cli.building import build
from kaart.cli.checks import Finding, Level, detail, examine
from kaart.cli.output import TO_LOOK_AT, output, print_json
from kaart.settings import load_settings

index_app = typer.Typer(help="The search index.", no_args_is_help=True)

#: Rows set aside of which the error is shown; with more, the first few tell enough.
_SHOWN = 10
_STYLE = {Level.GOOD: "green", Level.LOOK: "yellow", Level.BAD: "red"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Say what is configured, what is reachable, what is stale, and what to do. Exit code 1: something to do."""
    findings = examine(Application(load_settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        output.print(_table(findings))
    raise typer.Exit(TO_LOOK_AT if any(finding.level is not Level.GOOD for finding in findings) else 0)


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("", "what", "how it stands", "what to do"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        mark = f"[{_STYLE[finding.level]}]{finding.level.value}[/]"
        table.add_row(mark, finding.subject, finding.state, finding.advice)
    return table


@index_app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Say how each index stands: texts, offers, waiting changes, rows set aside."""
    application = Application(load_settings())
    application.check_migrated()
    statuses = application.index_statuses()
    if as_json:
        print_json([asdict(status) for status in statuses])
    for each in [] if as_json else statuses:
        state = "ready" if each.ready else f"not ready: {detail(each)}"
        output.print(
            f"{each.backend}: {state}; {each.texts} texts, {each.offers} offers, embedder {each.embedder or 'none'}, "
            f"built {each.built_at or 'never'}, {each.waiting} waiting, {each.set_aside} set aside",
            markup=False,
            soft_wrap=True,
        )
        for row in application.store.outbox.set_aside(each.backend)[:_SHOWN]:
            texts = ", ".join(row.item.text_keys)
            output.print(f"  set aside after {row.attempts} tries: {texts}: {row.error}", markup=False, soft_wrap=True)
    troubled = any(not each.ready or each.set_aside for each in statuses)
    raise typer.Exit(TO_LOOK_AT if troubled else 0)


@index_app.command()
def rebuild() -> None:
    """Build every index anew beside the present one and swap. May be stopped: the present one goes on serving.

    Exit code 1: a text had to be left out, and is set aside; or an index does not answer.
    """
    application = Application(load_settings())
    application.check_migrated()
    raise typer.Exit(0 if build(application, application.writers).whole else TO_LOOK_AT)
