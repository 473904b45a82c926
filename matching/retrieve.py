"""Finds candidates: for each asked need a list by words and a list by meaning, around the place, fused in Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from kaart.domain.areas import AreaCode, Place, PlaceKind, municipality_area
from kaart.domain.facts import ServiceFacts
from kaart.domain.ids import OrganizationId
from kaart.domain.ports import FactsReader, Places, SearchIndex
from kaart.domain.search import OfferHit, OfferQuery, ServiceQuery
from kaart.errors import UnavailableError
from matching.fuse import closeness, in_order, reciprocal_rank

#: Rings around the place in kilometres: ten minutes by bicycle (15 km/h), twenty minutes, then a bus ride or a short
#: drive, half an hour and an hour by car. Each about doubles the one before, so that few steps reach far.
RINGS_KM = (2.5, 5.0, 10.0, 25.0, 50.0)
#: The centre of a municipality is an arbitrary point for who lives in it: the smallest ring then says nothing.
FIRST_RING_OF_A_MUNICIPALITY_KM = 5.0
#: How far people go when the need does not say: half an hour by car, the size of an eerstelijnszone and its neighbours.
DEFAULT_SCALE_KM = 25.0
#: The ring is wide enough when so many texts in it answer the need: a choice, with one to spare.
ENOUGH = 3

#: The length of each list. Texts are collapsed, so 50 texts are far more offers; what is below place 50 in both
#: lists is about something else.
LIST_LIMIT = 50
#: Offers that come to the person, by phone or online, have lists of their own, so that they never fill the others.
REMOTE_LIST_LIMIT = 20
#: So many texts of each fused list go on, and so many offers of each: together the facts rows that are read. Reading a
#: row costs about 0.2 ms, half of a request together; ten results and their near-misses come from far fewer.
TEXTS_OF_A_PLACE = 24
TEXTS_REMOTE = 8
#: A further reading of words gets so many of them: enough to be answered, and never the room of what was said first.
TEXTS_OF_A_FURTHER_READING = 3
OFFERS_PER_TEXT = 3
MAXIMUM_FACTS = 64
#: A few rings of every municipality and postal code.
_RINGS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to look for: the words, their vector (None: without meaning), and the codes that lift a text.

    `need` is empty where only words are asked; `kinds` are those that answer it. Not `leading`: it is a further
    reading of words that say something else first, so that their own meaning does not speak for it.
    """

    text: str
    vector: Any
    need: str = ""
    kinds: tuple[str, ...] = ()
    language: str | None = None
    leading: bool = True

    @property
    def needs(self) -> tuple[str, ...]:
        """The code as a query wants it."""
        return (self.need,) if self.need else ()


@dataclass(frozen=True, slots=True)
class Nearness:
    """How a text was found for one ask: its share of the best place in the lists, its cosine, found by words."""

    closeness: float = 0.0
    cosine: float | None = None
    by_words: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An offer that was found; `nearness` has one entry per ask."""

    facts: ServiceFacts
    hit: OfferHit
    nearness: tuple[Nearness, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found, and how far was looked: `ring_km` None without a place.

    `meaning_failed`: the list by meaning did not answer, and that by words served alone.
    """

    found: tuple[Found, ...]
    ring_km: float | None = None
    first_ring_km: float | None = None
    meaning_failed: bool = False


@dataclass(slots=True)
class _Lists:
    """The lists of one ask while they are gathered."""

    closeness: dict[str, float] = field(default_factory=dict)
    cosines: dict[str, float] = field(default_factory=dict)
    worded: set[str] = field(default_factory=set)
    meaning_failed: bool = False

    def nearness(self, text_key: str) -> Nearness:
        return Nearness(self.closeness.get(text_key, 0.0), self.cosines.get(text_key), text_key in self.worded)


