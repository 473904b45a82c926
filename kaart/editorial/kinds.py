"""Kinds of help explained: every YAML file below ``kinds/`` is a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kaart.domain.codes import CostKind, ReferralNeed
from kaart.domain.needs import KindOfHelp, Term, TermKind
from kaart.domain.texts import INTERFACE_LANGUAGES
from kaart.editorial.codes import read_code
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Choice, Node, read_yaml

_FIELDS = (
    "code",
    "explanation",
    "arranged_by",
    "arranged_by_kinds",
    "does",
    "does_not",
    "for_whom",
    "cost",
    "referral",
    "meanwhile",
    "lighter",
    "heavier",
    "source",
    "source_url",
    "source_date",
)


def read_kinds(
    folder: Path, terms: Mapping[str, tuple[Term, Node]], problems: Problems
) -> dict[str, tuple[KindOfHelp, Node]]:
    """The kinds of help by code, with their nodes; the label is that of the service type."""
    kinds: dict[str, tuple[KindOfHelp, Node]] = {}
    paths = sorted((folder / "kinds").glob("*.yaml"))
    if not paths:
        problems.add("kinds", 0, "", "content_file_missing")
    for path in paths:
        for node in read_yaml(path, problems).items():
            kind = _kind(node, terms)
            if kind is None:
                continue
            if kind.code in kinds:
                first = kinds[kind.code][1]
                node.complain("content_duplicate_code", "code", code=kind.code, first=f"{first.file}:{first.line}")
                continue
            kinds[kind.code] = (kind, node)
    return kinds


def _kind(node: Node, terms: Mapping[str, tuple[Term, Node]]) -> KindOfHelp | None:
    if not node.expect_fields(*_FIELDS):
        return None
    code = read_code(node)
    if not code:
        return None
    found = terms.get(code)
    if found is None or found[0].kind is not TermKind.SERVICE_TYPE:
        node.complain("content_unknown_service_type", "code", code=code)
        return None
    written_on = node.day("source_date")
    cost, cost_explanation = _choice(node, "cost", "kind", CostKind, CostKind.UNKNOWN)
    referral, referral_explanation = _choice(node, "referral", "needed", ReferralNeed, ReferralNeed.UNKNOWN)
    return KindOfHelp(
        code=code,
        label=found[0].labels,
        explanation=node.texts("explanation", required=INTERFACE_LANGUAGES),
        arranged_by=node.texts("arranged_by", required=INTERFACE_LANGUAGES),
        arranged_by_kinds=node.strings("arranged_by_kinds"),
        does=node.strings("does"),
        does_not=node.strings("does_not"),
        for_whom=node.text("for_whom"),
        cost=cost,
        cost_explanation=cost_explanation,
        referral=referral,
        referral_explanation=referral_explanation,
        meanwhile=node.strings("meanwhile"),
        lighter=node.strings("lighter"),
        heavier=node.strings("heavier"),
        source=node.text("source"),
        source_url=node.url("source_url"),
        source_date=written_on.isoformat() if written_on else "",
    )


def _choice(node: Node, key: str, name: str, choices: type[Choice], unknown: Choice) -> tuple[Choice, str]:
    """A code with a sentence beside it, as ``cost`` and ``referral`` are."""
    below = node.child(key)
    if below is None:
        node.complain("content_missing_field", key, name=key)
        return unknown, ""
    below.expect_fields(name, "explanation")
    return below.one_of(name, choices) or unknown, below.text("explanation", required=False)
