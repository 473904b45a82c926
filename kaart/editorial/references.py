"""References between the files: every code that is named exists and is of the right vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kaart.domain.needs import ExampleSentence, KindOfHelp, Term, TermKind
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.reader import Node, Row, nearest
from kaart.editorial.sentences import MINIMUM_SENTENCES, sentence_file

#: Of which vocabulary a term's broader terms may be, by its own.
_BROADER = {
    TermKind.NEED: frozenset({TermKind.DOMAIN, TermKind.NEED}),
    TermKind.SERVICE_TYPE: frozenset({TermKind.SECTOR, TermKind.SERVICE_TYPE}),
    TermKind.ORGANIZATION_TYPE: frozenset({TermKind.SECTOR, TermKind.ORGANIZATION_TYPE}),
    TermKind.PROFESSION: frozenset({TermKind.SECTOR, TermKind.PROFESSION}),
}


def check_references(
    terms: Mapping[str, tuple[Term, Node]],
    sentences: Sequence[tuple[ExampleSentence, Row]],
    kinds: Mapping[str, tuple[KindOfHelp, Node]],
) -> None:
    """Note every reference that leads nowhere, and what must exist but does not."""
    for term, node in terms.values():
        _check_term(term, node, terms, kinds)
    for kind, node in kinds.values():
        for name in ("arranged_by_kinds", "lighter", "heavier"):
            for code in getattr(kind, name):
                _check_code(node, name, code, terms, frozenset({TermKind.SERVICE_TYPE}))
                if code == kind.code and name != "arranged_by_kinds":
                    node.complain("content_refers_to_itself", name, code=code)
    needs = {code for code, (term, _) in terms.items() if term.kind is TermKind.NEED}
    for sentence, row in sentences:
        for column, code in (("need", sentence.need), ("looks_like", sentence.looks_like)):
            if code and code not in needs:
                row.complain("content_unknown_need", column, code=code, nearest=nearest(code, needs))


def _check_term(
    term: Term, node: Node, terms: Mapping[str, tuple[Term, Node]], kinds: Mapping[str, tuple[KindOfHelp, Node]]
) -> None:
    for code in term.broader:
        _check_code(node, "broader", code, terms, _BROADER.get(term.kind, frozenset({term.kind})))
    for code in term.related:
        _check_code(node, "related", code, terms, frozenset({term.kind}))
    for name in ("broader", "related"):
        if term.code in getattr(term, name):
            node.complain("content_refers_to_itself", name, code=term.code)
    if term.replaced_by:
        _check_code(node, "replaced_by", term.replaced_by, terms, frozenset({term.kind}))
        return
    if term.kind is TermKind.NEED:
        _check_need(term, node, terms, kinds)


def _check_need(
    term: Term, node: Node, terms: Mapping[str, tuple[Term, Node]], kinds: Mapping[str, tuple[KindOfHelp, Node]]
) -> None:
    if not term.kinds:
        node.complain("content_need_without_kinds", "kinds")
    for name in ("step_down", "step_up"):
        for code in getattr(term, name):
            _check_code(node, name, code, terms, frozenset({TermKind.SERVICE_TYPE}))
            if code in term.kinds:
                node.complain("content_step_answers_already", name, code=code)
    for code in term.kinds:
        before = len(node.problems)
        _check_code(node, "kinds", code, terms, frozenset({TermKind.SERVICE_TYPE}))
        if len(node.problems) == before and code not in kinds:
            node.complain("content_kind_not_explained", "kinds", code=code)


def _check_code(
    node: Node, field: str, code: str, terms: Mapping[str, tuple[Term, Node]], allowed: frozenset[TermKind]
) -> None:
    found = terms.get(code)
    if found is None or found[0].kind not in allowed:
        known = [name for name, (term, _) in terms.items() if term.kind in allowed]
        node.complain("content_unknown_code", field, code=code, nearest=nearest(code, known) or "-")


def check_sentence_counts(
    terms: Mapping[str, tuple[Term, Node]], sentences: Sequence[tuple[ExampleSentence, Row]]
) -> None:
    """Note each need with too few sentences in a language."""
    counts = Counter((sentence.need, sentence.language) for sentence, _ in sentences)
    for code, (term, node) in terms.items():
        if term.kind is not TermKind.NEED or term.replaced_by:
            continue
        for language in SENTENCE_LANGUAGES:
            found, wanted = counts[code, language], MINIMUM_SENTENCES[language]
            if found < wanted:
                file = sentence_file(language)
                node.complain("content_too_few_sentences", "code", need=code, file=file, found=found, wanted=wanted)
