"""The reading side of the embedded index."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Analyser, default_analyser
from indexer.backends.embedded.delta import Delta
from indexer.backends.embedded.generation import Generation
from indexer.backends.embedded.layout import Pointer, pointer_mark, read_pointer
from indexer.backends.embedded.scoring import Statistics
from indexer.backends.embedded.segment import Segment
from kaart.domain.codes import Degraded
from kaart.domain.search import IndexStatus, OfferHit, OfferQuery, ServiceQuery, TextHit
from kaart.errors import KaartError, UnavailableError

NAME: Final = "embedded"

#: A folder may vanish between reading the pointer and opening it, when a writer replaced it; the pointer then names
#: another one. More often than this it is damage.
_ATTEMPTS: Final = 3

#: What a folder that is not whole raises when it is opened (tantivy tells its troubles as ValueError).
_BROKEN: Final = (OSError, ValueError, KeyError, TypeError, IndexError)


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment and which of its rows are still the newest of their text."""

    segment: Segment
    live: NDArray[np.bool_]
    dead: int


@dataclass(frozen=True, slots=True)
class _View:
    """One consistent state of the index: queries hold it until they are done, whatever is written meanwhile."""

    name: str
    generation: Generation
    deltas: dict[str, Delta]
    base: _Part
    overlays: tuple[tuple[Delta, _Part], ...]
    place_of: dict[str, tuple[int, int]]
    statistics: Statistics | None
    texts: int
    offers: int


class EmbeddedIndex:
    """Reads the index in `folder`; safe for several threads, beside other processes that read and one that writes.

    `embedder` is the identity of the embedder that makes the query vectors: with vectors of another model the list
    by meaning is refused (``index_other_embedder``) and the list by words goes on. Empty: words only.
    """

    def __init__(self, folder: Path, embedder: str = "", analyser: Analyser | None = None) -> None:
        self._folder = folder
        self._embedder = embedder
        self._given_analyser = analyser
        self._lock = threading.Lock()
        self._mark: tuple[int, int, int] | None = None
        self._view: _View | None = None

    @property
    def name(self) -> str:
        """``embedded``."""
        return NAME

    def lexical(self, query: ServiceQuery) -> Sequence[TextHit]:
        """The texts whose words answer best, best first, ties by key.

        Raises `UnavailableError`: ``index_missing``, ``index_damaged``, ``index_other_format``.
        """
        view = self._current()
        tokens = self._analyser().query_tokens(query.text, query.language)
        needs, kinds = tuple(dict.fromkeys(query.needs)), tuple(dict.fromkeys(query.kinds))
        # Texts that a delta replaced are still in the engine: so many more are asked, and left out here.
        found = view.generation.lexical.search(tokens, query, query.limit + view.base.dead)
        hits = [TextHit(view.base.segment.keys[row], score) for row, score in found if view.base.live[row]]
        for delta, part in view.overlays:
            allowed = part.segment.allowed(query)
            statistics = view.statistics or delta.postings.statistics()
            for row, score in delta.postings.scores(tokens, needs, kinds, statistics).items():
                if part.live[row] and (allowed is None or allowed[row]):
                    hits.append(TextHit(part.segment.keys[row], score))
        return _best(hits, query.limit)

    def nearest(self, query: ServiceQuery, vector: Any) -> Sequence[TextHit]:
        """The texts whose meaning is nearest, best first; the score is the cosine. Exact.

        Raises `UnavailableError` as `lexical`, and ``index_other_embedder`` when the vectors are of another model.
        """
        view = self._current()
        if not self._embedder or view.generation.manifest.embedder != self._embedder:
            raise UnavailableError(
                "index_other_embedder", index=view.generation.manifest.embedder, embedder=self._embedder
            )
        asked = np.asarray(vector, dtype=np.float32).reshape(-1)
        if asked.shape != (view.generation.manifest.dimension,):
            raise UnavailableError(
                "index_other_embedder", index=view.generation.manifest.embedder, embedder=self._embedder
            )
        hits: list[TextHit] = []
        for segment, mask in self._masks(view, query):
            hits += [TextHit(segment.keys[row], score) for row, score in segment.nearest(asked, mask, query.limit)]
        return _best(hits, query.limit)

    def offers(self, query: OfferQuery) -> Sequence[OfferHit]:
        """The offers of found texts, in the order of the query's text keys. Errors as `lexical`."""
        view = self._current()
        parts = [view.base, *(part for _, part in view.overlays)]
        rows: dict[int, list[int]] = {}
        known = [key for key in dict.fromkeys(query.text_keys) if key in view.place_of]
        for key in known:
            number, row = view.place_of[key]
            rows.setdefault(number, []).append(row)
        found: dict[str, list[OfferHit]] = {}
        for number, wanted in rows.items():
            segment = parts[number].segment
            for row, hits in zip(wanted, segment.offers(wanted, query), strict=True):
                found[segment.keys[row]] = hits
        return [hit for key in known for hit in found[key]]

    def degradations(self) -> tuple[Degraded, ...]:
        """None: this index answers in full or raises."""
        return ()

    def status(self) -> IndexStatus:
        """How the index stands; `detail` is the code of what is wrong, empty when nothing is."""
        try:
            view = self._current()
        except KaartError as error:
            return IndexStatus(NAME, ready=False, texts=0, offers=0, embedder="", built_at=None, detail=error.code)
        manifest = view.generation.manifest
        status = IndexStatus(
            NAME,
            ready=True,
            texts=view.texts,
            offers=view.offers,
            embedder=manifest.embedder,
            built_at=manifest.built_at,
        )
        if self._embedder and manifest.embedder != self._embedder:
            return replace(status, detail="index_other_embedder")
        if manifest.analysis != self._analyser().identity:
            return replace(status, detail="index_other_analysis")
        return status

    # -- opening ------------------------------------------------------------------------------------------------

    def _analyser(self) -> Analyser:
        return self._given_analyser or default_analyser()

    def _masks(self, view: _View, query: ServiceQuery) -> list[tuple[Segment, NDArray[np.bool_] | None]]:
        """Each segment with the rows that may be found; None: all of them."""
        masks: list[tuple[Segment, NDArray[np.bool_] | None]] = []
        allowed = view.base.segment.allowed(query)
        if view.base.dead:
            allowed = view.base.live if allowed is None else allowed & view.base.live
        masks.append((view.base.segment, allowed))
        for delta, part in view.overlays:
            inside = part.segment.allowed(query)
            mask = part.live & delta.embedded
            masks.append((part.segment, mask if inside is None else mask & inside))
        return masks

    def _current(self) -> _View:
        """The newest state. While one thread opens a new one, the others go on with what they have."""
        mark = pointer_mark(self._folder)
        view = self._view
        if view is not None and mark == self._mark:
            return view
        if not self._lock.acquire(blocking=view is None):
            assert view is not None
            return view
        try:
            return self._open()
        finally:
            self._lock.release()

    def _open(self) -> _View:
        for attempt in range(1, _ATTEMPTS + 1):
            mark = pointer_mark(self._folder)
            if self._view is not None and mark == self._mark:
                return self._view
            pointer = read_pointer(self._folder)
            if pointer is None:
                self._view = self._mark = None
                raise UnavailableError("index_missing", folder=str(self._folder))
            try:
                view = self._read(pointer)
            except _BROKEN as error:
                if attempt == _ATTEMPTS:
                    raise UnavailableError("index_damaged", folder=str(self._folder)) from error
                continue
            self._view, self._mark = view, mark
            return view
        raise AssertionError  # the last attempt returns or raises

    def _read(self, pointer: Pointer) -> _View:
        before = self._view
        if before is not None and before.name == pointer.generation:
            generation = before.generation
        else:
            generation = Generation(self._folder / pointer.generation)
        known = before.deltas if before is not None else {}
        deltas = {name: known.get(name) or Delta(self._folder / name) for name in pointer.deltas}
        return _view(pointer.generation, generation, deltas)


