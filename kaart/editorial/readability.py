"""How easily a Dutch text reads, for the checker's hints to editors (aim: level B1).

The score is Douma's adaptation of Flesch's reading ease to Dutch (W.H. Douma, *De leesbaarheid van
landbouwbladen*, Wageningen, 1960): 206.84 - 0.93 x words per sentence - 77 x syllables per word. Higher is easier;
60 and more counts as plain language. Syllables are counted by groups of vowels, which is close enough for a mean
over a text of some length. It is a hint: a long name of a body pulls it down without making a text hard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: Taalunie and Wablieft advise 10 to 15 words on average for plain Dutch; a single sentence may be longer, but not so.
LONGEST_SENTENCE: Final = 25
#: Below this the text is noted. Plain language begins at 60; the terms of the field (maatschappelijke
#: dienstverlening, tegemoetkoming) cost about 25 points that no rewriting brings back.
LEAST_SCORE: Final = 35.0
#: A shorter text has no meaningful mean.
LEAST_WORDS: Final = 15

_END = re.compile(r"(?<=[.!?:;])\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: A group of vowels is one syllable; a diaeresis begins another (ve-o-zi in `geïnd`).
_SYLLABLE = re.compile(r"[ëïöü]|[aeiouyáàâéèêíîóôúû]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readability:
    """The measure of one text; `longest` is the longest sentence in words, `start` how that sentence begins."""

    words: int
    sentences: int
    score: float
    longest: int
    start: str


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text; a colon or a semicolon ends one for the reader's breath."""
    return (part for part in _END.split(text.strip()) if _WORD.search(part))


def syllables(word: str) -> int:
    """Syllables of a Dutch word, at least one."""
    return max(1, len(_SYLLABLE.findall(word)))


def readability(text: str) -> Readability:
    """Measure a text; an empty one scores as easily as can be."""
    parts = [(part, _WORD.findall(part)) for part in sentences_of(text)]
    words = [word for _, found in parts for word in found]
    if not words:
        return Readability(0, 0, 206.84, 0, "")
    longest, found = max(parts, key=lambda each: len(each[1]))
    score = 206.84 - 0.93 * len(words) / len(parts) - 77 * sum(map(syllables, words)) / len(words)
    return Readability(len(words), len(parts), round(score, 1), len(found), " ".join(longest.split()[:6]))
