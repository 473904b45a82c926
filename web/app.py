"""Puts the pages on an application."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kaart.http import answer_errors, new_application
from web.deps import WebDeps
from web.errors import error_page
from web.rendering import STATIC, Templates
from web.routes import explained, information, search, services

#: Seconds. The address of a style sheet changes with its content, so a copy may be kept for a year.
_STATIC_MAX_AGE: Final = 31_536_000


class StaticFolder(StaticFiles):
    """Files that browsers may keep."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file; only one whose address names its content may be kept for long."""
        response = await super().get_response(path, scope)
        fixed = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = f"public, max-age={_STATIC_MAX_AGE}, immutable" if fixed else "no-cache"
        return response


def install(app: FastAPI, deps: WebDeps) -> None:
    """Add the pages and their way of telling errors to an application of `kaart.http.new_application`."""
    app.state.web_deps = deps
    app.state.templates = Templates()
    app.mount("/static", StaticFolder(directory=STATIC), name="static")
    for each in (search, services, explained, information):
        app.include_router(each.router)
    answer_errors(app, "/", error_page)


def create_web(deps: WebDeps, version: str = "0") -> FastAPI:
    """An application with the pages alone."""
    app = new_application(version)
    install(app, deps)
    return app
