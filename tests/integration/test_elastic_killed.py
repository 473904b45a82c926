"""kill -9 in the middle of a rebuild and of a drain: the old index serves, nothing is lost, the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.drain import Drain
from indexer.rebuild import rebuild
from tests.contract.index_suite import IndexPair, lexical
from tests.factories.documents import a_document
from tests.factories.outbox import make_document
from tests.integration.elastic_victim import TEXTS, a_register
from tests.integration.elasticsearch_server import Server, own_server

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1"])]

PROJECT = Path(__file__).resolve().parent.parent.parent
SERVED_BEFORE = "Voorheen"


@pytest.fixture
def server() -> Iterator[Server]:
    with own_server() as found:
        yield found


@pytest.fixture
def serving(server) -> IndexPair:
    """An index that serves one text of before."""
    pair = server.pair()
    pair.writer.rebuild(iter([a_document("before", SERVED_BEFORE)]), 1, 0, None)
    return pair


def kill_at(server: Server, point: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.elastic_victim", server.url, server.prefix, point],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n", "the process ended before it came so far"
        process.kill()
    assert process.returncode == -signal.SIGKILL


def every_text(pair: IndexPair) -> set[str]:
    return set(lexical(pair, "hulp", limit=100))


@pytest.mark.parametrize("point", ["rebuild: half the texts", "rebuild: before the swap"])
def test_killed_before_the_swap_the_old_index_serves(server, serving, point):
    kill_at(server, point)
    assert lexical(serving, SERVED_BEFORE) == ["before"]
    assert every_text(serving) == set()
    assert len(server.builds()) == 2, "the half-built index is still there"
    serving.writer.apply([a_document("change", "Hulp")], [], 50)
    assert every_text(serving) == {"change"}
    register = a_register()
    register.batch = 100
    rebuild(serving.writer, register, register, make_document)
    assert every_text(serving) == set(register.texts)
    assert serving.index.status().texts == TEXTS
    assert len(server.builds()) == 1, "the next rebuild has cleaned up"
    assert register.counts("elasticsearch") == (0, 0)


@pytest.mark.parametrize("point", ["rebuild: before the old one is removed", "rebuild: before the queue is told"])
def test_killed_after_the_swap_the_new_index_serves(server, serving, point):
    kill_at(server, point)
    register = a_register()
    assert every_text(serving) == set(register.texts)
    # The queue was not told, so everything comes once more, with higher numbers, and changes nothing.
    register.batch = 10
    assert Drain([serving.writer], register, register, make_document).run_once().delivered == TEXTS
    assert every_text(serving) == set(register.texts)
    rebuild(serving.writer, register, register, make_document)
    assert len(server.builds()) == 1


@pytest.mark.parametrize(
    ("point", "written"),
    [
        ("drain: before writing", False),
        ("drain: half of a batch", None),
        ("drain: before the queue is told", True),
    ],
)
def test_a_killed_drain_is_resumed_and_loses_nothing(server, serving, point, written):
    kill_at(server, point)
    assert lexical(serving, SERVED_BEFORE) == ["before"]
    if written is not None:
        assert serving.index.status().texts == (1 + TEXTS if written else 1)
    register = a_register()
    register.batch = 10
    [report] = Drain([serving.writer], register, register, make_document).run_once().targets
    assert (report.delivered, report.failed, report.stopped) == (TEXTS, 0, "")
    assert every_text(serving) == set(register.texts)
    assert serving.index.status().texts == 1 + TEXTS
    assert register.counts("elasticsearch") == (0, 0)
