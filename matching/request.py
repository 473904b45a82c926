"""What a request may hold; the rules that every edge (page, API, command line) shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kaart.domain.ports import Knowledge
from kaart.errors import FieldError, InvalidInputError
from matching.answer import MatchRequest
from matching.understand.facts import MAXIMUM_AGE

#: Characters of a text. Somebody who pastes a whole letter is still answered; more is a file, not a question.
MAXIMUM_TEXT: Final = 10_000
#: Results in one answer. More than fifty helps nobody choose.
MAXIMUM_LIMIT: Final = 50


def check_text(text: str, needs: Sequence[str]) -> list[FieldError]:
    """What is wrong with the text, where `needs` were chosen beside it.

    ``request_empty`` (neither text nor needs), ``text_without_words`` (only signs, such as emoji: nothing can be
    understood of it, and an empty answer would look as if there were no help), ``text_too_long``.
    """
    if len(text) > MAXIMUM_TEXT:
        return [FieldError("/text", "text_too_long", (("maximum", str(MAXIMUM_TEXT)),))]
    if needs or any(map(str.isalnum, text)):
        return []
    return [FieldError("/text", "text_without_words" if text.strip() else "request_empty")]


def check_request(request: MatchRequest, knowledge: Knowledge) -> None:
    """Raise `InvalidInputError` (``request_invalid``) with what is wrong with each field, all at once.

    The codes of the fields: those of `check_text`, ``age_out_of_range``, ``limit_out_of_range``, ``need_unknown``.
    """
    wrong = check_text(request.text, request.stated.needs)
    age = request.stated.age
    if age is not None and not 0 <= age <= MAXIMUM_AGE:
        wrong.append(FieldError("/facts/age", "age_out_of_range", (("maximum", str(MAXIMUM_AGE)),)))
    if not 1 <= request.limit <= MAXIMUM_LIMIT:
        wrong.append(FieldError("/limit", "limit_out_of_range", (("maximum", str(MAXIMUM_LIMIT)),)))
    needs = knowledge.needs() if request.stated.needs else {}
    wrong += [
        FieldError(f"/facts/needs/{index}", "need_unknown", (("need", code),))
        for index, code in enumerate(request.stated.needs)
        if code not in needs
    ]
    if wrong:
        raise InvalidInputError("request_invalid", fields=wrong)
