"""The checker behind ``kaart content check``: all that `load_knowledge` refuses, and what an editor should mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kaart.domain.needs import CrisisTopic, ExampleSentence, TermKind
from kaart.editorial.catalogue import load_catalogue, read_catalogue
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.knowledge import load_knowledge, read_content
from kaart.editorial.problems import Problem, Problems
from kaart.editorial.reader import Row
from kaart.editorial.references import check_sentence_counts
from kaart.editorial.review import check_phone_numbers, warn_of_hard_dutch, warn_of_nearly_same

#: Below this many letters a language guess says nothing.
_LETTERS_FOR_A_GUESS = 25
#: Only a guess this sure is worth an editor's look (probability of the language found, 0-1).
_SURE = 0.9
#: How many phrases each crisis topic needs in a language of the interface; fewer miss too much.
MINIMUM_PHRASES = 12


def check_content(folder: Path) -> list[Problem]:
    """Every problem of a content folder, catalogue included, by file and line, with warnings; empty when all is well.

    While the taxonomy is broken, the catalogue is read without its codes: those would all seem unknown.
    """
    problems = Problems(folder)
    content = read_content(folder, problems)
    _check_phrase_counts(content.topics, problems)
    _warn_of_wrong_language(content.sentences)
    if content.complete:
        check_sentence_counts(content.terms, content.sentences)
        warn_of_nearly_same(content.sentences)
        warn_of_hard_dutch(content.kinds.values(), content.rights.values())
    terms = {code: term for code, (term, _) in content.terms.items()} if content.complete else None
    check_phone_numbers(read_catalogue(folder, problems, terms), content.topics, problems)
    return problems.sorted()


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """What a content folder holds; `sentences` by language, `municipal_services` per municipality."""

    needs: int
    kinds: int
    kinds_explained: int
    rights: int
    lines: int
    ambiguous_words: int
    mappings: int
    sentences: Mapping[str, int]
    organizations: int
    services: int
    municipal_services: int


def count_content(folder: Path) -> ContentCounts:
    """Count what the folder holds. Raises `BrokenContentError` when it cannot be used."""
    knowledge, catalogue = load_knowledge(folder), load_catalogue(folder)
    languages = Counter(sentence.language for sentence in knowledge.sentences())
    terms = [term for term in knowledge.terms().values() if not term.replaced_by]
    return ContentCounts(
        needs=len(knowledge.needs()),
        kinds=sum(term.kind is TermKind.SERVICE_TYPE for term in terms),
        kinds_explained=len(knowledge.kinds()),
        rights=len(knowledge.rights()),
        lines=len({line.code for topic in knowledge.crisis() for line in topic.lines}),
        ambiguous_words=len(knowledge.ambiguous_words()),
        mappings=len(knowledge.mappings()),
        sentences={language: languages[language] for language in SENTENCE_LANGUAGES},
        organizations=len(catalogue.organizations),
        services=sum(len(each.services) for each in catalogue.organizations),
        municipal_services=sum(len(each.services) for each in catalogue.templates),
    )


def _check_phrase_counts(topics: Sequence[CrisisTopic], problems: Problems) -> None:
    for topic in topics:
        counts = Counter(language for language, _ in topic.phrases)
        for language in SENTENCE_LANGUAGES[:4]:
            if counts[language] < MINIMUM_PHRASES:
                found = counts[language]
                problems.add(
                    "crisis/topics.yaml",
                    0,
                    f"{topic.code.value}.phrases.{language}",
                    "content_too_few_phrases",
                    found=found,
                    wanted=MINIMUM_PHRASES,
                )


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - slow, and only the checker needs it

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(SENTENCE_LANGUAGES))
    return identifier


def _warn_of_wrong_language(sentences: Sequence[tuple[ExampleSentence, Row]]) -> None:
    """A sentence that surely looks like another of our languages may stand in the wrong file.

    Only a warning: short, clumsy sentences mislead every language guesser.
    """
    identifier = _identifier()
    for sentence, row in sentences:
        if sum(map(str.isalpha, sentence.text)) < _LETTERS_FOR_A_GUESS:
            continue
        language, probability = identifier.classify(sentence.text)
        if language != sentence.language and probability >= _SURE:
            row.complain(
                "content_language_suspect", "text", warning=True, language=language, expected=sentence.language
            )
