"""Pages of a service."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from kaart.errors import MovedError
from kaart.texts import render
from web.deps import WebDeps, web_deps
from web.rendering import Templates
from web.views.common import Page
from web.views.service import service_view

router = APIRouter(include_in_schema=False)

Deps = Annotated[WebDeps, Depends(web_deps)]


@router.get("/{lang:language}/service/{address:path}")
def service(request: Request, lang: str, address: str, deps: Deps) -> Response:
    """A service by its id. A key, another slug and the id of a merged service lead on to the lasting address."""
    identity = _id_or_key(address)
    try:
        record = deps.services.load_service(identity)
    except MovedError as moved:
        record = deps.services.load_service(str(moved.parameters["merged_into"]))
    view = service_view(record, deps.wording, lang)
    if request.url.path != view.path:
        return RedirectResponse(view.path, 301)
    title = render("web.title.neutral", lang) if view.sensitive else view.name.words
    # The slug is in the page's language, so the other languages are reached by the id alone.
    page = Page(lang, title, f"/service/{view.id}", sensitive=view.sensitive)
    templates: Templates = request.app.state.templates
    return templates.page("service", page, view=view)


def _id_or_key(address: str) -> str:
    """The id before a slug, or the whole as a key (``ocmw-gent/leefloon``)."""
    first = address.partition("/")[0]
    try:
        return str(UUID(first))
    except ValueError:
        return address
