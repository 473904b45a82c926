"""Who the offer is for. Only ages are compared yet; other conditions are shown as they stand, to be asked."""

from __future__ import annotations

from kaart.domain.codes import ReasonCode, RuleCode
from kaart.domain.eligibility import AgeRange, EligibilityRule, Verdict
from kaart.domain.facts import Evidence
from kaart.domain.needs import ClientNeed
from matching.criteria import weights
from matching.criteria.candidate import Candidate
from matching.explain import Reason, points


def eligibility(need: ClientNeed, candidate: Candidate) -> Reason | None:
    """Meets, fails or unknown. None when it is told that there is no condition at all.

    Only a rule that is surely required can fail; a preference never does.
    """
    rules = candidate.facts.eligibility.rules
    evidence = candidate.facts.evidence.get("eligibility")
    if not rules:
        stated = candidate.facts.eligibility.stated
        return None if stated else _reason(Verdict.UNKNOWN, "unknown", (), evidence)
    ages = [(rule, age_verdict(rule, need.age)) for rule in rules if rule.rule is RuleCode.AGE and rule.ages]
    for wanted in (Verdict.FAILS, Verdict.UNKNOWN):
        for rule, verdict in ages:
            if verdict is wanted:
                return _reason(verdict, _age_message(rule, verdict), _ages(rule), evidence)
    others = [rule for rule in rules if rule.rule is not RuleCode.AGE or not rule.ages]
    if not others:
        return _reason(Verdict.MEETS, "age_meets", (("age", need.age),), evidence, weights.ELIGIBILITY)
    sentence = next((rule.sentence for rule in others if rule.sentence), "")
    if not sentence:
        return _reason(Verdict.UNKNOWN, "conditions_unnamed", (), evidence)
    return _reason(Verdict.UNKNOWN, "conditions", (("sentence", sentence),), evidence)


def age_verdict(rule: EligibilityRule, age: int | None) -> Verdict:
    """The verdict of one age rule; a rule that is not surely required turns *fails* into *unknown*."""
    verdict = rule.ages.verdict(age) if rule.ages is not None else Verdict.UNKNOWN
    return Verdict.UNKNOWN if verdict is Verdict.FAILS and rule.required is not True else verdict


def _age_message(rule: EligibilityRule, verdict: str) -> str:
    ages = rule.ages or AgeRange()
    if ages.maximum is None:
        return f"age_{verdict}_from"
    return f"age_{verdict}_until" if ages.minimum == 0 else f"age_{verdict}_between"


def _ages(rule: EligibilityRule) -> tuple[tuple[str, object], ...]:
    ages = rule.ages or AgeRange()
    return (("minimum", ages.minimum), ("maximum", ages.maximum if ages.maximum is not None else ""))


def _reason(
    verdict: Verdict,
    message: str,
    parameters: tuple[tuple[str, object], ...],
    evidence: Evidence | None,
    worth: float = 0.0,
) -> Reason:
    return Reason(ReasonCode.ELIGIBILITY, verdict, points(worth), f"reason.eligibility.{message}", parameters, evidence)
