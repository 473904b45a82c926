"""Everything that the program knows from its editors, loaded once; implements the port `Knowledge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaart.domain.needs import (
    AmbiguousWord,
    CrisisSentence,
    CrisisTopic,
    Entrance,
    ExampleSentence,
    KindOfHelp,
    Term,
    TermKind,
    TermMapping,
)
from kaart.domain.rights import Right
from kaart.editorial.crisis import read_crisis, read_crisis_sentences
from kaart.editorial.entrances import read_entrances
from kaart.editorial.kinds import read_kinds
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, Row
from kaart.editorial.references import check_references
from kaart.editorial.rights import read_rights
from kaart.editorial.senses import read_mappings, read_senses
from kaart.editorial.sentences import read_sentences
from kaart.editorial.taxonomy import read_taxonomy, version_of


@dataclass(frozen=True, slots=True)
class EditorialKnowledge:
    """The editorial knowledge in memory; see the port `kaart.domain.ports.Knowledge`.

    `taxonomy_version` is that of `kaart.editorial.taxonomy.version_of`, worked out once.
    """

    all_terms: Mapping[str, Term]
    need_terms: Mapping[str, Term]
    all_sentences: tuple[ExampleSentence, ...]
    all_kinds: Mapping[str, KindOfHelp]
    all_rights: Mapping[str, Right]
    words: tuple[AmbiguousWord, ...]
    all_mappings: tuple[TermMapping, ...]
    topics: tuple[CrisisTopic, ...]
    all_crisis_sentences: tuple[CrisisSentence, ...]
    taxonomy_version: str
    all_entrances: tuple[Entrance, ...] = ()

    def needs(self) -> Mapping[str, Term]:
        """The need terms by code; those that were replaced are left out."""
        return self.need_terms

    def terms(self) -> Mapping[str, Term]:
        """Every term of the taxonomy by code (needs included)."""
        return self.all_terms

    def sentences(self) -> Sequence[ExampleSentence]:
        """The example sentences of all needs."""
        return self.all_sentences

    def kinds(self) -> Mapping[str, KindOfHelp]:
        """The kinds of help by code (codes of service types)."""
        return self.all_kinds

    def rights(self) -> Mapping[str, Right]:
        """The rights and allowances by code."""
        return self.all_rights

    def ambiguous_words(self) -> Sequence[AmbiguousWord]:
        """Words with several meanings."""
        return self.words

    def mappings(self) -> Sequence[TermMapping]:
        """Our terms in the vocabularies of others."""
        return self.all_mappings

    def crisis_sentences(self) -> Sequence[CrisisSentence]:
        """Sentences that speak of a crisis, and ordinary ones that are like them."""
        return self.all_crisis_sentences

    def crisis(self) -> Sequence[CrisisTopic]:
        """What the crisis detector looks for, and the lines to show."""
        return self.topics

    def entrances(self) -> Sequence[Entrance]:
        """Where people outside the catalogue's regions find help nearby; those for the smallest areas first."""
        return self.all_entrances


@dataclass(frozen=True, slots=True)
class ReadContent:
    """What was read, each part with the place where it stands. Not `complete`: some file gave nothing."""

    terms: Mapping[str, tuple[Term, Node]]
    sentences: Sequence[tuple[ExampleSentence, Row]]
    kinds: Mapping[str, tuple[KindOfHelp, Node]]
    rights: Mapping[str, tuple[Right, Node]]
    words: Sequence[AmbiguousWord]
    mappings: Sequence[TermMapping]
    topics: Sequence[CrisisTopic]
    crisis_sentences: Sequence[CrisisSentence]
    entrances: tuple[Entrance, ...]
    complete: bool


def read_content(folder: Path, problems: Problems) -> ReadContent:
    """Read all files of the editorial knowledge and check the references between them.

    When a file cannot be read, references are left alone: one broken line would bury itself under hundreds of
    complaints about what it holds.
    """
    terms = read_taxonomy(folder, problems)
    readable = not problems.any_unreadable()
    kinds = read_kinds(folder, terms, problems) if readable else {}
    rights = read_rights(folder, terms, problems) if readable else {}
    words = read_senses(folder, terms, problems) if readable else []
    mappings = read_mappings(folder, terms, problems) if readable else []
    sentences = read_sentences(folder, problems)
    topics = read_crisis(folder, problems)
    crisis_sentences = read_crisis_sentences(folder, problems)
    entrances = read_entrances(folder, problems)
    complete = not problems.any_unreadable()
    if complete:
        check_references(terms, sentences, kinds)
    return ReadContent(terms, sentences, kinds, rights, words, mappings, topics, crisis_sentences, entrances, complete)


def load_knowledge(folder: Path) -> EditorialKnowledge:
    """Load the knowledge of a content folder.

    Raises `BrokenContentError` with every problem, each with file, line and field.
    """
    problems = Problems(folder)
    content = read_content(folder, problems)
    problems.raise_if_any()
    terms = {code: term for code, (term, _) in content.terms.items()}
    return EditorialKnowledge(
        all_terms=terms,
        need_terms={code: term for code, term in terms.items() if term.kind is TermKind.NEED and not term.replaced_by},
        all_sentences=tuple(sentence for sentence, _ in content.sentences),
        all_kinds={code: kind for code, (kind, _) in content.kinds.items()},
        all_rights={code: right for code, (right, _) in content.rights.items()},
        words=tuple(content.words),
        all_mappings=tuple(content.mappings),
        topics=tuple(content.topics),
        all_crisis_sentences=tuple(content.crisis_sentences),
        taxonomy_version=version_of(terms.values()),
        all_entrances=content.entrances,
    )
