"""Whether the offer is for people of this place: the true catchment, never a border as such."""

from __future__ import annotations

from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.needs import ClientNeed
from matching.criteria import weights
from matching.criteria.candidate import Candidate
from matching.explain import Reason, points


def area(need: ClientNeed, candidate: Candidate) -> Reason | None:
    """Inside, outside or not told. None where the place is not known well enough: there is nothing to compare."""
    if need.place is None or candidate.place_needed:
        return None
    evidence = candidate.facts.evidence.get("catchment")
    if candidate.covers is None or candidate.facts.catchment is None:
        return Reason(
            ReasonCode.AREA, Verdict.UNKNOWN, points(weights.AREA_UNKNOWN), "reason.area.unknown", evidence=evidence
        )
    parameters = (("area", candidate.area_label),)
    if candidate.covers:
        return Reason(ReasonCode.AREA, Verdict.MEETS, points(weights.AREA), "reason.area.inside", parameters, evidence)
    return Reason(ReasonCode.AREA, Verdict.FAILS, points(0), "reason.area.outside", parameters, evidence)
