"""The command line as a person meets it: an answer, or one clear sentence and the right exit code."""

from __future__ import annotations

import json
import shutil

import pytest

from kaart.bootstrap import Application
from kaart.store.engine import make_engine
from tests.conftest import PROJECT
from tests.factories.installation import MEAL, SHOWN


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the editorial content, to be broken."""
    folder = tmp_path / "content"
    shutil.copytree(PROJECT / "content", folder)
    monkeypatch.setenv("KAART_CATALOGUE_DIR", str(folder))
    return folder


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A data folder that nobody made yet."""
    folder = tmp_path / "nothing"
    monkeypatch.setenv("KAART_DATA_DIR", str(folder))
    return folder


def refused(said, code=2):
    """Whether this is one sentence for a person and not a trace for a programmer."""
    assert said.code == code, said
    assert said.err.strip()
    for word in ("Traceback", "KaartError", "Exception"):
        assert word not in said.err
    # A sentence of ours has all its words filled in; a line of usage may hold braces.
    assert not [line for line in said.err.splitlines() if "{" in line and not line.strip().startswith("Usage")]
    return said.err


@pytest.mark.parametrize(("text", "place", "first"), SHOWN)
def test_search_shows_offers_with_their_reasons(installation, kaart, text, place, first):
    shown = json.loads(kaart("search", text, "--place", place, "--json").out)
    assert shown["results"][0]["service"]["key"].startswith(first)
    said = kaart("search", text, "--place", place)
    assert said.code == 0
    assert f"1. {shown['results'][0]['service']['name']}" in said.out
    for reason in shown["results"][0]["reasons"]:
        assert reason["text"] in said.out


def test_a_meal_has_no_offer_but_a_kind_and_someone_who_arranges_it(installation, kaart):
    shown = json.loads(kaart("search", MEAL[0], "--place", MEAL[1], "--json").out)
    assert all("maaltijd" not in each["service"]["key"] for each in shown["results"])
    [card] = [card for card in shown["kinds"] if card["code"] == "meal_delivery"]
    assert card["coverage"] == "none_known"
    assert card["arranged_by_services"][0]["key"].startswith("ocmw-deinze/")


@pytest.mark.parametrize(
    "text",
    ["😀🏠💶 huur", "لا أستطيع دفع الإيجار", "'; DROP TABLE service; --", "[bold]huur[/] [/nothing]", "huur " * 2000],
    ids=["emoji", "right to left", "sql", "markup", "10,000 characters"],
)
def test_a_strange_text_gets_an_answer(installation, kaart, text):
    said = kaart("search", text, "--place", "9000")
    assert said.code == 0
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", ""),
        ("search", "   "),
        ("search", "😀🏠💶", "--place", "9000"),
        ("search", "x" * 10_001),
        ("search", "huur", "--place", "Nergenshuizen"),
        ("search", "huur", "--place", "0000"),
        ("search", "huur", "--limit", "0"),
        ("search", "huur", "--index", "solr"),
        ("sources", "run", "nowhere"),
        ("nothing",),
    ],
)
def test_wrong_use_is_told_in_a_sentence(installation, kaart, arguments):
    refused(kaart(*arguments))


@pytest.mark.parametrize("text", ["", "😀 ?!"])
def test_a_search_without_words_is_told_in_one_sentence(installation, kaart, text):
    said = kaart("search", text, "--place", "9000")
    assert refused(said).strip().count("\n") == 0
    assert "in your own words" in said.err or "no words in your text" in said.err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KAART_INDEX", "solr", "KAART_INDEX"),
        ("KAART_PORT", "eighty", "KAART_PORT"),
        ("KAART_PROT", "80", "KAART_PORT"),
        ("KAART_DATABASE_URL", "mysql://nowhere/x", "mysql"),
        ("KAART_DATABASE_URL", "no address", "KAART_DATABASE_URL"),
        ("KAART_GEOCODER", "nominatim", "KAART_GEOCODER_USER_AGENT"),
    ],
)
def test_a_wrong_setting_is_named(installation, monkeypatch, kaart, name, value, told):
    monkeypatch.setenv(name, value)
    assert told in refused(kaart("index", "status"))
    if name == "KAART_GEOCODER":
        assert told in refused(kaart("doctor"))
        assert told in refused(kaart("search", "huur"))


