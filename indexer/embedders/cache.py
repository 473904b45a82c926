"""Keeps the vectors of passages, so that a text is embedded once, whatever happens to the index.

The cache is a SQLite file apart from the index, keyed by (model and version, sha256 of the text). A question is
never written to it: what people ask does not go on a disk.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaart.domain.ports import Embedder, Progress

#: Passages embedded between two commits: what a kill can lose, some seconds of work.
COMMIT_EVERY: Final = 256

#: Questions whose vectors are kept in memory: a page turn or a changed filter asks the same words again.
QUERIES_KEPT: Final = 512

#: Keys asked for in one statement; SQLite allows far more, but a statement has to be parsed too.
_KEYS_AT_ONCE: Final = 500

#: Milliseconds to wait for another process that writes.
_BUSY_MS: Final = 30_000

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS passage (
    identity TEXT NOT NULL, prefix TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (identity, prefix, digest)
) WITHOUT ROWID
"""
_PREFIX: Final = "passage"


class CachedEmbedder:
    """An embedder in front of which a cache stands: passages in the file `path`, questions in memory only.

    Several processes may use one file. A file that cannot be read or written (full disk, damage) costs time, not
    answers: the vectors are then made anew.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._path = path
        self._lock = threading.Lock()
        self._queries: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def identity(self) -> str:
        """That of the embedder behind it."""
        return self._embedder.identity

    @property
    def dimension(self) -> int:
        """That of the embedder behind it."""
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions; those asked lately come from memory. Errors as those of the embedder."""
        found: dict[str, NDArray[np.float32]] = {}
        with self._lock:
            for text in texts:
                if text in self._queries:
                    self._queries.move_to_end(text)
                    found[text] = self._queries[text]
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            made = np.asarray(self._embedder.embed_queries(missing), dtype=np.float32)
            found.update(zip(missing, made, strict=True))
            with self._lock:
                for text in missing:
                    self._queries[text] = found[text].copy()
                while len(self._queries) > QUERIES_KEPT:
                    self._queries.popitem(last=False)
        return self._stacked([found[text] for text in texts])

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of passages; each batch is kept before the next is made. Errors as those of the embedder."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        kept = self._read(digests)
        rows_of: dict[bytes, list[int]] = {}
        for row, digest in enumerate(digests):
            if digest in kept:
                vectors[row] = kept[digest]
            else:
                rows_of.setdefault(digest, []).append(row)
        done = len(texts) - sum(len(rows) for rows in rows_of.values())
        if progress is not None:
            progress(done, len(texts))
        missing = list(rows_of)
        for start in range(0, len(missing), COMMIT_EVERY):
            batch = missing[start : start + COMMIT_EVERY]
            made = self._passages([texts[rows_of[digest][0]] for digest in batch], done, len(texts), progress)
            for digest, vector in zip(batch, made, strict=True):
                vectors[rows_of[digest]] = vector
            self._write(batch, made)
            done += sum(len(rows_of[digest]) for digest in batch)
            if progress is not None:
                progress(done, len(texts))
        return vectors

    def _passages(
        self, texts: Sequence[str], before: int, total: int, progress: Progress | None
    ) -> NDArray[np.float32]:
        def within(done: int, _: int) -> None:
            if progress is not None:
                progress(before + done, total)

        return np.asarray(self._embedder.embed_passages(texts, within), dtype=np.float32)

    def _stacked(self, rows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def _read(self, digests: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        wanted = list(dict.fromkeys(digests))
        try:
            with self._open() as database:
                for start in range(0, len(wanted), _KEYS_AT_ONCE):
                    some = wanted[start : start + _KEYS_AT_ONCE]
                    marks = ",".join("?" * len(some))
                    rows = database.execute(
                        f"SELECT digest, vector FROM passage WHERE identity = ? AND prefix = ? AND digest IN ({marks})",  # noqa: S608  only question marks are put in
                        (self.identity, _PREFIX, *some),
                    )
                    for digest, blob in rows:
                        vector = np.frombuffer(blob, dtype=np.float32)
                        if vector.shape == (self.dimension,):
                            found[digest] = vector
        except (sqlite3.Error, OSError):
            return found
        return found

    def _write(self, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        rows = [
            (self.identity, _PREFIX, digest, vector.astype(np.float32).tobytes())
            for digest, vector in zip(digests, vectors, strict=True)
        ]
        try:
            with self._open() as database, database:
                database.executemany("INSERT OR REPLACE INTO passage VALUES (?, ?, ?, ?)", rows)
        except (sqlite3.Error, OSError):
            return

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread for one batch: cheap beside the embedding, and safe after a fork."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=_BUSY_MS / 1000)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(_SCHEMA)
            yield database
        finally:
            database.close()
