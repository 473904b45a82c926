"""A matcher over ports in memory, and a few services for it."""

from __future__ import annotations

from kaart.domain.areas import BELGIUM
from kaart.domain.codes import Reach
from matching.answer import MatchRequest
from matching.engine import Matcher
from tests.factories.embedding import FakeEmbedder
from tests.factories.fakes import (
    GENT,
    TODAY,
    FakeAreas,
    FakeFacts,
    FakeGaps,
    FakeIndex,
    FakePlaces,
    a_knowledge,
    a_location,
    a_service,
    clock,
)

OCMWS = tuple(
    service
    for town, nis in (("gent", "44021"), ("deinze", "44083"))
    for service in (
        a_service(
            f"ocmw-{town}/dienstverlening", name="Maatschappelijke dienstverlening", needs=("debt",),
            kinds=("social_assistance",), catchment=(f"municipality:{nis}",), dated_on=TODAY, source="editorial",
        ),
        a_service(
            f"ocmw-{town}/leefloon", name="Leefloon", needs=("no_income",), kinds=("living_wage",),
            catchment=(f"municipality:{nis}",), dated_on=TODAY, source="editorial",
        ),
    )
)  # fmt: skip
LINE = a_service(
    "luisterlijn/bellen", name="Luisterlijn", needs=("loneliness",), reach=frozenset({Reach.PHONE}),
    catchment=(BELGIUM,), summary="praten als je je alleen voelt",
)  # fmt: skip
BUDDIES = tuple(
    a_service(
        f"buddy-{index}/werking", name=f"Buddywerking {index}", needs=("loneliness",), kinds=("buddy",),
        locations=(a_location(GENT, east_km=float(index)),), summary="samen op stap",
    )
    for index in range(1, 5)
)  # fmt: skip


class World:
    """A matcher with everything that it was given at hand."""

    def __init__(self, *services, knowledge=None):
        self.embedder = FakeEmbedder()
        self.places = FakePlaces()
        self.index = FakeIndex(services, self.embedder, self.places)
        self.facts = FakeFacts(services)
        self.gaps = FakeGaps()
        self.matcher = Matcher(
            knowledge or a_knowledge(),
            self.embedder,
            self.index,
            self.facts,
            self.places,
            FakeAreas(),
            self.gaps,
            clock,
        )

    def match(self, text, **request):
        return self.matcher.match(MatchRequest(text, **request))


def keys(matches):
    return [match.facts.key for match in matches]
