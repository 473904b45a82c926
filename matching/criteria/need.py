"""How well an offer answers what was asked: its coded needs and kinds, and its words."""

from __future__ import annotations

from kaart.domain.codes import ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.needs import ClientNeed
from matching.criteria import weights
from matching.criteria.candidate import AnswerTo, Candidate, Fit
from matching.explain import Reason, points


def need(_need: ClientNeed, candidate: Candidate) -> Reason:
    """Meets when the register says so, or the question names the offer; unknown when only words are near, or nothing.

    It never fails: that an offer is coded for other needs does not prove that it cannot help.
    """
    best = [answer for answer in candidate.answers if answer.fit is not Fit.NONE]
    total = points(sum(_worth(answer, candidate) for answer in best))
    coded = tuple(dict.fromkeys(answer.need for answer in best if answer.fit.is_coded and answer.need))
    if coded:
        field = "needs" if any(answer.fit in {Fit.BOTH, Fit.NEED} for answer in best) else "kinds"
        return Reason(
            ReasonCode.NEED,
            Verdict.MEETS,
            total,
            "reason.need.named",
            (("needs", coded),),
            candidate.facts.evidence.get(field),
        )
    if any(answer.fit is Fit.NAMED for answer in best):
        evidence = candidate.facts.evidence.get("name")
        return Reason(ReasonCode.NEED, Verdict.MEETS, total, "reason.need.name", evidence=evidence)
    if best:
        evidence = candidate.facts.evidence.get("summary")
        return Reason(ReasonCode.NEED, Verdict.UNKNOWN, total, "reason.need.text", evidence=evidence)
    nearest = max((answer.closeness for answer in candidate.answers), default=0.0)
    return Reason(ReasonCode.NEED, Verdict.UNKNOWN, points(weights.LOOSE * nearest), "reason.need.none")


def _worth(answer: AnswerTo, candidate: Candidate) -> float:
    worth = weights.NEED[answer.fit] + weights.TEXT * answer.closeness
    if answer.fit.is_coded and candidate.facts.needs:
        worth += weights.SPECIFIC / len(candidate.facts.needs) ** 0.5
    return worth * answer.weight
