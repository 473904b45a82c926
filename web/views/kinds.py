"""A page about a kind of help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaart.domain.needs import KindOfHelp
from web.views.common import Shown, shown
from web.views.slugs import kind_path


@dataclass(frozen=True, slots=True)
class KindPageView:
    """What it is, who arranges it, and what is lighter or heavier."""

    label: Shown
    explanation: Shown
    arranged_by: Shown
    lighter: tuple[tuple[str, Shown], ...]
    heavier: tuple[tuple[str, Shown], ...]
    source: str
    source_date: str


def kind_view(kind: KindOfHelp, kinds: Mapping[str, KindOfHelp], language: str) -> KindPageView:
    """The page in one language."""

    def links(codes: Iterable[str]) -> tuple[tuple[str, Shown], ...]:
        return tuple((kind_path(language, code), shown(kinds[code].label, language)) for code in codes if code in kinds)

    return KindPageView(
        label=shown(kind.label, language),
        explanation=shown(kind.explanation, language),
        arranged_by=shown(kind.arranged_by, language),
        lighter=links(kind.lighter),
        heavier=links(kind.heavier),
        source=kind.source,
        source_date=kind.source_date,
    )
