"""kill -9 at any moment, and several processes on one data folder: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from kaart.domain.catalogue import Service
from kaart.domain.clock import utc_now
from kaart.domain.texts import Texts
from kaart.register.policy import Editor, EditorRole
from kaart.register.services import edit_service
from kaart.store.lease import LEASE
from kaart.tick import Tick
from tests.conftest import PROJECT
from tests.factories.installation import SHOWN, an_application, command, keys, search

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1"])]

STEWARD = Editor("Jan", EditorRole.STEWARD)
KEY = "ocmw-deinze/leefloon"
WORD = "zwaluwstaartverbinding"
PATIENCE_SECONDS = 60.0


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        waiting.wait(0.1)


@contextmanager
def a_process(folder, *arguments, code=None):
    """A process of its own on this data folder, killed at the end of the block."""
    line = command(*arguments) if code is None else [command()[0], "-c", code]
    environment = {**os.environ, "KAART_DATA_DIR": str(folder), "KAART_WORKER_INTERVAL": "0.1"}
    with subprocess.Popen(
        line, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_at(folder, place):
    """Run a command that says when it has come to this place and waits there, and kill it."""
    code = (
        "import threading, sys\n"
        "def here(*_, **__):\n"
        "    print('here', flush=True)\n"
        "    threading.Event().wait()\n"
        f"{place}\n"
        "from kaart.cli import main\n"
        "main()\n"
    )
    with a_process(folder, code=code) as process:
        assert process.stdout.readline() == "here\n", "the process ended before it came so far"
        process.kill()
    assert process.returncode == -signal.SIGKILL


REBUILD = "sys.argv = ['kaart', 'index', 'rebuild']\nimport indexer.backends.embedded.writer as writer\n"
DRAIN = "sys.argv = ['kaart', 'tick']\nimport indexer.backends.embedded.writer as writer\n"
OUTBOX = "from kaart.store.outbox import StoredOutbox\n"


def edit(application, words):
    with application.store.read() as unit:
        service = unit.find(Service, KEY)
    return edit_service(application.store, STEWARD, replace(service, summary=Texts.of(nl=words)), utc_now()).entity


def answers(folder):
    with an_application(folder) as application:
        return [keys(search(application, text, place)) for text, place, _ in SHOWN]


@pytest.mark.parametrize(
    "place",
    [
        REBUILD + "writer.write_pointer = here",
        REBUILD + OUTBOX + "StoredOutbox.delivered_until = here",
    ],
    ids=["before the swap", "before the queue is told"],
)
def test_a_killed_rebuild_leaves_an_index_that_answers_the_same(installation, place):
    before = answers(installation)
    with an_application(installation) as application:
        edit(application, f"Hulp bij een {WORD}.")
    killed_at(installation, place)
    assert answers(installation) == before
    with an_application(installation) as application:
        [writer] = application.writers
        assert application.rebuild(writer).rejected == ()
        assert application.index_statuses()[0].waiting == 0
        assert KEY in keys(search(application, WORD, "Deinze"))
        application.drain.run_once()
    assert answers(installation) == before


@pytest.mark.parametrize(
    "place",
    [DRAIN + "writer.write_pointer = here", DRAIN + OUTBOX + "StoredOutbox.delivered = here"],
    ids=["before it is visible", "before the queue is told"],
)
def test_a_killed_drain_is_resumed(installation, place):
    before = answers(installation)
    with an_application(installation) as application:
        edit(application, f"Hulp bij een {WORD}.")
    killed_at(installation, place)
    assert answers(installation) == before
    with an_application(installation) as application:
        assert application.index_statuses()[0].waiting == 1, "what was acknowledged is still to be done"
        assert Tick(application).run().delivered == 1
        assert KEY in keys(search(application, WORD, "Deinze"))
        assert application.index_statuses()[0].waiting == 0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask(port, text=None):
    """What the server says: its health, or the keys of the offers for a text."""
    address = f"http://127.0.0.1:{port}/"
    if text is None:
        request = urllib.request.Request(f"{address}readyz")
    else:
        body = json.dumps({"text": text, "place": {"municipality": "Deinze"}}).encode()
        request = urllib.request.Request(f"{address}api/v1/match", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = json.load(answer)
    except urllib.error.URLError:
        return []
    return [told["status"]] if text is None else [result["service"]["key"] for result in told["results"]]


def holder(application):
    with application.engine.connect() as connection:
        return connection.scalar(LEASE.select().with_only_columns(LEASE.c.holder).where(LEASE.c.name == "worker"))


def test_two_servers_answer_while_a_third_process_edits_and_one_is_killed(installation, socket_enabled):
    ports = [free_port(), free_port()]
    with (
        an_application(installation) as application,
        a_process(installation, "serve", "--port", str(ports[0])) as first,
        a_process(installation, "serve", "--port", str(ports[1])) as second,
    ):
        for port in ports:
            until(lambda port=port: ask(port) == ["ok"])
        until(lambda: holder(application))
        edit(application, f"Hulp bij een {WORD}.")
        for port in ports:
            until(lambda port=port: KEY in ask(port, WORD))
        working = int(holder(application).split("/")[1])
        dead, alive = (0, 1) if first.pid == working else (1, 0)
        (first, second)[dead].kill()
        (first, second)[dead].wait()
        assert holder(application), "who was killed gave nothing back"
        # Half a minute goes by.
        with application.engine.begin() as connection:
            connection.execute(LEASE.update().values(until=utc_now() - timedelta(seconds=1)))
        edit(application, "Hulp bij een paardenstaartknoop.")
        until(lambda: KEY in ask(ports[alive], "paardenstaartknoop"))
        assert int(holder(application).split("/")[1]) == (first, second)[alive].pid


def test_a_port_in_use_is_told(installation, socket_enabled):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**os.environ, "KAART_DATA_DIR": str(installation)}
        ended = subprocess.run(
            command("serve", "--port", str(port)),
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert ended.returncode == 1
    assert "address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr
