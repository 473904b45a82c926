"""Reading the Elasticsearch index; the writing side is `elastic_writer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from elasticsearch import Elasticsearch

from indexer import mapping
from indexer import query as bodies
from indexer.analysis import Analyser, default_analyser
from indexer.backends.elastic_client import translated, unavailable
from indexer.offers import choose
from kaart.domain.codes import Degraded
from kaart.domain.ports import Vector
from kaart.domain.search import IndexStatus, OfferHit, OfferQuery, ServiceQuery, TextHit
from kaart.errors import UnavailableError

NAME: Final = "elasticsearch"

#: The status that stands for an error of one document, which comes without one.
_SHARD_FAILED: Final = 503


class ElasticIndex:
    """The index behind the alias of `prefix`. Each search is one request; nothing is kept between two.

    `embedder` is the identity of the model that makes the query vectors: those of another are never compared.
    """

    def __init__(self, client: Elasticsearch, prefix: str, embedder: str, analyser: Analyser | None = None) -> None:
        self._client = client
        self._alias = mapping.alias(prefix)
        self._analyser = analyser or default_analyser()
        self._made_by = mapping.MadeBy(embedder, self._analyser.identity)

    @property
    def name(self) -> str:
        """The backend's name, also its outbox target."""
        return NAME

    def lexical(self, query: ServiceQuery) -> Sequence[TextHit]:
        """The texts whose words answer best. Raises `UnavailableError`."""
        if query.limit < 1:
            return ()
        body = bodies.lexical(self._analyser.query_tokens(query.text, query.language), query)
        return self._search(body) if body else ()

    def nearest(self, query: ServiceQuery, vector: Vector) -> Sequence[TextHit]:
        """The texts whose meaning is nearest; the score is the cosine.

        Raises `UnavailableError`, with ``index_other_embedder`` when the index was built with another model.
        """
        if query.limit < 1:
            return ()
        numbers = [float(number) for number in vector]
        hits = self._search(bodies.nearest(numbers, self._made_by.embedder, query))
        if not hits:
            # No text lies near: either the filter lets none pass, or the vectors are another model's.
            self._check_embedder()
        # The engine moves the cosine to (1 + cosine) / 2, since its scores may not be negative.
        return [TextHit(hit.text_key, 2 * hit.score - 1) for hit in hits]

    def offers(self, query: OfferQuery) -> Sequence[OfferHit]:
        """The offers of found texts; a text that is not there (any more) gives none. Raises `UnavailableError`."""
        keys = list(dict.fromkeys(query.text_keys))
        if not keys:
            return ()
        with translated():
            answer = self._client.mget(index=self._alias, ids=keys, realtime=False)
        hits: list[OfferHit] = []
        for found in answer["docs"]:
            if "error" in found:  # of one document, or of all when the index is not there
                raise unavailable(_SHARD_FAILED, found["error"])
            if found["found"]:
                hits += choose(found["_id"], found["_source"]["offers"], query)
        return hits

    def degradations(self) -> tuple[Degraded, ...]:
        """None: this index answers in full or raises."""
        return ()

    def status(self) -> IndexStatus:
        """How the index stands.

        `detail` is the code of what is wrong (as `mapping.difference`, or an error's), empty when nothing is. An
        index of another model or analysis is ready: it answers by words.
        """
        try:
            return self._status()
        except UnavailableError as error:
            return IndexStatus(NAME, ready=False, texts=0, offers=0, embedder="", built_at=None, detail=error.code)

    def _search(self, body: Mapping[str, Any]) -> list[TextHit]:
        with translated():
            answer = self._client.search(index=self._alias, allow_partial_search_results=False, body=dict(body))
        hits = (TextHit(hit["fields"]["text_key"][0], hit["_score"]) for hit in answer["hits"]["hits"])
        # Equal scores would stand in the order in which segments were written.
        return sorted(hits, key=lambda hit: (-hit.score, hit.text_key))

    def _check_embedder(self) -> None:
        present = read_meta(self._client, self._alias)
        if present.get("embedder") != self._made_by.embedder:
            raise UnavailableError(
                "index_other_embedder", index=present.get("embedder", ""), embedder=self._made_by.embedder
            )

    def _status(self) -> IndexStatus:
        present = read_meta(self._client, self._alias)
        with translated():
            answer = self._client.search(
                index=self._alias,
                size=0,
                track_total_hits=True,
                aggregations={"offers": {"sum": {"field": "offer_count"}}},
            )
        difference = mapping.difference(present, self._made_by)
        return IndexStatus(
            backend=NAME,
            ready=difference != "index_other_format",
            texts=int(answer["hits"]["total"]["value"]),
            offers=int(answer["aggregations"]["offers"]["value"]),
            embedder=str(present.get("embedder", "")),
            built_at=_instant(present.get("built_at")),
            detail=difference,
        )


def read_meta(client: Elasticsearch, name: str) -> Mapping[str, Any]:
    """The `_meta` of the one index behind a name. Raises `UnavailableError` (``index_missing``)."""
    with translated():
        answer = client.indices.get_mapping(index=name)
    for index in answer.body.values():
        found = index["mappings"].get("_meta", {})
        return found if isinstance(found, Mapping) else {}
    raise UnavailableError("index_missing")


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
