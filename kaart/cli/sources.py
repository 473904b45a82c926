"""`kaart sources` and `kaart generate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from data_sources.adapters.areas import AreaFile, read_areas
from data_sources.ingest import IngestReport
from data_sources.synthetic import generate as make_up
from data_sources.synthetic import insert, places_from
from kaart import texts
from kaart.bootstrap import Application
from kaart.cli.output import TO_LOOK_AT, console, output, progress
from kaart.cli.report import show_ingest
from kaart.domain.clock import utc_now
from kaart.errors import InvalidInputError
from kaart.settings import load_settings

_DAY: Final = "%Y-%m-%d"

app = typer.Typer(help="The sources of the register.", no_args_is_help=True)


@app.command("list")
def show_sources() -> None:
    """List the sources with their last run."""
    application = Application(load_settings())
    application.check_migrated()
    with application.store.read() as unit:
        for source in application.sources():
            run = unit.source_run(source.code)
            told = f"last read {run.at:%Y-%m-%d %H:%M} UTC" if run else "never read"
            output.print(f"{source.code}: {source.licence or 'no licence stated'}; {told}", markup=False)


@app.command()
def run(name: Annotated[str, typer.Argument(help="A source's code, as `kaart sources list` shows it.")]) -> None:
    """Read one source and bring what changed into the register."""
    application = Application(load_settings())
    application.check_migrated()
    sources = {source.code: source for source in application.sources()}
    if name not in sources:
        raise InvalidInputError("source_unknown", name=name, known=", ".join(sources))
    with progress(f"Reading {name}") as report:
        done = application.read_source(sources[name], report)
    _end([done])


@app.command("run-all")
def run_all() -> None:
    """Read every source."""
    application = Application(load_settings())
    application.check_migrated()
    with progress("Reading the sources") as report:
        done = application.load_catalogue(report)
    _end(done)


@app.command("areas")
def load_areas(
    path: Annotated[Path, typer.Argument(help="CSV or GeoJSON file.", exists=True, dir_okay=False)],
    system: Annotated[str, typer.Option(help="Name of the area system, such as elz.")],
    zone: Annotated[str, typer.Option(help="Column or property with the zone's name.")],
    member: Annotated[str, typer.Option(help="CSV: column with the municipality, a NIS code or a name.")] = "",
    code: Annotated[str, typer.Option(help="Column or property with the zone's code; else made of its name.")] = "",
    valid_from: Annotated[datetime | None, typer.Option(help="First day of these zones.", formats=[_DAY])] = None,
    valid_until: Annotated[
        datetime | None, typer.Option(help="Day from which they are no more.", formats=[_DAY])
    ] = None,
    source: Annotated[str, typer.Option(help="Who says so: a page or a name.")] = "",
) -> None:
    """Load an area system, such as the eerstelijnszones, over the municipalities."""
    application = Application(load_settings())
    application.check_migrated()
    layout = AreaFile(
        system=system,
        zone=zone,
        member=member,
        code=code,
        valid_from=valid_from.date() if valid_from else None,
        valid_until=valid_until.date() if valid_until else None,
        source=source,
        retrieved=utc_now().date(),
    )
    reading = read_areas(path, layout, application.places)
    with application.store.write() as unit:
        unit.save_areas(reading.areas)
    console.print(f"{len(reading.areas)} areas of {system}; {len(reading.rejected)} lines left out.")
    for each in reading.rejected:
        told = texts.render(f"error.{each.code}", "en", value=each.value)
        console.print(f"  {path.name}:{each.line}: {told}", markup=False, soft_wrap=True)
    raise typer.Exit(TO_LOOK_AT if reading.rejected else 0)


def _end(reports: list[IngestReport]) -> None:
    show_ingest(reports)
    raise typer.Exit(TO_LOOK_AT if any(report.troubled for report in reports) else 0)


def generate(
    services: Annotated[int, typer.Option(min=1, max=2_000_000, help="How many services.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same catalogue.")] = 1,
) -> None:
    """Fill the register with a made-up catalogue for scale tests; everything in it is marked synthetic."""
    application = Application(load_settings())
    application.check_migrated()
    bundles = make_up(services, seed, application.knowledge.terms(), places_from(application.places.data))
    with progress("Making up services") as report:
        made = insert(application.store, bundles, services, utc_now(), report)
    console.print(f"{made} synthetic services. `kaart index rebuild` brings them to the index at once.")
