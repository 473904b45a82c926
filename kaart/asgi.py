"""The application that a web server runs."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI

import api.app
import web.app
from kaart.bootstrap import Application, program_version, shared_application
from kaart.errors import KaartError
from kaart.http import new_application
from kaart.logs import configure_logs
from kaart.settings import load_settings
from kaart.tick import Tick
from kaart.worker import Worker, WorkerThread

log = structlog.get_logger(__name__)


def create_app() -> FastAPI:
    """Build the application by the settings; called once in each process."""
    settings = load_settings()
    configure_logs(settings.log_level)
    application = shared_application(settings)
    application.check_migrated()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # The port opens at once; a request that comes before this is done waits for it, and no longer.
        threading.Thread(target=warm_up, args=(application,), name="kaart-warm-up", daemon=True).start()
        thread = None
        if settings.background_work:
            thread = WorkerThread(Worker(Tick(application), interval=settings.worker_interval))
            thread.start()
        yield
        if thread is not None:
            thread.stop()
        application.gaps.flush()

    app = assembled(application)
    app.router.lifespan_context = lifespan
    return app


def warm_up(application: Application) -> None:
    """Make what the first request would wait for."""
    try:
        application.warm_up()
    except KaartError as error:
        # Words alone still find offers, and every answer says that the embedder is missing.
        log.warning("started_without_embedder", reason=error.code)


def assembled(application: Application) -> FastAPI:
    """The site and the API on one application, without background work."""
    app = new_application(program_version())
    api.app.install(app, application.api_deps())
    web.app.install(app, application.web_deps())
    return app


def api_document() -> dict[str, Any]:
    """The OpenAPI document of the API; it does not depend on any installation."""
    app = new_application(program_version())
    api.app.add_routes(app)
    return app.openapi()
