"""Words with several meanings, and our terms in the vocabularies of others.

``taxonomy/senses.yaml`` is a list of words with their senses, ``taxonomy/mappings.csv`` has the columns
``term,scheme,code,relation``. An installation may leave out either.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kaart.domain.needs import AmbiguousWord, MappingRelation, Sense, Term, TermKind, TermMapping
from kaart.domain.texts import INTERFACE_LANGUAGES
from kaart.editorial.codes import read_code
from kaart.editorial.fields import FieldReader
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, nearest, read_csv, read_yaml
from kaart.editorial.rights import codes_by_kind
from kaart.editorial.taxonomy import read_synonym

#: The vocabularies that terms are mapped to: data·inclusion, the Flemish public service catalogue, OpenStreetMap,
#: Open Eligibility.
SCHEMES = ("data_inclusion_thematique", "data_inclusion_service_type", "ipdc_theme", "osm", "open_eligibility")


def read_senses(folder: Path, terms: Mapping[str, tuple[Term, Node]], problems: Problems) -> list[AmbiguousWord]:
    """The ambiguous words in the order of the file."""
    path = folder / "taxonomy" / "senses.yaml"
    if not path.exists():
        return []
    reader = FieldReader(codes_by_kind(terms))
    found: list[AmbiguousWord] = []
    seen: dict[str, int] = {}
    for node in read_yaml(path, problems).items():
        node.expect_fields("code", "words", "senses")
        code = read_code(node)
        words = tuple(word for item in node.items("words") if (word := read_synonym(item)))
        senses = tuple(_sense(item, reader) for item in node.items("senses"))
        if not words:
            node.complain("content_missing_field", "words", name="words")
        if len(senses) < 2:
            node.complain("content_too_few_senses", "senses", code=code)
        for each in (code, *(sense.code for sense in senses)):
            if each in seen:
                node.complain("content_duplicate_code", "code", code=each, first=f"{node.file}:{seen[each]}")
            seen.setdefault(each, node.line)
        found.append(AmbiguousWord(code, words, senses))
    return found


def _sense(node: Node, reader: FieldReader) -> Sense:
    node.expect_fields("code", "labels", "explanation", "sectors", "needs", "kinds")
    sense = Sense(
        code=read_code(node),
        labels=node.texts("labels", required=INTERFACE_LANGUAGES),
        explanation=node.text("explanation"),
        sectors=reader.codes(node, "sectors", TermKind.SECTOR),
        needs=reader.codes(node, "needs", TermKind.NEED),
        kinds=reader.codes(node, "kinds", TermKind.SERVICE_TYPE),
    )
    if not sense.needs and not sense.kinds:
        node.complain("content_sense_leads_nowhere")
    return sense


def read_mappings(folder: Path, terms: Mapping[str, tuple[Term, Node]], problems: Problems) -> list[TermMapping]:
    """The mappings in the order of the file."""
    path = folder / "taxonomy" / "mappings.csv"
    if not path.exists():
        return []
    relations = {each.value: each for each in MappingRelation}
    found: list[TermMapping] = []
    for row in read_csv(path, problems, required=("term", "scheme", "code", "relation")):
        term, scheme, code, relation = (row.text(name) for name in ("term", "scheme", "code", "relation"))
        if term and term not in terms:
            row.complain("content_unknown_code", "term", code=term, nearest=nearest(term, terms) or "-")
        if scheme and scheme not in SCHEMES:
            row.complain("content_unknown_code", "scheme", code=scheme, nearest=nearest(scheme, SCHEMES) or "-")
        if relation and relation not in relations:
            row.complain("content_unknown_code", "relation", code=relation, nearest=", ".join(relations))
        if relation in relations:
            mapping = TermMapping(term, scheme, code, relations[relation])
            if any((each.term, each.scheme, each.code) == (term, scheme, code) for each in found):
                row.complain("content_duplicate_value", "code", value=code)
            found.append(mapping)
    return found
