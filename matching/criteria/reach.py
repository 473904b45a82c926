"""How the help and the person come together: distance, a visit at home, by phone or online."""

from __future__ import annotations

from kaart.domain.codes import CoordinatePrecision, Reach, ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.facts import Evidence
from kaart.domain.needs import ClientNeed
from matching.criteria import weights
from matching.criteria.candidate import Candidate
from matching.explain import Reason, points

#: Rounded to one digit below this distance, to whole kilometres above: nobody walks 12.3 km.
_FINE_KM = 10.0


def reach(need: ClientNeed, candidate: Candidate) -> Reason | None:
    """The best way that is known; unknown, with a question to ask, when none is.

    None for an offer that one has to go to while nobody said from where, or to which of several.
    """
    ways = [way for way in (_distance(need, candidate), _visit(need, candidate), _remote(candidate)) if way]
    if ways:
        return max(ways, key=lambda way: (way.verdict is Verdict.MEETS, way.points))
    if need.place is None or candidate.place_needed:
        return None
    return _reason(Verdict.UNKNOWN, 0.0, "unknown", candidate)


def _distance(need: ClientNeed, candidate: Candidate) -> Reason | None:
    facts = candidate.facts
    if need.place is None or candidate.place_needed or (facts.reach and Reach.SITE not in facts.reach):
        return None
    plus = weights.REACH_ZONE if candidate.same_zone else 0.0
    coarse = all(each.precision in {CoordinatePrecision.MUNICIPALITY, None} for each in facts.locations)
    addressed = any(each.address for each in facts.locations)
    if candidate.in_municipality and (coarse or candidate.distance_km is None):
        message = "municipality_known" if addressed else "municipality"
        return _reason(Verdict.MEETS, weights.REACH_MUNICIPALITY + plus, message, candidate)
    if candidate.distance_km is None:
        return None
    kilometres = candidate.distance_km
    shown = round(kilometres, 1) if kilometres < _FINE_KM else round(kilometres)
    if kilometres > candidate.scale_km:
        return _reason(Verdict.FAILS, 0.0, "far", candidate, kilometres=shown)
    worth = weights.REACH * (1.0 - kilometres / candidate.scale_km) ** 2
    message = "near" if not coarse else "about_middle" if addressed else "about"
    return _reason(Verdict.MEETS, worth + plus, message, candidate, kilometres=shown)


def _visit(need: ClientNeed, candidate: Candidate) -> Reason | None:
    if not candidate.facts.reach & {Reach.HOME_VISIT, Reach.OUTREACH} or need.place is None:
        return None
    if candidate.covers is None:
        return _reason(Verdict.UNKNOWN, weights.REACH_HOME / 2, "home_unknown", candidate)
    if candidate.covers:
        return _reason(Verdict.MEETS, weights.REACH_HOME, "home", candidate)
    return None


def _remote(candidate: Candidate) -> Reason | None:
    for way in (Reach.PHONE, Reach.ONLINE):
        if way in candidate.facts.reach and candidate.covers is not False:
            return _reason(Verdict.MEETS, weights.REACH_REMOTE, way.value, candidate)
    return None


def _reason(verdict: Verdict, worth: float, message: str, candidate: Candidate, **parameters: object) -> Reason:
    evidence: Evidence | None = candidate.facts.evidence.get("reach") or candidate.facts.evidence.get("locations")
    return Reason(
        ReasonCode.REACH, verdict, points(worth), f"reason.reach.{message}", tuple(parameters.items()), evidence
    )
