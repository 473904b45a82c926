"""Errors as problem details (RFC 9457): the type of an error decides the status, its code the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.schemas.problem import FieldProblem, Problem
from kaart.errors import (
    ConfigurationError,
    ConflictError,
    ContentError,
    ForbiddenError,
    GoneError,
    InvalidInputError,
    KaartError,
    MovedError,
    NotFoundError,
    UnavailableError,
)
from kaart.texts import has_message, interface_language, render
from kaart.wording import error_sentence

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:sociale-kaart:problem:"

#: The status of each type of error; one that is not here is a fault of the program.
STATUS: Final[dict[type[KaartError], HTTPStatus]] = {
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    MovedError: HTTPStatus.MOVED_PERMANENTLY,
    ConflictError: HTTPStatus.CONFLICT,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ContentError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

#: Why a value was refused, by the name that pydantic gives it; the numbers come from the refusal itself.
_VALIDATION: Final = {
    "missing": "api.field.missing",
    "extra_forbidden": "api.field.unknown",
    "string_too_long": "api.field.too_long",
    "too_long": "api.field.too_many",
    "enum": "api.field.choice",
    "greater_than_equal": "api.field.at_least",
    "less_than_equal": "api.field.at_most",
    "json_invalid": "api.field.json",
    "model_attributes_type": "api.field.object",
    "dict_type": "api.field.object",
    "list_type": "api.field.list",
    "string_type": "api.field.text",
    "string_unicode": "api.field.text",
    "int_type": "api.field.whole",
    "int_from_float": "api.field.whole",
    "float_type": "api.field.number",
    "finite_number": "api.field.number",
}


def reader_language(request: Request) -> str:
    """The language of error sentences: the one asked for, else that of the header, else the default."""
    asked: str | None = getattr(request.state, "language", None) or request.query_params.get("language")
    wanted = asked or request.headers.get("accept-language", "")
    default: str = request.app.state.api_deps.default_language
    first = wanted.replace(";", ",").split(",")[0].strip().lower().partition("-")[0]
    return first if interface_language(first) == first else default


def problem_response(request: Request, error: Exception) -> Response:
    """Any error as problem details, in a language that the caller reads; nothing of the inside is told."""
    language = reader_language(request)
    if isinstance(error, RequestValidationError):
        return _validation_problem(error.errors(), language)
    if isinstance(error, KaartError):
        return _kaart_problem(request, error, language)
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _http_problem(status, language, headers)


def _status(error: KaartError) -> HTTPStatus:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def _kaart_problem(request: Request, error: KaartError, language: str) -> Response:
    status = _status(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _http_problem(status, language, {})
    headers = {}
    if isinstance(error, MovedError):
        headers["location"] = str(request.url_for("read_service", id_or_key=str(error.parameters["merged_into"])))
    fields = [FieldProblem(pointer=each.pointer, detail=error_sentence(each, language)) for each in error.fields]
    detail = error_sentence(error, language)
    return _respond(error.code, status, detail, language, fields or None, headers)


def _validation_problem(errors: Sequence[Any], language: str) -> Response:
    broken = any(error["type"] == "json_invalid" for error in errors)
    fields = [FieldProblem(pointer=_pointer(error["loc"]), detail=_detail(error, language)) for error in errors]
    status = HTTPStatus.BAD_REQUEST if broken else HTTPStatus.UNPROCESSABLE_ENTITY
    detail = render("api.problem.json" if broken else "api.problem.fields", language)
    return _respond("json_invalid" if broken else "request_invalid", status, detail, language, fields, {})


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) from the place that the framework names (``body``, ``query`` … first)."""
    first, *rest = location
    parts = rest if first in {"body", "query", "path", "header"} else [first, *rest]
    if first == "body" and len(parts) == 1 and isinstance(parts[0], int):
        return ""  # the position in broken JSON, not a field
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts if part != "[key]")


def _detail(error: dict[str, Any], language: str) -> str:
    key = _VALIDATION.get(error["type"], "api.field.invalid")
    told = error.get("ctx") or {}
    limit = next((told[name] for name in ("ge", "le", "max_length") if name in told), "")
    choices = str(told.get("expected", "")).replace(" or ", ", ").replace("'", "")
    return render(key, language, limit=limit, choices=choices)


def _http_problem(status: HTTPStatus, language: str, headers: dict[str, str]) -> Response:
    key = f"api.problem.{status.value}"
    detail = render(key if has_message(key) else "api.problem.other", language)
    return _respond(status.name.lower(), status, detail, language, None, headers)


def _respond(
    code: str,
    status: HTTPStatus,
    detail: str,
    language: str,
    fields: list[FieldProblem] | None,
    headers: dict[str, str],
) -> Response:
    title = render(
        f"api.title.{status.value}" if has_message(f"api.title.{status.value}") else "api.title.other", language
    )
    problem = Problem(type=TYPE_PREFIX + code, title=title, status=status, detail=detail, errors=fields)
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=status,
        headers={**headers, "content-language": language},
        media_type=MEDIA_TYPE,
    )
