"""A text cut into the pieces that are recognised and searched apart; of a long one, the pieces that say most."""

from __future__ import annotations

import re
from collections.abc import Callable

from matching.understand.words import plain_words

#: A longer text is represented by this many pieces, embedded as one batch (design: matching §6).
MAXIMUM_PIECES = 8
#: A piece has no more words than the embedder was given per passage (design: matching §2), so that none is cut off.
MAXIMUM_WORDS = 60
#: A clause with fewer words than this is no request of its own ("mijn man en ik").
_CLAUSE_WORDS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?;\n؟。…])\s+|\n+")
#: Words that join two clauses and those with which the second then begins, per language. Without such a beginning
#: what follows is seldom a request of its own ("dag en nacht voor mijn vrouw").
_JOINTS_AND_BEGINNINGS = {
    "nl": (
        "en ook|en|maar|bovendien|daarnaast",
        "ik|mijn|m'n|mn|we|wij|hij|zij|ze|er|het|de|ook|nu|ons|onze|kan|wie|waar|hoe|heb|mama|papa|mama's|daarom",
    ),
    "fr": ("et aussi|et|mais", "je|j|mon|ma|mes|nous|il|elle|on|les?|la|aussi|notre|nos|qui|où|comment|ils|elles"),
    "en": ("and also|and|but", "i|i'm|my|we|our|he|she|they|it|there|the|also|can|who|where|how|need"),
    "de": ("und|aber", "ich|mein|meine|wir|unser|unsere|er|sie|es|auch|der|die|das|wer|wo|wie"),
}
_JOINTS = {
    language: re.compile(rf",? (?:{joints}) (?=(?:{beginnings})\b)", re.IGNORECASE)
    for language, (joints, beginnings) in _JOINTS_AND_BEGINNINGS.items()
}
#: Languages without a list are not cut at conjunctions, only at the ends of sentences; an unknown one as Dutch.
_UNKNOWN = "nl"


def pieces_of(text: str, weight: Callable[[str], float], language: str | None = None) -> tuple[str, ...]:
    """The pieces of a text in their order: sentences, each followed by the clauses that a conjunction joins in it.

    `weight` tells how much a piece says about a need; of more than `MAXIMUM_PIECES` the heaviest are kept.
    A text in one piece comes back whole; one without any letter gives no piece.
    """
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text.strip()):
        for clause in _clauses(sentence, _JOINTS.get(language or _UNKNOWN)):
            pieces += _cut(clause)
    pieces = list(dict.fromkeys(piece for piece in pieces if any(letter.isalpha() for letter in piece)))
    if len(pieces) <= MAXIMUM_PIECES:
        return tuple(pieces)
    heaviest = sorted(range(len(pieces)), key=lambda index: (-weight(pieces[index]), index))[:MAXIMUM_PIECES]
    return tuple(pieces[index] for index in sorted(heaviest))


def _clauses(sentence: str, joint: re.Pattern[str] | None) -> list[str]:
    """The sentence, and its clauses if it has several of some length."""
    sentence = " ".join(sentence.split())
    parts = [part.strip(" ,") for part in joint.split(sentence)] if joint else []
    if len(parts) > 1 and all(len(plain_words(part)) >= _CLAUSE_WORDS for part in parts):
        return [sentence, *parts]
    return [sentence]


def _cut(piece: str) -> list[str]:
    words = piece.split()
    return [" ".join(words[start : start + MAXIMUM_WORDS]) for start in range(0, len(words), MAXIMUM_WORDS)]
