"""What an import or a rebuild did, for whoever ran it."""

from __future__ import annotations

from collections.abc import Iterable

from data_sources.geocode import Geocoding
from data_sources.ingest import IngestReport
from indexer.rebuild import RebuildReport
from kaart.cli.output import console, sentence


def show_ingest(reports: Iterable[IngestReport]) -> None:
    """One line a source, and each reason for which records were left out."""
    for report in reports:
        console.print(
            f"{report.source}: {report.records} records; {report.added} added, {report.changed} changed, "
            f"{report.gone} gone, {report.withdrawn_skipped} left out on request, {len(report.rejected)} rejected.",
            soft_wrap=True,
        )
        for code, count in report.reasons.items():
            console.print(f"  {count} × {code}")
        _show_geocoding(report.geocoding)


def _show_geocoding(geocoding: Geocoding) -> None:
    if geocoding.found or geocoding.not_found:
        console.print(
            f"  {geocoding.found} addresses placed by the geocoder, {geocoding.not_found} that it does not know better."
        )
    if geocoding.error is not None:
        console.print(f"  {sentence(geocoding.error)}", style="yellow", markup=False, soft_wrap=True)


def show_rebuild(report: RebuildReport) -> None:
    """What an index holds now, and each text that it had to leave out."""
    console.print(f"{report.target}: {report.texts} texts, {report.offers} offers in {report.seconds:.1f} s.")
    for each in report.rejected:
        console.print(f"  left out {each.text_key}: {each.reason}", markup=False, soft_wrap=True)
    if report.rejected:
        console.print("  They are set aside: `kaart index status` shows them; mend the cause, then rebuild the index.")
