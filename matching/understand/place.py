"""The place in a text; what the caller states wins."""

from __future__ import annotations

from dataclasses import dataclass

from kaart.domain.areas import Place, PlaceKind, PlaceMention
from kaart.domain.needs import Fact, FactKind
from kaart.domain.ports import Places
from matching.understand.facts import fact_id

#: How sharp a place is: of two mentions in one text ("Gentbrugge bij Gent") the sharper one counts.
_SHARPNESS = {
    PlaceKind.POINT: 0,
    PlaceKind.POSTAL_CODE: 1,
    PlaceKind.SUBMUNICIPALITY: 1,
    PlaceKind.FORMER_MUNICIPALITY: 2,
    PlaceKind.MUNICIPALITY: 3,
    PlaceKind.PROVINCE: 4,
    PlaceKind.REGION: 5,
}


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """The place that is meant, the facts that said so, and other places that could be meant."""

    place: Place | None = None
    facts: tuple[Fact, ...] = ()
    others: tuple[Place, ...] = ()


def read_place(
    places: Places, text: str, language: str | None, stated: Place | None, dismissed: frozenset[str]
) -> PlaceReading:
    """Find the place. Of several municipalities in a text the first is taken and the others are offered as a choice.

    A place that is named again is one fact, at its first mention; taken away there, it is taken away everywhere.
    """
    if stated is not None:
        label = stated.label
        fact = Fact(fact_id(FactKind.PLACE, None, None, label), FactKind.PLACE, label, label=label, stated=True)
        return PlaceReading(stated, (fact,))
    found: list[tuple[PlaceMention, Fact]] = []
    for mention in places.mentions(text, language):
        label = mention.place.label
        fact = Fact(
            fact_id(FactKind.PLACE, mention.start, mention.end, label),
            FactKind.PLACE,
            label,
            label=label,
            start=mention.start,
            end=mention.end,
        )
        found.append((mention, fact))
    gone = {fact.value for _, fact in found if fact.id in dismissed}
    kept = [(mention, fact) for mention, fact in found if fact.value not in gone]
    if not kept:
        return PlaceReading()
    first = kept[0][0].place
    same = [mention for mention, _ in kept if set(mention.place.municipalities) & set(first.municipalities)]
    chosen = min(same, key=lambda mention: (_SHARPNESS.get(mention.place.kind, 9), mention.start))
    others: dict[tuple[str, ...], Place] = {}
    for mention, _ in kept:
        for place in (mention.place, *mention.alternatives):
            if place.municipalities != chosen.place.municipalities:
                others.setdefault(place.municipalities, place)
    once: dict[str | int, Fact] = {}
    for _, fact in kept:
        once.setdefault(fact.value, fact)
    return PlaceReading(chosen.place, tuple(once.values()), tuple(others.values()))
