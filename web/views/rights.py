"""Pages about rights and allowances: never a decision, always "mogelijk recht op"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaart.domain.codes import Granting
from kaart.domain.needs import KindOfHelp, Term, TermKind
from kaart.domain.rights import Right
from kaart.texts import render
from kaart.wording import enumeration, iso_day
from web.views.common import Shown, shown
from web.views.kinds import Origin, dutch, dutch_list
from web.views.slugs import kind_path, right_path


@dataclass(frozen=True, slots=True)
class RightPageView:
    """One right: who may have it, under which conditions, how and where to ask, and what if the answer is no."""

    label: Shown
    explanation: Shown
    who: Shown
    conditions: tuple[Shown, ...]
    granting: str
    how: Shown
    ask_at: Shown
    ask_url: str
    ask_kinds: tuple[tuple[str, Shown], ...]
    term: Shown
    appeal: Shown
    amount: Shown
    regions: str
    legal_basis: Shown
    origin: Origin
    dutch_only: bool


@dataclass(frozen=True, slots=True)
class RightsGroup:
    """The rights of one domain of life, as (address, name, one line) each."""

    label: Shown
    rights: tuple[tuple[str, Shown, Shown], ...]


def right_view(right: Right, kinds: Mapping[str, KindOfHelp], language: str) -> RightPageView:
    """The page in one language."""
    asked = right.ask_at
    return RightPageView(
        label=shown(right.labels, language),
        explanation=shown(right.explanation, language),
        who=dutch(right.who, language),
        conditions=dutch_list(right.conditions, language),
        granting="" if right.granting is Granting.UNKNOWN else render(f"web.granting.{right.granting}", language),
        how=dutch(right.how, language),
        ask_at=dutch(asked.name, language),
        ask_url=asked.url,
        ask_kinds=tuple(
            (kind_path(language, code), shown(kinds[code].label, language)) for code in asked.kinds if code in kinds
        ),
        term=dutch(right.term, language),
        appeal=dutch(right.appeal, language),
        amount=dutch(right.amount, language),
        regions=enumeration([render(f"web.region.{region}", language) for region in right.regions], language),
        legal_basis=dutch(right.legal_basis, language),
        origin=Origin(right.source, right.source_url, iso_day(right.source_date, language)),
        dutch_only=language != "nl",
    )


def rights_groups(rights: Iterable[Right], terms: Mapping[str, Term], language: str) -> tuple[RightsGroup, ...]:
    """All rights by the domain of life of their first need, in the order of the domains; each stands once."""
    by_domain: dict[str, list[Right]] = {}
    for right in rights:
        by_domain.setdefault(_domain(right, terms), []).append(right)
    domains = [code for code, term in terms.items() if term.kind is TermKind.DOMAIN]
    return tuple(
        RightsGroup(
            label=shown(terms[code].labels, language) if code else Shown(render("web.rights.other", language)),
            rights=tuple(
                (right_path(language, right.code), shown(right.labels, language), shown(right.explanation, language))
                for right in sorted(by_domain[code], key=lambda each: each.labels.text(language).casefold())
            ),
        )
        for code in (*domains, "")
        if code in by_domain
    )


def _domain(right: Right, terms: Mapping[str, Term]) -> str:
    for need in right.needs:
        for code in terms[need].broader if need in terms else ():
            if code in terms and terms[code].kind is TermKind.DOMAIN:
                return code
    return ""
