"""What every search index must do, whatever its engine.

A backend's test module subclasses `SearchIndexContract` with a fixture `index_pair` that gives an `IndexPair`:
reader and writer of one fresh, empty index, and the embedder (`FakeEmbedder`) that its writer uses. What a writer
has written must be seen by the reader's next call (an engine that lags refreshes in the fixture's writer).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from kaart.domain.areas import BELGIUM, AreaCode, municipality_area
from kaart.domain.ports import IndexWriter, SearchIndex
from kaart.domain.search import OfferHit, OfferQuery, ServiceQuery, TextDocument, TextHit
from tests.factories.documents import (
    BRUGGE,
    DEINZE,
    GENT,
    LEUVEN,
    POINTS,
    a_document,
    an_offer,
    local_offer,
    service_id,
)
from tests.factories.embedding import FakeEmbedder

ODD_QUERIES = {
    "empty": "",
    "spaces": " \t\n ",
    "emoji": "😭😭 🏠💶",
    "right to left": "أنا بحاجة إلى مساعدة \u202e schulden",
    "sql": "'; DROP TABLE service; -- \" OR 1=1 /*",
    "lucene": 'name:"x" AND (needs:* OR +-&&||!(){}[]^~?:\\/ NOT <schulden>^9',
    "nul": "schul\x00den",
    "long": "hulp bij schulden " * 556,
    "one long word": "a" * 10_000,
    "many words": " ".join(f"woord{number}" for number in range(1500)),
    "surrogates": "schulden \U0001f9d1\u200d\U0001f9bd \ufeff\ufffe",
}


class IndexPair(NamedTuple):
    index: SearchIndex
    writer: IndexWriter
    embedder: FakeEmbedder


def keys(hits: Sequence[TextHit]) -> list[str]:
    return [hit.text_key for hit in hits]


def ids(hits: Sequence[OfferHit]) -> list[object]:
    return [hit.service_id for hit in hits]


def rebuild(pair: IndexPair, documents: Sequence[TextDocument], batch: int = 1) -> None:
    pair.writer.rebuild(iter(documents), len(documents), batch, None)


def lexical(pair: IndexPair, text: str, **query: object) -> list[str]:
    return keys(pair.index.lexical(ServiceQuery(text, "nl", **query)))


def nearest(pair: IndexPair, text: str, **query: object) -> list[str]:
    return keys(pair.index.nearest(ServiceQuery(text, "nl", **query), pair.embedder.vector(text)))


def some_documents() -> list[TextDocument]:
    return [
        a_document(
            "debts", "Schuldbemiddeling", summary="Hulp bij schulden en afbetalen", needs=["debt"], kinds=["debt_help"]
        ),
        a_document(
            "meals",
            "Maaltijden aan huis",
            summary="Elke dag een warme maaltijd",
            needs=["cooking"],
            kinds=["meals"],
            offers=[local_offer("meals Brugge", BRUGGE)],
        ),
        a_document(
            "line",
            "Telefoonlijn",
            summary="Praten over eenzaamheid en schulden",
            needs=["loneliness"],
            kinds=["helpline"],
            offers=[an_offer("line", catchment=None, remote=True)],
        ),
        a_document(
            "country",
            "Sociaal tarief energie",
            summary="Lagere prijs bij schulden voor energie",
            kinds=["energy"],
            offers=[an_offer("country", catchment=[BELGIUM])],
        ),
    ]


class SearchIndexContract:
    """Subclass this with a fixture `index_pair`."""

    @pytest.fixture
    def filled(self, index_pair: IndexPair) -> IndexPair:
        rebuild(index_pair, some_documents())
        return index_pair

    # -- writing ------------------------------------------------------------------------------------------------

    def test_after_a_rebuild_texts_are_found_by_their_words(self, filled):
        assert lexical(filled, "warme maaltijden") == ["meals"]
        assert lexical(filled, "schuld")[0] == "debts"
        assert set(lexical(filled, "schulden")) == {"debts", "line", "country"}

    def test_the_nearest_come_best_first_with_the_cosine(self, filled):
        query = ServiceQuery("Maaltijden aan huis Elke dag een warme maaltijd", "nl")
        hits = filled.index.nearest(query, filled.embedder.vector(query.text))
        assert hits[0].text_key == "meals"
        assert hits[0].score == pytest.approx(1.0, abs=0.01)
        assert len(hits) == 4
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    def test_a_batch_adds_changes_and_removes(self, filled):
        changed = a_document("meals", "Boodschappendienst", summary="Wij doen boodschappen")
        added = a_document("rent", "Huursubsidie", summary="Premie voor huurders")
        filled.writer.apply([changed, added], ["line"], 2)
        assert lexical(filled, "warme maaltijd") == []
        assert lexical(filled, "boodschappen") == ["meals"]
        assert lexical(filled, "huurders premie") == ["rent"]
        assert "line" not in lexical(filled, "schulden")
        assert nearest(filled, "Huursubsidie Premie voor huurders")[0] == "rent"
        assert set(nearest(filled, "schulden")) == {"debts", "meals", "country", "rent"}
        assert lexical(filled, "maaltijd", near=frozenset({BRUGGE})) == []
        assert filled.index.status().texts == 4

    def test_the_first_batch_needs_no_rebuild_before(self, index_pair):
        index_pair.writer.apply(some_documents(), [], 1)
        assert lexical(index_pair, "warme maaltijd") == ["meals"]
        assert nearest(index_pair, "Elke dag een warme maaltijd")[0] == "meals"
        assert index_pair.index.status().ready

    def test_a_text_may_come_back_after_it_was_removed(self, filled):
        filled.writer.apply([], ["debts"], 2)
        filled.writer.apply(some_documents()[:1], [], 3)
        assert lexical(filled, "schuldbemiddeling")[0] == "debts"
        assert filled.index.status().texts == 4

    def test_removing_what_is_not_there_is_no_error(self, filled):
        filled.writer.apply([], ["never", "debts", "debts"], 2)
        assert filled.index.status().texts == 3

    def test_a_late_batch_never_overwrites_a_newer_one(self, filled):
        filled.writer.apply([a_document("debts", "Budgetbegeleiding")], [], 5)
        filled.writer.apply([a_document("debts", "Voetbalclub")], ["meals"], 6)
        filled.writer.apply([a_document("debts", "Breicafé"), a_document("meals", "Zwembad")], [], 4)
        assert lexical(filled, "voetbalclub") == ["debts"]
        assert lexical(filled, "breicafé") == []
        assert lexical(filled, "budgetbegeleiding") == []
        assert lexical(filled, "zwembad") == []
        filled.writer.apply([], ["debts"], 3)
        assert lexical(filled, "voetbalclub") == ["debts"]

    def test_the_same_batch_delivered_twice_changes_nothing(self, filled):
        batch = [a_document("debts", "Budgetbegeleiding"), a_document("new", "Zwembad")]
        filled.writer.apply(batch, ["line"], 2)
        before = (lexical(filled, "budgetbegeleiding zwembad"), filled.index.status().texts)
        filled.writer.apply(batch, ["line"], 2)
        assert (lexical(filled, "budgetbegeleiding zwembad"), filled.index.status().texts) == before

    def test_a_rebuild_replaces_everything_of_before(self, filled):
        filled.writer.apply([a_document("rent", "Huursubsidie")], [], 2)
        rebuild(filled, [a_document("swim", "Zwembad")], 3)
        assert lexical(filled, "schulden huursubsidie zwembad") == ["swim"]
        assert nearest(filled, "schulden") == ["swim"]
        assert filled.index.status().texts == 1

    def test_many_batches_in_a_row_all_count(self, filled):
        for number in range(25):
            filled.writer.apply(
                [a_document(f"text-{number}", f"Dienst woord{number}")], [f"text-{number - 2}"], number + 2
            )
        assert lexical(filled, "woord24") == ["text-24"]
        assert lexical(filled, "woord23") == ["text-23"]
        assert lexical(filled, "woord12") == []
        assert filled.index.status().texts == 6

    def test_a_rebuild_that_is_cut_off_changes_nothing(self, filled):
        def broken() -> Iterator[TextDocument]:
            yield a_document("swim", "Zwembad")
            raise RuntimeError("the source stopped")

        with pytest.raises(RuntimeError, match="the source stopped"):
            filled.writer.rebuild(broken(), 10, 9, None)
        assert lexical(filled, "zwembad") == []
        assert lexical(filled, "warme maaltijd") == ["meals"]
        filled.writer.apply([a_document("swim", "Zwembad")], [], 10)
        assert lexical(filled, "zwembad") == ["swim"]

    def test_a_rebuild_tells_how_far_it_is(self, index_pair):
        told: list[tuple[int, int]] = []
        documents = some_documents()
        index_pair.writer.rebuild(iter(documents), len(documents), 1, lambda done, total: told.append((done, total)))
        assert told[-1] == (4, 4)
        assert [done for done, _ in told] == sorted(done for done, _ in told)

    # -- the hard filters ---------------------------------------------------------------------------------------

    def test_near_keeps_texts_that_stand_there(self, filled):
        near = frozenset({BRUGGE, DEINZE})
        assert lexical(filled, "hulp maaltijd schulden", near=near) == ["meals"]
        assert nearest(filled, "hulp maaltijd schulden", near=near) == ["meals"]

    def test_covering_keeps_texts_that_serve_there(self, filled):
        covering = frozenset({BELGIUM, municipality_area(GENT)})
        assert set(lexical(filled, "maaltijd schulden", covering=covering)) == {"debts", "country"}
        assert set(nearest(filled, "maaltijd schulden", covering=covering)) == {"debts", "country"}

    def test_remote_keeps_texts_that_can_be_had_anywhere(self, filled):
        assert lexical(filled, "maaltijd schulden", remote=True) == ["line"]
        assert nearest(filled, "maaltijd schulden", remote=True) == ["line"]

    def test_the_three_filters_are_a_union(self, filled):
        query = {"near": frozenset({BRUGGE}), "covering": frozenset({municipality_area(GENT)}), "remote": True}
        assert set(lexical(filled, "maaltijd schulden", **query)) == {"debts", "meals", "line"}
        assert set(nearest(filled, "maaltijd schulden", **query)) == {"debts", "meals", "line"}

    def test_a_place_where_nothing_is_gives_nothing(self, filled):
        assert lexical(filled, "schulden", near=frozenset({LEUVEN})) == []
        assert nearest(filled, "schulden", covering=frozenset({AreaCode("province:20001")})) == []

    def test_filters_hold_for_texts_of_a_batch_too(self, filled):
        filled.writer.apply([a_document("swim", "Zwembad", offers=[local_offer("swim", LEUVEN)])], [], 2)
        assert lexical(filled, "zwembad", near=frozenset({LEUVEN})) == ["swim"]
        assert nearest(filled, "zwembad", near=frozenset({LEUVEN})) == ["swim"]
        assert lexical(filled, "zwembad", near=frozenset({GENT})) == []
        assert lexical(filled, "zwembad", covering=frozenset({municipality_area(LEUVEN)})) == ["swim"]

    # -- needs, limits and order --------------------------------------------------------------------------------

    def test_a_need_lifts_and_never_excludes(self, filled):
        assert lexical(filled, "schulden", needs=("loneliness",))[0] == "line"
        assert set(lexical(filled, "schulden", needs=("loneliness",))) == {"debts", "line", "country"}

    def test_a_text_is_found_by_its_need_or_kind_alone(self, filled):
        assert lexical(filled, "iets anders", needs=("cooking",)) == ["meals"]
        assert lexical(filled, "", kinds=("helpline",)) == ["line"]
        assert lexical(filled, "", needs=("cooking",), near=frozenset({GENT})) == []
        filled.writer.apply([a_document("swim", "Zwembad", needs=["sport"])], [], 2)
        assert lexical(filled, "iets anders", needs=("sport",)) == ["swim"]

    def test_the_name_counts_more_than_the_rest(self, index_pair):
        rebuild(
            index_pair,
            [
                a_document("elsewhere", "Dienst voor ouders", does="vragen over kinderopvang"),
                a_document("named", "Kinderopvang", does="vragen voor ouders"),
            ],
        )
        assert lexical(index_pair, "kinderopvang") == ["named", "elsewhere"]

    def test_no_more_than_the_limit(self, index_pair):
        rebuild(index_pair, [a_document(f"text-{number}", f"Hulp {'extra ' * number}") for number in range(30)])
        assert len(lexical(index_pair, "hulp", limit=7)) == 7
        assert len(nearest(index_pair, "hulp", limit=7)) == 7
        assert lexical(index_pair, "hulp", limit=7) == lexical(index_pair, "hulp", limit=30)[:7]

    @pytest.mark.parametrize("text", ODD_QUERIES.values(), ids=ODD_QUERIES)
    def test_odd_questions_get_an_answer(self, filled, text):
        query = ServiceQuery(text, None, near=frozenset({GENT}), remote=True)
        assert set(keys(filled.index.lexical(query))) <= {"debts", "line"}
        assert set(keys(filled.index.nearest(query, filled.embedder.vector(text)))) == {"debts", "line"}

    # -- offers -------------------------------------------------------------------------------------------------

    @pytest.fixture
    def statutory(self, index_pair: IndexPair) -> IndexPair:
        """One text of four municipalities, and one of a single offer."""
        offers = [local_offer(f"ocmw {nis}", nis) for nis in (LEUVEN, BRUGGE, GENT, DEINZE)]
        rebuild(
            index_pair,
            [
                a_document("leefloon", "Leefloon", offers=offers),
                a_document("line", "Telefoonlijn", offers=[an_offer("line", catchment=None, remote=True)]),
            ],
        )
        return index_pair

    def test_equal_texts_are_one_hit(self, statutory):
        assert lexical(statutory, "leefloon") == ["leefloon"]
        assert statutory.index.status().texts == 2
        assert statutory.index.status().offers == 5

    def test_the_offer_that_covers_the_place_comes_first_then_the_nearest(self, statutory):
        query = OfferQuery(("leefloon",), frozenset({municipality_area(DEINZE), BELGIUM}), POINTS[GENT], 3)
        hits = statutory.index.offers(query)
        assert ids(hits) == [service_id(f"ocmw {nis}") for nis in (DEINZE, GENT, BRUGGE)]
        assert [hit.covers for hit in hits] == [True, False, False]
        assert hits[0].distance_km == pytest.approx(15.6, abs=0.2)
        assert hits[1].distance_km == pytest.approx(0.0, abs=0.01)
        assert {hit.offers for hit in hits} == {4}

    def test_offers_stand_in_the_order_of_the_texts(self, statutory):
        query = OfferQuery(("line", "unknown", "leefloon"), frozenset({municipality_area(GENT)}), POINTS[GENT], 1)
        hits = statutory.index.offers(query)
        assert [(hit.text_key, hit.service_id) for hit in hits] == [
            ("line", service_id("line")),
            ("leefloon", service_id(f"ocmw {GENT}")),
        ]
        assert (hits[0].covers, hits[0].distance_km, hits[0].offers) == (None, None, 1)

    def test_without_a_place_the_order_is_by_id_and_nothing_is_said_of_cover(self, statutory):
        hits = statutory.index.offers(OfferQuery(("leefloon",), per_text=3))
        every = sorted((service_id(f"ocmw {nis}") for nis in (LEUVEN, BRUGGE, GENT, DEINZE)), key=str)
        assert ids(hits) == every[:3]
        assert [(hit.covers, hit.distance_km) for hit in hits] == [(None, None)] * 3

    def test_the_nearest_of_several_points_counts_and_those_without_come_last(self, index_pair):
        offers = [
            an_offer("nowhere", catchment=None),
            an_offer("near", at=[LEUVEN, DEINZE], catchment=None),
            an_offer("far", at=[LEUVEN], catchment=None),
        ]
        rebuild(index_pair, [a_document("text", "Hulp", offers=offers)])
        hits = index_pair.index.offers(OfferQuery(("text",), frozenset({BELGIUM}), POINTS[GENT]))
        assert ids(hits) == [service_id("near"), service_id("far"), service_id("nowhere")]
        assert hits[0].distance_km == pytest.approx(15.6, abs=0.2)
        assert hits[2].distance_km is None
        assert {hit.covers for hit in hits} == {None}

    def test_an_offer_that_serves_nowhere_does_not_cover(self, index_pair):
        rebuild(index_pair, [a_document("text", "Hulp", offers=[an_offer("closed", at=[GENT], catchment=[])])])
        hits = index_pair.index.offers(OfferQuery(("text",), frozenset({BELGIUM}), POINTS[GENT]))
        assert [hit.covers for hit in hits] == [False]

    def test_offers_of_a_changed_text_are_its_new_ones(self, statutory):
        fewer = a_document("leefloon", "Leefloon", offers=[local_offer(f"ocmw {BRUGGE}", BRUGGE)])
        statutory.writer.apply([fewer], ["line"], 2)
        query = OfferQuery(("leefloon", "line"), frozenset({municipality_area(GENT)}), POINTS[GENT])
        hits = statutory.index.offers(query)
        assert ids(hits) == [service_id(f"ocmw {BRUGGE}")]
        assert (hits[0].covers, hits[0].offers) == (False, 1)
        assert statutory.index.status().offers == 1

    def test_no_texts_no_offers(self, statutory):
        assert list(statutory.index.offers(OfferQuery(()))) == []

    # -- status -------------------------------------------------------------------------------------------------

    def test_an_index_that_was_never_built_says_so(self, index_pair):
        status = index_pair.index.status()
        assert not status.ready
        assert (status.texts, status.offers, status.built_at) == (0, 0, None)

    def test_status_tells_what_is_in_it(self, filled):
        status = filled.index.status()
        assert status.ready
        assert (status.backend, status.texts, status.offers) == (filled.index.name, 4, 4)
        assert status.embedder == filled.embedder.identity
        assert status.built_at is not None
        assert status.built_at.utcoffset() is not None

    def test_reader_and_writer_bear_one_name(self, index_pair):
        assert index_pair.index.name == index_pair.writer.name
