"""The sealed words: what goes in comes out, for half an hour, and for nobody else."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.web import COOKIE_KEY, NOW
from web.words import MAX_AGE, MAX_SEARCHES, MAX_VALUE, Words, WordsBox, cookie_name, new_token

BOX = WordsBox(COOKIE_KEY)
SECRET = "mijn man slaat mij"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
searches = st.builds(
    Words,
    token=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    text=texts,
    place=texts,
    age=st.none() | st.integers(0, 120),
    needs=st.lists(texts, max_size=3).map(tuple),
    dismissed=st.lists(texts, max_size=3).map(tuple),
    answers=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)


@given(searches)
def test_what_is_sealed_is_opened(words):
    sealed = BOX.seal([words], NOW)
    if sealed is not None:
        assert BOX.open(sealed, NOW) == (words,)


def test_nothing_can_be_read_without_the_key():
    sealed = BOX.seal([Words("0" * 8, SECRET)], NOW)
    raw = base64.urlsafe_b64decode(sealed + "==")
    assert b"slaat" not in raw
    assert "slaat" not in sealed
    assert WordsBox(bytes(32)).open(sealed, NOW) == ()


def test_the_same_words_never_look_the_same():
    words = [Words("0" * 8, SECRET)]
    assert BOX.seal(words, NOW) != BOX.seal(words, NOW)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_cookie_is_ignored(position, change):
    raw = bytearray(base64.urlsafe_b64decode(BOX.seal([Words("0" * 8, SECRET)], NOW) + "=="))
    raw[position % len(raw)] ^= change
    assert BOX.open(base64.urlsafe_b64encode(raw).decode(), NOW) == ()


@given(st.text(max_size=60))
def test_rubbish_is_ignored(value):
    assert BOX.open(value, NOW) == ()


@pytest.mark.parametrize("value", [None, "", "A" * (MAX_VALUE + 1)])
def test_a_missing_or_huge_cookie_is_ignored(value):
    assert BOX.open(value, NOW) == ()


def test_words_are_forgotten_after_half_an_hour():
    sealed = BOX.seal([Words("0" * 8, SECRET)], NOW)
    assert BOX.open(sealed, NOW + timedelta(seconds=MAX_AGE))
    assert BOX.open(sealed, NOW + timedelta(seconds=MAX_AGE + 1)) == ()
    assert BOX.open(sealed, NOW - timedelta(seconds=5)) == ()


def test_the_newest_searches_are_kept_as_far_as_they_fit():
    many = [Words(f"{number:08x}", f"vraag {number}") for number in range(MAX_SEARCHES + 3)]
    assert BOX.open(BOX.seal(many, NOW), NOW) == tuple(many[:MAX_SEARCHES])
    # Words that hardly compress: only the newest fits beside nothing else.
    long = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(900))
    kept = BOX.open(BOX.seal([Words("f" * 8, long), Words("e" * 8, long[::-1])], NOW), NOW)
    assert [words.token for words in kept] == ["f" * 8]


def test_what_never_fits_is_not_sealed():
    long = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(5000))
    assert BOX.seal([Words("0" * 8, long)], NOW) is None
    assert BOX.seal([], NOW) is None


def test_names_and_tokens():
    assert cookie_name(insecure=False).startswith("__Host-")
    assert not cookie_name(insecure=True).startswith("__")
    assert new_token() != new_token()
