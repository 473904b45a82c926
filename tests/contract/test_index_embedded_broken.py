"""What the embedded index does when things break: a kill at any moment, a full disk, damaged files."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer.backends.embedded import EmbeddedIndex
from indexer.backends.embedded.layout import full_disk_told, read_pointer
from indexer.backends.embedded.writer import MAX_DELTAS
from kaart.domain.search import ServiceQuery
from kaart.errors import UnavailableError
from tests.contract.index_suite import (
    keys,
    lexical,
    rebuild,
    some_documents,
)
from tests.contract.test_index_embedded import a_pair
from tests.factories.documents import a_document

KILLED = """
import os, signal, sys
from pathlib import Path
from indexer.backends.embedded import EmbeddedWriter, delta, generation, layout, segment, writer
from tests.factories.documents import a_document
from tests.factories.embedding import FakeEmbedder

folder, step, what = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
left = [step]

def dying(function):
    def wrapped(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return wrapped

for module in (delta, generation, layout, segment, writer):
    for name in ("write_array", "write_bytes", "write_json", "sync_folder", "write_pointer", "retire", "clean"):
        if hasattr(module, name):
            setattr(module, name, dying(getattr(module, name)))
subject = EmbeddedWriter(folder, FakeEmbedder(), grace=0)
documents = [a_document("debts", "Zwembad"), a_document("new", "Zwembad")]
if what == "apply":
    subject.apply(documents, ["meals"], 20)
else:
    subject.rebuild(iter(documents), 2, 20)
print("done")
"""


@pytest.mark.parametrize("what", ["apply", "rebuild"])
def test_a_kill_at_any_moment_leaves_the_old_state_or_the_new_one(tmp_path, what):
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    states = set()
    for step in (1, 3, 5, 7, 12, 24, 100):
        folder = tmp_path / f"index-{step}"
        pair = a_pair(folder, grace=0)
        rebuild(pair, some_documents())
        for number in range(MAX_DELTAS):
            pair.writer.apply([a_document(f"delta-{number}", "Dienst")], [], number + 2)
        ended = subprocess.run(
            [sys.executable, str(script), str(folder), str(step), what],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
        fresh = EmbeddedIndex(folder, pair.embedder.identity)
        found = keys(fresh.lexical(ServiceQuery("zwembad", "nl")))
        meals = keys(fresh.lexical(ServiceQuery("warme maaltijd", "nl")))
        assert (sorted(found), meals) in [([], ["meals"]), (["debts", "new"], [])]
        states.add(bool(found))
        assert len(fresh.nearest(ServiceQuery("zwembad", "nl"), pair.embedder.vector("zwembad"))) >= 2
        # The next writer is not stopped by what was left, and tidies it up.
        pair.writer.apply([a_document("after", "Sauna")], [], 30)
        rebuild(pair, [a_document("after", "Sauna en bad")], 31)
        assert keys(fresh.lexical(ServiceQuery("sauna", "nl"))) == ["after"]
        assert len(list(folder.glob("[gd]-*"))) == 1
    assert states == {True, False}


# -- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["delta", "generation", "segment"])
def test_a_full_disk_is_told_and_the_index_goes_on(tmp_path, monkeypatch, module):
    pair = a_pair(tmp_path, grace=0)
    rebuild(pair, some_documents())

    def full(path, array):
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"indexer.backends.embedded.{module}.write_array", full)
    documents = [a_document("new", "Zwembad")]
    write = pair.writer.apply if module == "delta" else pair.writer.rebuild
    with pytest.raises(UnavailableError) as told:
        write(documents if module == "delta" else iter(documents), [] if module == "delta" else 1, 2)
    assert told.value.code == "disk_full"
    assert lexical(pair, "warme maaltijd") == ["meals"]
    assert len(list(tmp_path.glob("[gd]-*"))) == 1
    monkeypatch.undo()
    pair.writer.apply([a_document("new", "Zwembad")], [], 2)
    assert lexical(pair, "zwembad") == ["new"]


@pytest.mark.parametrize(
    ("told", "free", "code"),
    [
        ("An IO error occurred: 'No space left on device (os error 28)'", 10**12, "disk_full"),
        ("Worker thread failed.. A worker thread encountered an error", 10**6, "disk_full"),
        ("Worker thread failed.. A worker thread encountered an error", 10**12, "index_write_failed"),
    ],
)
def test_what_the_engine_tells_of_the_disk_is_understood(monkeypatch, tmp_path, told, free, code):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(UnavailableError) as error, full_disk_told(tmp_path):
        raise ValueError(told)
    assert error.value.code == code


@pytest.mark.parametrize("name", ["vectors.npy", "keys.npy", "manifest.json", "lexical/meta.json"])
def test_a_damaged_file_is_told(tmp_path, name):
    pair = a_pair(tmp_path)
    rebuild(pair, some_documents())
    (tmp_path / read_pointer(tmp_path).generation / name).write_bytes(b"\x00" * 10)
    with pytest.raises(UnavailableError) as told:
        lexical(pair, "schulden")
    assert told.value.code == "index_damaged"
