"""The checker behind ``kaart content check``: all that `load_knowledge` refuses, and what an editor should mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kaart.domain.needs import CrisisTopic, ExampleSentence
from kaart.editorial.catalogue import read_catalogue
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.knowledge import read_content
from kaart.editorial.problems import Problem, Problems
from kaart.editorial.reader import Row
from kaart.editorial.references import check_sentence_counts

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
    terms = {code: term for code, (term, _) in content.terms.items()} if content.complete else None
    read_catalogue(folder, problems, terms)
    return problems.sorted()


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
