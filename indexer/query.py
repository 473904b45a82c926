"""Query bodies for Elasticsearch: pure functions, a query in, a body out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from indexer.mapping import vector_field
from indexer.weights import FIELD_BOOSTS, KIND_LIFT, NEED_LIFT, TIE_BREAKER
from kaart.domain.search import ServiceQuery

#: How many texts the graph of vectors looks at before it takes the best. Measured on 100,000 texts in clusters, with
#: a filter that leaves a quarter: of the 50 that 5,000 candidates find, 200 find 93 %, 400 find 95 % in the same
#: time, 800 find 97 % in twice the time.
VECTOR_CANDIDATES: Final = 400

#: The engine refuses more candidates than this.
MOST_CANDIDATES: Final = 10_000

#: Of a hit only the key is read, from its column: neither the source nor the stored fields are touched.
_ONLY_THE_KEY: Final[dict[str, Any]] = {
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["text_key"],
    "track_total_hits": False,
}


def filters(query: ServiceQuery) -> list[dict[str, Any]]:
    """The hard filter as clauses that must all hold; empty when there is none.

    A text passes by one of three doors: an offer in a municipality of `near`, a catchment of `covering`, or help
    that comes to the person.
    """
    doors: list[dict[str, Any]] = []
    if query.near:
        doors.append({"terms": {"at": sorted(query.near)}})
    if query.covering:
        doors.append({"terms": {"covers": sorted(query.covering)}})
    if query.remote:
        doors.append({"term": {"remote": True}})
    return [{"bool": {"should": doors, "minimum_should_match": 1}}] if doors else []


def lexical(tokens: Sequence[str], query: ServiceQuery) -> dict[str, Any] | None:
    """The search for words. None when there is nothing to look for: no words and no codes.

    Each word counts by its best field, the others adding a little (`indexer.weights`); a code that matches adds its
    lift. One of these must hold, whichever. `tokens` are those of `indexer.analysis.query_tokens`.
    """
    clauses = [_word(token) for token in tokens]
    clauses += [_lift("need_codes", code, NEED_LIFT) for code in dict.fromkeys(query.needs)]
    clauses += [_lift("kind_codes", code, KIND_LIFT) for code in dict.fromkeys(query.kinds)]
    if not clauses:
        return None
    return {
        "query": {"bool": {"should": clauses, "minimum_should_match": 1, "filter": filters(query)}},
        "size": query.limit,
        **_ONLY_THE_KEY,
    }


def nearest(vector: Sequence[float], embedder: str, query: ServiceQuery) -> dict[str, Any]:
    """The search for meaning. The filter stands inside the clause: outside it would thin the list afterwards."""
    return {
        "knn": {
            "field": vector_field(embedder),
            "query_vector": list(vector),
            "k": query.limit,
            "num_candidates": min(max(VECTOR_CANDIDATES, query.limit), MOST_CANDIDATES),
            "filter": filters(query),
        },
        "size": query.limit,
        **_ONLY_THE_KEY,
    }


def _word(word: str) -> dict[str, Any]:
    by_field = [{"term": {name: {"value": word, "boost": boost}}} for name, boost in FIELD_BOOSTS.items()]
    return {"dis_max": {"queries": by_field, "tie_breaker": TIE_BREAKER}}


def _lift(name: str, code: str, points: float) -> dict[str, Any]:
    return {"constant_score": {"filter": {"term": {name: code}}, "boost": points}}
