"""Background work on a real register: a change is found at once, one worker works, a bad row holds up no other."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from indexer.drain import Drain
from kaart.bootstrap import Application
from kaart.domain.catalogue import Service
from kaart.domain.clock import utc_now
from kaart.domain.codes import Status
from kaart.domain.texts import Texts
from kaart.errors import UnavailableError
from kaart.register.policy import Editor, EditorRole
from kaart.register.services import edit_service, stop, undo, withdraw
from kaart.store.lease import Leases
from kaart.tick import Tick
from kaart.worker import LEASE_NAME, Worker, WorkerThread
from tests.factories.installation import keys, search

STEWARD = Editor("Jan", EditorRole.STEWARD)
KEY = "ocmw-deinze/leefloon"
#: A word that no offer has and that nobody mistypes into another.
WORD = "zwaluwstaartverbinding"
#: What the index promises; from commit to answer.
PROMISED_SECONDS = 1.0
#: How long a busy machine is given before a test fails; whatever is promised is measured apart.
PATIENCE_SECONDS = 20.0


@contextmanager
def working(application, **options):
    """A worker in a thread, as in `kaart serve`; its work has begun when the block begins."""
    thread = WorkerThread(Worker(Tick(application), interval=0.1, **options))
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()


def until(condition, seconds=PATIENCE_SECONDS):
    """Wait until this holds; the seconds it took."""
    began = time.monotonic()
    waiting = threading.Event()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        waiting.wait(0.02)
    return time.monotonic() - began


def stored(application, key=KEY):
    with application.store.read() as unit:
        return unit.find(Service, key)


def rewrite(application, words, key=KEY):
    service = stored(application, key)
    changed = replace(service, summary=Texts.of(nl=words))
    return edit_service(application.store, STEWARD, changed, utc_now()).entity


def found(application, text=WORD, place="Deinze"):
    return keys(search(application, text, place))


def lexically(application, text=WORD):
    return KEY in found(application, text)


def test_an_edit_is_found_within_a_second_and_an_ended_offer_is_gone(application):
    application.warm_up()
    assert not lexically(application)
    with working(application):
        until(lambda: application.store.outbox.counts("embedded") == (0, 0))
        rewrite(application, f"Hulp bij een {WORD}.")
        assert until(lambda: lexically(application)) < PROMISED_SECONDS
        withdraw(application.store, STEWARD, stored(application).id, utc_now(), "op vraag")
        assert until(lambda: not lexically(application)) < PROMISED_SECONDS
        assert KEY not in found(application, "hoe vraag ik een leefloon aan")


def test_a_closed_offer_is_gone_and_comes_back_when_that_is_undone(application):
    with working(application):
        closed = edit_service(
            application.store, STEWARD, replace(stored(application), status=Status.CLOSED), utc_now()
        ).entity
        until(lambda: KEY not in found(application, "hoe vraag ik een leefloon aan"))
        undo(application.store, STEWARD, closed.id, closed.version, utc_now())
        until(lambda: found(application, "hoe vraag ik een leefloon aan")[0] == KEY)


def test_a_stop_is_told_in_the_facts_at_once(application):
    service = stored(application)
    today = utc_now().date()
    stop(application.store, STEWARD, service.id, utc_now(), today, today + timedelta(days=9), "verbouwing")
    facts = application.store.facts.by_ids([service.id])[service.id]
    assert facts.temporary_stop.reason == "verbouwing"


def test_of_two_workers_one_works_and_the_other_takes_over(application):
    drained = []

    class Watched(Tick):
        def drain(self):
            drained.append(threading.current_thread())
            return super().drain()

    stops = [threading.Event(), threading.Event()]
    workers = [
        threading.Thread(target=Worker(Watched(application), interval=0.02).run, args=(event,)) for event in stops
    ]
    for worker in workers:
        worker.start()
    try:
        until(lambda: len(drained) > 5)
        first = drained[0]
        assert set(drained) == {first}
        number = workers.index(first)
        stops[number].set()
        first.join(PATIENCE_SECONDS)
        drained.clear()
        until(lambda: len(drained) > 2)
        assert set(drained) == {workers[1 - number]}
        rewrite(application, f"Hulp bij een {WORD}.")
        until(lambda: lexically(application))
    finally:
        for event in stops:
            event.set()
        for worker in workers:
            worker.join(PATIENCE_SECONDS)


def test_the_lease_of_a_dead_worker_runs_out(application):
    engine, now = application.engine, utc_now()
    assert Leases(engine, lambda: now).acquire(LEASE_NAME, "dead", 30)
    rewrite(application, f"Hulp bij een {WORD}.")
    tick = Tick(application)
    worker = Worker(tick, interval=0.02)
    application.store.leases._clock = lambda: now + timedelta(seconds=29)
    assert not worker._acquire()
    application.store.leases._clock = lambda: now + timedelta(seconds=31)
    stop_event = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop_event,))
    thread.start()
    until(lambda: application.store.outbox.counts("embedded") == (0, 0))
    stop_event.set()
    thread.join(PATIENCE_SECONDS)
    assert lexically(application)
    assert Leases(engine).acquire(LEASE_NAME, "next", 30), "a worker that ends gives its lease back"


def test_a_stopped_drain_goes_on_where_it_was(application):
    rows = [
        service_key
        for service_key in ("ocmw-gent/leefloon", "ocmw-deinze/leefloon", "ocmw-brugge/leefloon")
        if rewrite(application, f"Hulp bij een {WORD} in {service_key}.", service_key)
    ]
    assert application.store.outbox.counts("embedded") == (len(rows), 0)
    assert application.drain.run_once(limit=1).delivered == 1
    assert application.store.outbox.counts("embedded") == (len(rows) - 1, 0)
    report = Tick(application).run()
    assert (report.delivered, report.set_aside, dict(report.stopped)) == (len(rows) - 1, 0, {})
    assert application.store.outbox.counts("embedded") == (0, 0)
    assert lexically(application)


def test_a_poisoned_row_is_set_aside_and_told(application, kaart, monkeypatch):
    make = application.document

    def poisoned(group):
        if any(facts.summary.text("nl") == "gif" for facts in group.services):
            raise ValueError("this text cannot be made")
        return make(group)

    application.drain = Drain(application.writers, application.store.facts, application.store.outbox, poisoned)
    rewrite(application, "gif", "ocmw-gent/leefloon")
    rewrite(application, f"Hulp bij een {WORD}.")
    report = Tick(application).run()
    assert (report.delivered, report.set_aside) == (1, 1)
    assert lexically(application)
    assert application.store.outbox.counts("embedded") == (0, 1)
    said = kaart("index", "status")
    assert said.code == 1
    assert "1 set aside" in said.out
    assert "set aside after 3 tries" in said.out
    assert "this text cannot be made" in said.out
    assert kaart("doctor").code == 1
    with monkeypatch.context() as patch:
        patch.setattr(Application, "document", lambda _, group: poisoned(group))
        rebuilt = kaart("index", "rebuild")
        assert rebuilt.code == 1
        assert "left out" in rebuilt.err
        assert "1 set aside" in kaart("index", "status").out, "a rebuild that cannot read it either hides nothing"
        assert kaart("doctor").code == 1
        # A merge in the background has no one who watches it: `kaart tick` says it, the worker logs it.
        patch.setattr(type(application.writers[0]), "needs_merge", True)
        ticked = kaart("tick")
        assert ticked.code == 1
        assert "this text cannot be made" in ticked.err
        with capture_logs() as logged, working(application):
            until(lambda: [line for line in logged if line["event"] == "text_left_out"])
        assert "this text cannot be made" in logged[0]["reason"]
    # The cause is mended: a rebuild reads the text anew, and nothing is left to look at.
    assert kaart("index", "rebuild").code == 0
    assert kaart("index", "status").code == 0


def test_an_error_never_ends_the_worker(application, monkeypatch):
    calls = []

    class Failing(Tick):
        def drain(self):
            calls.append(1)
            if len(calls) < 3:
                raise RuntimeError
            return super().drain()

    monkeypatch.setattr("kaart.worker.PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    stop_event = threading.Event()
    thread = threading.Thread(target=Worker(Failing(application), interval=0.01).run, args=(stop_event,))
    thread.start()
    until(lambda: len(calls) > 4)
    stop_event.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def test_a_worker_can_be_stopped_while_the_database_is_gone(application, monkeypatch):
    drained = threading.Event()

    class Watched(Tick):
        def drain(self):
            drained.set()
            return super().drain()

    worker = Worker(Watched(application), interval=0.01)
    stop_event = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop_event,))
    thread.start()
    assert drained.wait(PATIENCE_SECONDS)
    with monkeypatch.context() as patch:

        def gone(*_):
            raise UnavailableError("database_unavailable")

        patch.setattr(application.store.leases, "release", gone)
        stop_event.set()
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
