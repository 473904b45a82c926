"""The same searches on the embedded index and on Elasticsearch, through the matching layer, the API and the shell."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from kaart.asgi import assembled
from kaart.settings import IndexBackend
from tests.factories.installation import MEAL, SHOWN, a_copy, an_application, keys, search
from tests.integration.elasticsearch_server import own_server

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1"])]

#: A machine that runs many tests at once may be slow; this is not about speed.
PATIENT = 30.0


@pytest.fixture(scope="module")
def elastic(prepared, tmp_path_factory, reader):
    """The same register, with both indexes of the Elasticsearch profile built."""
    with own_server() as server:
        folder = a_copy(prepared, tmp_path_factory.mktemp("elastic") / "data")
        settings = {
            "index": IndexBackend.ELASTICSEARCH,
            "elasticsearch_url": server.url,
            "elasticsearch_prefix": server.prefix,
            "elasticsearch_timeout": PATIENT,
        }
        with an_application(folder, **settings) as made:
            for writer in made.writers:
                report = made.rebuild(writer)
                assert report.rejected == ()
            yield made


#: How far the scores of the two backends may lie apart (design: matching §2).
NEAR = Decimal("0.02")


def kinds(answer):
    return {card.kind.code: [match.facts.key for match in card.arranged_by] for card in answer.kinds}


@pytest.mark.parametrize(("text", "place"), [(text, place) for text, place, _ in SHOWN] + [MEAL])
def test_both_give_the_same_answer(reader, elastic, text, place):
    here, there = search(reader, text, place), search(elastic, text, place)
    assert there.degraded == ()
    assert keys(there)[:1] == keys(here)[:1]
    assert kinds(there) == kinds(here)
    ours, theirs = ({match.facts.key: match.score for match in answer.results} for answer in (here, there))
    # The two engines weigh words by formulas of their own, so that a place in a list of words may differ by one: the
    # scores then differ by a hundredth or two, and only offers that lie so near change places.
    apart = {key: abs(ours[key] - theirs[key]) for key in ours.keys() & theirs.keys()}
    assert all(each <= NEAR for each in apart.values()), apart
    for only, other in ((ours, theirs), (theirs, ours)):
        last = min(other.values(), default=Decimal())
        assert all(only[key] <= last + 2 * NEAR for key in only.keys() - other.keys()), (ours, theirs)


def test_both_hold_the_same(reader, elastic):
    [embedded] = reader.index_statuses()
    whole, words = elastic.index_statuses()
    assert (whole.texts, whole.offers) == (words.texts, words.offers) == (embedded.texts, embedded.offers)
    assert whole.embedder == embedded.embedder
    assert words.embedder == ""


@pytest.mark.parametrize(("text", "place", "first"), SHOWN)
def test_api_and_command_line_give_it_too(elastic, monkeypatch, kaart, text, place, first):
    field = "postal_code" if place.isdigit() else "municipality"
    with TestClient(assembled(elastic)) as client:
        told = client.post("/api/v1/match", json={"text": text, "place": {field: place}, "limit": 5}).json()
    settings = elastic.settings
    monkeypatch.setenv("KAART_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KAART_ELASTICSEARCH_URL", settings.elasticsearch_url)
    monkeypatch.setenv("KAART_ELASTICSEARCH_PREFIX", settings.elasticsearch_prefix)
    monkeypatch.setenv("KAART_ELASTICSEARCH_TIMEOUT", str(PATIENT))
    said = kaart("search", text, "--place", place, "--index", "elasticsearch", "--json")
    assert said.code == 0
    shown = json.loads(said.out)
    names = [result["service"]["key"] for result in told["results"]]
    assert names[0].startswith(first)
    assert [result["service"]["key"] for result in shown["results"]] == names
    assert [result["score"] for result in shown["results"]] == [result["score"] for result in told["results"]]
    assert told["degraded"] == shown["degraded"] == []
