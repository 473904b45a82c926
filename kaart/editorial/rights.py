"""Rights and allowances: every YAML file below ``rights/`` is a list of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from kaart.domain.codes import Granting
from kaart.domain.needs import Term, TermKind
from kaart.domain.rights import AskAt, Right
from kaart.domain.texts import INTERFACE_LANGUAGES
from kaart.editorial.codes import read_code
from kaart.editorial.fields import FieldReader
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, read_yaml
from kaart.editorial.rules import read_eligibility

#: Where a right holds.
REGIONS = ("be", "vlg", "bru")
#: How every code of a right begins: it never collides with a term of the taxonomy.
PREFIX = "right_"

_FIELDS = (
    "code",
    "labels",
    "explanation",
    "who",
    "conditions",
    "eligibility",
    "how",
    "ask_at",
    "automatic",
    "term",
    "appeal",
    "amount",
    "needs",
    "target_groups",
    "regions",
    "legal_basis",
    "source",
    "source_url",
    "source_date",
)


def read_rights(
    folder: Path, terms: Mapping[str, tuple[Term, Node]], problems: Problems
) -> dict[str, tuple[Right, Node]]:
    """The rights by code, with their nodes. An installation may have none."""
    rights: dict[str, tuple[Right, Node]] = {}
    reader = FieldReader(codes_by_kind(terms))
    for path in sorted((folder / "rights").glob("*.yaml")):
        for node in read_yaml(path, problems).items():
            right = _right(node, reader)
            if right is None:
                continue
            if right.code in rights:
                first = rights[right.code][1]
                node.complain("content_duplicate_code", "code", code=right.code, first=f"{first.file}:{first.line}")
                continue
            rights[right.code] = (right, node)
    return rights


def codes_by_kind(terms: Mapping[str, tuple[Term, Node]]) -> Mapping[TermKind, Collection[str]]:
    """The codes of each vocabulary that may still be used."""
    found: dict[TermKind, set[str]] = {kind: set() for kind in TermKind}
    for term, _ in terms.values():
        if term.replaced_by is None:
            found[term.kind].add(term.code)
    return found


def _right(node: Node, reader: FieldReader) -> Right | None:
    if not node.expect_fields(*_FIELDS):
        return None
    code = read_code(node)
    if code and not code.startswith(PREFIX):
        node.complain("content_right_code", "code", code=code, prefix=PREFIX)
    regions = node.strings("regions")
    for region in regions:
        if region not in REGIONS:
            node.complain("content_unknown_code", "regions", code=region, nearest=", ".join(REGIONS))
    if not regions:
        node.complain("content_missing_field", "regions", name="regions")
    written_on = node.day("source_date")
    if not code:
        return None
    return Right(
        code=code,
        labels=node.texts("labels", required=INTERFACE_LANGUAGES),
        explanation=node.texts("explanation", required=INTERFACE_LANGUAGES),
        who=node.text("who"),
        how=node.text("how"),
        ask_at=_ask_at(node, reader),
        granting=node.one_of("automatic", Granting) or Granting.UNKNOWN,
        conditions=node.strings("conditions"),
        eligibility=read_eligibility(node, reader),
        term=node.text("term", required=False),
        appeal=node.text("appeal", required=False),
        amount=node.text("amount", required=False),
        needs=reader.codes(node, "needs", TermKind.NEED),
        target_groups=reader.codes(node, "target_groups", TermKind.TARGET_GROUP),
        regions=regions,
        legal_basis=node.text("legal_basis", required=False),
        source=node.text("source"),
        source_url=node.url("source_url", required=True),
        source_date=written_on.isoformat() if written_on else "",
    )


def _ask_at(node: Node, reader: FieldReader) -> AskAt:
    below = node.child("ask_at")
    if below is None:
        node.complain("content_missing_field", "ask_at", name="ask_at")
        return AskAt("")
    below.expect_fields("name", "kinds", "url")
    return AskAt(below.text("name"), reader.codes(below, "kinds", TermKind.SERVICE_TYPE), below.url("url"))
