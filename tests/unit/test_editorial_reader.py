from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.editorial.problems import BrokenContentError, Problems
from kaart.editorial.reader import nearest, read_csv, read_yaml
from kaart.errors import ContentError


class Colour(Enum):
    RED = "red"


@pytest.fixture
def read(tmp_path):
    def reader(words):
        path = tmp_path / "part" / "file.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
        problems = Problems(tmp_path)
        return read_yaml(path, problems), problems

    return reader


def complaints(problems):
    return [(found.file, found.line, found.field, found.message_code) for found in problems]


def test_values_keep_the_words_of_the_file(read):
    node, problems = read("a: 0112\nb: no\nc: 2026-11-23\nd: >\n  one\n  two\ne: 2.5\nf: yes\ng: 7\n")
    assert node.text("a") == "0112"
    assert node.text("b") == "no"
    assert node.day("c").isoformat() == "2026-11-23"
    assert node.text("d") == "one two"
    assert node.number("e") == 2.5
    assert node.flag("f") is True
    assert node.whole("g") == 7
    assert not problems.found


@pytest.mark.parametrize(
    ("words", "line", "code"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "content_broken_yaml"),
        ("a: 1\n\tb: 2\n", 2, "content_broken_yaml"),
        ("a: 1\n---\nb: 2\n", 2, "content_broken_yaml"),
        ("a: *nothing\n", 1, "content_broken_yaml"),
        (b"a: 1\nb: \xff\n", 2, "content_not_utf8"),
        ("a: 1\nb: \x07\n", 2, "content_broken_yaml"),
        ("# only a remark\n", 0, "content_file_empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_with_its_line(read, words, line, code):
    node, problems = read(words)
    assert complaints(problems) == [("part/file.yaml", line, "", code)]
    assert node.keys() == ()


def test_a_missing_file_is_a_problem(tmp_path):
    problems = Problems(tmp_path)
    assert read_yaml(tmp_path / "gone.yaml", problems).items() == []
    assert complaints(problems) == [("gone.yaml", 0, "", "content_file_missing")]


def test_a_key_that_stands_twice_is_a_problem_at_the_second(read):
    _, problems = read("a: 1\nb: 2\na: 3\n")
    assert complaints(problems) == [("part/file.yaml", 3, "a", "content_duplicate_key")]


def test_an_unknown_field_names_the_nearest_known_one(read):
    node, problems = read("- code: x\n  labls: {}\n")
    assert node.items()[0].expect_fields("code", "labels")
    assert complaints(problems) == [("part/file.yaml", 2, "[1].labls", "content_unknown_field")]
    assert dict(problems.found[0].parameters)["nearest"] == "labels"


@pytest.mark.parametrize(
    ("words", "ask", "field", "code"),
    [
        ("b: 1\n", lambda node: node.text("a"), "a", "content_missing_field"),
        ("a: ' '\n", lambda node: node.text("a"), "a", "content_missing_field"),
        ("a: [1]\n", lambda node: node.text("a"), "a", "content_expected_value"),
        ("a: x\n", lambda node: node.items("a"), "a", "content_expected_list"),
        ("a: many\n", lambda node: node.number("a"), "a", "content_not_a_number"),
        ("a: 1.5\n", lambda node: node.whole("a"), "a", "content_not_a_number"),
        ("a: perhaps\n", lambda node: node.flag("a"), "a", "content_not_a_flag"),
        ("a: 23/11/2026\n", lambda node: node.day("a"), "a", "content_not_a_date"),
        ("a: www.example.org\n", lambda node: node.url("a"), "a", "content_not_a_url"),
        ("a: reed\n", lambda node: node.one_of("a", Colour), "a", "content_unknown_code"),
        ("a: [x, y, x]\n", lambda node: node.strings("a"), "a[3]", "content_duplicate_value"),
        ("a: {nl: x}\n", lambda node: node.texts("a", required=("nl", "fr")), "a", "content_missing_language"),
        ("a: {nl: x, xx: y}\n", lambda node: node.texts("a", required=("nl",)), "a.xx", "content_unknown_field"),
        ("a: x\n", lambda node: node.texts("a", required=("nl",)), "a", "content_expected_mapping"),
    ],
)
def test_a_getter_complains_with_the_field(read, words, ask, field, code):
    node, problems = read(words)
    ask(node)
    assert complaints(problems) == [("part/file.yaml", 1, field, code)]


def test_a_list_where_a_mapping_is_due_is_a_problem(read):
    node, problems = read("- 1\n")
    assert not node.expect_fields("code")
    assert complaints(problems) == [("part/file.yaml", 1, "", "content_expected_mapping")]


def test_all_problems_are_raised_at_once_and_the_first_are_named(read):
    node, problems = read("a: x\n")
    for number in range(8):
        node.complain("content_missing_field", f"f{number}", name=f"f{number}")
    with pytest.raises(BrokenContentError) as raised:
        problems.raise_if_any()
    assert isinstance(raised.value, ContentError)
    assert raised.value.code == "content_broken"
    assert raised.value.parameters["count"] == 8
    assert "part/file.yaml:1 f0: content_missing_field(name=f0)" in str(raised.value.parameters["first"])
    assert "f7" not in str(raised.value.parameters["first"])
    assert len(raised.value.problems) == 8


def test_a_warning_breaks_nothing(tmp_path):
    problems = Problems(tmp_path)
    problems.add("x.csv", 3, "text", "content_language_suspect", warning=True)
    problems.raise_if_any()
    assert problems.errors() == []
    assert len(problems.sorted()) == 1


def test_a_problem_without_words_says_its_code(tmp_path):
    problems = Problems(tmp_path)
    problems.add("x.csv", 3, "text", "content_no_such_message", code="y")
    assert problems.found[0].sentence("nl") == "x.csv:3 text: content_no_such_message(code=y)"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"need,texts\na,b\n", [(1, "texts", "content_unknown_field"), (1, "text", "content_missing_column")]),
        (b"need,text,need\na,b,c\n", [(1, "need", "content_duplicate_key")]),
        (b"need,text\na,b\nc,d,e\n", [(3, "", "content_wrong_columns")]),
        (b'need,text\na,b\nc,"d\n', [(3, "", "content_broken_csv")]),
        (b"need,text\na,\xe9\n", [(2, "", "content_not_utf8")]),
        (b"", [(0, "", "content_file_empty")]),
    ],
)
def test_a_broken_csv_names_line_and_column(tmp_path, words, expected):
    path = tmp_path / "s.csv"
    path.write_bytes(words)
    problems = Problems(tmp_path)
    read_csv(path, problems, required=("need", "text"))
    assert [(found.line, found.field, found.message_code) for found in problems] == expected
    assert {found.file for found in problems} == {"s.csv"}


def test_a_record_over_several_lines_keeps_its_first_line(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text('\ufeffneed,text\n# remark\n\na,"one\ntwo"\nb,\n', encoding="utf-8")
    problems = Problems(tmp_path)
    rows = read_csv(path, problems, required=("need", "text"))
    assert [(row.line, row.text("text")) for row in rows] == [(4, "one two"), (6, "")]
    assert complaints(problems) == [("s.csv", 6, "text", "content_missing_field")]


def test_nearest_gives_nothing_for_a_stranger():
    assert nearest("zzzzz", ["code", "labels"]) == ""


@given(st.binary(max_size=200))
def test_no_bytes_make_the_readers_fail(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "f"
    path.write_bytes(raw)
    problems = Problems(folder)
    for child in read_yaml(path, problems).children():
        assert child[0] is not None
    read_csv(path, problems, required=("a",))
    assert all(found.file == "f" and found.line >= 0 for found in problems)
