"""Clarifying questions: few, each skippable, and only where the answer would change what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaart.domain.areas import Place
from kaart.domain.needs import NeedGuess, Term
from matching.answer import Choice, Question

#: More questions than this are a form (design: matching §1).
MAXIMUM_QUESTIONS = 3
#: A question offers so many choices; the person may always skip.
_CHOICES = 4
#: What a person answers who wants to go on without.
SKIP = "skip"
PLACE = "place"
NEED = "need"


def questions_for(
    *,
    place: Place | None,
    other_places: Sequence[Place],
    abroad: bool,
    guesses: Sequence[NeedGuess],
    competing: Sequence[str],
    near: Sequence[str],
    terms: Mapping[str, Term],
    answers: Mapping[str, str],
    language: str,
) -> tuple[Question, ...]:
    """The questions that are still open, the one that helps most first.

    `abroad`: only a place outside Belgium was told, so that the place here is asked whatever the need.
    """
    asked: list[Question] = []
    if PLACE not in answers and (guesses or place is not None or abroad):
        if place is None:
            asked.append(Question(PLACE, "question.place"))
        elif other_places:
            both = (place, *other_places[: _CHOICES - 1])
            choices = tuple(Choice(each.reference, each.label) for each in both)
            asked.append(Question(PLACE, "question.place_which", choices=choices))
    if NEED not in answers:
        if len(competing) > 1:
            asked.append(Question(NEED, "question.need_which", choices=_needs(competing, terms, language)))
        elif not guesses and near:
            asked.append(Question(NEED, "question.need", choices=_needs(near[:_CHOICES], terms, language)))
    return tuple(asked[:MAXIMUM_QUESTIONS])


def with_place_asked(questions: Sequence[Question], answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The same questions with that for the place first, where what was found depends on it."""
    if PLACE in answers or any(question.code == PLACE for question in questions):
        return tuple(questions)
    return (Question(PLACE, "question.place"), *questions)[:MAXIMUM_QUESTIONS]


def _needs(codes: Sequence[str], terms: Mapping[str, Term], language: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, terms[code].labels.text(language)) for code in codes if code in terms)
