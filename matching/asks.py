"""What to look for: an ask for each need that is shown, so that none is understood and then forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kaart.domain.needs import ClientNeed, Term
from kaart.domain.ports import Embedder
from kaart.errors import UnavailableError
from matching.retrieve import Ask
from matching.understand.needs import MAXIMUM_NEEDS, Piece
from matching.understand.understand import Reading

#: Needs that are looked for apart; each costs its own lists. As many as are recognised in a text.
MAXIMUM_ASKS = MAXIMUM_NEEDS
#: Characters of a text without recognised needs that are searched as words.
_WORDS_SEARCHED = 600


class Asker:
    """Makes the asks of a request."""

    def __init__(self, terms: Mapping[str, Term], embedder: Embedder) -> None:
        self._terms = terms
        self._embedder = embedder

    def asks(self, reading: Reading) -> tuple[Ask, ...]:
        """An ask for each need, the clearest first; without needs one for all the words; none without words."""
        need, pieces = reading.understanding.need, reading.recognition.pieces
        shown = need.needs[:MAXIMUM_ASKS]
        stated = [guess.code for guess in shown if guess.stated]
        own_words = pieces[0] if len(stated) == len(shown) == len(pieces) == 1 else None
        asks = self._stated(stated, own_words, need)
        read = [guess.code for guess in shown if not guess.stated] if pieces else []
        leads = _leads(pieces, read)
        for code in read:
            piece = leads.get(code) or _clearest(code, pieces)
            leading = code in leads or (not leads and code == read[0])
            asks.append(self._ask(piece.text, piece.vector, code, need, leading=leading))
        if asks or not pieces:
            return tuple(asks)
        words = " ".join(piece.text for piece in pieces)[:_WORDS_SEARCHED]
        return (Ask(words, _middle(pieces), language=need.language),)

    def _stated(self, codes: Sequence[str], own_words: Piece | None, need: ClientNeed) -> list[Ask]:
        """Asks for chosen needs: with the person's words if they are about that need alone, else with its label."""
        if own_words is not None:
            return [self._ask(own_words.text, own_words.vector, code, need) for code in codes]
        labels = [self._terms[code].labels.text("nl") for code in codes]
        try:
            vectors: Sequence[Any] = self._embedder.embed_queries(labels) if labels else ()
        except UnavailableError:
            vectors = [None] * len(labels)
        return [
            self._ask(label, vector, code, need) for code, label, vector in zip(codes, labels, vectors, strict=True)
        ]

    def _ask(self, text: str, vector: Any, code: str, need: ClientNeed, *, leading: bool = True) -> Ask:
        return Ask(text, vector, code, self._terms[code].kinds, need.language, leading)


def _leads(pieces: Sequence[Piece], codes: Sequence[str]) -> dict[str, Piece]:
    """For each need the first piece of text of which it is the first reading."""
    wanted = set(codes)
    leads: dict[str, Piece] = {}
    for piece in pieces:
        first = next((code for code in piece.accepted if code in wanted), None)
        if first is not None:
            leads.setdefault(first, piece)
    return leads


def _clearest(code: str, pieces: Sequence[Piece]) -> Piece:
    """The piece in which a need is clearest; the first for one that the person chose."""
    return next((piece for piece in pieces if code in piece.accepted), pieces[0])


def _middle(pieces: Sequence[Piece]) -> object:
    """One vector for several pieces: their mean, of length 1; None without vectors."""
    vectors = [piece.vector for piece in pieces if piece.vector is not None]
    if not vectors:
        return None
    mean = np.mean(vectors, axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length else None
