from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import mapping
from indexer import query as bodies
from indexer.weights import FIELD_BOOSTS, KIND_LIFT, NEED_LIFT, TIE_BREAKER
from kaart.domain.areas import BELGIUM
from kaart.domain.search import ServiceQuery
from tests.factories.documents import BRUGGE, GENT


def test_without_a_place_there_is_no_filter():
    assert bodies.filters(ServiceQuery("schulden")) == []


@pytest.mark.parametrize(("near", "covering", "remote"), list(product([False, True], repeat=3)))
def test_a_text_passes_by_any_of_the_doors_that_are_open(near, covering, remote):
    query = ServiceQuery(
        "schulden",
        near=frozenset({GENT, BRUGGE} if near else ()),
        covering=frozenset({BELGIUM} if covering else ()),
        remote=remote,
    )
    doors = [{"terms": {"at": [BRUGGE, GENT]}}] * near
    doors += [{"terms": {"covers": [BELGIUM]}}] * covering
    doors += [{"term": {"remote": True}}] * remote
    assert bodies.filters(query) == ([{"bool": {"should": doors, "minimum_should_match": 1}}] if doors else [])


def test_each_word_counts_by_its_best_field():
    [clause] = bodies.lexical(["schuld"], ServiceQuery("schulden"))["query"]["bool"]["should"]
    assert clause["dis_max"]["tie_breaker"] == TIE_BREAKER
    assert [(*term["term"].items(),) for term in clause["dis_max"]["queries"]] == [
        ((name, {"value": "schuld", "boost": boost}),) for name, boost in FIELD_BOOSTS.items()
    ]


def test_codes_lift_and_never_exclude():
    query = ServiceQuery("schulden", needs=("debt", "debt"), kinds=("debt_help",))
    found = bodies.lexical(["schuld"], query)["query"]["bool"]
    assert found["filter"] == []
    assert found["minimum_should_match"] == 1
    assert [clause["constant_score"] for clause in found["should"] if "constant_score" in clause] == [
        {"filter": {"term": {"need_codes": "debt"}}, "boost": NEED_LIFT},
        {"filter": {"term": {"kind_codes": "debt_help"}}, "boost": KIND_LIFT},
    ]


def test_the_filter_stands_inside_both_clauses():
    query = ServiceQuery("schulden", near=frozenset({GENT}))
    expected = bodies.filters(query)
    assert bodies.lexical(["schuld"], query)["query"]["bool"]["filter"] == expected
    body = bodies.nearest([1.0], "model@1", query)
    assert body["knn"]["filter"] == expected
    assert "query" not in body
    assert "post_filter" not in body


def test_nothing_to_look_for_is_no_search():
    assert bodies.lexical([], ServiceQuery("😭")) is None
    assert bodies.lexical([], ServiceQuery("", near=frozenset({GENT}))) is None


def test_a_code_alone_is_something_to_look_for():
    assert bodies.lexical([], ServiceQuery("", needs=("debt",))) is not None


def test_the_vectors_of_the_models_own_field_are_searched():
    query = ServiceQuery("schulden", limit=30)
    knn = bodies.nearest([0.6, 0.8], "model@1", query)["knn"]
    assert knn["field"] == mapping.vector_field("model@1")
    assert (knn["query_vector"], knn["k"], knn["num_candidates"]) == ([0.6, 0.8], 30, bodies.VECTOR_CANDIDATES)


@pytest.mark.parametrize("limit", [1, 50, 400, 401, 9999])
def test_there_are_never_fewer_candidates_than_hits(limit):
    knn = bodies.nearest([1.0], "model@1", ServiceQuery("x", limit=limit))["knn"]
    assert knn["k"] == limit <= knn["num_candidates"] <= bodies.MOST_CANDIDATES


@given(st.lists(st.text(min_size=1)), st.text(), st.frozensets(st.text(min_size=1)), st.booleans())
def test_a_body_is_json_whatever_is_asked_and_only_the_key_is_read(tokens, need, near, remote):
    query = ServiceQuery("x", needs=(need,), near=near, remote=remote)
    for body in (bodies.lexical(tokens, query), bodies.nearest([1.0], "model@1", query)):
        assert json.loads(json.dumps(body)) == body
        assert body["_source"] is False
        assert body["docvalue_fields"] == ["text_key"]
        assert body["size"] == query.limit
