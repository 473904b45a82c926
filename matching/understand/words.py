"""Words of a text with their places, in one plain form: lower case, no accents, crude stems.

It serves recognition only (needs, facts, crisis); what the index searches is analysed in the index's own room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

#: Letters and digits, with the marks that may stand above or below them (Latin accents, Arabic vowels).
_WORD = re.compile(r"\w[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]*")
#: Apostrophes are left out so that "s'avonds", "’s avonds" and "s avonds" are near each other.
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ", " "))
#: Letters that NFKD does not take apart.
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})

#: Endings that are taken off for a crude stem, longest first; a stem keeps at least four letters.
_ENDINGS = ("ingen", "eren", "ing", "ies", "jes", "tje", "en", "er", "es", "je", "em", "e", "s", "n")
_STEM_MINIMUM = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its plain form and its place in the text (code points, half-open)."""

    plain: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """Lower case without accents or vowel marks: "Één" gives "een"."""
    folded = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).replace("ـ", "")


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order. Places count in the text as it was given."""
    return tuple(_words(text.translate(_APOSTROPHES)))


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        form = plain(found.group())
        if form:
            yield Word(form, found.start(), found.end())


def plain_words(text: str) -> tuple[str, ...]:
    """Only the plain forms."""
    return tuple(word.plain for word in words_of(text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A crude stem of a plain word in any of the languages: "rekeningen" and "rekening" become one.

    Too crude to search with; good enough to weigh which example sentences share words with a text.
    """
    form = word
    for ending in _ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= _STEM_MINIMUM:
            form = form[: -len(ending)]
            break
    if len(form) > _STEM_MINIMUM and form[-1] == form[-2] and form[-1] not in "aeiou":
        form = form[:-1]
    return {"v": form[:-1] + "f", "z": form[:-1] + "s"}.get(form[-1], form) if len(form) >= _STEM_MINIMUM else form


def stems_of(words: Iterable[str]) -> tuple[str, ...]:
    """The crude stems of plain words, function words left out."""
    return tuple(stem(word) for word in words if word not in FUNCTION_WORDS and not word.isdigit())


#: Words that say nothing about what someone needs, in the languages of the interface (plain forms).
_FUNCTION_WORDS = """
    de het een en of van voor met op in aan te ten ter om bij naar uit over door dat die dit deze er is was zijn
    ben bent waren word wordt worden heb hebt heeft hebben had kan kunnen kon zal zullen zou wil willen wou moet
    moeten mag ik je jij u hij zij ze wij we jullie mij me mijn jouw uw haar hem hen hun ons onze zich ook nog al
    maar want dan als toen daar hier wie wat waar hoe wanneer waarom welke welk niet geen wel meer veel heel zeer
    iemand iets niemand niets zo dus nu toch graag hallo dag goeiedag alstublieft aub bedankt help hulp zoek zoeken
    nodig vraag vragen m n k t s
    le la les l un une des du de d et ou a au aux en dans sur pour par avec sans ce cet cette ces que qui quoi dont
    est suis es sont etait etre ai as ont avons avez avoir je j tu il elle on nous vous ils elles me te se mon ma
    mes ton ta tes son sa ses notre nos votre vos leur leurs ne n pas plus moins tres bien y comment ou quand
    pourquoi quel quelle bonjour merci svp aide besoin cherche
    the a an and or of for with on in at to from by that this these those is are was were be been am i you he she
    it we they me my your his her its our their not no do does did have has had can could will would should how
    what where when why who which please hello hi thanks help need looking want
    der die das ein eine einen einem einer und oder von mit auf in an zu zum zur bei nach aus uber durch dass ist
    bin bist sind war waren habe hast hat haben hatte kann konnen will wollen muss mussen darf ich du er sie es wir
    ihr mich mir mein meine meinen meiner dich dir dein sein seine ihre uns unser nicht kein keine mehr sehr wie
    was wo wann warum wer welche hallo danke bitte hilfe brauche suche
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
