"""A whole installation as `kaart init` makes it, and the command line as a person meets it."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from kaart.bootstrap import Application
from kaart.cli import main
from kaart.places.stated import stated_place
from kaart.settings import load_settings
from matching.answer import Answer, MatchRequest
from tests.conftest import PROJECT

#: Vectors of the content, kept between sessions: embedding them takes most of a first run.
_KEPT = PROJECT / "var" / "cache" / "embeddings.sqlite"

#: The searches that the first version has to answer well: words, place, beginning of the key of the first offer.
SHOWN = (
    ("ik kan mijn huur niet meer betalen", "9000", "wonen-in-vlaanderen/huurpremie"),
    ("je n'arrive plus à payer mes factures", "1080", "ocmw-sint-jans-molenbeek/"),
    ("hoe vraag ik een leefloon aan", "Deinze", "ocmw-deinze/leefloon"),
)
MEAL = ("warme maaltijd voor mijn moeder", "Deinze")


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def prepared_folder(base: Path) -> Path:
    """The data folder of `kaart init` on the default catalogue, made once below `base` (a session's folder)."""
    folder = base / "prepared"
    if folder.exists():
        return folder
    draft = base / "preparing"
    merge_vectors(_KEPT, draft / "cache" / "embeddings.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAART_DATA_DIR", str(draft))
        assert run("init").code == 0
    merge_vectors(draft / "cache" / "embeddings.sqlite", _KEPT)
    draft.rename(folder)
    return folder


def merge_vectors(source: Path, target: Path) -> None:
    """Add to the cache `target` what only `source` holds; nothing when there is no source."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(target, timeout=30)) as database:
        database.execute("ATTACH DATABASE ? AS other", (str(source),))
        [made] = database.execute("SELECT sql FROM other.sqlite_master WHERE name = 'passage'").fetchone()
        database.execute(made.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        with database:
            database.execute("INSERT OR IGNORE INTO main.passage SELECT * FROM other.passage")


def a_copy(prepared: Path, target: Path) -> Path:
    """An installation of one's own."""
    return Path(shutil.copytree(prepared, target))


@contextmanager
def an_application(folder: Path, **settings: object) -> Iterator[Application]:
    """The application on this data folder, with its connections closed afterwards."""
    application = Application(load_settings(data_dir=folder, **settings))
    try:
        yield application
    finally:
        application.engine.dispose()


def search(application: Application, text: str, place: str = "", **request: object) -> Answer:
    """The answer of the matching layer."""
    where = stated_place(application.places, text=place) if place else None
    return application.matcher.match(MatchRequest(text, place=where, **request))


def keys(answer: Answer) -> list[str]:
    """The keys of the results, the first one first."""
    return [match.facts.key for match in answer.results]


def run(*arguments: str, capture: pytest.CaptureFixture[str] | None = None) -> Said:
    """Run a command within this process, as `kaart ARGUMENTS` does; printed words come back when captured."""
    code = 0
    if capture:
        capture.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["kaart", *arguments])
        patch.setenv("COLUMNS", "400")
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Said(code, *(capture.readouterr() if capture else ("", "")))


def command(*arguments: str) -> Sequence[str]:
    """The command line for a process of its own."""
    return [sys.executable, "-c", "from kaart.cli import main; main()", *arguments]
