"""Whether a right need still comes first and among three on the development set. The thresholds only go up."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.embedders.bundled import BundledEmbedder
from indexer.embedders.cache import CachedEmbedder
from kaart.editorial.knowledge import load_knowledge
from matching.evaluation.cases import read_cases
from matching.evaluation.neighbours import repeats
from matching.evaluation.runner import Outcome, figures
from matching.evaluation.wilson import wilson
from matching.understand.language import LanguageDetector
from matching.understand.needs import NeedRecogniser

ROOT = Path(__file__).resolve().parents[2]

#: What was measured (0.862, 0.967, 0.87) less a few requests: another processor may round one the other way.
LEAST_FIRST = 0.85
LEAST_TOP = 0.955
LEAST_ALL_FOUND = 0.85
#: Between Dutch and the languages with ten requests or more (design: matching §6).
WIDEST_GAP = 0.08
#: Needs that are told per request, and those that are taken for meant and searched, at most.
MOST_TOLD = 3.1
MOST_SEARCHED = 1.9


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge(ROOT / "content")


@pytest.fixture(scope="module")
def embedder():
    # The vectors of the sentences are kept in the project's cache; the first run makes them.
    return CachedEmbedder(BundledEmbedder(), ROOT / "var" / "cache" / "embeddings.sqlite")


@pytest.fixture(scope="module")
def recognise(knowledge, embedder):
    recogniser = NeedRecogniser(knowledge, embedder)
    recogniser.prepare()
    languages = LanguageDetector()
    return lambda text: recogniser.recognise(text, languages.detect(text))


@pytest.fixture(scope="module")
def cases():
    return read_cases(ROOT / "tests" / "evaluation" / "needs_dev.yaml")


def test_the_set_is_what_the_design_asks_for(cases, knowledge):
    assert len(cases) >= 250
    assert sum(case.language != "nl" for case in cases) >= 0.3 * len(cases)
    assert {code for case in cases for code in case.needs_all} == set(knowledge.needs())
    assert sum(len(case.needs_all) > 1 for case in cases) >= 45


def test_a_right_need_first_and_among_three(cases, recognise):
    searched = 0
    outcomes = []
    for case in cases:
        found = recognise(case.text)
        searched += len(found.guesses)
        codes = tuple(guess.code for guess in (*found.guesses, *found.possible))
        outcomes.append(Outcome(case, codes, ()))
    told = figures(outcomes)
    summary = {name: told[name] for name in ("need_first", "need_top3", "needs_all_found", "needs_named")}
    assert told["need_first"] >= LEAST_FIRST, summary
    assert told["need_top3"] >= LEAST_TOP, summary
    assert told["needs_all_found"] >= LEAST_ALL_FOUND, summary
    assert told["needs_named"] <= MOST_TOLD, summary
    assert searched / len(cases) <= MOST_SEARCHED, searched / len(cases)
    by_language = {name: part["need_top3"] for name, part in told["by_language"].items() if part["n"] >= 10}
    assert max(by_language.values()) - min(by_language.values()) <= WIDEST_GAP + 0.05, by_language
    assert by_language["nl"] - min(by_language.values()) <= WIDEST_GAP, by_language


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ik kan mijn huur niet meer betalen", {"rent_costs"}),
        ("je n'arrive plus à payer mes factures", {"debt"}),
        ("ik zoek werk en ik voel me eenzaam", {"finding_work", "loneliness"}),
    ],
)
def test_all_that_is_asked_and_nothing_beside_it(recognise, text, codes):
    assert {guess.code for guess in recognise(text).guesses} == codes


def test_near_misses_are_not_taken_for_what_they_look_like(knowledge, recognise):
    wrong = [
        each.text
        for each in knowledge.sentences()
        if each.looks_like and recognise(each.text).guesses[:1] and recognise(each.text).guesses[0].code != each.need
    ]
    assert len(wrong) <= 6, wrong


def test_no_example_sentence_repeats_a_request_of_the_set(knowledge, embedder, cases):
    sentences = list(knowledge.sentences())
    vectors = embedder.embed_passages([each.text for each in sentences])
    asked = embedder.embed_passages([case.text for case in cases])
    found = repeats(sentences, vectors, [(case.id, case.language, case.text) for case in cases], asked)
    assert [(each.id, each.text, each.sentence.text, each.likeness, each.cosine) for each in found] == []


def test_wilson_holds_at_the_ends_and_narrows_with_more_requests():
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(10, 10)
    assert (low, high) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 10)[0] == pytest.approx(0.0, abs=1e-9)
    assert wilson(100, 100)[0] > low
    with pytest.raises(ValueError, match="11 of 10"):
        wilson(11, 10)
