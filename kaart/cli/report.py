"""What an import did, for whoever ran it."""

from __future__ import annotations

from collections.abc import Iterable

from data_sources.ingest import IngestReport
from kaart.cli.output import console


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
