"""A delta: the texts of one batch, or of a few together, as a small immutable folder.

It holds whole documents, so that a delta means the same on any generation, and goes over to the next one when it was
written while that was being made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.layout import FORMAT, write_array, write_bytes, write_json
from indexer.backends.embedded.scoring import Postings
from indexer.backends.embedded.segment import Segment, SegmentBuilder
from kaart.domain.areas import AreaCode, Point
from kaart.domain.ids import ServiceId
from kaart.domain.search import IndexedOffer, TextDocument


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a delta as it is written: its batch, its document as one line, its vector (zeros: none)."""

    text_key: str
    batch: int
    line: bytes
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DeltaManifest:
    """What a delta holds: (text, batch) of its documents in their order, and of what it removes."""

    documents: tuple[tuple[str, int], ...]
    removed: tuple[tuple[str, int], ...]


def write_delta(folder: Path, entries: Sequence[Entry], removed: Iterable[tuple[str, int]], dimension: int) -> None:
    """Fill a delta's folder."""
    write_bytes(folder / "documents.jsonl", b"".join(entry.line + b"\n" for entry in entries))
    vectors = np.stack([entry.vector for entry in entries]) if entries else np.empty((0, dimension), dtype=np.float32)
    write_array(folder / "vectors.npy", vectors.astype(np.float32))
    write_json(
        folder / "manifest.json",
        {
            "format": FORMAT,
            "documents": [[entry.text_key, entry.batch] for entry in entries],
            "removed": [[key, batch] for key, batch in removed],
        },
    )


def read_manifest(folder: Path) -> DeltaManifest:
    """What a delta holds, without its documents."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return DeltaManifest(
        tuple((key, batch) for key, batch in content["documents"]),
        tuple((key, batch) for key, batch in content["removed"]),
    )


def read_entries(folder: Path) -> list[Entry]:
    """The documents of a delta, unread, to write them again."""
    lines = (folder / "documents.jsonl").read_bytes().splitlines()
    vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    return [
        Entry(key, batch, line, vector)
        for (key, batch), line, vector in zip(read_manifest(folder).documents, lines, vectors, strict=True)
    ]


class Delta:
    """A delta, read: its segment, its words and what it says of each text."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_manifest(folder)
        lines = (folder / "documents.jsonl").read_bytes().splitlines()
        documents = [document_from_line(line) for line in lines]
        builder = SegmentBuilder()
        for document in documents:
            builder.add(document)
        self.segment = Segment(builder.arrays(), np.load(folder / "vectors.npy", allow_pickle=False))
        self.postings = Postings(documents)
        self.embedded: NDArray[np.bool_] = np.any(self.segment.vectors, axis=1)


def line_of(document: TextDocument) -> bytes:
    """A document as one line of JSON."""
    content = {
        "key": document.text_key,
        "fields": {name: list(tokens) for name, tokens in document.fields.items()},
        "passage": document.passage,
        "needs": document.needs,
        "kinds": document.kinds,
        "at": document.at,
        "covers": document.covers,
        "remote": document.remote,
        "offers": [
            [
                str(offer.service_id),
                offer.catchment,
                offer.remote,
                offer.municipalities,
                [[point.latitude, point.longitude] for point in offer.points],
            ]
            for offer in document.offers
        ],
    }
    # ASCII, so that no character of a text can end the line.
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def document_from_line(line: bytes) -> TextDocument:
    """The document of a line that `line_of` made."""
    content: dict[str, Any] = json.loads(line)
    return TextDocument(
        text_key=content["key"],
        fields={name: tuple(tokens) for name, tokens in content["fields"].items()},
        passage=content["passage"],
        needs=tuple(content["needs"]),
        kinds=tuple(content["kinds"]),
        at=tuple(content["at"]),
        covers=tuple(AreaCode(code) for code in content["covers"]),
        remote=content["remote"],
        offers=tuple(
            IndexedOffer(
                service_id=ServiceId(UUID(service_id)),
                catchment=None if catchment is None else tuple(AreaCode(code) for code in catchment),
                remote=remote,
                municipalities=tuple(municipalities),
                points=tuple(Point(latitude, longitude) for latitude, longitude in points),
            )
            for service_id, catchment, remote, municipalities, points in content["offers"]
        ),
    )
