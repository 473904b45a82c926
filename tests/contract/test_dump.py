"""A copy of the whole database, put back on the same and on the other kind; what is no whole copy is refused."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import uuid
from functools import partial

import pytest
from sqlalchemy import create_engine, func, make_url, select, text

from kaart.domain.catalogue import Service
from kaart.domain.clock import utc_now
from kaart.errors import ConflictError, InvalidInputError
from kaart.keys import KEY_BYTES, master_key_path
from kaart.register.policy import Editor, EditorRole
from kaart.register.services import edit_service, verify
from kaart.store.dump import dump, load
from kaart.store.engine import make_engine
from kaart.store.store import Store
from kaart.store.tables import METADATA
from tests.conftest import PROJECT
from tests.contract.conftest import POSTGRES_VARIABLE
from tests.contract.samples import SERVICE, fill
from tests.factories.installation import (
    SHOWN,
    a_copy,
    an_application,
    command,
    keys,
    merge_vectors,
    prepared_folder,
    run,
    search,
)

STEWARD = Editor("Jan", EditorRole.STEWARD)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    return prepared_folder(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def few(migrated_sqlite, tmp_path_factory):
    """The copy of a register with one service in it."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("few") / "kaart.sqlite")
    engine = make_engine(f"sqlite:///{path}")
    fill(Store(engine))
    made = list(dump(engine))
    engine.dispose()
    return made


@pytest.fixture
def kaart(capsys):
    return partial(run, capture=capsys)


@pytest.fixture
def installation(prepared, tmp_path, monkeypatch):
    folder = a_copy(prepared, tmp_path / "data")
    monkeypatch.setenv("KAART_DATA_DIR", str(folder))
    return folder


def counts(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in METADATA.sorted_tables
            if table.name != "lease"
        }


def test_a_copy_comes_back_whole_on_both_databases(engine, few):
    """SQLite to SQLite and SQLite to PostgreSQL; dumped again, every line is the same."""
    assert load(engine, few) == json.loads(few[0])["rows"] > len(METADATA.sorted_tables)
    assert sorted(dump(engine)) == sorted(few)


def test_the_restored_register_can_be_written(engine, few):
    """Numbers that the database itself gives go on after the highest that came back."""
    load(engine, few)
    store = Store(engine)
    before = store.outbox.newest_id()
    with store.read() as unit:
        service = unit.find(Service, SERVICE.id)
    assert verify(store, STEWARD, service.id, utc_now()).verified_at is not None
    assert store.outbox.newest_id() > before


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda lines: lines[:-1], "backup_cut_off"),
        (lambda lines: lines[:5], "backup_cut_off"),
        (lambda lines: [*lines[:5], lines[5][:20]], "backup_cut_off"),
        (lambda lines: [lines[0], *lines[2:]], "backup_cut_off"),
        (lambda lines: lines[1:], "backup_format"),
        (lambda _: [], "backup_format"),
        (lambda _: ['{"format": "other"}'], "backup_format"),
        (lambda _: ["[1, 2]"], "backup_format"),
        (lambda lines: [json.dumps({**json.loads(lines[0]), "revision": "9999"}), *lines[1:]], "backup_revision"),
        (lambda lines: [lines[0], '["no_such_table", {}]', *lines[1:]], "backup_format"),
        (lambda lines: [lines[0], '["organization", {"surprise": 1}]', *lines[1:]], "backup_format"),
        (lambda lines: [lines[0], '["organization"]', *lines[1:]], "backup_format"),
        (lambda lines: [lines[0], "7", *lines[1:]], "backup_cut_off"),
    ],
)
def test_what_is_no_whole_copy_leaves_the_database_empty(engine, few, spoil, code):
    before = counts(engine)
    with pytest.raises(InvalidInputError) as error:
        load(engine, spoil(few))
    assert error.value.code == code
    assert counts(engine) == before


