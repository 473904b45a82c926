"""The words of a generation in tantivy: the analyser's tokens in fields that are split on spaces, codes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import tantivy

from indexer.analysis import join_tokens
from indexer.weights import BM25_SCALE, FIELD_BOOSTS, KIND_LIFT, NEED_LIFT, TIE_BREAKER
from kaart.domain.search import ServiceQuery, TextDocument

#: Memory of the engine's writer in bytes, and its threads: one of each makes one piece of 100,000 texts, which is
#: searched fastest, and leaves a core to the embedder.
_WRITER_BYTES: Final = 256_000_000
_WRITER_THREADS: Final = 1

#: How a field is kept: frequencies without positions, since no phrases are asked.
_FREQUENCIES: Final = "freq"
_SPACES: Final = "whitespace"
_AS_IS: Final = "raw"


def schema() -> tantivy.Schema:
    """The fields of a text, its codes, and its row in the segment."""
    builder = tantivy.SchemaBuilder()
    for field in FIELD_BOOSTS:
        builder.add_text_field(field, tokenizer_name=_SPACES, index_option=_FREQUENCIES)
    for field in ("need_codes", "kind_codes", "at", "covers", "door"):
        builder.add_text_field(field, tokenizer_name=_AS_IS, index_option="basic")
    builder.add_unsigned_field("row", fast=True)
    return builder.build()


class LexicalWriter:
    """Writes the words of a generation."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._index = tantivy.Index(schema(), path=str(folder))
        self._index.register_tokenizer(_SPACES, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._writer: tantivy.IndexWriter | None = self._index.writer(
            heap_size=_WRITER_BYTES, num_threads=_WRITER_THREADS
        )

    def add(self, row: int, document: TextDocument) -> None:
        """Add the text of a row."""
        entry = tantivy.Document()
        entry.add_unsigned("row", row)
        for field in FIELD_BOOSTS:
            entry.add_text(field, join_tokens(document.fields.get(field, ())))
        for field, codes in (
            ("need_codes", document.needs),
            ("kind_codes", document.kinds),
            ("at", document.at),
            ("covers", document.covers),
            ("door", ("remote",) if document.remote else ()),
        ):
            for code in codes:
                entry.add_text(field, code)
        assert self._writer is not None
        self._writer.add_document(entry)

    def finish(self) -> int:
        """Put everything on the disk; how many texts there are, counted by the engine."""
        writer, self._writer = self._writer, None
        assert writer is not None
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Stop the engine's threads, finished or not: they would go on writing in a folder that is removed."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


class LexicalReader:
    """Searches the words of a generation. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    def frequency(self, field: str, token: str) -> int:
        """How many texts hold the word in the field."""
        return int(self._searcher.doc_freq(field, token))

    def search(self, tokens: Sequence[str], query: ServiceQuery, limit: int) -> list[tuple[int, float]]:
        """Rows with their scores (in Lucene's scale), best first."""
        wanted = self._wanted(tokens, query)
        if not wanted or limit < 1 or not self._searcher.num_docs:
            return []
        clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query(wanted))]
        doors = self._doors(query)
        if doors:
            # Worth nothing: whether a text stands near says nothing of how well it answers.
            barred = tantivy.Query.const_score_query(tantivy.Query.boolean_query(doors), 0.0)
            clauses.append((tantivy.Occur.Must, barred))
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found])
        return [(int(row or 0), score * BM25_SCALE) for (score, _), row in zip(found, rows, strict=True)]

    def _wanted(self, tokens: Sequence[str], query: ServiceQuery) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        clauses = [self._word(token) for token in tokens]
        for field, codes, lift in (("need_codes", query.needs, NEED_LIFT), ("kind_codes", query.kinds, KIND_LIFT)):
            for code in dict.fromkeys(codes):
                term = tantivy.Query.term_query(self._schema, field, code, "basic")
                clauses.append(tantivy.Query.const_score_query(term, lift / BM25_SCALE))
        return [(tantivy.Occur.Should, clause) for clause in clauses]

    def _word(self, token: str) -> tantivy.Query:
        by_field = [
            tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, token, _FREQUENCIES), boost)
            for field, boost in FIELD_BOOSTS.items()
        ]
        return tantivy.Query.disjunction_max_query(by_field, TIE_BREAKER)

    def _doors(self, query: ServiceQuery) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        doors: list[Any] = []
        if query.near:
            doors.append(tantivy.Query.term_set_query(self._schema, "at", sorted(query.near)))
        if query.covering:
            doors.append(tantivy.Query.term_set_query(self._schema, "covers", sorted(query.covering)))
        if query.remote:
            doors.append(tantivy.Query.term_query(self._schema, "door", "remote", "basic"))
        return [(tantivy.Occur.Should, door) for door in doors]
