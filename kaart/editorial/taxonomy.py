"""The taxonomy: one YAML file per vocabulary, each a list of terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from kaart.domain.needs import Synonym, Term, TermKind
from kaart.domain.texts import INTERFACE_LANGUAGES, Texts
from kaart.editorial.codes import read_code
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, read_yaml

#: The file of each vocabulary below ``taxonomy/``.
TERM_FILES: Mapping[TermKind, str] = MappingProxyType(
    {
        TermKind.DOMAIN: "domains.yaml",
        TermKind.NEED: "needs.yaml",
        TermKind.SERVICE_TYPE: "service_types.yaml",
        TermKind.TARGET_GROUP: "target_groups.yaml",
        TermKind.SECTOR: "sectors.yaml",
        TermKind.ORGANIZATION_TYPE: "organization_types.yaml",
        TermKind.PROFESSION: "professions.yaml",
        TermKind.FORM: "forms.yaml",
    }
)

#: Hexadecimal digits of a version: 48 bits, so that no two versions of one taxonomy ever share them.
_VERSION_LENGTH = 12

#: Vocabularies that an installation may leave out.
OPTIONAL_FILES = frozenset({TermKind.PROFESSION, TermKind.FORM})

_TERM_FIELDS = (
    "code",
    "labels",
    "explanation",
    "synonyms",
    "broader",
    "related",
    "kinds",
    "step_down",
    "step_up",
    "scale_km",
    "sensitive",
    "replaced_by",
)
_SYNONYM_FIELDS = ("value", "language", "used_by", "abbreviation")


def read_taxonomy(folder: Path, problems: Problems) -> dict[str, tuple[Term, Node]]:
    """Every term by code, with the node that it came from (for complaints about references)."""
    terms: dict[str, tuple[Term, Node]] = {}
    for kind, name in TERM_FILES.items():
        path = folder / "taxonomy" / name
        if kind in OPTIONAL_FILES and not path.exists():
            continue
        for node in read_yaml(path, problems).items():
            term = _term(node, kind)
            if term is None:
                continue
            if term.code in terms:
                first = terms[term.code][1]
                node.complain("content_duplicate_code", "code", code=term.code, first=f"{first.file}:{first.line}")
                continue
            terms[term.code] = (term, node)
    return terms


def _term(node: Node, kind: TermKind) -> Term | None:
    if not node.expect_fields(*_TERM_FIELDS):
        return None
    if kind is not TermKind.NEED:
        for name in ("kinds", "step_down", "step_up", "scale_km"):
            if node.has(name):
                node.complain("content_field_only_for_needs", name)
    scale = node.number("scale_km")
    if scale is not None and not 0 < scale <= 300:
        node.complain("content_number_out_of_range", "scale_km", value=f"{scale:g}", minimum=0, maximum=300)
        scale = None
    code = read_code(node)
    if not code:
        return None
    return Term(
        code=code,
        kind=kind,
        labels=node.texts("labels", required=INTERFACE_LANGUAGES),
        explanation=_explanation(node),
        synonyms=tuple(found for item in node.items("synonyms") if (found := read_synonym(item))),
        broader=node.strings("broader"),
        related=node.strings("related"),
        kinds=node.strings("kinds"),
        step_down=node.strings("step_down"),
        step_up=node.strings("step_up"),
        scale_km=scale,
        sensitive=node.flag("sensitive"),
        replaced_by=node.text("replaced_by", required=False) or None,
    )


def _explanation(node: Node) -> Texts:
    below = node.child("explanation")
    if below is not None and below.is_mapping:
        return node.texts("explanation", required=("nl",), allowed=INTERFACE_LANGUAGES)
    return Texts.of(nl=node.text("explanation"))


def read_synonym(item: Node) -> Synonym | None:
    """A plain word is a Dutch synonym; a mapping says more about it."""
    if item.value:
        return Synonym(item.value)
    if not item.expect_fields(*_SYNONYM_FIELDS):
        return None
    value = item.text("value")
    language = item.text("language", required=False) or "nl"
    if not value:
        return None
    return Synonym(value, language, item.text("used_by", required=False), item.flag("abbreviation"))


def version_of(terms: Iterable[Term]) -> str:
    """A short digest of what the codes mean: words, place and kinds of help of each, in whatever order they stand.

    Synonyms, related terms and distances are left out: they help searching, and change without any code changing.
    """
    meanings = [
        [
            *(term.code, term.kind.value, term.replaced_by or ""),
            *([[text.language, text.value] for text in texts.values] for texts in (term.labels, term.explanation)),
            *(term.broader, term.kinds),
        ]
        for term in sorted(terms, key=lambda term: term.code)
    ]
    return hashlib.sha256(json.dumps(meanings, ensure_ascii=False).encode()).hexdigest()[:_VERSION_LENGTH]
