"""What is asked of a search index and what it answers; the same for every backend.

What is searched is a *text*: services with equal words share one. A hit on a text is then expanded
to the offers (services) whose catchment holds the place, else the nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kaart.domain.areas import AreaCode, Point
from kaart.domain.facts import ServiceFacts
from kaart.domain.ids import ServiceId
from kaart.domain.texts import Texts


@dataclass(frozen=True, slots=True)
class ServiceQuery:
    """One list to retrieve. The place is a hard filter inside the clause; a category never is.

    A text passes when one of its offers stands in a municipality of `near` (NIS codes), **or** has a
    catchment that names one of `covering`, **or** (`remote` True) can be had by phone, online or at
    home wherever one lives. With `near` and `covering` empty and `remote` False there is no filter.
    `needs` and `kinds` are codes that lift a text, without excluding others.
    """

    text: str
    language: str | None = None
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    near: frozenset[str] = frozenset()
    covering: frozenset[AreaCode] = frozenset()
    remote: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class TextHit:
    """A text that was found; `score` has a meaning within its own list only."""

    text_key: str
    score: float


@dataclass(frozen=True, slots=True)
class OfferQuery:
    """Which offers of found texts to bring: at most `per_text` each, those that cover the place first.

    Order within a text: catchment holds the place (a code of `covering`), then nearest to `point`,
    then the others by a stable order. Without a place `per_text` offers of each text come by a stable order.
    """

    text_keys: tuple[str, ...]
    covering: frozenset[AreaCode] = frozenset()
    point: Point | None = None
    per_text: int = 8


@dataclass(frozen=True, slots=True)
class OfferHit:
    """One offer of a text. `covers` None: its catchment is unknown. `offers` counts the text's offers."""

    service_id: ServiceId
    text_key: str
    covers: bool | None
    distance_km: float | None
    offers: int


@dataclass(frozen=True, slots=True)
class IndexedOffer:
    """The part of an offer that the index holds. `points` are (NIS or None, point) of its locations."""

    service_id: ServiceId
    catchment: tuple[AreaCode, ...] | None
    remote: bool
    municipalities: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class TextDocument:
    """One text with its offers, ready for any backend.

    `fields` maps a field (``name``, ``summary``, ``does``, ``for_whom``, ``needs``, ``provider``) to its
    analysed tokens. `passage` is what the embedder is given; it has no place in it. `at`, `covers` and
    `remote` are what `ServiceQuery` filters on, drawn from the offers.
    """

    text_key: str
    fields: dict[str, tuple[str, ...]]
    passage: str
    needs: tuple[str, ...]
    kinds: tuple[str, ...]
    at: tuple[str, ...]
    covers: tuple[AreaCode, ...]
    remote: bool
    offers: tuple[IndexedOffer, ...]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How an index stands. `waiting` and `set_aside` count outbox rows; the oldest waits since `waiting_since`."""

    backend: str
    ready: bool
    texts: int
    offers: int
    embedder: str
    built_at: datetime | None
    waiting: int = 0
    set_aside: int = 0
    detail: str = ""
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class TextGroup:
    """The present services of one text, as the store reads them; empty when the text is no more."""

    text_key: str
    services: tuple[ServiceFacts, ...]


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """The little of a service that a list of offers shows."""

    service_id: ServiceId
    key: str
    name: Texts
    organization: Texts
