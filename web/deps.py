"""What the pages are given by whoever assembles the application; they import none of the makers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from kaart.domain.ports import AreaNames, Clock, Knowledge, ServiceReader
from kaart.places.stated import StatedPlaces
from kaart.wording import Wording
from matching.answer import Answer, MatchRequest, Understanding


class Matcher(Protocol):
    """The matching layer, as the pages call it."""

    def understand(self, request: MatchRequest) -> Understanding:
        """What the text asks for. Raises `KaartError` for a request that cannot be used."""

    def match(self, request: MatchRequest) -> Answer:
        """The ranked offers with their reasons. Raises `KaartError` for a request that cannot be used."""


@dataclass(frozen=True, slots=True)
class WebDeps:
    """The rooms below, and the settings that the pages need.

    `cookie_key` is 32 bytes (AES-256), the same in every process. `insecure_cookies` drops the `__Host-` prefix
    and Secure, for trying without HTTPS on a network of one's own.
    """

    matcher: Matcher
    places: StatedPlaces
    area_names: AreaNames
    knowledge: Knowledge
    services: ServiceReader
    clock: Clock
    cookie_key: bytes
    default_language: str = "nl"
    insecure_cookies: bool = False

    @property
    def wording(self) -> Wording:
        """Renders reasons, labels and errors."""
        return Wording(self.knowledge, self.area_names)


def web_deps(request: Request) -> WebDeps:
    """The dependencies of this application (for `Depends`)."""
    deps: WebDeps = request.app.state.web_deps
    return deps
