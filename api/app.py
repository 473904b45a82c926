"""Puts the API on an application."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from api.deps import ApiDeps
from api.errors import problem_response
from api.routes import health, match, services
from kaart.http import answer_errors, new_application

PREFIX: Final = "/api/v1"


def install(app: FastAPI, deps: ApiDeps) -> None:
    """Add the routes of the API and its way of telling errors to an application of `kaart.http.new_application`."""
    app.state.api_deps = deps
    add_routes(app)


def add_routes(app: FastAPI) -> None:
    """Add the routes alone: enough for the OpenAPI document."""
    for each in (match, services):
        app.include_router(each.router, prefix=PREFIX)
    app.include_router(health.router)
    answer_errors(app, "/api/", problem_response)


def create_api(deps: ApiDeps, version: str = "0") -> FastAPI:
    """An application with the API alone."""
    app = new_application(version)
    install(app, deps)
    return app
