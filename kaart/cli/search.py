"""`kaart search`: the main job on the command line."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from api.present import Presenter
from api.schemas.answer import MatchAnswer, ResultOut
from kaart import texts
from kaart.bootstrap import Application
from kaart.cli.output import output, print_json
from kaart.places.stated import stated_place
from kaart.settings import IndexBackend, load_settings
from kaart.wording import Wording
from matching.answer import MatchRequest


def search(
    text: Annotated[str, typer.Argument(help="The need in plain words, in any language.")],
    place: Annotated[str, typer.Option(help="Postal code, municipality or part of one.")] = "",
    language: Annotated[str | None, typer.Option(help="Language of the answer: nl, fr, en or de.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many offers at most.")] = 5,
    index: Annotated[IndexBackend | None, typer.Option(help="Search here instead of in KAART_INDEX.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer of POST /api/v1/match.")] = False,
) -> None:
    """Find help: `kaart search "ik kan mijn huur niet meer betalen" --place 9000`."""
    settings = load_settings(**({"index": index} if index else {}))
    application = Application(settings)
    application.check_migrated()
    tag = texts.interface_language(language or settings.language)
    where = stated_place(application.places, text=place) if place.strip() else None
    answer = application.matcher.match(MatchRequest(text, answer_language=tag, place=where, limit=limit))
    presenter = Presenter(Wording(application.knowledge, application.places), tag, settings.base_url)
    shown = presenter.answer(answer)
    if as_json:
        print_json(shown.model_dump(mode="json"))
    else:
        _show(shown)


def _show(answer: MatchAnswer) -> None:
    for alert in answer.crisis:
        for line in alert.lines:
            output.print(f"[bold red]{escape(' '.join(part for part in (line.name, line.phone, line.url) if part))}[/]")
    needs = ", ".join(f"{need.label} ({need.confidence})" for need in answer.understood.needs)
    facts = ", ".join(f"{fact.kind}: {fact.value}" for fact in answer.understood.facts)
    output.print(f"[dim]{escape(' · '.join(part for part in (needs, facts) if part))}[/]", soft_wrap=True)
    for kind in answer.kinds:
        output.print(f"[bold]{escape(kind.label)}[/] ({kind.coverage}) {escape(kind.explanation)}", soft_wrap=True)
    for number, result in enumerate(answer.results, 1):
        _show_result(f"{number}.", result)
    for miss in answer.near_misses:
        output.print(f"[dim]– {escape(miss.service.name)}: {escape(miss.fails.text)}[/]", soft_wrap=True)
    for note in answer.widened:
        told = " ".join(part for part in (note.text, note.url, note.phone) if part)
        output.print(f"[dim]{escape(told)}[/]", soft_wrap=True)
    for question in answer.understood.questions:
        output.print(f"[italic]{escape(question.text)}[/]", soft_wrap=True)
    if answer.degraded:
        output.print(f"[yellow]{', '.join(answer.degraded)}[/]")


def _show_result(mark: str, result: ResultOut) -> None:
    service = result.service
    distance = f" · {result.distance_km:.1f} km" if result.distance_km is not None else ""
    output.print(
        f"{mark} [bold]{escape(service.name)}[/] – {escape(service.organization)}{distance} · {result.score}",
        soft_wrap=True,
    )
    for reason in result.reasons:
        output.print(f"     {reason.points:+.3f} {escape(reason.text)}", soft_wrap=True)
