"""A tiny deterministic embedder: texts that share words lie near each other, and nothing has to be loaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kaart.domain.ports import Progress
from kaart.errors import UnavailableError


class FakeEmbedder:
    """Each word has a fixed random direction; a text is their sum, of length 1. Counts what it embeds."""

    def __init__(self, identity: str = "fake/words@1", dimension: int = 64) -> None:
        self.identity = identity
        self.dimension = dimension
        self.embedded: list[str] = []
        self.broken = False

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        vectors = self._embed(texts)
        if progress is not None:
            progress(len(texts), len(texts))
        return vectors

    def vector(self, text: str) -> NDArray[np.float32]:
        """The vector of one question."""
        return self.embed_queries([text])[0]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.broken:
            raise UnavailableError("embedder_failed", embedder=self.identity)
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or ["-"]:
                seed = int.from_bytes(hashlib.sha256(f"{self.identity} {word}".encode()).digest()[:8], "big")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
            vectors[row] /= np.linalg.norm(vectors[row])
        return vectors
