"""The crisis detector on the frozen lists: everything that must fire fires, ordinary sentences hardly ever do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kaart.domain.codes import CrisisCode
from kaart.editorial.knowledge import load_knowledge
from matching.understand.crisis import CrisisDetector

ROOT = Path(__file__).resolve().parents[2]
#: The share of ordinary sentences that may bring up a crisis line (design: matching §6).
MOST_FALSE_ALARMS = 0.02
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
