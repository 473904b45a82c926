"""From what a caller sent to a request of the matching layer; every field that is wrong is named."""

from __future__ import annotations

from api.deps import ApiDeps
from api.schemas.request import FactsIn, MatchIn, PlaceIn
from kaart.domain.areas import Place
from kaart.domain.needs import StatedFacts
from kaart.errors import FieldError, InvalidInputError
from kaart.places.stated import stated_place
from matching.answer import MatchRequest
from matching.request import check_request


def match_request(sent: MatchIn, deps: ApiDeps) -> MatchRequest:
    """The request as the matching layer takes it.

    Raises `InvalidInputError` with what is wrong per field: neither text nor need, an unknown code, a place that
    is unknown or that contradicts itself.
    """
    request = MatchRequest(
        text=sent.text,
        answer_language=sent.language or deps.default_language,
        place=_place(sent.place, deps) if sent.place else None,
        stated=_stated(sent.facts),
        answers=dict(sent.answers),
        dismissed=frozenset(sent.dismissed),
        limit=sent.limit,
    )
    check_request(request, deps.knowledge)
    unknown = [
        FieldError(f"/facts/target_groups/{position}", "target_group_unknown", (("code", code),))
        for position, code in enumerate(sent.facts.target_groups)
        if code not in deps.knowledge.terms()
    ]
    if unknown:
        raise InvalidInputError("request_invalid", fields=unknown)
    return request


def _stated(facts: FactsIn) -> StatedFacts:
    return StatedFacts(
        age=facts.age,
        for_whom=facts.for_whom,
        spoken_languages=tuple(facts.spoken_languages),
        budget=facts.budget,
        mobility=facts.mobility,
        when=tuple(facts.when),
        target_groups=tuple(facts.target_groups),
        needs=tuple(facts.needs),
    )


def _place(sent: PlaceIn, deps: ApiDeps) -> Place | None:
    return stated_place(
        deps.places,
        postal_code=sent.postal_code,
        municipality=sent.municipality,
        nis=sent.nis,
        latitude=sent.lat,
        longitude=sent.lon,
    )
