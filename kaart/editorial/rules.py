"""Conditions as an editor writes them, for services and for rights alike."""

from __future__ import annotations

from kaart.domain.codes import RuleCode
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule
from kaart.domain.needs import TermKind
from kaart.editorial.fields import FieldReader
from kaart.editorial.reader import Node

_RULE_FIELDS = ("rule", "minimum_age", "maximum_age", "codes", "required", "sentence")
#: No one is older; a larger number is a slip of the pen.
_OLDEST = 120


def read_eligibility(node: Node, reader: FieldReader) -> Eligibility:
    """The list in the field ``eligibility``; not `stated` when there is none."""
    rules = tuple(rule for item in node.items("eligibility") if (rule := _rule(item, reader)))
    return Eligibility(rules, stated=bool(rules))


def _rule(node: Node, reader: FieldReader) -> EligibilityRule | None:
    node.expect_fields(*_RULE_FIELDS)
    rule = node.one_of("rule", RuleCode)
    sentence = node.text("sentence")
    if rule is None:
        return None
    minimum, maximum = node.whole("minimum_age"), node.whole("maximum_age")
    ages = None
    if minimum is not None or maximum is not None:
        if not 0 <= (minimum or 0) <= (_OLDEST if maximum is None else maximum) <= _OLDEST:
            node.complain("content_ages_impossible", "minimum_age" if minimum is not None else "maximum_age")
        ages = AgeRange(minimum or 0, maximum)
    codes = node.strings("codes")
    if rule is RuleCode.TARGET_GROUP:
        codes = reader.codes(node, "codes", TermKind.TARGET_GROUP)
    elif rule is RuleCode.RESIDENCE:
        codes = tuple(reader.areas(node, "codes") or ())
    required = node.flag("required") if node.has("required") else True
    return EligibilityRule(rule, ages, codes, required, sentence)
