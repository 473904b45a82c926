"""The words of the interface: complete in four languages, none forgotten, none left over, plain enough."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from kaart.domain.codes import (
    Budget,
    CapacityState,
    CostKind,
    Degraded,
    ForWhom,
    Granting,
    Interpreter,
    Mobility,
    PaymentMeans,
    Reach,
    ReferralNeed,
    RuleCode,
    When,
)
from kaart.domain.eligibility import Verdict
from kaart.editorial.rights import REGIONS
from kaart.texts import CRISIS_LANGUAGES, LANGUAGES, catalogue, crisis_text

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("web.", "api.")

#: Keys that are put together from a code.
COMPOSED = {
    "web.for_whom": ForWhom,
    "web.budget": Budget,
    "web.mobility": Mobility,
    "web.when": When,
    "web.reach": Reach,
    "web.degraded": Degraded,
    "web.rule": RuleCode,
    "web.verdict": Verdict,
    "web.capacity": CapacityState,
    "web.payment": PaymentMeans,
    "web.cost": [kind for kind in CostKind if kind is not CostKind.UNKNOWN],
    "web.referral": [need for need in ReferralNeed if need is not ReferralNeed.UNKNOWN],
    "web.granting": [way for way in Granting if way is not Granting.UNKNOWN],
    "web.region": REGIONS,
    "web.interpreter": [answer for answer in Interpreter if answer is not Interpreter.UNKNOWN],
}
#: Beginnings of keys of which the rest is a name that comes from elsewhere (a status, a source, a field).
OPEN = ("web.error.", "web.source.", "web.field.", "web.access.", "web.section.", "web.about.", "web.privacy.")
OPEN_API = ("api.problem.", "api.title.")


def messages(language):
    return {key: value for key, value in catalogue(language).items() if key.startswith(ROOMS)}


def sources():
    files = [path for room in ("web", "api") for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".html"}]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*files, ROOT / "kaart" / "wording.py"])


def parameters(message):
    forms = message.values() if not isinstance(message, str) else [message]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_keys(language):
    assert set(messages(language)) == set(messages("nl"))


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "nl"])
def test_each_translation_takes_the_same_parameters(language):
    dutch = messages("nl")
    for key, message in messages(language).items():
        assert parameters(message) - {"count"} == parameters(dutch[key]) - {"count"}, key


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "nl"])
def test_nothing_is_left_in_dutch(language):
    #: Words that are the same in two languages.
    same = {"Website", "Contact", "Chat", "Privacy", "{rule}: {codes}", "{days}: {opens}–{closes}", "{amount} euro"}
    dutch = messages("nl")
    left = [key for key, text in messages(language).items() if text == dutch[key] and text not in same]
    short = [key for key in left if not isinstance(dutch[key], str) or len(dutch[key].split()) > 1]
    assert short == []


def test_every_composed_key_exists():
    known = messages("nl")
    missing = [
        f"{start}.{code}" for start, codes in COMPOSED.items() for code in codes if f"{start}.{code}" not in known
    ]
    assert missing == []


def test_every_key_in_the_code_exists():
    known = messages("nl")
    named = set(re.findall(r"\"((?:web|api)\.[a-z0-9_.]*[a-z0-9_])\"", sources()))
    starts = {start for start in named if any(key.startswith(start + ".") for key in known)}
    assert named - starts - set(known) == set()


def test_no_key_is_left_over():
    text = sources()
    composed = {f"{start}.{code}" for start, codes in COMPOSED.items() for code in codes}
    left = [
        key
        for key in messages("nl")
        if key not in composed and not key.startswith((*OPEN, *OPEN_API)) and f'"{key}"' not in text
    ]
    assert left == []


def test_dutch_sentences_are_short():
    """B1 asks short sentences: a mean of about ten words, none above twenty-five."""
    lengths = [
        len(sentence.split())
        for key, text in messages("nl").items()
        if key.startswith("web.")
        for form in ([text] if isinstance(text, str) else text.values())
        for sentence in re.split(r"(?<=[.?!])\s+", form)
        if len(sentence.split()) > 3
    ]
    assert max(lengths) <= 25
    assert sum(lengths) / len(lengths) <= 12


def test_what_stands_around_crisis_lines_is_said_in_every_language():
    keys = {key for key in catalogue("nl") if key.startswith("crisis.")}
    for language in CRISIS_LANGUAGES:
        assert {key for key in catalogue(language) if key.startswith("crisis.")} == keys, language
    assert len({crisis_text("title", language) for language in CRISIS_LANGUAGES}) == len(CRISIS_LANGUAGES)
