"""The main job: the form, the words by POST, and the result page whose address holds codes only."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kaart.domain.areas import AreaCode, Place
from kaart.errors import ForbiddenError, InvalidInputError
from kaart.texts import render
from web.deps import WebDeps, web_deps
from web.forms import (
    Codes,
    SearchForm,
    check_form,
    codes_for,
    find_place,
    form_of,
    match_request,
    read_codes,
    read_form,
    without_words,
)
from web.language import preferred_language
from web.rendering import Templates
from web.views.common import Page
from web.views.results import results_view
from web.views.search import form_view
from web.words import MAX_AGE, Words, WordsBox, cookie_name

router = APIRouter(include_in_schema=False)

#: Where the quick exit leads: a page that anybody might have open.
NEUTRAL_SITE = "https://www.meteo.be/"

Deps = Annotated[WebDeps, Depends(web_deps)]


async def sent_form(request: Request) -> FormData:
    """The fields of a POST. Raises `ForbiddenError` when another site made the browser send it."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise ForbiddenError("cross_site")
    return await request.form()


@router.get("/")
def choose_language(request: Request, deps: Deps) -> Response:
    """Send a visitor to the language that the browser asks for."""
    language = preferred_language(request.headers.get("accept-language", ""), deps.default_language)
    return RedirectResponse(f"/{language}", 303, headers={"vary": "accept-language"})


@router.get("/{lang:language}")
def home(request: Request, lang: str) -> Response:
    """The search form."""
    return _home(request, lang, SearchForm())


@router.get("/{lang:language}/search")
def search_again(lang: str) -> Response:
    """Who comes back to the address of the form's POST gets the form."""
    return RedirectResponse(f"/{lang}", 303)


@router.post("/{lang:language}/search")
def search(request: Request, lang: str, deps: Deps, data: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Understand the words and go on to an address of codes; the words travel in the sealed cookie."""
    form = read_form(data, deps.knowledge)
    try:
        place = check_form(form, deps.places)
        understanding = deps.matcher.understand(match_request(form, place, lang))
    except InvalidInputError as error:
        if not error.fields:
            raise
        return _home(request, lang, form, error)
    words = form.words()
    codes = codes_for(words, (guess.code for guess in understanding.need.needs), understanding.need.place, form.filters)
    kept = _box(deps).seal([words, *_searches(request, deps)], deps.clock())
    if kept is None:
        return _results(request, lang, deps, form, place, replace(codes, token=""), direct=True)
    response = RedirectResponse(f"/{lang}/results?{codes.query()}", 303)
    response.set_cookie(
        cookie_name(insecure=deps.insecure_cookies),
        kept,
        max_age=MAX_AGE,
        path="/",
        secure=not deps.insecure_cookies,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/{lang:language}/results")
def results(request: Request, lang: str, deps: Deps) -> Response:
    """The answer: to the words if the browser still brings them, else to the codes of the address."""
    codes = read_codes(request.query_params, deps.knowledge)
    words = next((each for each in _searches(request, deps) if codes.token and each.token == codes.token), None)
    form = form_of(words, codes.filters) if words else without_words(codes)
    if not form.text and not form.needs:
        return _home(request, lang, form, lost=bool(codes.token))
    try:
        place = find_place(form.place, deps.places) if words else _place_of(codes, deps)
    except InvalidInputError:
        place = None
    if not words and codes.postal and place and len(place.municipalities) == 1:
        target = replace(codes, nis=place.municipalities[0], postal="")
        return RedirectResponse(f"/{lang}/results?{target.query()}", 303)
    if not words and place:
        form = replace(form, place=place.label)
    return _results(request, lang, deps, form, place, codes, direct=False)


@router.get("/leave")
def leave(deps: Deps) -> Response:
    """The quick exit: forget the words and go to a neutral site."""
    response = RedirectResponse(NEUTRAL_SITE, 303)
    secure = not deps.insecure_cookies
    name = cookie_name(insecure=deps.insecure_cookies)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _home(
    request: Request, lang: str, form: SearchForm, error: InvalidInputError | None = None, *, lost: bool = False
) -> Response:
    view = form_view(form, lang, error.fields if error else ())
    title = render("web.home.title_error" if error else "web.home.title", lang)
    templates: Templates = request.app.state.templates
    return templates.page("home", Page(lang, title, ""), 422 if error else 200, form=view, lost=lost)


def _results(
    request: Request, lang: str, deps: WebDeps, form: SearchForm, place: Place | None, codes: Codes, *, direct: bool
) -> Response:
    answer = deps.matcher.match(match_request(form, place, lang))
    view = results_view(answer, form, codes, deps.wording, direct=direct)
    title = render("web.title.neutral" if view.sensitive else "web.results.title", lang)
    path = "" if direct else f"/results?{codes.query()}"
    templates: Templates = request.app.state.templates
    return templates.page("results", Page(lang, title, path, sensitive=view.sensitive, wide=True), view=view)


def _box(deps: WebDeps) -> WordsBox:
    return WordsBox(deps.cookie_key)


def _searches(request: Request, deps: WebDeps) -> tuple[Words, ...]:
    return _box(deps).open(request.cookies.get(cookie_name(insecure=deps.insecure_cookies)), deps.clock())


def _place_of(codes: Codes, deps: WebDeps) -> Place | None:
    if codes.nis:
        return deps.places.by_nis(codes.nis)
    if codes.area:
        return deps.places.by_area(AreaCode(codes.area))
    return find_place(codes.postal, deps.places)
