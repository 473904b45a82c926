"""The background worker: one thread or process works, under a lease, however many are started.

It brings changes to the index within a second of their commit, and merges the embedded index when its deltas
have grown. A worker that dies leaves its lease to run out; another takes over.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable

import structlog

from indexer.drain import DrainReport
from indexer.rebuild import RebuildReport
from kaart.errors import UnavailableError
from kaart.tick import Tick

LEASE_NAME = "worker"
#: A dead worker is replaced after this time; long enough for a slow batch between two renewals.
LEASE_SECONDS = 30
#: An engine that does not answer is asked again after this time, instead of twice a second.
PAUSE_AFTER_FAILURE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Worker:
    """Runs `tick` again and again while it holds the lease."""

    def __init__(
        self,
        tick: Tick,
        *,
        interval: float,
        lease_seconds: float = LEASE_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`interval` and `lease_seconds` in seconds; nothing is done yet."""
        self._tick = tick
        self._interval = interval
        self._lease_seconds = lease_seconds
        self._now = now
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. An error is logged and tried again; it never ends the loop."""
        held_until = 0.0
        while not stop.is_set():
            pause = self._interval
            try:
                if self._now() > held_until - self._lease_seconds / 2:
                    held_until = self._now() + self._lease_seconds if self._acquire() else 0.0
                if held_until > self._now():
                    report = self._tick.drain()
                    _log_set_aside(report)
                    if report.delivered:
                        pause = 0.0
                    elif any(target.stopped for target in report.targets):
                        pause = PAUSE_AFTER_FAILURE_SECONDS
                    else:
                        _log_left_out(self._tick.upkeep())
            except UnavailableError as error:
                log.warning("worker_waits", reason=error.code)
                pause = PAUSE_AFTER_FAILURE_SECONDS
            except Exception:
                log.exception("worker_failed")
                pause = PAUSE_AFTER_FAILURE_SECONDS
            stop.wait(pause)
        if held_until:
            self._release()

    def _acquire(self) -> bool:
        return self._tick.leases.acquire(LEASE_NAME, self._holder, self._lease_seconds)

    def _release(self) -> None:
        try:
            self._tick.leases.release(LEASE_NAME, self._holder)
        except UnavailableError as error:
            # The lease runs out by itself; whoever stops us need not wait for a database that is gone.
            log.warning("worker_waits", reason=error.code)


def _log_set_aside(report: DrainReport) -> None:
    for target in report.targets:
        for number in target.set_aside:
            log.warning("change_set_aside", index=target.target, change=number)


def _log_left_out(reports: Iterable[RebuildReport]) -> None:
    """Nobody watches a merge in the background: the log is where a text that it left out is told."""
    for report in reports:
        for each in report.rejected:
            log.warning("text_left_out", index=report.target, text_key=each.text_key, reason=each.reason)


class WorkerThread:
    """A worker in a daemon thread, for `kaart serve`."""

    def __init__(self, worker: Worker) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=worker.run, args=(self._stop,), name="kaart-worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to end after the batch at hand and wait for it."""
        self._stop.set()
        self._thread.join(seconds)
