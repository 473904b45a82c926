"""Any sentence-transformers model, by path or by name on the hub; the extra `[transformers]`."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.embedders.bundled import checked, clean
from kaart.domain.ports import Progress
from kaart.errors import ConfigurationError, UnavailableError

#: Files that say which model a folder holds. The weights' own bytes are not read: size and configuration change
#: with every training, and hashing gigabytes at each start does not pay.
_TELLING_FILES: Final = ("*.json", "*/config.json")
_WEIGHTS: Final = ("*.safetensors", "*.bin", "*.onnx")


class SentenceTransformerEmbedder:
    """Embeds with a model of choice.

    `query_prefix` and `passage_prefix` are what the model wants before a text. `dimension` cuts vectors to that
    length (for models trained so) and makes them of length 1 again. The model is loaded when the object is made, so
    that a wrong name or path is told at the start. Where the hub may not be asked, its own library knows it from its
    own variable (`HF_HUB_OFFLINE`).

    Raises `ConfigurationError`: ``extra_missing`` without the extra, ``embedder_model_missing`` without or with a
    wrong path or name, ``embedder_dimension`` for a dimension larger than the model's.
    """

    def __init__(
        self,
        model: str,
        *,
        query_prefix: str = "",
        passage_prefix: str = "",
        dimension: int | None = None,
        batch_size: int = 32,
        device: str = "cpu",
        local_files_only: bool = False,
    ) -> None:
        if not model:
            raise ConfigurationError("embedder_model_missing", model=model)
        self._model = _load(model, device, local_files_only=local_files_only)
        self._prefixes = {True: query_prefix, False: passage_prefix}
        self._batch_size = batch_size
        self._lock = threading.Lock()
        full = int(self._model.get_embedding_dimension())
        if dimension is not None and dimension > full:
            raise ConfigurationError("embedder_dimension", model=model, wanted=dimension, largest=full)
        self._dimension = dimension or full
        self._identity = self._name(model)

    @property
    def identity(self) -> str:
        """The model's name with a digest of its files' description, the prefixes and the dimension."""
        return self._identity

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of what people ask, shape (n, dimension), each of length 1.

        Raises `UnavailableError` (``embedder_failed``) when the model does not answer.
        """
        return self._embed(texts, query=True, progress=None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of what is searched, shape (n, dimension), each of length 1; errors as `embed_queries`."""
        return self._embed(texts, query=False, progress=progress)

    def _embed(self, texts: Sequence[str], *, query: bool, progress: Progress | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        prefix = self._prefixes[query]
        for start in range(0, len(texts), self._batch_size):
            batch = [prefix + clean(text) for text in texts[start : start + self._batch_size]]
            try:
                with self._lock:  # the tokeniser is not made for two threads at once
                    made = self._model.encode(
                        batch, batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
                    )
            except (RuntimeError, ValueError, IndexError, TypeError, OSError) as error:
                raise UnavailableError("embedder_failed", embedder=self.identity) from error
            vectors[start : start + len(batch)] = made[:, : self._dimension]
            if progress is not None:
                progress(start + len(batch), len(texts))
        return checked(vectors, self.identity)

    def _name(self, model: str) -> str:
        """``sentence-transformers/NAME@DIGEST``: a folder counts by its last part, so that it may be moved."""
        path = Path(model)
        digest = hashlib.sha256(json.dumps([self._prefixes[True], self._prefixes[False], self._dimension]).encode())
        if path.is_dir():
            for file in sorted({file for pattern in _TELLING_FILES for file in path.glob(pattern)}):
                digest.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes())
            for file in sorted({file for pattern in _WEIGHTS for file in path.rglob(pattern)}):
                digest.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}".encode())
            model = path.name
        else:
            commit = getattr(getattr(self._model[0], "auto_model", None), "config", None)
            digest.update(str(getattr(commit, "_commit_hash", "")).encode())
        return f"sentence-transformers/{model}@{digest.hexdigest()[:12]}"


def _load(model: str, device: str, *, local_files_only: bool) -> Any:
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  an extra, and seconds to import
    except ImportError as error:
        raise ConfigurationError("extra_missing", extra="transformers") from error
    try:
        return SentenceTransformer(model, device=device, local_files_only=local_files_only)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ConfigurationError("embedder_model_missing", model=model) from error
