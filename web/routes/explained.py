"""Pages that explain: a kind of help, a right, all rights."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kaart.errors import NotFoundError
from kaart.texts import render
from web.deps import WebDeps, web_deps
from web.rendering import Templates
from web.views.common import Page
from web.views.kinds import kind_view
from web.views.rights import right_view, rights_groups

router = APIRouter(include_in_schema=False)

Deps = Annotated[WebDeps, Depends(web_deps)]


@router.get("/{lang:language}/kind/{code}")
def kind(request: Request, lang: str, code: str, deps: Deps) -> Response:
    """What a kind of help is, and who arranges it."""
    found = deps.knowledge.kinds().get(code)
    if found is None:
        raise NotFoundError("kind_unknown")
    view = kind_view(found, deps.knowledge.kinds(), deps.knowledge.rights().values(), lang)
    templates: Templates = request.app.state.templates
    return templates.page("kind", Page(lang, view.label.words, f"/kind/{code}"), view=view)


@router.get("/{lang:language}/right/{code}")
def right(request: Request, lang: str, code: str, deps: Deps) -> Response:
    """Who may have a right, and how to ask for it."""
    found = deps.knowledge.rights().get(code)
    if found is None:
        raise NotFoundError("right_unknown")
    view = right_view(found, deps.knowledge.kinds(), lang)
    templates: Templates = request.app.state.templates
    return templates.page("right", Page(lang, view.label.words, f"/right/{code}"), view=view)


@router.get("/{lang:language}/rights")
def rights(request: Request, lang: str, deps: Deps) -> Response:
    """All rights and allowances by domain of life."""
    groups = rights_groups(deps.knowledge.rights().values(), deps.knowledge.terms(), lang)
    templates: Templates = request.app.state.templates
    return templates.page("rights", Page(lang, render("web.rights.title", lang), "/rights"), groups=groups)
