"""Who a service is for, as rules with three answers.

A missing fact never excludes anyone: the answer is *unknown*, and it becomes a question to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kaart.domain.codes import RuleCode


class Verdict(StrEnum):
    """The three answers that a rule or a criterion may give."""

    MEETS = "meets"
    FAILS = "fails"
    UNKNOWN = "unknown"

    @classmethod
    def all_of(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """Together: one *fails* fails all; else one *unknown* leaves all unknown; nothing asked meets."""
        found = set(verdicts)
        if cls.FAILS in found:
            return cls.FAILS
        return cls.UNKNOWN if cls.UNKNOWN in found else cls.MEETS


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Ages in completed years, both ends included."""

    minimum: int = 0
    maximum: int | None = None

    def verdict(self, age: int | None) -> Verdict:
        """A missing fact never excludes anyone: it becomes a question to ask."""
        if age is None:
            return Verdict.UNKNOWN
        inside = age >= self.minimum and (self.maximum is None or age <= self.maximum)
        return Verdict.MEETS if inside else Verdict.FAILS


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """One condition of a service, structured as far as it is certain.

    `codes` holds what the rule asks for: target groups, insurance or residence statuses, or area
    codes for `residence`. `required` tells a true condition (True) from a preference (False);
    None: the source does not say. `sentence` is the sentence of the source, in `language`.
    """

    rule: RuleCode
    ages: AgeRange | None = None
    codes: tuple[str, ...] = ()
    required: bool | None = True
    sentence: str = ""
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All conditions of a service. `stated` is False while nobody told who it is for."""

    rules: tuple[EligibilityRule, ...] = ()
    stated: bool = False

    def of(self, rule: RuleCode) -> tuple[EligibilityRule, ...]:
        """The rules of one sort."""
        return tuple(each for each in self.rules if each.rule is rule)
