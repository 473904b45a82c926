"""Errors as pages: one sentence, what one can do now, and nothing of the inside."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kaart.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidInputError,
    KaartError,
    MovedError,
    NotFoundError,
    UnavailableError,
)
from kaart.texts import has_message, render
from kaart.wording import error_sentence
from web.deps import web_deps
from web.language import language_of_path, preferred_language
from web.rendering import Templates
from web.views.common import Page

#: The status of each type of error; one that is not here is a fault of the program.
STATUS: Final[dict[type[KaartError], HTTPStatus]] = {
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    ConflictError: HTTPStatus.CONFLICT,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def error_page(request: Request, error: Exception) -> Response:
    """Any error as a page in the visitor's language."""
    deps = web_deps(request)
    language = language_of_path(request.url.path) or preferred_language(
        request.headers.get("accept-language", ""), deps.default_language
    )
    if isinstance(error, MovedError):
        return RedirectResponse(f"/{language}/service/{error.parameters['merged_into']}", HTTPStatus.MOVED_PERMANENTLY)
    status = _status(error)
    if status < HTTPStatus.BAD_REQUEST and isinstance(error, HTTPException):
        return Response(status_code=status, headers=error.headers)
    detail = error_sentence(error, language) if isinstance(error, KaartError) else ""
    key = f"web.error.{status.value}"
    title = render(f"{key}.title" if has_message(f"{key}.title") else "web.error.other.title", language)
    words = render(f"{key}.text" if has_message(f"{key}.text") else "web.error.other.text", language)
    templates: Templates = request.app.state.templates
    page = Page(lang=language, title=title, path="")
    return templates.page("error", page, status, title=title, words=words, detail=detail)


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, KaartError):
        kinds = type(error).__mro__
        return next((STATUS[kind] for kind in kinds if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    return HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
