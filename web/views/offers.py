"""Offers as cards: name, reasons, distance, telephone; the same for results, near-misses and who arranges help."""

from __future__ import annotations

from dataclasses import dataclass

from kaart.domain.codes import Formality
from kaart.domain.facts import Evidence, ServiceFacts
from kaart.texts import has_message, render
from kaart.wording import Wording, day, enumeration, number, points
from matching.explain import Reason
from matching.rank import Match
from web.views.common import PhoneView, Shown, phone, shown
from web.views.slugs import kind_path, service_path


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason; `points` written with their sign, `origin` says on what it rests."""

    code: str
    verdict: str
    words: str
    points: str
    origin: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A service that is only named; without a path there is no page about it."""

    path: str
    name: Shown
    organization: Shown


@dataclass(frozen=True, slots=True)
class CardView:
    """An offer with its reasons; `score` is the sum of the points, written.

    `place_needed`: only a place tells whose offer it is, so that there is nobody to call yet; `path` may be empty.
    """

    service_id: str
    path: str
    name: Shown
    organization: Shown
    summary: Shown
    reasons: tuple[ReasonView, ...]
    score: str
    distance: str
    reach: str
    phone: PhoneView | None
    address: str
    place_needed: bool
    informal: bool
    synthetic: bool
    branches: tuple[LinkView, ...]


def source_name(code: str, language: str) -> str:
    """Who said it: a sentence for the sources that every register has, else the source's own name."""
    key = f"web.source.{code}"
    return render(key, language) if has_message(key) else code


def origin(evidence: Evidence | None, language: str) -> str:
    """On what a statement rests, in words; empty when nothing is named."""
    if evidence is None:
        return ""
    source = source_name(evidence.source, language)
    return f"{source}, {day(evidence.on, language)}" if evidence.on else source


def reason_view(reason: Reason, wording: Wording, language: str) -> ReasonView:
    """A reason in the reader's language."""
    return ReasonView(
        code=reason.code,
        verdict=reason.verdict,
        words=wording.sentence(reason.message, language, reason.parameters),
        points=points(reason.points, language),
        origin=origin(reason.evidence, language),
    )


def link(match: Match, wording: Wording, language: str) -> LinkView:
    """An offer by name; one that stands for those of all towns leads to what is said of its kind of help."""
    facts = match.facts
    kind = wording.explained_kind(facts)
    general = kind_path(language, kind) if kind else ""
    return LinkView(
        path=general if match.place_needed else service_path(language, facts.service_id, facts.name),
        name=shown(facts.name, language),
        organization=shown(wording.body(facts, language, place_needed=match.place_needed), language),
    )


def card(match: Match, wording: Wording, language: str) -> CardView:
    """An offer as a card."""
    facts = match.facts
    named = link(match, wording, language)
    address = next((place.address for place in facts.locations if place.address), "")
    return CardView(
        service_id=str(facts.service_id),
        path=named.path,
        name=named.name,
        organization=named.organization,
        summary=shown(facts.summary, language),
        reasons=tuple(reason_view(reason, wording, language) for reason in match.reasons),
        score=points(match.score, language).removeprefix("+"),
        distance=distance(match, language),
        reach=reach(facts, language),
        phone=phone(facts.public_phone),
        address=address,
        place_needed=match.place_needed,
        informal=facts.formality is Formality.INFORMAL,
        synthetic=facts.synthetic,
        branches=tuple(_branch(each, language) for each in match.branches),
    )


def _branch(facts: ServiceFacts, language: str) -> LinkView:
    """The same offer at another place."""
    path = service_path(language, facts.service_id, facts.name)
    return LinkView(path, shown(facts.name, language), shown(facts.organization_name, language))


def distance(match: Match, language: str) -> str:
    """How far, in words; empty when it is not known or not needed."""
    if match.distance_km is None:
        return ""
    return render("web.card.distance", language, distance=number(match.distance_km, language))


def reach(facts: ServiceFacts, language: str) -> str:
    """How the help gets to a person, in words; being somewhere is said by the address."""
    ways = [f"web.reach.{way}" for way in sorted(facts.reach) if way != "site"]
    return enumeration([render(key, language) for key in ways], language) if ways else ""
