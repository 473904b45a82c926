"""A generation: everything at one moment, written once, read by many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from indexer.backends.embedded.layout import FORMAT, map_array, sync_folder, write_array, write_json
from indexer.backends.embedded.lexical import LexicalReader, LexicalWriter
from indexer.backends.embedded.scoring import Statistics
from indexer.backends.embedded.segment import Segment, SegmentBuilder, read_arrays, write_arrays
from indexer.weights import FIELD_BOOSTS
from kaart.domain.ports import Embedder, Progress
from kaart.domain.search import TextDocument
from kaart.errors import UnavailableError

#: Texts embedded and written at once: what progress is told by, and what a cut-off embedding loses at most.
_CHUNK: Final = 256

LEXICAL: Final = "lexical"

#: The vectors while they come in, before their number is known.
_RAW: Final = "vectors.raw"


@dataclass(frozen=True, slots=True)
class GenerationManifest:
    """What a generation holds. `embedder` is empty when it has no vectors; `built_at` is aware, in UTC."""

    batch: int
    texts: int
    offers: int
    embedder: str
    analysis: str
    dimension: int
    built_at: datetime
    average_length: dict[str, float]


def write_generation(
    folder: Path,
    documents: Iterator[TextDocument],
    total: int,
    *,
    batch: int,
    embedder: Embedder | None,
    analysis: str,
    built_at: datetime,
    progress: Progress | None,
) -> None:
    """Fill a generation's folder, and check it.

    Raises `UnavailableError`: ``index_incomplete`` when the parts do not hold the same texts, when a text comes twice
    or when none comes of those announced, and what the embedder raises.
    """
    builder = SegmentBuilder()
    dimension = embedder.dimension if embedder is not None else 0
    with LexicalWriter(folder / LEXICAL) as lexical:
        lengths = _take(folder / _RAW, documents, total, lexical, builder, embedder, progress)
        texts = len(builder)
        write_array(folder / "vectors.npy", _mapped(folder / _RAW, texts, dimension))
        (folder / _RAW).unlink()
        arrays = builder.arrays()
        write_arrays(folder, arrays)
        counted = lexical.finish()
    if counted != texts:
        raise UnavailableError("index_incomplete", problem=f"{counted} of {texts} texts were written")
    sync_folder(folder / LEXICAL)
    write_json(
        folder / "manifest.json",
        {
            "format": FORMAT,
            "batch": batch,
            "texts": texts,
            "offers": len(arrays["offer_ids"]),
            "embedder": embedder.identity if embedder is not None else "",
            "analysis": analysis,
            "dimension": dimension,
            "built_at": built_at.isoformat(),
            "average_length": {field: length / max(1, texts) for field, length in lengths.items()},
        },
    )


def _take(
    raw: Path,
    documents: Iterator[TextDocument],
    total: int,
    lexical: LexicalWriter,
    builder: SegmentBuilder,
    embedder: Embedder | None,
    progress: Progress | None,
) -> dict[str, int]:
    """Put the documents into the parts, chunk by chunk; how many tokens each field has in all."""
    lengths = dict.fromkeys(FIELD_BOOSTS, 0)
    seen: set[str] = set()
    taken = 0
    with raw.open("wb") as vectors:
        while chunk := list(islice(documents, _CHUNK)):
            taken += len(chunk)
            offered = [document for document in chunk if document.offers]
            if embedder is not None:
                vectors.write(_vectors(embedder, offered).tobytes())
            for document in offered:
                if document.text_key in seen:
                    raise UnavailableError("index_incomplete", problem=f"text {document.text_key} came twice")
                seen.add(document.text_key)
                lexical.add(len(builder), document)
                builder.add(document)
                for field in FIELD_BOOSTS:
                    lengths[field] += len(document.fields.get(field, ()))
            if progress is not None:
                progress(taken, max(total, taken))
    if total and not taken:
        raise UnavailableError("index_incomplete", problem=f"none of {total} texts came")
    return lengths


def _vectors(embedder: Embedder, documents: Sequence[TextDocument]) -> np.ndarray:
    made = np.asarray(embedder.embed_passages([document.passage for document in documents]), dtype=np.float32)
    if made.shape != (len(documents), embedder.dimension):
        raise UnavailableError("embedder_failed", embedder=embedder.identity)
    return made


def _mapped(raw: Path, texts: int, dimension: int) -> np.ndarray:
    """The vectors as they stand in the file: together they may be larger than what is left of the memory."""
    if not texts or not dimension:
        return np.empty((texts, dimension), dtype=np.float32)
    return np.asarray(np.memmap(raw, dtype=np.float32, mode="r", shape=(texts, dimension)))


def read_manifest(folder: Path) -> GenerationManifest:
    """What a generation holds."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return GenerationManifest(
        batch=content["batch"],
        texts=content["texts"],
        offers=content["offers"],
        embedder=content["embedder"],
        analysis=content["analysis"],
        dimension=content["dimension"],
        built_at=datetime.fromisoformat(content["built_at"]),
        average_length=content["average_length"],
    )


class Generation:
    """A generation, opened. Raises `OSError`, `ValueError` or `KeyError` when the folder is not whole."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_manifest(folder)
        self.lexical = LexicalReader(folder / LEXICAL)
        self.segment = Segment(read_arrays(folder), map_array(folder / "vectors.npy"))
        if len(self.segment) != self.manifest.texts or len(self.segment.vectors) != self.manifest.texts:
            raise ValueError(folder)

    def statistics(self) -> Statistics:
        """How common its words are."""
        return Statistics(self.manifest.texts, self.lexical.frequency, self.manifest.average_length)
