"""The writing side of the embedded index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from indexer.analysis import Analyser, default_analyser
from indexer.backends.embedded import delta as deltas
from indexer.backends.embedded import generation as generations
from indexer.backends.embedded.layout import (
    GRACE_SECONDS,
    REBUILD_LOCK,
    WRITE_LOCK,
    Pointer,
    clean,
    fresh_folder,
    full_disk_told,
    lock,
    new_name,
    read_pointer,
    retire,
    write_pointer,
)
from indexer.backends.embedded.reader import NAME
from kaart.domain.clock import utc_now
from kaart.domain.ports import Clock, Embedder, Progress
from kaart.domain.search import TextDocument
from kaart.errors import UnavailableError

#: More deltas than this are written together into one: every query looks at each.
MAX_DELTAS: Final = 8

#: Above this many changed texts a new generation pays: deltas are scored in Python and read whole into memory.
MERGE_ABOVE: Final = 500


@dataclass(frozen=True, slots=True)
class WriterState:
    """Why a rebuild would do good. `rebuild` is the code of what makes it needed, empty when nothing does."""

    changed_texts: int
    rebuild: str


class EmbeddedWriter:
    """Writes the index in `folder`; one process at a time.

    `embedder` None writes words only (the index beside Elasticsearch). `grace` is in seconds.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None,
        *,
        analyser: Analyser | None = None,
        clock: Clock = utc_now,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._folder = folder
        self._embedder = embedder
        self._analyser = analyser
        self._clock: Callable[[], datetime] = clock
        self._grace = grace

    @property
    def name(self) -> str:
        """``embedded``."""
        return NAME

    def state(self) -> WriterState:
        """How much has changed since the last rebuild, and whether one is needed.

        The codes: ``index_missing``, ``index_other_format``, ``index_damaged``, ``index_other_embedder`` (its vectors
        are of another model), ``index_other_analysis`` (its words were cut otherwise).
        """
        try:
            pointer = read_pointer(self._folder)
            if pointer is None:
                return WriterState(0, "index_missing")
            manifest = generations.read_manifest(self._folder / pointer.generation)
            changed = sum(
                len(held.documents) + len(held.removed)
                for held in (deltas.read_manifest(self._folder / name) for name in pointer.deltas)
            )
        except UnavailableError as error:
            return WriterState(0, error.code)
        except (OSError, ValueError, KeyError, TypeError):
            return WriterState(0, "index_damaged")
        if manifest.embedder != self._identity:
            return WriterState(changed, "index_other_embedder")
        if manifest.analysis != self._analysis:
            return WriterState(changed, "index_other_analysis")
        return WriterState(changed, "")

    @property
    def needs_merge(self) -> bool:
        """Whether so much has changed that a rebuild in the background would make searching lighter."""
        return self.state().changed_texts > MERGE_ABOVE

    @property
    def needs_rebuild(self) -> str:
        """The code of why the index cannot serve fully before a rebuild; empty when it can."""
        return self.state().rebuild

    def apply(self, changed: Sequence[TextDocument], removed: Sequence[str], batch: int) -> None:
        """Write a batch as one delta; seen by every reader's next query.

        Texts of which a newer batch is known are left as they are. A text without offers is removed.

        Raises `ConflictError` (``index_busy``) while another process writes, `UnavailableError`: ``disk_full``,
        ``embedder_failed``, ``index_damaged``, ``index_other_format``; nothing has changed then.
        """
        with full_disk_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        offered = {document.text_key: document for document in changed if document.offers}
        gone = [*removed, *(document.text_key for document in changed if not document.offers)]
        # Embedded before the lock is taken: it may take seconds.
        vectors = self._embedded(list(offered.values()))
        entries = [
            deltas.Entry(key, batch, deltas.line_of(document), vector)
            for (key, document), vector in zip(offered.items(), vectors, strict=True)
        ]
        with lock(self._folder, WRITE_LOCK):
            pointer = read_pointer(self._folder) or self._first()
            self._add(pointer, entries, [key for key in dict.fromkeys(gone) if key not in offered], batch)

    def rebuild(
        self, documents: Iterator[TextDocument], total: int, batch: int, progress: Progress | None = None
    ) -> None:
        """Make a new generation beside the present one, check it, and swap. Cut off: nothing changes.

        Batches may be applied meanwhile: those newer than `batch` go over to the new generation. `batch` must have
        been taken before the documents are read.

        Raises `ConflictError` (``index_busy``) while another process rebuilds, `UnavailableError`: ``disk_full``,
        ``embedder_failed``, ``index_incomplete``.
        """
        with full_disk_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with lock(self._folder, REBUILD_LOCK):
            present = self._pointer_or_none()
            clean(self._folder, "g", {present.generation} if present else set(), self._grace)
            name = new_name("g", batch)
            with fresh_folder(self._folder, name) as folder:
                generations.write_generation(
                    folder,
                    documents,
                    total,
                    batch=batch,
                    embedder=self._embedder,
                    analysis=self._analysis,
                    built_at=self._clock(),
                    progress=progress,
                )
            with lock(self._folder, WRITE_LOCK, wait=True):
                self._swap(name, batch)

    # -- inside -------------------------------------------------------------------------------------------------

    @property
    def _identity(self) -> str:
        return self._embedder.identity if self._embedder is not None else ""

    @property
    def _analysis(self) -> str:
        return (self._analyser or default_analyser()).identity

    def _embedded(self, documents: Sequence[TextDocument]) -> np.ndarray:
        if self._embedder is None:
            return np.zeros((len(documents), 0), dtype=np.float32)
        vectors = np.asarray(
            self._embedder.embed_passages([document.passage for document in documents]), dtype=np.float32
        )
        if vectors.shape != (len(documents), self._embedder.dimension):
            raise UnavailableError("embedder_failed", embedder=self._identity)
        return vectors

    def _pointer_or_none(self) -> Pointer | None:
        """The pointer; None also for one that cannot be used: a rebuild is what mends that."""
        try:
            return read_pointer(self._folder)
        except UnavailableError:
            return None

    def _first(self) -> Pointer:
        """An empty generation, so that a batch can be written before anything was built."""
        name = new_name("g", 0)
        with fresh_folder(self._folder, name) as folder:
            generations.write_generation(
                folder,
                iter(()),
                0,
                batch=0,
                embedder=self._embedder,
                analysis=self._analysis,
                built_at=self._clock(),
                progress=None,
            )
        return Pointer(name)

    def _add(self, pointer: Pointer, entries: list[deltas.Entry], gone: list[str], batch: int) -> None:
        try:
            manifest = generations.read_manifest(self._folder / pointer.generation)
            held = [deltas.read_manifest(self._folder / name) for name in pointer.deltas]
            newest: dict[str, int] = {}
            for each in held:
                for key, known in (*each.documents, *each.removed):
                    newest[key] = max(known, newest.get(key, 0))
            entries = [self._fitting(entry, manifest) for entry in entries if batch >= newest.get(entry.text_key, 0)]
            removed = {key: batch for key in gone if batch >= newest.get(key, 0)}
            if batch < manifest.batch or not (entries or removed):
                return
            keep = pointer.deltas
            if len(keep) >= MAX_DELTAS:
                entries, removed = self._together(keep, entries, removed, manifest)
                keep = ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnavailableError("index_damaged", folder=str(self._folder)) from error
        name = new_name("d", batch)
        with fresh_folder(self._folder, name) as folder:
            deltas.write_delta(folder, entries, removed.items(), manifest.dimension)
        self._point(pointer, Pointer(pointer.generation, (*keep, name), max(pointer.batch, batch)))
        clean(self._folder, "d", {*keep, name}, self._grace)

    def _fitting(self, entry: deltas.Entry, manifest: generations.GenerationManifest) -> deltas.Entry:
        """The entry without its vector where the generation has those of another model: they are never mixed."""
        if manifest.embedder == self._identity:
            return entry
        return deltas.Entry(entry.text_key, entry.batch, entry.line, np.zeros(manifest.dimension, dtype=np.float32))

    def _together(
        self,
        names: Iterable[str],
        entries: list[deltas.Entry],
        removed: dict[str, int],
        manifest: generations.GenerationManifest,
    ) -> tuple[list[deltas.Entry], dict[str, int]]:
        """All deltas and the new batch as one: of each text only what is newest, and nothing the generation beats."""
        newest: dict[str, deltas.Entry | int] = {}
        for name in names:
            for entry in deltas.read_entries(self._folder / name):
                _keep_newest(newest, entry.text_key, entry, entry.batch)
            for key, batch in deltas.read_manifest(self._folder / name).removed:
                _keep_newest(newest, key, batch, batch)
        for entry in entries:
            _keep_newest(newest, entry.text_key, entry, entry.batch)
        for key, batch in removed.items():
            _keep_newest(newest, key, batch, batch)
        kept = {key: found for key, found in newest.items() if _batch(found) >= manifest.batch}
        return (
            [found for found in kept.values() if isinstance(found, deltas.Entry)],
            {key: found for key, found in kept.items() if isinstance(found, int)},
        )

    def _swap(self, generation: str, batch: int) -> None:
        before = self._pointer_or_none()
        kept: list[str] = []
        for name in before.deltas if before else ():
            try:
                held = deltas.read_manifest(self._folder / name)
            except (OSError, ValueError, KeyError, TypeError):  # damaged: the rebuild is what mends it
                continue
            if any(known > batch for _, known in (*held.documents, *held.removed)):
                kept.append(name)
        self._point(before, Pointer(generation, tuple(kept), max(batch, before.batch if before else 0)))
        clean(self._folder, "g", {generation}, self._grace)
        clean(self._folder, "d", set(kept), self._grace)

    def _point(self, before: Pointer | None, after: Pointer) -> None:
        with full_disk_told(self._folder):
            write_pointer(self._folder, after)
        if before is not None:
            left = {before.generation, *before.deltas} - {after.generation, *after.deltas}
            retire(self._folder, left)


def _batch(found: deltas.Entry | int) -> int:
    return found if isinstance(found, int) else found.batch


def _keep_newest(newest: dict[str, deltas.Entry | int], key: str, found: deltas.Entry | int, batch: int) -> None:
    if key not in newest or batch >= _batch(newest[key]):
        newest.pop(key, None)
        newest[key] = found