@pytest.mark.parametrize(
    "arguments", [("search", "huur"), ("index", "status"), ("index", "rebuild"), ("tick",), ("serve",), ("worker",)]
)
def test_without_a_database_the_next_step_is_told(empty, kaart, arguments):
    assert "kaart init" in refused(kaart(*arguments))


def test_doctor_tells_what_to_do(empty, installation, monkeypatch, kaart):
    said = kaart("doctor", "--json")
    assert said.code == 0
    assert {finding["level"] for finding in json.loads(said.out)} <= {"good", "look"}
    monkeypatch.setenv("KAART_DATA_DIR", str(empty))
    said = kaart("doctor")
    assert said.code == 1
    assert "kaart init" in said.out


@pytest.mark.parametrize("command", ["search", "serve", "init", "upgrade"])
def test_a_newer_database_is_left_alone(installation, kaart, command):
    engine = make_engine(f"sqlite:///{installation / 'kaart.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    said = refused(kaart(command, *(["huur"] if command == "search" else [])))
    assert "9999" in said
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
    engine.dispose()


def test_broken_content_is_told_by_file_line_and_field(content, kaart):
    path = content / "catalogue" / "lines.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.strip().startswith("formality:"))
    lines[number] = lines[number].replace("formal\n", "").split(":")[0] + ": strange"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = kaart("content", "check")
    assert said.code == 1
    assert said.out.count(f"catalogue/lines.yaml:{number + 1}") == 1
    assert "1 problems" in said.err
    assert "formality" in said.out


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("file", ["catalogue/lines.yaml", "taxonomy", "sentences"])
def test_init_on_broken_content_writes_nothing(content, empty, kaart, file, quick):
    path = content / file
    path = path if path.is_file() else min(each for each in path.rglob("*") if each.suffix in {".yaml", ".csv"})
    path.write_text("a: [1\nb: {", encoding="utf-8")
    if path.suffix == ".csv":
        path.write_text("wrong,columns\n1,2\n", encoding="utf-8")
    said = kaart("init", *(["--quick"] if quick else []))
    refused(said)
    assert path.name in said.err
    assert not empty.exists() or [each for each in empty.rglob("*") if each.is_file()] == []


def test_a_second_init_changes_nothing(installation, kaart):
    before = (installation / "keys" / "master").read_bytes()
    pointer = (installation / "index" / "CURRENT.json").read_text()
    said = kaart("init", "--quick")
    assert said.code == 0
    assert "added" not in said.err
    assert (installation / "keys" / "master").read_bytes() == before
    assert (installation / "index" / "CURRENT.json").read_text() == pointer


@pytest.fixture
def poisoned(monkeypatch):
    """One text of which no document can be made."""
    make = Application.document

    def document(self, group):
        if any(facts.key == "ocmw-gent/leefloon" for facts in group.services):
            raise ValueError("this text cannot be made")
        return make(self, group)

    monkeypatch.setattr(Application, "document", document)


@pytest.mark.parametrize(("arguments", "code"), [(("init",), 1), (("init", "--quick"), 0), (("upgrade",), 1)])
def test_a_command_that_builds_an_index_says_what_it_left_out(installation, kaart, poisoned, arguments, code):
    shutil.rmtree(installation / "index")
    said = kaart(*arguments)
    assert said.code == code
    assert "this text cannot be made" in said.err
    assert kaart("index", "status").code == 1


def test_a_restore_says_what_it_left_out(installation, kaart, poisoned, empty, tmp_path, monkeypatch):
    monkeypatch.setenv("KAART_DATA_DIR", str(installation))
    assert kaart("backup", str(tmp_path / "copy.jsonl.gz")).code == 0
    shutil.copytree(installation / "cache", empty / "cache")
    monkeypatch.setenv("KAART_DATA_DIR", str(empty))
    said = kaart("restore", str(tmp_path / "copy.jsonl.gz"))
    assert said.code == 1
    assert "this text cannot be made" in said.err
    assert "1 set aside" in kaart("index", "status").out


def test_a_folder_that_may_not_be_written_is_told(tmp_path, monkeypatch, kaart):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("KAART_DATA_DIR", str(blocked / "data"))
    refused(kaart("init"), code=1)