class Retriever:
    """Asks the index. Every list has its hard filters inside; no list is cut off by a score."""

    def __init__(self, index: SearchIndex, facts: FactsReader, places: Places) -> None:
        self._index = index
        self._facts = facts
        # Which municipalities lie in a ring is asked again and again for the same places, and never changes.
        self._within = lru_cache(maxsize=_RINGS_KEPT)(places.within)

    def retrieve(self, asks: Sequence[Ask], place: Place | None, scale_km: float) -> Retrieved:
        """The candidates for these asks. Raises `UnavailableError` when the index cannot answer at all."""
        lists = [_Lists() for _ in asks]
        ring = first = None
        if place is None:
            texts = self._texts(asks, lists, TEXTS_OF_A_PLACE, limit=LIST_LIMIT)
        elif not place.has_catalogue:
            texts = self._texts(asks, lists, TEXTS_OF_A_PLACE, limit=LIST_LIMIT, covering=_served(place), remote=True)
        else:
            rings = rings_of(place, scale_km)
            first = rings[0]
            ring, near = self._ring(asks, place, rings)
            local = self._texts(asks, lists, TEXTS_OF_A_PLACE, limit=LIST_LIMIT, near=near, covering=_served(place))
            remote = self._texts(asks, lists, TEXTS_REMOTE, limit=REMOTE_LIST_LIMIT, remote=True)
            texts = list(dict.fromkeys((*local, *remote)))
        found = self._offers(texts, lists, place)
        return Retrieved(found, ring, first, any(each.meaning_failed for each in lists))

    def offering(self, kinds: Sequence[str], place: Place | None, needs: tuple[str, ...] = ()) -> tuple[Found, ...]:
        """Offers of these kinds or for these needs that cover the place; without a sharp one, one of each text."""
        query = ServiceQuery(text="", needs=needs, kinds=tuple(kinds), covering=_served(place), limit=REMOTE_LIST_LIMIT)
        texts = [hit.text_key for hit in self._index.lexical(query)]
        wanted = {*kinds, *needs}
        found = self._offers(texts, (), place)
        return tuple(each for each in found if wanted & {*each.facts.kinds, *each.facts.needs})

    def _ring(self, asks: Sequence[Ask], place: Place, rings: Sequence[float]) -> tuple[float, frozenset[str]]:
        """The smallest ring in which every asked need has enough texts, else the widest.

        Only codes are counted, which costs far less than running all lists again. Words without codes cannot be
        counted: they are looked for in the widest ring.
        """
        coded = [ask for ask in asks if ask.needs or ask.kinds]
        for ring in rings[:-1] if coded else ():
            near = self._within(place, ring)
            if all(self._count(ask, near) >= ENOUGH for ask in coded):
                return ring, near
        return rings[-1], self._within(place, rings[-1])

    def _count(self, ask: Ask, near: frozenset[str]) -> int:
        query = ServiceQuery(text="", needs=ask.needs, kinds=ask.kinds, near=near, limit=ENOUGH)
        return len(self._index.lexical(query))

    def _texts(self, asks: Sequence[Ask], lists: Sequence[_Lists], keep: int, *, limit: int, **where: Any) -> list[str]:
        """Fill the lists of each ask and give the best texts, the asks taking turns."""
        orders: list[list[str]] = []
        further: list[list[str]] = []
        for ask, gathered in zip(asks, lists, strict=True):
            query = ServiceQuery(
                text=ask.text, language=ask.language, needs=ask.needs, kinds=ask.kinds, limit=limit, **where
            )
            both: list[list[str]] = [[hit.text_key for hit in self._index.lexical(query)]]
            gathered.worded.update(both[0])
            if ask.vector is not None:
                try:
                    hits = self._index.nearest(query, ask.vector)
                except UnavailableError:
                    gathered.meaning_failed = True
                else:
                    both.append([hit.text_key for hit in hits])
                    gathered.cosines.update({hit.text_key: hit.score for hit in hits})
            fused = reciprocal_rank(both)
            for text_key, share in closeness(fused, len(both)).items():
                gathered.closeness[text_key] = max(share, gathered.closeness.get(text_key, 0.0))
            if ask.leading:
                orders.append(in_order(fused))
            else:
                further.append(in_order(fused)[:TEXTS_OF_A_FURTHER_READING])
        beside = _in_turn(further, keep // 2)
        return list(dict.fromkeys((*_in_turn(orders, keep - len(beside)), *beside)))

    def _offers(self, texts: Sequence[str], lists: Sequence[_Lists], place: Place | None) -> tuple[Found, ...]:
        if not texts:
            return ()
        query = OfferQuery(
            tuple(texts),
            covering=_served(place),
            point=place.point if place is not None else None,
            per_text=OFFERS_PER_TEXT if place is not None else 1,
        )
        hits = list(_without_twins(self._index.offers(query), place))
        # The first offer of every text goes before the second of any.
        order = sorted(range(len(hits)), key=lambda index: (_turn(hits, index), index))
        kept = [hits[index] for index in sorted(order[:MAXIMUM_FACTS])]
        rows = self._facts.by_ids([hit.service_id for hit in kept])
        nearness = {hit.text_key: tuple(each.nearness(hit.text_key) for each in lists) for hit in kept}
        found = (Found(rows[hit.service_id], hit, nearness[hit.text_key]) for hit in kept if hit.service_id in rows)
        return tuple(_one_for_all(_without_strangers(found, place), place))


def rings_of(place: Place, scale_km: float) -> tuple[float, ...]:
    """The rings for a place, from the sharpest that means something up to the scale of the need."""
    blunt = place.is_wide or place.kind is PlaceKind.MUNICIPALITY
    first = FIRST_RING_OF_A_MUNICIPALITY_KM if blunt else RINGS_KM[0]
    inner = [ring for ring in RINGS_KM if first <= ring < scale_km]
    return (*inner, scale_km)


def _served(place: Place | None) -> frozenset[AreaCode]:
    """The areas that a catchment may name; of a wide place those within it too, so that help per town is found."""
    if place is None or not place.is_wide:
        return place.areas if place is not None else frozenset()
    return place.areas | {municipality_area(nis) for nis in place.municipalities}


def serves_part(facts: ServiceFacts, place: Place) -> bool:
    """Whether the offer is for one part of a wide place, so that nobody knows whether for this person."""
    catchment = set(facts.catchment or ())
    return place.is_wide and not catchment & place.areas and bool(catchment & _served(place))


def _one_for_all(found: Iterable[Found], place: Place | None) -> Iterable[Found]:
    """Of offers for parts of a wide place one stands for all with its text, as without a place.

    Whether any of them covers the person is not known.
    """
    seen: set[str] = set()
    for each in found:
        if place is None or not serves_part(each.facts, place):
            yield each
        elif each.hit.offers == 1 or each.hit.text_key not in seen:
            seen.add(each.hit.text_key)
            yield replace(each, hit=replace(each.hit, covers=None))


def _without_twins(hits: Iterable[OfferHit], place: Place | None) -> Iterable[OfferHit]:
    """Leave out what is for other places when the same text is there for this one: another town's OCMW."""
    if place is None:
        return hits
    hits = list(hits)
    covered = {hit.text_key for hit in hits if hit.covers}
    return [hit for hit in hits if hit.covers is not False or hit.text_key not in covered]


def _without_strangers(found: Iterable[Found], place: Place | None) -> Iterable[Found]:
    """Of texts that several bodies share and none of which is for this place, none is an answer or a near-miss."""
    found = list(found)
    if place is None:
        return found
    bodies: dict[str, list[OrganizationId]] = {}
    for each in found:
        bodies.setdefault(each.hit.text_key, []).append(each.facts.organization_id)

    def of_one_body(each: Found) -> bool:
        loaded = bodies[each.hit.text_key]
        return len(set(loaded)) == 1 and (len(loaded) > 1 or each.hit.offers == 1)

    return [each for each in found if each.hit.covers is not False or of_one_body(each)]


def _turn(hits: Sequence[OfferHit], index: int) -> int:
    """How many offers of the same text stand right before this one."""
    turn = 0
    while index - turn - 1 >= 0 and hits[index - turn - 1].text_key == hits[index].text_key:
        turn += 1
    return turn


def _in_turn(orders: Sequence[Sequence[str]], keep: int) -> list[str]:
    """The first `keep` different texts of several orders, one of each in turn."""
    longest = max((len(order) for order in orders), default=0)
    mixed = (order[place] for place in range(longest) for order in orders if place < len(order))
    return list(islice(dict.fromkeys(mixed), keep))
