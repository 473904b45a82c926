"""The embedded index under the shared contract, and what only it has: files, several readers, a kill at any moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.analysis import RULES_FOLDER, Analyser
from indexer.analysis_rules import load_rules
from indexer.backends.embedded import EmbeddedIndex, EmbeddedWriter
from indexer.backends.embedded.delta import document_from_line, line_of
from indexer.backends.embedded.layout import REBUILD_LOCK, WRITE_LOCK, lock, read_pointer
from indexer.backends.embedded.scoring import rounded_length
from indexer.backends.embedded.writer import MAX_DELTAS, MERGE_ABOVE
from kaart.domain.search import OfferQuery, ServiceQuery, TextDocument
from kaart.errors import ConflictError, UnavailableError
from tests.contract.index_suite import (
    IndexPair,
    SearchIndexContract,
    keys,
    lexical,
    nearest,
    rebuild,
    some_documents,
)
from tests.factories.documents import BRUGGE, GENT, a_document, an_offer, local_offer
from tests.factories.embedding import FakeEmbedder


def a_pair(folder, embedder=None, **options) -> IndexPair:
    embedder = embedder or FakeEmbedder()
    writer = EmbeddedWriter(folder, embedder, **options)
    return IndexPair(EmbeddedIndex(folder, embedder.identity), writer, embedder)


class TestEmbeddedIndex(SearchIndexContract):
    @pytest.fixture
    def index_pair(self, tmp_path):
        return a_pair(tmp_path / "index")


# -- scores and statistics ------------------------------------------------------------------------------------------


def a_register(size: int = 120) -> list[TextDocument]:
    """Texts of different lengths, in which some words are common and some are rare."""
    return [
        a_document(
            f"text-{number:03}",
            f"Dienst {'schulden' if number % 5 == 0 else 'wonen'} soort{number % 7}",
            summary=" ".join(f"woord{(number * step) % 31}" for step in range(1, 4 + number % 40)),
            does="schulden " * (number % 3) + "begeleiding",
            needs=["debt"] if number % 11 == 0 else [],
        )
        for number in range(size)
    ]


@pytest.mark.parametrize("text", ["schulden", "begeleiding soort3", "woord4 woord9 wonen schulden", "onbekend dienst"])
def test_a_text_scores_the_same_in_a_delta_as_in_the_generation(tmp_path, text):
    documents = a_register()
    pair = a_pair(tmp_path)
    rebuild(pair, documents)
    query = ServiceQuery(text, "nl", needs=("debt",), limit=500)
    before = {hit.text_key: hit.score for hit in pair.index.lexical(query)}
    assert before
    pair.writer.apply(documents[::4], [], 2)
    after = {hit.text_key: hit.score for hit in pair.index.lexical(query)}
    assert after.keys() == before.keys()
    for key, score in before.items():
        assert after[key] == pytest.approx(score, rel=0.01)


@pytest.mark.parametrize(
    ("length", "kept"),
    [(0, 0), (1, 1), (39, 39), (40, 40), (41, 40), (42, 42), (57, 56), (60, 60), (103, 96), (1000, 984)],
)
def test_lengths_are_rounded_as_the_engines_do(length, kept):
    assert rounded_length(length) == kept


# -- deltas, merging and what is left over --------------------------------------------------------------------------


def folders(folder: Path, kind: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{kind}-*"))


def test_deltas_are_written_together_before_they_are_many(tmp_path):
    pair = a_pair(tmp_path, grace=0)
    rebuild(pair, some_documents())
    for number in range(3 * MAX_DELTAS):
        pair.writer.apply([a_document(f"text-{number}", f"Dienst woord{number}")], [], number + 2)
        assert len(read_pointer(tmp_path).deltas) <= MAX_DELTAS
        assert folders(tmp_path, "d") == sorted(read_pointer(tmp_path).deltas)
    assert all(lexical(pair, f"woord{number}") == [f"text-{number}"] for number in range(3 * MAX_DELTAS))


def test_many_changes_ask_for_a_merge_and_a_rebuild_ends_that(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, [])
    pair.writer.apply([a_document(f"text-{number}", "Dienst") for number in range(MERGE_ABOVE)], [], 2)
    assert not pair.writer.needs_merge
    pair.writer.apply([], ["text-0"], 3)
    assert pair.writer.needs_merge
    rebuild(pair, some_documents(), 4)
    assert not pair.writer.needs_merge
    assert pair.writer.state().changed_texts == 0


def test_what_was_written_during_a_rebuild_is_not_lost(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    pair.writer.apply([a_document("early", "Zwembad")], [], 2)

    def meanwhile() -> Iterator[TextDocument]:
        yield some_documents()[0]
        pair.writer.apply([a_document("late", "Bibliotheek")], ["debts"], 4)
        yield a_document("early", "Zwembad met sauna")

    pair.writer.rebuild(meanwhile(), 2, 3)
    assert lexical(pair, "bibliotheek") == ["late"]
    assert lexical(pair, "sauna") == ["early"]
    assert lexical(pair, "schuldbemiddeling") == []
    assert nearest(pair, "Bibliotheek")[0] == "late"
    assert pair.index.status().texts == 2


def test_a_batch_older_than_the_rebuild_is_left_out(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents(), batch=5)
    pair.writer.apply([a_document("debts", "Zwembad"), a_document("new", "Zwembad")], ["meals"], 4)
    assert lexical(pair, "zwembad") == []
    assert pair.index.status().texts == 4


def test_a_text_without_offers_is_removed(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, [*some_documents(), a_document("empty", "Zwembad", offers=[])])
    assert lexical(pair, "zwembad") == []
    pair.writer.apply([a_document("debts", "Schuldbemiddeling", offers=[])], [], 2)
    assert pair.index.status().texts == 3


def test_a_text_that_comes_twice_stops_the_rebuild(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    with pytest.raises(UnavailableError) as told:
        rebuild(pair, [a_document("same", "Zwembad"), a_document("same", "Zwembad")], 2)
    assert told.value.code == "index_incomplete"
    assert lexical(pair, "warme maaltijd") == ["meals"]


def test_none_of_many_announced_texts_stops_the_rebuild(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    with pytest.raises(UnavailableError) as told:
        pair.writer.rebuild(iter(()), 4000, 2)
    assert told.value.code == "index_incomplete"
    assert pair.index.status().texts == 4


def test_old_folders_go_after_their_grace(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    rebuild(pair, some_documents(), 3)
    assert len(folders(tmp_path, "g")) == 2
    assert len(folders(tmp_path, "d")) == 1
    rebuild(a_pair(tmp_path, grace=0), some_documents(), 4)
    assert folders(tmp_path, "g") == [read_pointer(tmp_path).generation]
    assert folders(tmp_path, "d") == []


# -- several at once ------------------------------------------------------------------------------------------------


def test_a_second_reader_sees_what_was_written_and_an_old_view_goes_on(tmp_path):
    pair = a_pair(tmp_path, grace=0)
    rebuild(pair, some_documents())
    other = EmbeddedIndex(tmp_path, pair.embedder.identity)
    held = other._current()
    pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    rebuild(pair, [a_document("new", "Bibliotheek")], 3)
    assert keys(other.lexical(ServiceQuery("bibliotheek", "nl"))) == ["new"]
    assert held.generation.lexical.search(["maaltijd"], ServiceQuery("maaltijd"), 5) != []
    assert held.base.segment.vectors.sum() != 0


def test_two_writers_at_once_are_refused(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    with lock(tmp_path, WRITE_LOCK), pytest.raises(ConflictError) as told:
        pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    assert told.value.code == "index_busy"
    with lock(tmp_path, REBUILD_LOCK), pytest.raises(ConflictError) as told:
        rebuild(pair, some_documents(), 3)
    assert told.value.code == "index_busy"
    pair.writer.apply([a_document("new", "Zwembad")], [], 4)
    assert lexical(pair, "zwembad") == ["new"]


def test_readers_in_threads_get_whole_answers_while_one_writes(tmp_path):
    pair = a_pair(tmp_path, grace=0)
    rebuild(pair, some_documents())
    stop, failures = threading.Event(), []

    def read() -> None:
        index = EmbeddedIndex(tmp_path, pair.embedder.identity)
        query = ServiceQuery("dienst", "nl")
        while not stop.is_set():
            found = keys(index.lexical(query))
            # Each batch replaces the one text called “dienst”: one is there at any moment, never two or none.
            if len(found) != 1:
                failures.append(found)

    rebuild(pair, [*some_documents(), a_document("turn-0", "Dienst")], 2)
    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 13):
        replaced = a_document(f"turn-{number}", "Dienst")
        if number % 4:
            pair.writer.apply([replaced], [f"turn-{number - 1}"], number + 2)
        else:
            rebuild(pair, [*some_documents(), replaced], number + 2)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_failing_embedder_writes_nothing(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    pair.embedder.broken = True
    for write in (
        lambda: pair.writer.apply([a_document("new", "Zwembad")], [], 2),
        lambda: rebuild(pair, [a_document("new", "Zwembad")], 2),
    ):
        with pytest.raises(UnavailableError) as told:
            write()
        assert told.value.code == "embedder_failed"
    assert lexical(pair, "zwembad") == []
    assert lexical(pair, "warme maaltijd") == ["meals"]


def test_vectors_of_another_model_are_refused_and_words_go_on(tmp_path):
    rebuild(a_pair(tmp_path), some_documents())
    pair = a_pair(tmp_path, FakeEmbedder("fake/other@1"))
    with pytest.raises(UnavailableError) as told:
        nearest(pair, "schulden")
    assert told.value.code == "index_other_embedder"
    assert lexical(pair, "warme maaltijd") == ["meals"]
    assert (pair.index.status().ready, pair.index.status().detail) == (True, "index_other_embedder")
    assert pair.writer.needs_rebuild == "index_other_embedder"
    pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    assert lexical(pair, "zwembad") == ["new"]
    # The first model comes back: the text that the other one wrote has no vector that it could be found by.
    assert "new" not in nearest(a_pair(tmp_path), "Zwembad")
    rebuild(pair, some_documents(), 3)
    assert nearest(pair, "schulden") != []
    assert pair.writer.needs_rebuild == ""


def test_without_an_embedder_there_are_words_only(tmp_path):
    writer = EmbeddedWriter(tmp_path, None)
    index = EmbeddedIndex(tmp_path)
    writer.rebuild(iter(some_documents()), 4, 1)
    writer.apply([a_document("new", "Zwembad")], [], 2)
    assert keys(index.lexical(ServiceQuery("zwembad", "nl"))) == ["new"]
    assert (index.status().ready, index.status().embedder, index.status().detail) == (True, "", "")
    assert writer.needs_rebuild == ""
    with pytest.raises(UnavailableError):
        index.nearest(ServiceQuery("zwembad", "nl"), FakeEmbedder().vector("zwembad"))


def test_words_cut_by_other_rules_ask_for_a_rebuild(tmp_path):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    rules = load_rules(RULES_FOLDER)
    other = Analyser(replace(rules, digest="other"))
    assert EmbeddedWriter(tmp_path, pair.embedder, analyser=other).needs_rebuild == "index_other_analysis"
    status = EmbeddedIndex(tmp_path, pair.embedder.identity, other).status()
    assert (status.ready, status.detail) == (True, "index_other_analysis")


def test_an_index_that_was_never_built_is_told(tmp_path):
    pair = a_pair(tmp_path / "nowhere")
    for ask in (lambda: lexical(pair, "x"), lambda: nearest(pair, "x"), lambda: pair.index.offers(OfferQuery(("x",)))):
        with pytest.raises(UnavailableError) as told:
            ask()
        assert told.value.code == "index_missing"
    assert pair.index.status().detail == "index_missing"
    assert pair.writer.needs_rebuild == "index_missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "index_damaged"),
        ("[]", "index_damaged"),
        ('{"format": 999}', "index_other_format"),
        ('{"format": 1, "generation": "g-gone", "deltas": [], "batch": 1}', "index_damaged"),
    ],
)
def test_a_pointer_that_says_nothing_useful_is_told_and_a_rebuild_mends_it(tmp_path, content, code):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    (tmp_path / "CURRENT.json").write_text(content, encoding="utf-8")
    with pytest.raises(UnavailableError) as told:
        lexical(pair, "schulden")
    assert told.value.code == code
    assert pair.index.status().detail == code
    assert pair.writer.needs_rebuild == code
    with pytest.raises(UnavailableError):
        pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    rebuild(pair, some_documents(), 3)
    assert lexical(pair, "warme maaltijd") == ["meals"]


def test_a_document_survives_its_line():
    document = a_document(
        "text\u2028key",
        "Schuldbemiddeling 😭 مساعدة",
        needs=["debt"],
        offers=[
            an_offer("one", at=[GENT, BRUGGE], catchment=None, remote=True),
            an_offer("two", catchment=[]),
            local_offer("three", GENT),
        ],
    )
    line = line_of(document)
    assert len(line.splitlines()) == 1
    assert document_from_line(line) == document
