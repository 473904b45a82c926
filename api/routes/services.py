"""`GET /api/v1/services/{id_or_key}`: one service of the register."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request

from api.deps import ApiDeps, api_deps, base_url
from api.present import Presenter
from api.present_service import present_service
from api.schemas.problem import Problem
from api.schemas.request import AnswerLanguage
from api.schemas.service import ServiceOut

router = APIRouter(tags=["services"])

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": told, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, told in {
        301: "Merged into another service; see `Location`",
        404: "No such service",
        410: "There was such a service; it was removed",
        422: "A parameter is wrong; `errors` says which",
    }.items()
}

IdOrKey = Annotated[str, Path(max_length=300, examples=["ocmw-gent/leefloon"])]
Language = Annotated[AnswerLanguage | None, Query(description="Language of the texts.")]


@router.get("/services/{id_or_key:path}", summary="One service, by id or key", responses=_PROBLEMS)
def read_service(
    request: Request, id_or_key: IdOrKey, deps: Annotated[ApiDeps, Depends(api_deps)], language: Language = None
) -> ServiceOut:
    """Everything public of one service, with the source and date of each field."""
    record = deps.services.load_service(id_or_key)
    presenter = Presenter(deps.wording, language or deps.default_language, base_url(request))
    return present_service(record, presenter)
