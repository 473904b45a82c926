"""What the pages and the API share of HTTP: one application, its errors, its headers, its request log.

Neither of the two may import the other, so each hands its way of telling errors to `answer_errors` with the
beginning of the paths that are its own.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from typing import Final, TypeAlias

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kaart.errors import KaartError

#: 10,000 code points take at most 120,000 bytes (`%F0%9F%98%80` or `\ud83d\ude00`); the rest of a request is small.
MAX_BODY_BYTES: Final = 256 * 1024

#: Turns an error into an answer. It is called for errors of rules, of validation, of HTTP, and unexpected ones.
ErrorResponder: TypeAlias = Callable[[Request, Exception], Response]

#: No script at all, no style and no picture but our own, in nobody's frame; searches are in no referrer and no cache.
SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}

_log = structlog.get_logger("kaart.http")


def new_application(version: str) -> FastAPI:
    """The one application, still without routes; `api.app.install` and `web.app.install` fill it.

    The ready-made documentation pages are off, because they load scripts from elsewhere; so is telemetry, because
    it would hold what people type.
    """
    app = FastAPI(
        title="Sociale kaart",
        summary="A dynamic social map for Flanders and Brussels.",
        version=version,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.add_middleware(Guard, application=app)
    for kind in (KaartError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, respond_to_error)
    app.state.error_responders = {}
    return app


def answer_errors(app: FastAPI, prefix: str, responder: ErrorResponder) -> None:
    """Let this room tell the errors below this beginning of paths; the longest beginning wins."""
    app.state.error_responders[prefix] = responder


def respond_to_error(request: Request, error: Exception) -> Response:
    """The answer of the room that owns the path, or a bare one where no room does."""
    responders: dict[str, ErrorResponder] = request.app.state.error_responders
    for prefix in sorted(responders, key=len, reverse=True):
        if request.url.path.startswith(prefix):
            return responders[prefix](request, error)
    return Response(status_code=error.status_code if isinstance(error, HTTPException) else 500)


class Guard:
    """Around everything: headers, the limit of a body, the request log, and errors that nobody foresaw.

    An unforeseen error is logged by its type and its place in the code alone: its message might hold what somebody
    typed. It is not raised further, since the server would log that message.
    """

    def __init__(self, app: ASGIApp, application: FastAPI) -> None:
        """Wrap the next ASGI application; `application` is the whole, which handlers need."""
        self.app = app
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        scope["app"] = self.application
        try:
            if _content_length(scope) > MAX_BODY_BYTES:
                await self._respond(HTTPException(413), scope, receive, sending)
            else:
                await self.app(scope, _limited(receive), sending)
        except Exception as error:  # noqa: BLE001  whatever it is, the visitor gets an answer and the log no words
            _log.error("request_failed", error=type(error).__name__, at=_frames(error), **_told(scope))
            if not status:
                await self._respond(error, scope, receive, sending)
        finally:
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            _log.info("request", status=status, milliseconds=elapsed, **_told(scope))

    async def _respond(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        response = respond_to_error(Request(scope), error)
        await response(scope, receive, send)


def _content_length(scope: Scope) -> int:
    value = Headers(scope=scope).get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _limited(receive: Receive) -> Receive:
    total = 0

    async def receiving() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] == "http.request":
            total += len(message.get("body", b""))
            if total > MAX_BODY_BYTES:
                raise HTTPException(413)
        return message

    return receiving


def _told(scope: Scope) -> dict[str, str]:
    """What the log may know of a request: the pattern of its route, never its address."""
    route = getattr(scope.get("route"), "path", None)
    return {"method": scope["method"], "route": route if isinstance(route, str) else "none"}


def _frames(error: Exception) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
