"""Finds the places that are named in a text, and leaves alone the ordinary words that are also names of places.

Half the places in Belgium are called like something else: *Mol*, *Boom*, *Geel*, *As*, *Celles*, *On*. A name is
taken when enough speaks for it:

* an ordinary word (``content/places/ordinary.csv``, and every short name that is not a municipality's of Flanders
  or Brussels): a capital inside the sentence after a preposition of place, or a verb of living before it;
* a part of a municipality, or a place in Wallonia: a capital inside the sentence, a preposition, or two words;
* a municipality of Flanders or Brussels: always;
* any name beside its own postal code, and a text that is nothing but the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kaart.domain.areas import AreaSystem, PlaceKind, PlaceMention, area_code
from kaart.places.atlas import OFFICIAL, Atlas, Named
from kaart.places.making import PlaceMaker
from kaart.places.names import Word, fold, fold_word, fold_words, words
from kaart.places.numbers import is_place_preposition, lives_before, postal_codes

#: Names have at most this many words ("'s Gravenvoeren", "Sint-Blasius-Boekel", "Onze-Lieve-Vrouw-Waver").
_MOST_WORDS = 8
#: A name of so few letters that is no municipality's of Flanders or Brussels counts as an ordinary word.
_SHORT = 4
#: A text of more code points is read up to here: nobody writes their place after four pages.
_MOST_TEXT = 20_000
#: Other readings that are handed on with a mention.
_MOST_ALTERNATIVES = 4
#: In one word ("Kessello") only a name of this length is recognised.
_JOINED = 7

_SURE, _LIKELY, _ORDINARY = 1.0, 0.9, 0.8

_BETWEEN_WORDS = re.compile(r"[ \t\u00a0]?[-–'’.]?[ \t\u00a0]?")
_BETWEEN_PLACES = re.compile(r"[ \t\u00a0]*[,(–-]?[ \t\u00a0]*")
_BEFORE_WIDER = re.compile(r"[ \t]?[,(][ \t]?")
_SENTENCE_END = re.compile(r"[.!?:\n•\"“„«][\s\"'“„«(-]*$")
#: Names of people stand after "bij" and "van" as well; these prepositions go with places only.
_PLACES_ONLY = frozenset(fold_word(word) for word in ("in", "te", "à", "im", "nabij", "stad", "gemeente", "ville"))
#: Nouns after which "van" or "de" leads to a place.
_NOUN_OF = frozenset(
    fold_word(word)
    for word in "buurt omgeving stad gemeente centrum ocmw cpas regio inwoner près commune ville région autour".split()  # noqa: SIM905
)
_OF = frozenset(("van", "de", "d", "of"))


@dataclass(frozen=True, slots=True)
class _Hit:
    """A found name: the words `first` to `last` (included), its readings, and its postal code if one stands beside."""

    start: int
    end: int
    named: tuple[Named, ...]
    confidence: float
    code: str | None = None


class Mentions:
    """Finds places in texts."""

    def __init__(self, atlas: Atlas, maker: PlaceMaker) -> None:
        self._atlas = atlas
        self._maker = maker
        self._ordinary = {fold(word): kind for word, kind in atlas.data.ordinary.items()}
        self._names = {
            key: sure
            for key, named in atlas.index.items()
            if (sure := tuple(each for each in named if each.quality == OFFICIAL)) and not key.isdigit()
        }
        self._lengths: dict[str, set[int]] = {}
        self._spaced: set[str] = set()
        for named in self._names.values():
            for each in named:
                parts = fold_words(each.name)
                self._lengths.setdefault(parts[0], set()).add(len(parts))
                self._spaced.add(" ".join(parts))

    def find(self, text: str) -> list[PlaceMention]:
        """The mentions in the order in which they stand; their spans count code points and do not overlap."""
        text = text[:_MOST_TEXT]
        listed = words(text)
        hits = self._codes(text, listed, self._hits(text, listed))
        return [self._mention(hit) for hit in _joined(text, hits)]

    def _mention(self, hit: _Hit) -> PlaceMention:
        first, *others = (self._maker.named(each, hit.code) for each in hit.named[: 1 + _MOST_ALTERNATIVES])
        return PlaceMention(first, hit.start, hit.end, hit.confidence, tuple(others))

    def _hits(self, text: str, listed: Sequence[Word]) -> list[_Hit]:
        """The names that are taken on their own, the longest at each place, and the doubtful beside a code."""
        hits = []
        index = 0
        shouted = text.isupper()
        while index < len(listed):
            found = self._longest(text, listed, index)
            if found is None:
                index += 1
                continue
            last, key = found
            confidence = self._confidence(text, listed, index, last, key, shouted)
            hits.append(_Hit(listed[index].start, listed[last].end, self._names[key], confidence))
            index = last + 1 if confidence else index + 1
        return _beside_their_town(text, hits)

    def _longest(self, text: str, listed: Sequence[Word], index: int) -> tuple[int, str] | None:
        """(last word, key) of the longest name that begins with this word."""
        word = listed[index]
        lengths = self._lengths.get(word.folded, set())
        for length in sorted(lengths, reverse=True):
            last = index + length - 1
            if length > _MOST_WORDS or last >= len(listed) or not _adjoining(text, listed[index : last + 1]):
                continue
            parts = [each.folded for each in listed[index : last + 1]]
            if " ".join(parts) in self._spaced:  # not the joined key: "le au" is not *Léau*
                return last, "".join(parts)
        if len(word.folded) >= _JOINED and word.folded in self._names:
            return index, word.folded
        return None

    def _confidence(self, text: str, listed: Sequence[Word], first: int, last: int, key: str, shouted: bool) -> float:
        """How sure a name stands for a place here; 0 when it does not."""
        if first == 0 and last == len(listed) - 1:
            return _SURE
        before = listed[first - 1].folded if first else ""
        adjoining = first > 0 and _gap_is_plain(text, listed[first - 1], listed[first])
        preposition = adjoining and (
            is_place_preposition(listed, first - 1)
            or (before in _OF and first > 1 and listed[first - 2].folded in _NOUN_OF)
        )
        starts = first == 0 or bool(_SENTENCE_END.search(text[: listed[first].start]))
        capital = listed[first].written[0].isupper() and not starts and not shouted
        lives = preposition and lives_before(listed, first)
        kind = self._ordinary.get(key)
        best = self._names[key][0].entry
        town = best.in_catalogue and best.kind in {PlaceKind.MUNICIPALITY, PlaceKind.FORMER_MUNICIPALITY}
        if kind == "name":
            places_only = preposition and before in _PLACES_ONLY
            return _ORDINARY if places_only and (capital or lives) else 0.0
        if kind == "word" or (len(key) <= _SHORT and not town):
            return _ORDINARY if lives or (preposition and capital) else 0.0
        if preposition:
            return _SURE
        if town or best.kind is PlaceKind.PROVINCE or best.kind is PlaceKind.REGION:
            return _LIKELY
        return _LIKELY if capital or last > first else 0.0

    def _codes(self, text: str, listed: Sequence[Word], hits: list[_Hit]) -> list[_Hit]:
        """With postal codes: joined with the name beside them, or on their own; doubtful names without one go."""
        result: list[_Hit] = []
        used: set[int] = set()
        for start, end, code, sure in postal_codes(text, listed):
            entry = self._atlas.by_area.get(area_code(AreaSystem.POSTAL, code))
            if entry is None:
                continue
            beside = next(
                (
                    number
                    for number, hit in enumerate(hits)
                    if number not in used
                    and (
                        (hit.start >= end and _BETWEEN_PLACES.fullmatch(text[end : hit.start]))
                        or (sure and hit.end <= start and _BETWEEN_PLACES.fullmatch(text[hit.end : start]))
                    )
                    and _within(hit.named, entry.nis)
                ),
                None,
            )
            if beside is not None:
                hit = hits[beside]
                used.add(beside)
                inside = _within(hit.named, entry.nis)
                fits = code in inside[0].entry.postal_codes or not inside[0].entry.postal_codes
                closed = text.startswith(")", end) and "(" in text[hit.end : start]
                reach = (min(start, hit.start), max(end + closed, hit.end))
                result.append(_Hit(*reach, inside, _SURE if fits else _LIKELY, code if fits else None))
            elif sure:
                result.append(_Hit(start, end, (Named(entry, code, OFFICIAL),), _SURE, None))
        result += [hit for number, hit in enumerate(hits) if number not in used and hit.confidence]
        return _apart(sorted(result, key=lambda hit: (hit.start, -hit.end)))


def _adjoining(text: str, listed: Sequence[Word]) -> bool:
    return all(_gap_is_plain(text, one, other) for one, other in pairwise(listed))


def _gap_is_plain(text: str, one: Word, other: Word) -> bool:
    """Whether only what may stand inside a name lies between two words."""
    return _BETWEEN_WORDS.fullmatch(text, one.end, other.start) is not None


def _within(named: Sequence[Named], nis: Sequence[str]) -> tuple[Named, ...]:
    """The readings that lie in these municipalities."""
    return tuple(each for each in named if set(each.entry.nis) <= set(nis))


def _apart(hits: Sequence[_Hit]) -> list[_Hit]:
    """Without those that overlap an earlier one."""
    kept: list[_Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _inside(one: _Hit, other: _Hit) -> tuple[Named, ...]:
    """The readings of the one that lie in a place that the other stands for."""
    wider = {nis for each in other.named for nis in each.entry.nis}
    same = {each.entry.area for each in other.named}
    return tuple(each for each in one.named if set(each.entry.nis) <= wider and each.entry.area not in same)


def _beside_their_town(text: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """A doubtful name with its town behind it is no longer doubtful: "deurne (Diest)"."""
    checked = list(hits)
    for index, (one, other) in enumerate(pairwise(hits)):
        beside = one.end <= other.start and _BEFORE_WIDER.fullmatch(text[one.end : other.start])
        if not one.confidence and other.confidence and beside and _inside(one, other):
            checked[index] = replace(one, confidence=_LIKELY)
    return checked


def _joined(text: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """A place with the wider one beside it is one mention: "Gentbrugge (Gent)", "Deurne, Antwerpen"."""
    kept: list[_Hit] = []
    for hit in hits:
        before = kept[-1] if kept else None
        between = text[before.end : hit.start] if before else ""
        inside = _inside(before, hit) if before and _BEFORE_WIDER.fullmatch(between) else ()
        if before and inside:
            closed = "(" in between and text.startswith(")", hit.end)
            kept[-1] = replace(before, end=hit.end + closed, named=inside, code=before.code or hit.code)
        else:
            kept.append(hit)
    return kept
