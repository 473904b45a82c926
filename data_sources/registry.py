"""Which sources there are, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from data_sources.adapters.belgica_justice import BelgicaJustice
from data_sources.adapters.editorial import EditorialSource
from data_sources.contract import Source
from kaart.domain.areas import Point
from kaart.domain.needs import Term


def default_sources(
    content: Path, locate: Callable[[str], Point | None], terms: Mapping[str, Term] | None = None
) -> tuple[Source, ...]:
    """The sources of the default catalogue, in the order in which they are read.

    `content` is the folder of the editorial content, `locate` gives a representative point of a municipality by
    its NIS code, and with `terms` every code in the content is checked against the taxonomy.
    """
    return (EditorialSource(content, terms), BelgicaJustice(content, locate, terms))
