"""What stands beside the results: kinds of help, near-misses, and the note how far was looked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kaart.domain.areas import Place
from kaart.domain.codes import Coverage, ReasonCode, RuleCode
from kaart.domain.needs import Entrance, KindOfHelp, Term
from matching.answer import KindCard, NearMiss, Note
from matching.assess import failing_rule
from matching.rank import Match
from matching.understand.words import plain_words, stem

#: Kinds of help per need, and in all: who does not know the sector reads a few explanations, not a list.
KINDS_PER_NEED = 4
MAXIMUM_KINDS = 8
#: Near-misses are an explanation, not a second list of results.
MAXIMUM_NEAR_MISSES = 3
#: Offers named as the ones who arrange a kind of help.
MAXIMUM_ARRANGERS = 2


def kinds_to_show(
    needs: Sequence[str],
    kinds_of: Mapping[str, Sequence[str]],
    known: Mapping[str, KindOfHelp],
    named: frozenset[str] = frozenset(),
) -> tuple[KindOfHelp, ...]:
    """The kinds of help that answer these needs: those that the text names, then lightest first.

    The needs take turns.
    """
    per_need = [
        sorted((kind for kind in kinds_of.get(need, ()) if kind in known), key=lambda kind: kind not in named)[
            :KINDS_PER_NEED
        ]
        for need in needs
    ]
    longest = max((len(kinds) for kinds in per_need), default=0)
    mixed = (kinds[place] for place in range(longest) for kinds in per_need if place < len(kinds))
    ordered = sorted(dict.fromkeys(mixed), key=lambda kind: kind not in named)
    return tuple(known[kind] for kind in ordered)[:MAXIMUM_KINDS]


def names_of_kinds(kinds: Iterable[str], terms: Mapping[str, Term]) -> Mapping[str, frozenset[tuple[str, ...]]]:
    """The stems of every name of these kinds of help, in all languages; a kind without a term has none."""
    return {
        kind: frozenset(
            words
            for text in (*terms[kind].labels, *terms[kind].synonyms)
            if (words := tuple(stem(word) for word in plain_words(text.value)))
        )
        for kind in kinds
        if kind in terms
    }


def named_kinds(text: str, names: Mapping[str, frozenset[tuple[str, ...]]]) -> frozenset[str]:
    """The kinds of help of which a whole name stands in the text."""
    words = tuple(stem(word) for word in plain_words(text))
    longest = max((len(name) for each in names.values() for name in each), default=0)
    parts = {
        words[start:end]
        for start in range(len(words))
        for end in range(start + 1, min(start + longest, len(words)) + 1)
    }
    return frozenset(kind for kind, own in names.items() if own & parts)


def kind_cards(kinds: Iterable[KindOfHelp], offered: Collection[str], arrangers: Sequence[Match]) -> list[KindCard]:
    """A card per kind: known when it is offered; else none is known, and who arranges it is named."""
    cards = []
    for kind in kinds:
        if kind.code in offered:
            cards.append(KindCard(kind, Coverage.KNOWN))
            continue
        wanted = set(kind.arranged_by_kinds)
        who = tuple(match for match in arrangers if wanted & set(match.facts.kinds))
        cards.append(KindCard(kind, Coverage.NONE_KNOWN, who[:MAXIMUM_ARRANGERS]))
    return cards


def near_misses(failed: Sequence[Match], results: Sequence[Match]) -> tuple[NearMiss, ...]:
    """Offers that fail one true rule, each with the best result that answers the same."""
    misses = []
    for match in failed:
        reason = failing_rule(match)
        if reason is not None:
            alternative = next((each for each in results if each.answers & match.answers), None)
            misses.append(NearMiss(match, rule_of(reason.code), alternative))
    return tuple(misses[:MAXIMUM_NEAR_MISSES])


def rule_of(code: ReasonCode) -> str:
    """The rule that a failing reason stands for: a catchment is a rule about where one lives."""
    return RuleCode.RESIDENCE.value if code is ReasonCode.AREA else RuleCode.AGE.value


def outside_notes(names: Sequence[str]) -> tuple[Note, ...]:
    """What to say of a place abroad that the text names; of several, the first says enough."""
    return tuple(Note("outside_belgium", "error.place_outside_belgium", (("place", name),)) for name in names[:1])


def left_out_notes(needs: int, maximum: int) -> tuple[Note, ...]:
    """What to say when more needs were chosen than are looked for at once."""
    return (Note("needs_left_out", "note.needs_left_out", (("maximum", maximum),)),) if needs > maximum else ()


def elsewhere_notes(place: Place | None, entrances: Iterable[Entrance]) -> tuple[Note, ...]:
    """What to say of a place that the catalogue does not cover, with the entrance of its own government if known."""
    if place is None or place.has_catalogue:
        return ()
    own = next((each for each in entrances if place.areas.intersection(each.areas)), None)
    told = (("place", place.label),)
    if own is None:
        return (Note("outside", "note.outside", told),)
    return (Note("outside", "note.outside_entrance", (*told, ("entrance", own.name)), own.url, own.phone),)


def notes(
    place: Place | None, results: Sequence[Match], ring_km: float | None, first_ring_km: float | None
) -> tuple[Note, ...]:
    """What to say about how far was looked; nothing when the nearest ring was enough."""
    if place is not None and not place.has_catalogue:
        return ()
    if ring_km is None or first_ring_km is None:
        return ()
    kilometres = (("kilometres", f"{ring_km:g}"),)
    if not results:
        return (Note("ring", "note.ring_nothing", kilometres),)
    farther = any(match.distance_km is not None and match.distance_km > first_ring_km for match in results)
    return (Note("ring", "note.ring", kilometres),) if ring_km > first_ring_km and farther else ()
