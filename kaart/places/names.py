"""How names of places are written alike: accents, case, hyphens, and the many ways to write *Sint*."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
#: A word of a name: letters and digits. Apostrophes, hyphens and dots part words.
_WORD = re.compile(r"[^\W_]+")
#: Words that stand for one another. The feminine *Sinte/Sainte* is another word than *Sint/Saint*.
_SAME = {
    "sint": "st",
    "saint": "st",
    "sankt": "st",
    "sinte": "ste",
    "sainte": "ste",
    "olv": "onzelievevrouw",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands (code points, half-open), as written, and its folded form."""

    start: int
    end: int
    written: str
    folded: str


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """One word without case and accents, with *Sint* and its like made one."""
    folded = word.casefold().translate(_LETTERS)
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return _SAME.get(folded, folded)


def words(text: str) -> list[Word]:
    """The words of a text in their order."""
    return [Word(found.start(), found.end(), found.group(), fold_word(found.group())) for found in _WORD.finditer(text)]


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The key under which a name is kept: ``Sint-Jans-Molenbeek`` and ``st jans molenbeek`` have the same one."""
    if text.isalpha():  # one word, as most names are: worth a fifth of the start
        return fold_word(text)
    return "".join([fold_word(found) for found in _WORD.findall(text)])


def fold_words(name: str) -> list[str]:
    """The folded words of a name."""
    return [fold_word(found) for found in _WORD.findall(name)]


def slug(name: str) -> str:
    """A name as the last part of an area code: ``kessel-lo``; the empty string for a name without ASCII letters."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", plain))
