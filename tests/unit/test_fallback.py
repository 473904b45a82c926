from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from indexer.fallback import MEMORY, PAUSE, FallbackIndex
from kaart.domain.codes import Degraded
from kaart.domain.search import IndexStatus, OfferHit, OfferQuery, ServiceQuery, TextHit
from kaart.errors import UnavailableError
from tests.factories.documents import service_id

QUERY = ServiceQuery("schulden", "nl")
OFFERS = OfferQuery(("debts",))


class StubIndex:
    """Answers with its own name in every hit, or raises `failure`; counts its calls."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failure: Exception | None = None
        self.calls = 0

    def _answer(self):
        self.calls += 1
        if self.failure:
            raise self.failure

    def lexical(self, _query):
        self._answer()
        return [TextHit(self.name, 1.0)]

    def nearest(self, _query, _vector):
        self._answer()
        return [TextHit(self.name, 1.0)]

    def offers(self, _query):
        self._answer()
        return [OfferHit(service_id(self.name), self.name, None, None, 1)]

    def degradations(self):
        return ()

    def status(self):
        return IndexStatus(self.name, ready=self.failure is None, texts=1, offers=1, embedder="", built_at=None)


class HandClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def parts():
    primary, spare, clock = StubIndex("elasticsearch"), StubIndex("embedded"), HandClock()
    return primary, spare, clock, FallbackIndex(primary, spare, clock)


def unreachable() -> UnavailableError:
    return UnavailableError("elasticsearch_unreachable")


def who(hits) -> str:
    return hits[0].text_key


def test_the_primary_answers_while_it_can(parts):
    _, spare, _, index = parts
    assert index.name == "elasticsearch"
    assert [who(index.lexical(QUERY)), who(index.nearest(QUERY, [1.0])), who(index.offers(OFFERS))] == [
        "elasticsearch"
    ] * 3
    assert index.degradations() == ()
    assert spare.calls == 0


def test_without_the_primary_words_and_offers_come_from_the_spare_and_it_says_so(parts):
    primary, _, _, index = parts
    primary.failure = unreachable()
    assert who(index.lexical(QUERY)) == "embedded"
    assert who(index.offers(OFFERS)) == "embedded"
    assert index.degradations() == (Degraded.ELASTICSEARCH,)


def test_there_is_no_spare_for_meaning(parts):
    primary, spare, _, index = parts
    primary.failure = unreachable()
    for _ in range(2):
        with pytest.raises(UnavailableError) as caught:
            index.nearest(QUERY, [1.0])
        assert caught.value.code == "elasticsearch_unreachable"
    assert spare.calls == 0
    assert index.degradations() == (Degraded.ELASTICSEARCH,)


def test_a_server_that_does_not_answer_is_left_alone_for_a_while(parts):
    primary, _, clock, index = parts
    primary.failure = unreachable()
    for _ in range(5):
        index.lexical(QUERY)
    assert primary.calls == 1
    clock.now += PAUSE
    index.lexical(QUERY)
    assert primary.calls == 2


def test_when_it_comes_back_it_serves_and_the_notice_ends(parts):
    primary, _, clock, index = parts
    primary.failure = unreachable()
    index.lexical(QUERY)
    primary.failure = None
    clock.now += PAUSE
    assert who(index.lexical(QUERY)) == "elasticsearch"
    # A request that began with the spare must still hear of it.
    assert index.degradations() == (Degraded.ELASTICSEARCH,)
    clock.now += MEMORY
    assert who(index.lexical(QUERY)) == "elasticsearch"
    assert index.degradations() == ()


def test_after_a_pause_one_call_tries_and_the_others_do_not_wait(parts):
    primary, _, clock, index = parts
    primary.failure = unreachable()
    index.lexical(QUERY)
    clock.now += PAUSE
    inside, release = threading.Event(), threading.Event()

    def slow():
        inside.set()
        assert release.wait(10)
        raise unreachable()

    primary._answer = slow
    prober = threading.Thread(target=index.lexical, args=(QUERY,))
    prober.start()
    assert inside.wait(10)
    assert who(index.lexical(QUERY)) == "embedded"
    release.set()
    prober.join(10)
    assert not prober.is_alive()


def test_a_failure_of_one_call_only_does_not_close_the_primary(parts):
    primary, _, _, index = parts
    primary.failure = UnavailableError("elasticsearch_refused", status=400)
    assert who(index.lexical(QUERY)) == "embedded"
    primary.failure = None
    assert who(index.lexical(QUERY)) == "elasticsearch"


def test_when_neither_answers_the_error_is_the_primarys(parts):
    primary, spare, _, index = parts
    primary.failure, spare.failure = unreachable(), UnavailableError("index_not_built")
    with pytest.raises(UnavailableError) as caught:
        index.lexical(QUERY)
    assert caught.value.code == "elasticsearch_unreachable"


def test_an_error_of_another_sort_is_not_hidden(parts):
    primary, _, _, index = parts
    primary.failure = ValueError("a mistake in the code")
    with pytest.raises(ValueError, match="a mistake"):
        index.lexical(QUERY)
    assert index.degradations() == ()


def test_it_is_ready_as_long_as_one_of_the_two_is(parts):
    primary, spare, _, index = parts
    primary.failure = unreachable()
    assert index.status() == replace(primary.status(), ready=True)
    spare.failure = UnavailableError("index_not_built")
    assert not index.status().ready
