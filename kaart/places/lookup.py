"""Finds the entries that somebody may mean by what they typed as a place."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kaart.domain.areas import AreaSystem, area_code
from kaart.places.atlas import OFFICIAL, Atlas, Entry, Named
from kaart.places.names import fold, fold_words, words

#: Longer input is no place; only its beginning is looked at.
MAX_LENGTH = 200
#: A beginning of fewer letters names nothing.
_SHORTEST_BEGINNING = 3
#: A name that only begins so is less sure than a misspelt whole one: 0.5 plus up to 0.3 for the part that is there.
_BEGINNING, _BEGINNING_SHARE = 0.5, 0.3
#: Letters of a name from which one, two or three mistakes are taken for a misspelling.
_MISTAKES = ((4, 1), (8, 2), (14, 3))
#: A postal code and a name that do not belong together: either may be the mistake.
CONTRADICTION = 0.6

#: A part of the right municipality with the code of another part ("9000 Gentbrugge"): the name is meant.
OTHER_CODE = 0.9

_POSTAL = re.compile(r"(?<![\d.,])(?:B\s?[-–]\s?|BE\s?[-–]\s?)?(\d{4})(?![\d.,]*\d)", re.IGNORECASE)
_QUALIFIER = re.compile(r"[(,/;]|\s[-–]\s")
#: What stands between two places of which somebody could not choose one.
_BETWEEN = re.compile(r"\s*[,;/&+(]\s*|\s+[-–]\s+|\s+(?:of|en|ou|et|or|and|oder|und)\s+", re.IGNORECASE)
#: Words before a name that say how near, or what kind of place; in Dutch, French, German and English.
_BEFORE = frozenset(
    """in te uit bij nabij naar rond rondom vanuit tot tussen langs van de het der aan op omgeving buurt regio streek
    stad gemeente deelgemeente provincie centrum hartje dichtbij vlakbij ergens ik woon wonen wij we
    a au aux en dans pres entre autour de du des d l la le les environs region ville commune province vers habite j je
    near around between at from the city of town municipality region i live
    bei um aus nahe zwischen stadt gemeinde provinz der die das ich wohne""".split()  # noqa: SIM905  one line per language
)


@dataclass(frozen=True, slots=True)
class Found:
    """One reading: an entry under a name, how sure, and the postal code that came with it."""

    named: Named
    confidence: float
    postal_code: str | None = None


class Lookup:
    """Reads what was typed as a place."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._keys = sorted(atlas.index)
        self._misspellable = sorted(
            key for key, named in atlas.index.items() if any(each.quality == OFFICIAL for each in named)
        )
        self._foreign = frozenset(fold(name) for name in atlas.data.foreign)

    def postal(self, code: str) -> Entry | None:
        """The entry of a postal code."""
        return self._atlas.by_area.get(area_code(AreaSystem.POSTAL, code))

    def is_foreign(self, text: str) -> bool:
        """Whether this is a well-known place outside Belgium and no official name of one inside."""
        here = self._atlas.index.get(fold(text), ())
        if any(each.quality == OFFICIAL for each in here):
            outside = _QUALIFIER.split(text)[1:]
            return any(fold(part) in self._foreign for part in outside)
        parts = [text, *_QUALIFIER.split(text)]
        stripped = " ".join(_without_lead(text))
        return any(fold(part) in self._foreign for part in (*parts, stripped))

    def find(self, text: str) -> list[Found]:
        """Every reading, best first; empty when nothing is near."""
        several = self._several(text.strip()[:MAX_LENGTH])
        if several:
            return several
        code, name = self._split(text.strip()[:MAX_LENGTH])
        entry = self.postal(code) if code else None
        named = self._named(name)
        if entry is None or code is None:
            return named
        alone = Found(Named(entry, entry.name, OFFICIAL), 1.0)
        inside = [each for each in named if _shares(each.named.entry, entry)]
        fitting = [Found(each.named, each.confidence, code) for each in inside if _has_code(each.named.entry, code)]
        if fitting or inside:
            return fitting or [Found(each.named, min(each.confidence, OTHER_CODE)) for each in inside]
        towns = [each for each in named if len(each.named.entry.nis) == 1]
        if not towns:
            return [alone]  # nothing but the code, or "9000 Oost-Vlaanderen"
        return [
            Found(alone.named, CONTRADICTION),
            *(Found(each.named, min(each.confidence, CONTRADICTION)) for each in towns),
        ]

    def _several(self, text: str) -> list[Found]:
        """The readings when the text names several places; empty when it names one or none.

        Of places that do not belong together ("Gent of Brugge") nobody knows which one is meant, so that none is sure.
        A name that holds such a word itself, one in two languages, and a part with its town are one place.
        """
        if self._written(fold_words(text)) or self.is_foreign(text):
            return []
        parts = [part for part in _BETWEEN.split(text) if fold(part)]
        merged = self._written(fold_words(" ".join(parts)))  # "Nazareth en De Pinte" are one since 2025
        if merged:
            return merged
        told = [found for part in parts for found in self._parts(part)]
        if _disjoint(told):
            firsts = {found[0].named.entry.area: Found(found[0].named, CONTRADICTION) for found in told}
            return list(firsts.values())
        return self._narrowed(told[0], told[1:]) if len(told) > 1 and not _POSTAL.search(text) else []

    def _parts(self, text: str) -> list[list[Found]]:
        """The readings of each place in a part: of its names, else of its postal code.

        Whether a code and the name beside it belong together is weighed in `find`.
        """
        code, name = self._split(text)
        entry = self.postal(code) if code else None
        named = self._row(fold_words(name)) or self._row(fold_words(" ".join(_without_lead(name))))
        return [[Found(Named(entry, entry.name, OFFICIAL), 1.0)]] if entry and not named else named

    def _row(self, written: list[str]) -> list[list[Found]]:
        """The readings of each name where nothing but names stand in a row ("Melle Gent"); else empty."""
        row: list[list[Found]] = []
        while written:
            longest = next((end for end in range(len(written), 0, -1) if self._written(written[:end])), 0)
            if not longest:
                return []
            row.append(self._written(written[:longest]))
            written = written[longest:]
        return row

    def _written(self, parts: list[str]) -> list[Found]:
        """The readings of official names that have exactly these words: *Gent Brugge* is not *Gentbrugge*."""
        return [
            Found(each, each.quality)
            for each in self._atlas.index.get("".join(parts), ())
            if each.quality == OFFICIAL and fold_words(each.name) == parts
        ]

    @staticmethod
    def _split(text: str) -> tuple[str | None, str]:
        found = _POSTAL.search(text)
        if found is None:
            return None, text
        return found.group(1), f"{text[: found.start()]} {text[found.end() :]}"

    def _named(self, text: str) -> list[Found]:
        """The readings of a name with what may stand around it: "bij Brugge", "Gent (Oost-Vlaanderen)"."""
        if not fold(text) or self.is_foreign(text):
            return []
        whole = self._exact(text)
        if whole:
            return whole
        head, *around = (part for part in _QUALIFIER.split(text.replace(")", " ")) if fold(part))
        if any(fold(part) in self._foreign for part in around):
            return []
        readings = self._exact(head) or self._exact(" ".join(_without_lead(head)))
        if not readings:
            for part in around:  # "Kerkstraat 1, Gent": the place stands last
                readings = self._exact(part) or readings
            if readings:
                return readings
        if not readings:
            readings = self._near(" ".join(_without_lead(head)) or head)
        return self._narrowed(readings, [self._exact(part) for part in around])

    @staticmethod
    def _narrowed(readings: list[Found], around: list[list[Found]]) -> list[Found]:
        """Only those that lie in what stands beside the name, if there are any."""
        for beside in around:
            wider = {nis for each in beside for nis in each.named.entry.nis}
            inside = [each for each in readings if set(each.named.entry.nis) <= wider]
            readings = inside or readings
        return readings

    def _exact(self, text: str) -> list[Found]:
        return [Found(each, each.quality) for each in self._atlas.index.get(fold(text), ())]

    def _near(self, text: str) -> list[Found]:
        """Names that begin so, and names that are written nearly so.

        A name of fewer words than were typed is another one: two words are never a misspelling of one.
        """
        key, typed = fold(text), len(fold_words(text))
        best: dict[str, Found] = {}
        for other, confidence in (*self._beginning(key), *self._misspelt(key)):
            for named in self._atlas.index[other]:
                if len(fold_words(named.name)) < typed:
                    continue
                found = Found(named, round(confidence * named.quality, 3))
                before = best.get(named.entry.area)
                if before is None or before.confidence < found.confidence:
                    best[named.entry.area] = found
        return sorted(best.values(), key=_near_order)

    def _beginning(self, key: str) -> list[tuple[str, float]]:
        if len(key) < _SHORTEST_BEGINNING:
            return []
        found = []
        for other in self._keys[bisect_left(self._keys, key) :]:
            if not other.startswith(key):
                break
            found.append((other, _BEGINNING + _BEGINNING_SHARE * len(key) / len(other)))
        return found

    def _misspelt(self, key: str) -> list[tuple[str, float]]:
        mistakes = next((allowed for length, allowed in reversed(_MISTAKES) if len(key) >= length), 0)
        if not mistakes:
            return []
        near = process.extract(key, self._misspellable, scorer=OSA.distance, score_cutoff=mistakes, limit=20)
        return [
            (other, 1 - distance / len(other))
            for other, distance, _index in near
            if other[0] == key[0] or len(key) > _MISTAKES[1][0]
        ]


def _has_code(entry: Entry, code: str) -> bool:
    """Whether a place may have this postal code: it is one of its own, or nobody knows which are."""
    return code in entry.postal_codes or not entry.postal_codes


def _shares(entry: Entry, postal: Entry) -> bool:
    """Whether a place lies in a municipality of this postal code."""
    return len(entry.nis) == 1 and entry.nis[0] in postal.nis


def _disjoint(told: list[list[Found]]) -> bool:
    """Whether of two places no reading of the one lies in any of the other."""
    grounds = [{nis for each in found for nis in each.named.entry.nis} for found in told]
    return any(one.isdisjoint(other) for one, other in combinations(grounds, 2))


def _near_order(found: Found) -> tuple[float, bool, bool, int]:
    """Surest first; of equally sure ones a whole municipality, then Flanders and Brussels, then the most people."""
    entry = found.named.entry
    return (-found.confidence, len(entry.nis) > 1, not entry.in_catalogue, -entry.population)


def _without_lead(text: str) -> list[str]:
    """The words after "in de buurt van" and the like; a name such as *De Pinte* was looked for before."""
    left = [word.written for word in words(text)]
    while len(left) > 1 and fold(left[0]) in _BEFORE:
        left = left[1:]
    return left