def test_a_database_that_holds_something_is_left_alone(engine, few):
    load(engine, few)
    before = counts(engine)
    with pytest.raises(ConflictError) as error:
        load(engine, few)
    assert error.value.code == "restore_not_empty"
    assert counts(engine) == before


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request, monkeypatch):
    """Another installation's database: a file in its own folder, or an empty PostgreSQL database of its own."""
    if request.param == "sqlite":
        yield
        return
    request.getfixturevalue("socket_enabled")
    given = os.environ.get(POSTGRES_VARIABLE)
    if not given:
        pytest.skip(f"needs a PostgreSQL server ({POSTGRES_VARIABLE})")
    name = f"kaart_restored_{uuid.uuid4().hex[:12]}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(given).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_a_restored_installation_answers_the_same(installation, fresh_database, tmp_path, monkeypatch, kaart):
    copy, key = tmp_path / "copy.jsonl.gz", tmp_path / "key"
    with an_application(installation) as there:
        service = next(iter(search(there, SHOWN[2][0], "Deinze").results)).facts
        with there.store.read() as unit:
            edit_service(there.store, STEWARD, unit.find(Service, service.key), utc_now())
        expected = [keys(search(there, words, place)) for words, place, _ in SHOWN]
        cookie_key = there.master_key
    assert kaart("backup", str(copy), "--keys", str(key)).code == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert copy.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"data", copy.name, key.name}, "no draft is left"
    fresh = tmp_path / "fresh"
    # Vectors are no part of a backup: they can be made anew, in a minute that this test does not spend.
    merge_vectors(installation / "cache" / "embeddings.sqlite", fresh / "cache" / "embeddings.sqlite")
    monkeypatch.setenv("KAART_DATA_DIR", str(fresh))
    if fresh_database:
        monkeypatch.setenv("KAART_DATABASE_URL", fresh_database)
    # In a process of its own, which closes its connections when it ends.
    restored = subprocess.run(command("restore", str(copy), "--keys", str(key)), cwd=PROJECT, check=False)
    assert restored.returncode == 0
    assert master_key_path(fresh).stat().st_mode & 0o777 == 0o600
    with an_application(fresh) as here:
        assert here.master_key == cookie_key
        assert here.index_statuses()[0].waiting == 0
        assert [keys(search(here, words, place)) for words, place, _ in SHOWN] == expected


def test_no_file_is_overwritten(installation, tmp_path, kaart):
    kept = tmp_path / "kept"
    kept.write_text("kept")
    for arguments in (["backup", str(kept)], ["backup", str(tmp_path / "new"), "--keys", str(kept)]):
        said = kaart(*arguments)
        assert said.code == 2
        assert "exists already" in said.err
    assert kept.read_text() == "kept"
    assert kaart("backup", str(tmp_path / "none" / "new")).code == 2
    assert {each.name for each in tmp_path.iterdir()} == {"data", "kept"}


def test_a_copy_that_fails_half_way_leaves_no_file(installation, tmp_path, kaart, monkeypatch):
    def cut(*_):
        yield "{}"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaart.cli.database.dump", cut)
    said = kaart("backup", str(tmp_path / "new"))
    assert (said.code, "Traceback" in said.err) == (1, False)
    assert "No space left" in said.err
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_a_refused_copy_leaves_no_key_behind(tmp_path, monkeypatch, kaart):
    fresh, key = tmp_path / "fresh", tmp_path / "key"
    monkeypatch.setenv("KAART_DATA_DIR", str(fresh))
    key.write_bytes(bytes(KEY_BYTES))
    whole = gzip.compress(b'{"format": "kaart-backup-1"}\n' * 1000)
    for number, content in enumerate((b"no gzip at all", whole, whole[:-20], b"")):
        wrong = tmp_path / f"wrong-{number}"
        wrong.write_bytes(content)
        said = kaart("restore", str(wrong), "--keys", str(key))
        assert said.code == 2, (number, said.err)
        assert "Traceback" not in said.err
        assert not master_key_path(fresh).exists()
    key.write_bytes(b"short")
    assert kaart("restore", str(wrong), "--keys", str(key)).code == 2
    assert kaart("restore", str(tmp_path / "none")).code == 2


def test_a_key_that_is_there_is_not_replaced(installation, tmp_path, kaart):
    before = master_key_path(installation).read_bytes()
    other = tmp_path / "other"
    other.write_bytes(bytes(KEY_BYTES))
    said = kaart("restore", str(other), "--keys", str(other))
    assert said.code == 2
    assert "master key already" in said.err
    assert master_key_path(installation).read_bytes() == before
