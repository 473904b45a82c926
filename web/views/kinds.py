"""A page about a kind of help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaart.domain.codes import CostKind, ReferralNeed
from kaart.domain.needs import KindOfHelp
from kaart.domain.rights import Right
from kaart.domain.texts import LocalText
from kaart.texts import render
from kaart.wording import iso_day
from web.views.common import Shown, shown
from web.views.slugs import kind_path, right_path

#: Rights that are asked at this kind of help; more would bury the page.
_MAXIMUM_RIGHTS = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the words come from, and when they were written."""

    name: str
    url: str
    day: str


@dataclass(frozen=True, slots=True)
class KindPageView:
    """What it is and does, for whom, how one gets there, what it costs, what is lighter or heavier.

    `dutch_only` says that much of the page is Dutch although the reader asked for another language.
    """

    label: Shown
    explanation: Shown
    does: tuple[Shown, ...]
    does_not: tuple[Shown, ...]
    for_whom: Shown
    arranged_by: Shown
    cost: str
    cost_explanation: Shown
    referral: str
    referral_explanation: Shown
    meanwhile: tuple[Shown, ...]
    lighter: tuple[tuple[str, Shown], ...]
    heavier: tuple[tuple[str, Shown], ...]
    rights: tuple[tuple[str, Shown], ...]
    origin: Origin
    dutch_only: bool


def kind_view(
    kind: KindOfHelp, kinds: Mapping[str, KindOfHelp], rights: Iterable[Right], language: str
) -> KindPageView:
    """The page in one language."""

    def links(codes: Iterable[str]) -> tuple[tuple[str, Shown], ...]:
        return tuple((kind_path(language, code), shown(kinds[code].label, language)) for code in codes if code in kinds)

    asked_here = [right for right in rights if kind.code in right.ask_at.kinds]
    return KindPageView(
        label=shown(kind.label, language),
        explanation=shown(kind.explanation, language),
        does=dutch_list(kind.does, language),
        does_not=dutch_list(kind.does_not, language),
        for_whom=dutch(kind.for_whom, language),
        arranged_by=shown(kind.arranged_by, language),
        cost="" if kind.cost is CostKind.UNKNOWN else render(f"web.cost.{kind.cost}", language),
        cost_explanation=dutch(kind.cost_explanation, language),
        referral="" if kind.referral is ReferralNeed.UNKNOWN else render(f"web.referral.{kind.referral}", language),
        referral_explanation=dutch(kind.referral_explanation, language),
        meanwhile=dutch_list(kind.meanwhile, language),
        lighter=links(kind.lighter),
        heavier=links(kind.heavier),
        rights=tuple(
            (right_path(language, right.code), shown(right.labels, language)) for right in asked_here[:_MAXIMUM_RIGHTS]
        ),
        origin=Origin(kind.source, kind.source_url, iso_day(kind.source_date, language)),
        dutch_only=language != "nl" and bool(kind.does or kind.does_not or kind.for_whom),
    )


def dutch(words: str, language: str) -> Shown:
    """Words that editors write in Dutch alone."""
    return shown(LocalText("nl", words), language)


def dutch_list(items: Iterable[str], language: str) -> tuple[Shown, ...]:
    """A list that editors write in Dutch alone."""
    return tuple(dutch(item, language) for item in items)
