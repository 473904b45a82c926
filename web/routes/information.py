"""Crisis lines, and what there is to know about the data and about privacy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kaart.texts import render
from web.deps import WebDeps, web_deps
from web.rendering import Templates
from web.views.common import Page
from web.views.crisis import crisis_page_view

router = APIRouter(include_in_schema=False)


@router.get("/{lang:crisis_language}/crisis")
def crisis(request: Request, lang: str, deps: Annotated[WebDeps, Depends(web_deps)]) -> Response:
    """Every line for who is in need now, in ten languages."""
    templates: Templates = request.app.state.templates
    page = Page(lang, render("web.title.neutral", lang), "/crisis", sensitive=True)
    return templates.page("crisis", page, view=crisis_page_view(deps.knowledge.crisis(), lang))


@router.get("/{lang:language}/about")
def about(request: Request, lang: str) -> Response:
    """Where the data come from and how an order of results is made."""
    templates: Templates = request.app.state.templates
    return templates.page("about", Page(lang, render("web.about.title", lang), "/about"))


@router.get("/{lang:language}/privacy")
def privacy(request: Request, lang: str) -> Response:
    """What happens to what people type."""
    templates: Templates = request.app.state.templates
    return templates.page("privacy", Page(lang, render("web.privacy.title", lang), "/privacy"))
