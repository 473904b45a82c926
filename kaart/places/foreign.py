"""Places outside Belgium in a text: where somebody looks for help that this map does not have.

Many who ask for help here come from elsewhere or have family there ("gevlucht uit Syrië", "geboren in Marokko"), and
some names are first names or ordinary words (*Sofia*, *Wenen*). A name is therefore taken only when it is said to be
where one is: behind a preposition of place, at the end of a short search, or as the whole text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaart.places.atlas import OFFICIAL, Atlas
from kaart.places.names import Word, fold_word, fold_words, words
from kaart.places.numbers import is_place_preposition

#: A text of more code points is read up to here, as for places in Belgium.
_MOST_TEXT = 20_000
#: A search of at most this many words has its place at the end.
_SHORT_SEARCH = 5
#: Written small, a shorter name is more often an ordinary word (*goes*, *nice*).
_SHORTEST_SMALL = 5


def _folded(listed: str) -> frozenset[str]:
    return frozenset(map(fold_word, listed.split()))


#: These lead to where somebody comes from or goes to, not to where they are.
_FROM_OR_TO = _folded("uit vanuit naar from aus nach vers um")
#: Where nothing else makes a place of the name, it is somebody's origin behind these.
_OF = _folded("van of du d des von")
#: In Dutch, verbs stand behind these as well ("zit te wenen"): only a capital makes a place of it.
_VERBS_TOO = _folded("te at a")
#: French prepositions that are ordinary words in other languages.
_FRENCH = _folded("en au aux")
_ARTICLES = _folded("de den der die das dem la le les the het")
#: What was in a place abroad is no question about help there.
_PAST = _folded(
    """geboren opgegroeid getrouwd gescheiden gewoond gewerkt gestudeerd behaald diploma familie gezin ouders
    born grew raised married lived worked studied degree family parents
    né née nés nées grandi marié mariée vécu travaillé étudié obtenu diplôme famille parents
    aufgewachsen geheiratet verheiratet gelebt gearbeitet studiert abschluss eltern"""
)
#: How far back such a word counts.
_PAST_REACH = 4
#: First names, peoples and ordinary words that are also places: only a capital behind *in*, *te* or *à* makes them one.
_ALSO_OTHER = _folded(
    "sofia nancy paris roma valencia milan odessa sedan nice porto goes sluis weert leiden wenen vienna"
)
_PLACES_ONLY = _folded("in te à a im")


@dataclass(frozen=True, slots=True)
class ForeignMention:
    """A name of a place outside Belgium; `start` and `end` count code points, half-open. `meant`: help is sought there.

    What is not meant still keeps a part of it from being taken for a place here (*Bergen* in *Bergen op Zoom*).
    """

    name: str
    start: int
    end: int
    meant: bool


class ForeignNames:
    """Finds the well-known places outside Belgium; a name that is also official inside is left to the map."""

    def __init__(self, atlas: Atlas) -> None:
        names = (tuple(fold_words(name)) for name in atlas.data.foreign)
        self._names = frozenset(
            name
            for name in names
            if name and not any(each.quality == OFFICIAL for each in atlas.index.get("".join(name), ()))
        )
        self._longest = max((len(name) for name in self._names), default=0)

    def find(self, text: str, language: str | None) -> list[ForeignMention]:
        """The names in the order in which they stand; they do not overlap."""
        text = text[:_MOST_TEXT]
        listed = words(text)
        folded = [word.folded for word in listed]
        found: list[ForeignMention] = []
        index = 0
        while index < len(listed):
            reach = range(min(self._longest, len(listed) - index), 0, -1)
            length = next((each for each in reach if tuple(folded[index : index + each]) in self._names), 0)
            if length:
                start, end = listed[index].start, listed[index + length - 1].end
                meant = _is_meant(text, listed, index, length, language)
                found.append(ForeignMention(text[start:end], start, end, meant))
            index += length or 1
        return found


def _is_meant(text: str, listed: Sequence[Word], first: int, length: int, language: str | None) -> bool:
    """Whether the text says that help is sought in this place."""
    if length == len(listed):
        return True
    name = listed[first : first + length]
    capital = any(word.written[0].isupper() for word in name) and not text.isupper()
    before = first - 1
    if before > 0 and listed[before].folded in _ARTICLES:
        before -= 1
    leading = listed[before].folded if before >= 0 else ""
    if leading in _FROM_OR_TO or any(word.folded in _PAST for word in listed[max(0, first - _PAST_REACH) : first]):
        return False
    if not capital and (sum(len(word.written) for word in name) < _SHORTEST_SMALL or leading in _VERBS_TOO):
        return False
    preposition = before >= 0 and (
        is_place_preposition(listed, before) or (language == "fr" and leading in _FRENCH) or leading in _PLACES_ONLY
    )
    if listed[first].folded in _ALSO_OTHER:
        return preposition and capital and leading in _PLACES_ONLY
    ends = first > 0 and first + length == len(listed) <= _SHORT_SEARCH
    return preposition or (ends and leading not in _OF)