def _view(name: str, generation: Generation, deltas: dict[str, Delta]) -> _View:
    """Put generation and deltas together: of each text the entry of the newest batch counts."""
    newest: dict[str, tuple[int, int, int]] = {}
    for number, delta in enumerate(deltas.values(), start=1):
        entries = [(key, batch, row) for row, (key, batch) in enumerate(delta.manifest.documents)]
        entries += [(key, batch, -1) for key, batch in delta.manifest.removed]
        for key, batch, row in entries:
            # A batch older than the generation was late: what the generation holds is newer.
            if batch >= max(generation.manifest.batch, newest.get(key, (0, 0, 0))[0]):
                newest[key] = (batch, number, row)
    base = _part(generation.segment, [row for key, row in generation.segment.row_of.items() if key not in newest])
    parts = [
        _part(delta.segment, [row for _, at, row in newest.values() if at == number and row >= 0])
        for number, delta in enumerate(deltas.values(), start=1)
    ]
    place_of = {
        **{key: (0, row) for key, row in generation.segment.row_of.items() if key not in newest},
        **{key: (number, row) for key, (_, number, row) in newest.items() if row >= 0},
    }
    every = [base, *parts]
    return _View(
        name=name,
        generation=generation,
        deltas=deltas,
        base=base,
        overlays=tuple(zip(deltas.values(), parts, strict=True)),
        place_of=place_of,
        statistics=generation.statistics() if generation.manifest.texts else None,
        texts=len(place_of),
        offers=sum(int(part.segment.offer_counts[part.live].sum()) for part in every),
    )


def _part(segment: Segment, rows: list[int]) -> _Part:
    live = np.zeros(len(segment), dtype=bool)
    live[rows] = True
    return _Part(segment, live, len(segment) - len(rows))


def _best(hits: list[TextHit], limit: int) -> list[TextHit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.text_key))[: max(0, limit)]
