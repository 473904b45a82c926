"""Every error code that the program can make has its sentence in four languages, and every sentence its code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from kaart.texts import LANGUAGES, catalogue
from tests.unit.error_codes import HOLDERS, Collector, UnreadableError

ROOT = Path(__file__).resolve().parents[2]


def program() -> dict[str, str]:
    """The source of every module."""
    found = {}
    for room in ("kaart", "matching", "indexer", "data_sources", "api", "web"):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def collector() -> Collector:
    return Collector(program())


@pytest.fixture(scope="module")
def codes(collector) -> dict[str, list[tuple[str, frozenset[str]]]]:
    return collector.codes


def sentences(language: str) -> dict[str, object]:
    return {key.removeprefix("error."): told for key, told in catalogue(language).items() if key.startswith("error.")}


def placeholders(told: object) -> set[str]:
    forms = told.values() if isinstance(told, dict) else [str(told)]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_and_every_sentence_a_code(codes, language):
    assert set(codes) - set(sentences(language)) == set()
    assert set(sentences(language)) - set(codes) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_use_only_what_is_always_given(codes, language):
    wrong = {
        code: (unknown, place)
        for code, told in sentences(language).items()
        for place, given in codes[code]
        if (unknown := placeholders(told) - given)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_use_the_same_parameters(language):
    other = sentences(language)
    wrong = {
        code: placeholders(told) ^ placeholders(other[code])
        for code, told in sentences("nl").items()
        if placeholders(told) != placeholders(other[code])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_by_number_has_both_forms_and_a_number(codes, language):
    for code, told in sentences(language).items():
        if isinstance(told, dict):
            assert set(told) == {"one", "other"}, code
            assert all("count" in given for _, given in codes[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_sorted_and_stand_once(language):
    lines = (ROOT / "kaart" / "texts" / "catalogue" / language / "error.yaml").read_text(encoding="utf-8").splitlines()
    keys = [found[1] for line in lines if (found := re.match(r"([a-z0-9_]+):", line))]
    assert keys == sorted(set(keys))
    assert set(keys) == set(sentences(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_complaints_about_content_follow_on_a_place(language):
    # `content_broken` is an error of its own, all others come after "file:line field: ".
    for code, told in sentences(language).items():
        if code.startswith("content_") and code != "content_broken":
            assert not str(told)[:1].isupper(), code
            assert not str(told).endswith("."), code
        else:
            assert str(told)[:1].isupper() or str(told)[:1] in "“„«{", code


def test_the_holders_of_codes_are_what_the_collector_thinks(collector):
    for name, (position, keyword, told) in HOLDERS.items():
        node, _ = collector.classes[name]
        names = [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
        assert names[position] == keyword, name
        assert isinstance(told, frozenset) or names[told[0]] == told[1], name


TREE = "class KaartError(Exception): ...\nclass NoneSuchError(KaartError): ...\nclass FieldError: ...\n"
IMPORTS = "from dataclasses import replace\nfrom kaart.errors import FieldError, NoneSuchError\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("raise NoneSuchError('a', place=1)", {"a": {"place"}}),
        ("CODE = 'a'\nraise NoneSuchError(CODE)", {"a": set()}),
        ("def f(x):\n  raise NoneSuchError('a' if x else 'b', fields=())", {"a": set(), "b": set()}),
        ("def g():\n  return 'a'\ndef f():\n  why = g()\n  raise NoneSuchError(why)", {"a": set()}),
        ("def f(code, **more):\n  raise NoneSuchError(code, **more)\nf('a', line=3)", {"a": {"line"}}),
        ("def f(code, at):\n  raise NoneSuchError(code, at=at)\nf('a', 3)", {"a": {"at"}}),
        ("class Own(NoneSuchError):\n  def __init__(self):\n    super().__init__('a', x=1)\nOwn()", {"a": {"x"}}),
        ("FieldError('/x', 'a', (('maximum', '3'),))", {"a": {"maximum"}}),
        (
            (
                "class Notes:\n  def add(self, code, /, **more):\n    FieldError('', code, tuple(more.items()))\n"
                "def f(notes, others):\n  notes.add('a', code=1)\n  others.add('b')"
            ),
            {"a": {"code"}},
        ),
        ("def f(status):\n  replace(status, detail='a')", {"a": set()}),
        ("def f(error):\n  raise NoneSuchError(error.code)", {}),
    ],
)
def test_the_collector_finds_codes(source, expected):
    found = Collector({"kaart.errors": TREE, "web.new": IMPORTS + source}).codes
    assert {code: set(places[0][1]) for code, places in found.items()} == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f(kind):\n  raise NoneSuchError(f'{kind}_lost')",
        "def f(known):\n  raise NoneSuchError(known['a'])",
        "def f(more):\n  raise NoneSuchError('a', **more)",
        "def f(pairs):\n  FieldError('', 'a', pairs)",
    ],
)
def test_the_collector_refuses_what_it_cannot_read(source):
    with pytest.raises(UnreadableError, match=r"^web\.new:4"):
        Collector({"kaart.errors": TREE, "web.new": IMPORTS + source})
