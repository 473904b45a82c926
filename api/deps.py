"""What the API is given by whoever assembles the application; it imports none of the makers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from kaart.domain.ports import AreaNames, Clock, Knowledge, ServiceReader
from kaart.places.stated import StatedPlaces
from kaart.wording import Wording
from matching.answer import Answer, MatchRequest, Understanding


class Matcher(Protocol):
    """The matching layer, as the API calls it."""

    def understand(self, request: MatchRequest) -> Understanding:
        """What the text asks for. Raises `KaartError` for a request that cannot be used."""

    def match(self, request: MatchRequest) -> Answer:
        """The ranked offers with their reasons. Raises `KaartError` for a request that cannot be used."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be answered; `missing` names what keeps that from being so (codes, never details)."""

    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiDeps:
    """The rooms below, and the settings that the API needs.

    `base_url` is the public address of the site; empty: that of each request.
    """

    matcher: Matcher
    places: StatedPlaces
    area_names: AreaNames
    knowledge: Knowledge
    services: ServiceReader
    clock: Clock
    base_url: str = ""
    default_language: str = "nl"
    readiness: Callable[[], Readiness] = Readiness

    @property
    def wording(self) -> Wording:
        """Renders reasons, labels and errors."""
        return Wording(self.knowledge, self.area_names)


def api_deps(request: Request) -> ApiDeps:
    """The dependencies of this application (for `Depends`)."""
    deps: ApiDeps = request.app.state.api_deps
    return deps


def base_url(request: Request) -> str:
    """The beginning of absolute addresses, without a slash at its end."""
    return (api_deps(request).base_url or str(request.base_url)).rstrip("/")
