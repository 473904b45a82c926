"""What an editor should look at once the content is sound: plain Dutch, numbers that exist, sentences said twice.

All of it is a warning: a rule of thumb is no law, and the last word is the editor's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from kaart.domain.needs import CrisisTopic, ExampleSentence, KindOfHelp
from kaart.domain.rights import Right
from kaart.domain.texts import Texts
from kaart.editorial.catalogue import Catalogue
from kaart.editorial.problems import Problems
from kaart.editorial.readability import LEAST_SCORE, LEAST_WORDS, LONGEST_SENTENCE, readability
from kaart.editorial.reader import Node, Row
from kaart.editorial.sentences import comparable

#: From this likeness on (0-100, the ratio of equal letters) two sentences are one sentence said twice.
NEARLY_THE_SAME = 90


def warn_of_nearly_same(sentences: Sequence[tuple[ExampleSentence, Row]]) -> None:
    """Note each sentence that hardly differs from an earlier one of its language."""
    by_language: dict[str, list[tuple[ExampleSentence, Row]]] = defaultdict(list)
    for each in sentences:
        by_language[each[0].language].append(each)
    for found in by_language.values():
        texts = [comparable(sentence.text) for sentence, _ in found]
        for at, text in enumerate(texts[1:], 1):
            like = process.extractOne(text, texts[:at], scorer=fuzz.ratio, score_cutoff=NEARLY_THE_SAME)
            if like is not None:
                earlier, row = found[like[2]]
                found[at][1].complain(
                    "content_nearly_same_sentence", "text", warning=True, line=row.line, need=earlier.need
                )


def warn_of_hard_dutch(kinds: Iterable[tuple[KindOfHelp, Node]], rights: Iterable[tuple[Right, Node]]) -> None:
    """Note Dutch texts of kinds of help and rights that are not plain enough."""
    for kind, node in kinds:
        _judge(node, "explanation", _dutch(kind.explanation))
        _judge(node, "does", ". ".join((*kind.does, *kind.does_not, *kind.meanwhile)))
        _judge(node, "for_whom", kind.for_whom)
        _judge(node, "cost", f"{kind.cost_explanation} {kind.referral_explanation}")
    for right, node in rights:
        _judge(node, "explanation", _dutch(right.explanation))
        _judge(node, "who", right.who)
        _judge(node, "how", right.how)
        _judge(node, "conditions", ". ".join(right.conditions))
        _judge(node, "appeal", f"{right.term} {right.appeal}")


def _dutch(texts: Texts) -> str:
    found = texts.get("nl")
    return found.value if found else ""


def _judge(node: Node, field: str, text: str) -> None:
    measured = readability(text)
    if measured.longest > LONGEST_SENTENCE:
        node.complain(
            "content_sentence_too_long",
            field,
            warning=True,
            words=measured.longest,
            maximum=LONGEST_SENTENCE,
            start=measured.start,
        )
    if measured.words >= LEAST_WORDS and measured.score < LEAST_SCORE:
        node.complain("content_hard_to_read", field, warning=True, score=measured.score, wanted=LEAST_SCORE)


def check_phone_numbers(catalogue: Catalogue, topics: Sequence[CrisisTopic], problems: Problems) -> None:
    """Note every number that the numbering plan does not hold (libphonenumber)."""
    for where, number in dict.fromkeys((*_catalogue_numbers(catalogue), *_line_numbers(topics))):
        if not is_belgian_number(number):
            problems.add(where, 0, "", "content_phone_invalid", value=number)


def is_belgian_number(number: str) -> bool:
    """Whether this number, as dialled or as written in Belgium, can exist; short numbers included."""
    import phonenumbers  # noqa: PLC0415  large, and only the checker needs it

    try:
        parsed = phonenumbers.parse(number, "BE")
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.is_valid_number(parsed):
        return True
    return phonenumbers.is_possible_short_number_for_region(parsed, "BE")


def _catalogue_numbers(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for organization in catalogue.organizations:
        for phone in organization.phones:
            yield f"catalogue: {organization.key}", phone.number
        for service in organization.services:
            for phone in service.phones:
                yield f"catalogue: {organization.key}/{service.key}", phone.number


def _line_numbers(topics: Sequence[CrisisTopic]) -> Iterator[tuple[str, str]]:
    for topic in topics:
        for line in topic.lines:
            if line.phone:
                yield f"crisis/lines.yaml: {line.code}", line.phone
