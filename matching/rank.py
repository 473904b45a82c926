"""One ranked offer, and the order of offers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.facts import ServiceFacts
from kaart.domain.ids import OrganizationId
from matching.explain import POINT, Reason


@dataclass(frozen=True, slots=True)
class Match:
    """An offer with its reasons. `distance_km` None: not known or not needed.

    `branches` are further offers of the same organization with the same text, nearest first. `answers` are the
    codes of the asked needs that the register says it answers. `place_needed`: it stands for the same offer of several
    bodies, and whose it is depends on a place that is not known well enough; `facts` holds what they share.
    """

    facts: ServiceFacts
    reasons: tuple[Reason, ...]
    distance_km: float | None = None
    covers: bool | None = None
    branches: tuple[ServiceFacts, ...] = ()
    place_needed: bool = False
    answers: frozenset[str] = frozenset()

    @property
    def score(self) -> Decimal:
        """The sum of the reasons shown; nothing else counts."""
        return sum((reason.points for reason in self.reasons), Decimal())


def in_order(matches: Iterable[Match], day: date) -> tuple[Match, ...]:
    """By score, highest first. Equal scores by a hash seeded with the day, so that nobody is always first."""
    return tuple(sorted(matches, key=lambda match: (-match.score, _lot(match, day))))


def grouped(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Branches of one organization with the same text become one card: the best, with the others in it.

    The order of the cards stays; nothing is summed, so a large organization gains nothing by its branches.
    """
    cards: dict[tuple[OrganizationId, str], list[Match]] = {}
    for match in matches:
        cards.setdefault((match.facts.organization_id, match.facts.text_key), []).append(match)
    return tuple(
        replace(first, branches=(*first.branches, *(other.facts for other in sorted(others, key=_distance))))
        for first, *others in cards.values()
    )


def covering_every_need(matches: Sequence[Match], needs: Sequence[str], day: date) -> tuple[Match, ...]:
    """Lift the best offer of each asked need into the first results, so that no need is forgotten.

    With three needs the best of each stands among the first three. The lift is a reason of its own with the points
    that it takes, so that the order is still that of the scores.
    """
    ordered = in_order(matches, day)
    wanted = list(dict.fromkeys(needs))
    best = {need: match for need in reversed(wanted) for match in reversed(ordered) if need in match.answers}
    chosen = {match.facts.service_id for match in best.values()}
    others = [match for match in ordered if match.facts.service_id not in chosen]
    room = len(wanted) - len(chosen)
    if len(wanted) < 2 or len(others) <= room:
        return ordered
    first_left_out = others[room].score
    lifted = []
    for match in ordered:
        need = next((need for need in wanted if best.get(need) is match), None)
        if need is None or match.score > first_left_out:
            lifted.append(match)
        else:
            lift = _lift(need, first_left_out - match.score + POINT)
            lifted.append(replace(match, reasons=(*match.reasons, lift)))
    return in_order(lifted, day)


def _lift(need: str, worth: Decimal) -> Reason:
    return Reason(ReasonCode.NEED, Verdict.MEETS, worth, "reason.need.also", (("needs", (need,)),))


def _lot(match: Match, day: date) -> bytes:
    return hashlib.sha256(f"{day.isoformat()} {match.facts.service_id}".encode()).digest()


def _distance(match: Match) -> tuple[bool, float, str]:
    return (match.distance_km is None, match.distance_km or 0.0, match.facts.key)
