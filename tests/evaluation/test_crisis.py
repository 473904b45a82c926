"""The crisis detector on the frozen lists: everything that must fire fires, ordinary sentences hardly ever do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz, process

from indexer.embedders.bundled import BundledEmbedder
from indexer.embedders.cache import CachedEmbedder
from kaart.domain.codes import CrisisCode
from kaart.editorial.knowledge import load_knowledge
from kaart.editorial.sentences import comparable
from matching.answer import MatchRequest
from matching.understand.crisis import CrisisDetector
from matching.understand.understand import Understander
from tests.factories.fakes import FakePlaces

ROOT = Path(__file__).resolve().parents[2]
#: The share of ordinary sentences that may bring up a crisis line (design: matching §6).
MOST_FALSE_ALARMS = 0.02
#: What was measured on sentences that nobody had seen, less a few: another processor may round one the other way.
LEAST_BLIND_RIGHT = 0.62
LEAST_BLIND_ANY = 0.69
MOST_BLIND_ALARMS = 0.045
#: Needs whose own example sentences may well speak of a crisis.
CRISIS_NEEDS = frozenset({"suicidal_thoughts", "domestic_violence", "child_abuse", "sexual_violence_help", "psychosis"})


def sentences(name):
    return yaml.safe_load((ROOT / "tests" / "evaluation" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge(ROOT / "content")


@pytest.fixture(scope="module")
def detector(knowledge):
    return CrisisDetector(knowledge.crisis())


def fired(detector, text):
    return [alert.code.value for alert in detector.detect(text)]


@pytest.mark.parametrize("code", list(CrisisCode))
def test_every_sentence_of_a_crisis_fires_its_code(detector, code):
    by_language = sentences("crisis_must_fire.yaml")[code.value]
    for language in ("nl", "fr", "en", "de"):
        assert len(by_language[language]) >= 6, language
    for language in ("tr", "ar", "uk", "pl", "ro", "es"):
        assert len(by_language[language]) >= 3, language
    missed = [text for texts in by_language.values() for text in texts if code.value not in fired(detector, text)]
    assert missed == []


def test_the_named_ordinary_sentences_never_fire(detector):
    named = sentences("crisis_must_not_fire.yaml")["named"]
    wrong = {text: found for texts in named.values() for text in texts if (found := fired(detector, text))}
    assert wrong == {}


def test_other_ordinary_sentences_hardly_ever_fire(detector):
    texts = [text for texts in sentences("crisis_must_not_fire.yaml")["ordinary"].values() for text in texts]
    assert len(texts) >= 250
    wrong = {text: found for text in texts if (found := fired(detector, text))}
    assert len(wrong) <= MOST_FALSE_ALARMS * len(texts), wrong


def test_sentences_of_other_needs_hardly_ever_fire(detector, knowledge):
    texts = [each.text for each in knowledge.sentences() if each.need not in CRISIS_NEEDS]
    wrong = {text: found for text in texts if (found := fired(detector, text))}
    assert len(wrong) <= MOST_FALSE_ALARMS * len(texts), wrong


@pytest.fixture(scope="module")
def understander(knowledge):
    embedder = CachedEmbedder(BundledEmbedder(), ROOT / "var" / "cache" / "embeddings.sqlite")
    made = Understander(knowledge, embedder, FakePlaces())
    made.prepare()
    return made


def told(understander, text):
    return {alert.code.value for alert in understander.understand(MatchRequest(text)).crisis}


def test_who_says_it_in_words_that_nobody_foresaw_is_found_far_more_often_by_meaning(understander, detector):
    cases = [
        (code, text)
        for code, by_language in sentences("crisis_blind.yaml").items()
        for texts in by_language.values()
        for text in texts
    ]
    assert len(cases) >= 380
    by_words = sum(code in fired(detector, text) for code, text in cases)
    found = [(code, told(understander, text)) for code, text in cases]
    right, any_box = sum(code in codes for code, codes in found), sum(bool(codes) for _, codes in found)
    # Only up: the bar is every one of them. The phrases alone find three in ten.
    assert right >= LEAST_BLIND_RIGHT * len(cases), (by_words, right, any_box)
    assert any_box >= LEAST_BLIND_ANY * len(cases), (by_words, right, any_box)


def test_ordinary_sentences_that_nobody_foresaw_seldom_bring_up_a_box(understander):
    groups = sentences("crisis_must_not_fire.yaml")
    assert [text for texts in groups["named"].values() for text in texts if told(understander, text)] == []
    texts = [text for name in ("ordinary", "blind") for part in groups[name].values() for text in part]
    assert len(texts) >= 600
    wrong = {text: codes for text in texts if (codes := told(understander, text))}
    # Only down: the bar is two in a hundred, of which sentences written to tempt are a third here.
    assert len(wrong) <= MOST_BLIND_ALARMS * len(texts), (len(wrong), wrong)


def test_no_crisis_sentence_repeats_one_of_a_test(knowledge):
    tests = [
        (language, comparable(text))
        for name in ("crisis_blind.yaml", "crisis_must_fire.yaml")
        for by_language in sentences(name).values()
        for language, texts in by_language.items()
        for text in texts
    ]
    taught = [(each.language, comparable(each.text)) for each in knowledge.crisis_sentences()]
    same = [
        (text, match[0])
        for language, text in tests
        if (
            match := process.extractOne(
                text, [words for tag, words in taught if tag == language], scorer=fuzz.ratio, score_cutoff=85
            )
        )
    ]
    assert same == []
