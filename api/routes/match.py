"""`POST /api/v1/match` and `POST /api/v1/understand`: by POST, since the words are personal."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request

from api.deps import ApiDeps, api_deps, base_url
from api.present import Presenter
from api.requests import match_request
from api.schemas.answer import MatchAnswer, UnderstandAnswer
from api.schemas.problem import Problem
from api.schemas.request import MatchIn

router = APIRouter(tags=["search"])

_EXAMPLES: Final[dict[str, Any]] = {
    "words": {
        "summary": "A need in plain words and a place",
        "value": {
            "text": "mijn mama van 82 kan niet meer koken",
            "language": "nl",
            "limit": 10,
            "place": {"postal_code": "9800"},
        },
    },
    "facts": {
        "summary": "Need codes and facts, without words",
        "value": {"facts": {"needs": ["debts"], "age": 40, "for_whom": "client"}, "place": {"nis": "44021"}},
    },
}

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": told, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, told in {
        400: "The body is not JSON",
        413: "The body is too large",
        422: "A field is wrong; `errors` says which",
        503: "Something that is needed does not answer",
    }.items()
}

Sent = Annotated[MatchIn, Body(openapi_examples=_EXAMPLES)]
Deps = Annotated[ApiDeps, Depends(api_deps)]


@router.post("/match", summary="Offers that fit a need, with the reasons", responses=PROBLEMS)
def match(request: Request, sent: Sent, deps: Deps) -> MatchAnswer:
    """Understand the need, find offers near the place, and rank them; the score is the sum of the reasons."""
    request.state.language = sent.language
    wanted = match_request(sent, deps)
    answer = deps.matcher.match(wanted)
    return Presenter(deps.wording, wanted.answer_language, base_url(request)).answer(answer)


@router.post("/understand", summary="What a text asks for", responses=PROBLEMS)
def understand(request: Request, sent: Sent, deps: Deps) -> UnderstandAnswer:
    """Needs, facts, questions and crisis signs of a text, without searching."""
    request.state.language = sent.language
    wanted = match_request(sent, deps)
    understanding = deps.matcher.understand(wanted)
    return Presenter(deps.wording, wanted.answer_language, base_url(request)).understanding(understanding)
