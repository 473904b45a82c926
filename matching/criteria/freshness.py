"""How recently somebody who can know looked at the offer."""

from __future__ import annotations

from datetime import timedelta

from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.needs import ClientNeed
from matching.criteria import weights
from matching.criteria.candidate import Candidate
from matching.explain import Reason, points

#: The source code of texts that the project's own editors wrote.
EDITORIAL = "editorial"


def freshness(_need: ClientNeed, candidate: Candidate) -> Reason:
    """Checked within the review period, longer ago, never by the organisation itself, or no date at all."""
    facts = candidate.facts
    evidence = facts.evidence.get("summary") or facts.evidence.get("name")
    if facts.checked_on is not None:
        fresh = candidate.today - facts.checked_on <= timedelta(days=facts.review_days)
        return Reason(
            ReasonCode.FRESHNESS,
            Verdict.MEETS if fresh else Verdict.UNKNOWN,
            points(weights.FRESHNESS if fresh else weights.FRESHNESS_STALE),
            "reason.freshness.checked" if fresh else "reason.freshness.stale",
            (("date", facts.checked_on),),
            evidence,
        )
    day = facts.dated_on or (evidence.on if evidence else None)
    if day is None:
        return Reason(ReasonCode.FRESHNESS, Verdict.UNKNOWN, points(0), "reason.freshness.unknown", (), evidence)
    editorial = evidence is not None and evidence.source == EDITORIAL
    return Reason(
        ReasonCode.FRESHNESS,
        Verdict.UNKNOWN,
        points(weights.FRESHNESS_EDITORIAL if editorial else weights.FRESHNESS_DATED),
        "reason.freshness.editorial" if editorial else "reason.freshness.dated",
        (("date", day),),
        evidence,
    )
