"""The Elasticsearch backend against a real server: the shared contract, and what only this engine has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer.backends.elastic_client import connect
from indexer.fallback import FallbackIndex
from kaart.domain.codes import Degraded
from kaart.domain.search import OfferQuery, ServiceQuery
from kaart.errors import InvalidInputError, UnavailableError
from tests.contract.index_suite import IndexPair, SearchIndexContract, lexical, nearest, rebuild, some_documents
from tests.factories.documents import a_document
from tests.factories.embedding import FakeEmbedder
from tests.integration.elasticsearch_server import Server, a_pair, a_wire, own_server

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1"])]

QUERY = ServiceQuery("schulden", "nl")
#: Seconds; short, since some tests wait for it.
TIMEOUT = 0.5


@pytest.fixture
def server() -> Iterator[Server]:
    with own_server() as found:
        yield found


@pytest.fixture
def index_pair(server) -> IndexPair:
    return server.pair()


@pytest.fixture
def filled(index_pair) -> IndexPair:
    rebuild(index_pair, some_documents())
    return index_pair


class TestElasticIndex(SearchIndexContract):
    """The contract of every backend."""


# -- rebuilding while changes come in -----------------------------------------------------------------------------


def test_what_changes_during_a_rebuild_is_in_the_fresh_index(filled, monkeypatch):
    """Before and after the text itself is written; also removals, and texts that the rebuild never saw."""
    monkeypatch.setattr("indexer.backends.elastic_writer.CHUNK", 1)

    def documents():
        yield a_document("early", "Oud vroeg")
        yield a_document("removed early", "Oud vroeg")
        filled.writer.apply(
            [a_document("early", "Nieuw"), a_document("late", "Nieuw"), a_document("added", "Nieuw")],
            ["removed early", "removed late"],
            11,
        )
        assert set(lexical(filled, "nieuw")) == {"early", "late", "added"}
        assert "meals" in lexical(filled, "warme maaltijd")
        yield a_document("late", "Oud laat")
        yield a_document("removed late", "Oud laat")
        yield a_document("still", "Onveranderd")

    filled.writer.rebuild(documents(), 5, 10, None)
    assert set(lexical(filled, "nieuw")) == {"early", "late", "added"}
    assert lexical(filled, "oud") == []
    assert lexical(filled, "onveranderd") == ["still"]
    assert filled.index.status().texts == 4


def test_a_batch_that_is_older_than_the_rebuild_brings_nothing_back(filled, monkeypatch):
    """Its drain stood still while the text was removed and the index rebuilt without it."""
    rebuild(filled, [a_document("swim", "Zwembad")], 9)
    filled.writer.apply([a_document("meals", "Maaltijden")], [], 8)
    assert filled.index.status().texts == 1
    # The same with a drain that looked at the indices before the rebuild and writes after it.
    looked = filled.writer._builds()
    rebuild(filled, [a_document("swim", "Zwembad")], 12)
    monkeypatch.setattr(filled.writer, "_builds", lambda: looked)
    with pytest.raises(UnavailableError, match="index_missing"):
        filled.writer.apply([a_document("meals", "Maaltijden")], [], 11)
    assert filled.index.status().texts == 1


def test_the_first_rebuild_serves_nothing_half_built(index_pair):
    def documents():
        yield a_document("one", "Hulp")
        index_pair.writer.apply([a_document("two", "Hulp")], [], 11)
        with pytest.raises(UnavailableError, match="index_missing"):
            lexical(index_pair, "hulp")

    index_pair.writer.rebuild(documents(), 1, 10, None)
    assert set(lexical(index_pair, "hulp")) == {"one", "two"}


def test_an_index_that_began_with_a_batch_tells_that_it_was_never_rebuilt(index_pair):
    index_pair.writer.apply(some_documents(), [], 1)
    assert index_pair.index.status().detail == index_pair.writer.needs_rebuild == "index_never_rebuilt"
    rebuild(index_pair, some_documents(), 2)
    assert index_pair.index.status().detail == index_pair.writer.needs_rebuild == ""


def test_after_a_rebuild_only_one_index_is_left(filled, server):
    rebuild(filled, some_documents(), 2)
    rebuild(filled, some_documents(), 3)
    assert server.builds() == [f"{server.prefix}-texts-3"]


def test_a_rebuild_that_fails_leaves_nothing_behind(filled, server):
    def broken():
        yield a_document("one", "Hulp")
        raise UnavailableError("database_unreachable")

    with pytest.raises(UnavailableError, match="database_unreachable"):
        filled.writer.rebuild(broken(), 2, 2, None)
    assert server.builds() == [f"{server.prefix}-texts-1"]


def test_of_two_rebuilds_at_once_the_first_gives_way(filled, server, monkeypatch):
    monkeypatch.setattr("indexer.backends.elastic_writer.CHUNK", 1)

    def documents():
        yield a_document("first", "Eerste")
        rebuild(server.pair(), [a_document("second", "Tweede")], 3)
        yield a_document("first again", "Eerste")

    with pytest.raises(UnavailableError, match="index_rebuild_superseded"):
        filled.writer.rebuild(documents(), 2, 2, None)
    assert lexical(filled, "eerste tweede") == ["second"]
    assert len(server.builds()) == 1


def test_an_index_that_does_not_hold_what_was_written_is_not_swapped_in(filled, server, monkeypatch):
    """An engine that says it took a text and has not."""
    sending = filled.writer._send
    monkeypatch.setattr(filled.writer, "_send", lambda actions, index: 1 + sending(list(actions)[1:], index))
    with pytest.raises(UnavailableError, match="index_incomplete") as caught:
        rebuild(filled, [a_document("one", "Hulp"), a_document("two", "Hulp")], 2)
    assert (caught.value.parameters["written"], caught.value.parameters["present"]) == (2, 1)
    assert lexical(filled, "warme maaltijd") == ["meals"]
    assert len(server.builds()) == 1


@pytest.mark.parametrize("call", ["lexical", "nearest", "offers"])
def test_an_index_that_was_never_built_is_missing_and_not_empty(index_pair, call):
    with pytest.raises(UnavailableError, match="index_missing"):
        every_call(index_pair)[call]()


# -- another model, and refusals ----------------------------------------------------------------------------------


def test_vectors_of_two_models_are_never_mixed(filled, server):
    other = server.pair(FakeEmbedder("fake/other@2"))
    with pytest.raises(UnavailableError, match="index_other_embedder") as caught:
        nearest(other, "schulden")
    assert caught.value.parameters == {"index": "fake/words@1", "embedder": "fake/other@2"}
    other.writer.apply([a_document("swim", "Zwembad")], [], 2)
    assert lexical(other, "zwembad") == lexical(filled, "zwembad") == ["swim"]
    assert "swim" not in nearest(filled, "zwembad")
    status = other.index.status()
    assert (status.ready, status.detail, status.embedder) == (True, "index_other_embedder", "fake/words@1")
    assert other.writer.needs_rebuild == "index_other_embedder"
    rebuild(other, some_documents(), 3)
    assert nearest(other, "Maaltijden aan huis Elke dag een warme maaltijd")[0] == "meals"
    assert other.index.status().detail == ""


def test_an_index_of_another_format_is_neither_written_nor_called_ready(filled, monkeypatch):
    monkeypatch.setattr(filled.writer, "_made_by", replace(filled.writer._made_by, format=99))
    monkeypatch.setattr(filled.index, "_made_by", filled.writer._made_by)
    with pytest.raises(UnavailableError, match="index_other_format"):
        filled.writer.apply([a_document("swim", "Zwembad")], [], 2)
    status = filled.index.status()
    assert (status.ready, status.detail) == (False, "index_other_format")


def test_a_text_without_offers_is_removed(filled):
    filled.writer.apply([a_document("meals", "Maaltijden", offers=[])], [], 2)
    assert filled.index.status().texts == 3
    rebuild(filled, [a_document("meals", "Maaltijden", offers=[]), a_document("swim", "Zwembad")], 3)
    assert filled.index.status().texts == 1


def test_a_filter_that_lets_nothing_pass_is_no_other_model(filled):
    assert nearest(filled, "schulden", near=frozenset({"99999"})) == []


def test_a_text_that_the_engine_refuses_is_named(filled):
    """Lucene takes no code of more than 32,766 bytes."""
    bad = replace(a_document("bad", "Hulp"), needs=("n" * 40_000,))
    with pytest.raises(InvalidInputError, match="index_text_refused") as caught:
        filled.writer.apply([bad], [], 2)
    assert caught.value.parameters["text_key"] == "bad"


def test_a_full_disk_is_the_engines_trouble_and_passes(filled, server):
    """The block is the one that the engine itself sets at its last watermark."""
    build = server.builds()[0]
    server.client.indices.put_settings(index=build, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(UnavailableError, match="elasticsearch_full"):
        filled.writer.apply([a_document("new", "Zwembad")], [], 2)
    assert lexical(filled, "warme maaltijd") == ["meals"]
    server.client.indices.put_settings(index=build, settings={"index.blocks.read_only_allow_delete": None})
    filled.writer.apply([a_document("new", "Zwembad")], [], 2)
    assert lexical(filled, "zwembad") == ["new"]


def test_an_embedder_that_fails_writes_nothing(filled):
    filled.embedder.broken = True
    with pytest.raises(UnavailableError, match="embedder_failed"):
        filled.writer.apply([a_document("new", "Zwembad")], ["meals"], 2)
    assert lexical(filled, "warme maaltijd zwembad") == ["meals"]


# -- a server that is gone ----------------------------------------------------------------------------------------


def every_call(pair: IndexPair):
    vector = pair.embedder.vector("schulden")
    return {
        "lexical": lambda: pair.index.lexical(QUERY),
        "nearest": lambda: pair.index.nearest(QUERY, vector),
        "offers": lambda: pair.index.offers(OfferQuery(("debts",))),
    }


@pytest.mark.parametrize("how", ["silent", "cut", "cut during the request"])
@pytest.mark.parametrize("call", ["lexical", "nearest", "offers"])
def test_a_lost_server_is_told_within_the_timeout(filled, server, how, call):
    with a_wire(server.url) as wire:
        client = connect(wire.url, timeout=TIMEOUT)
        pair = a_pair(client, server.prefix, filled.embedder)
        # Answers differ in length and the machine may be busy: only the lost server is held to the timeout.
        client_that_waits = a_pair(connect(wire.url, timeout=60), server.prefix, filled.embedder)
        assert len(every_call(client_that_waits)[call]()) >= 1
        {"silent": wire.go_silent, "cut": wire.cut, "cut during the request": wire.cut_during_next_request}[how]()
        began = time.monotonic()
        with pytest.raises(UnavailableError) as caught:
            every_call(pair)[call]()
        assert caught.value.code == "elasticsearch_unreachable"
        assert time.monotonic() - began < TIMEOUT + 2, "the answer may not wait for much more than the timeout"
        status = pair.index.status()
        assert (status.ready, status.detail) == (False, "elasticsearch_unreachable")
        client.close()
        client_that_waits.index._client.close()


def test_a_server_lost_during_a_query_means_a_poorer_answer_that_says_so(filled, server):
    with a_wire(server.url) as wire:
        client = connect(wire.url, timeout=60)
        primary = a_pair(client, server.prefix, filled.embedder).index
        spare = filled.index  # what matters is that another index answers; here it is the same by another way
        index = FallbackIndex(primary, spare)
        assert [hit.text_key for hit in index.lexical(ServiceQuery("warme maaltijd", "nl"))] == ["meals"]
        assert index.degradations() == ()
        wire.cut_during_next_request()
        assert [hit.text_key for hit in index.lexical(ServiceQuery("warme maaltijd", "nl"))] == ["meals"]
        assert wire.requests_cut == 1
        assert index.degradations() == (Degraded.ELASTICSEARCH,)
        with pytest.raises(UnavailableError, match="elasticsearch_unreachable"):
            index.nearest(QUERY, filled.embedder.vector("schulden"))
        assert len(index.offers(OfferQuery(("debts",)))) == 1
        assert index.status().ready
        client.close()


def test_writing_to_a_lost_server_is_no_fault_of_the_texts(filled, server):
    with a_wire(server.url) as wire:
        client = connect(wire.url, timeout=TIMEOUT)
        writer = a_pair(client, server.prefix, filled.embedder).writer
        wire.cut()
        with pytest.raises(UnavailableError, match="elasticsearch_unreachable"):
            writer.apply([a_document("new", "Zwembad")], [], 2)
        with pytest.raises(UnavailableError, match="elasticsearch_unreachable"):
            writer.rebuild(iter(some_documents()), 4, 3, None)
        client.close()
    assert filled.index.status().texts == 4


def test_a_wrong_address_is_no_error_of_another_sort(server):
    """What answers there speaks HTTP and is no Elasticsearch, or speaks nothing that is HTTP."""
    with a_wire(server.url) as wire:
        client = connect(wire.url.replace("http:", "https:"), timeout=TIMEOUT)
        with pytest.raises(UnavailableError, match="elasticsearch_unreachable"):
            a_pair(client, server.prefix, FakeEmbedder()).index.lexical(QUERY)
        client.close()
