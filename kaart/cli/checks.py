"""How an installation stands: what is configured, what is reachable, what is stale, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kaart.bootstrap import Application
from kaart.cli.output import sentence, told
from kaart.domain.clock import utc_now
from kaart.domain.search import IndexStatus
from kaart.errors import KaartError
from kaart.keys import master_key_path
from kaart.store.migrate import current_revision, head_revision
from kaart.worker import LEASE_NAME

#: Below this a rebuild beside the present index may not fit.
SMALL_DISK_BYTES = 2 * 1024**3
#: A source that was not read for so long may have changed since. Reading one that did not change costs seconds.
SOURCE_GROWS_OLD = timedelta(days=30)
#: A change is promised to be found within a second; a minute behind, nobody is bringing it.
LAG_ALLOWED = timedelta(minutes=1)


class Level(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty when there is nothing to do."""

    subject: str
    level: Level
    state: str
    advice: str = ""


def examine(application: Application) -> list[Finding]:
    """Look at everything; what cannot be looked at is itself a finding."""
    findings: list[Finding] = []
    for subject, look in _LOOKS:
        try:
            findings += look(application)
        except KaartError as error:
            findings.append(Finding(subject, Level.BAD, sentence(error)))
        except OSError as error:
            findings.append(Finding(subject, Level.BAD, str(error)))
    return findings


def _data_folder(application: Application) -> Iterator[Finding]:
    folder = application.settings.data_dir
    if not folder.exists():
        yield Finding("data folder", Level.BAD, f"{folder} does not exist", "run `kaart init`")
        return
    free = shutil.disk_usage(folder).free
    state = f"{folder}, {free / 1024**3:.1f} GiB free"
    if free < SMALL_DISK_BYTES:
        yield Finding("data folder", Level.LOOK, state, "make room: an index is built beside the present one")
    else:
        yield Finding("data folder", Level.GOOD, state)


def _master_key(application: Application) -> Iterator[Finding]:
    path = master_key_path(application.settings.data_dir)
    if not path.exists():
        yield Finding("master key", Level.LOOK, "none yet", "the first `kaart init` or `kaart serve` makes it")
    else:
        _ = application.master_key
        yield Finding("master key", Level.GOOD, f"{path}; keep a copy apart from the backups")


def _database(application: Application) -> Iterator[Finding]:
    revision = current_revision(application.engine)
    name = application.engine.dialect.name
    if revision is None:
        yield Finding("database", Level.BAD, f"{name}, empty", "run `kaart init`")
    elif revision != head_revision():
        yield Finding("database", Level.BAD, f"{name}, at {revision}", "run `kaart upgrade`")
    else:
        yield Finding("database", Level.GOOD, f"{name}, at {revision}")


def _sources(application: Application) -> Iterator[Finding]:
    application.check_migrated()
    now = utc_now()
    for source in application.sources():
        with application.store.read() as unit:
            run = unit.source_run(source.code)
        subject = f"source {source.code}"
        if run is None:
            yield Finding(subject, Level.LOOK, "never read", f"run `kaart sources run {source.code}`")
            continue
        rejected = run.counts.get("rejected", 0)
        state = f"read {run.at:%Y-%m-%d %H:%M} UTC, {ago(now - run.at)} ago"
        if rejected:
            advice = f"`kaart sources run {source.code}` tries them again and says why"
            yield Finding(subject, Level.LOOK, f"{state}; {rejected} records rejected", advice)
        elif now - run.at > SOURCE_GROWS_OLD:
            yield Finding(subject, Level.LOOK, state, "run `kaart sources run-all`, best once a week by itself")
        else:
            yield Finding(subject, Level.GOOD, state)


def ago(time: timedelta) -> str:
    """A length of time as a person says it, in its largest unit."""
    seconds = max(0, int(time.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds} s"


def _worker(application: Application) -> Iterator[Finding]:
    application.check_migrated()
    lease = application.store.leases.held(LEASE_NAME)
    if lease is not None:
        left = f"its lease holds until {lease.until:%H:%M:%S} UTC unless it is renewed"
        yield Finding("worker", Level.GOOD, f"{lease.holder}; {left}")
    elif any(status.waiting for status in application.index_statuses()):
        yield Finding(
            "worker",
            Level.LOOK,
            "nobody works, and changes wait",
            "start `kaart serve` or `kaart worker`; `kaart tick` does once what is due",
        )
    else:
        yield Finding("worker", Level.GOOD, "nobody works; nothing waits")


def _indexes(application: Application) -> Iterator[Finding]:
    application.check_migrated()
    now = utc_now()
    for status in application.index_statuses():
        subject = f"index {status.backend}"
        lag = now - status.waiting_since if status.waiting_since else timedelta()
        waiting = f"{status.waiting} waiting" + (f" (the oldest for {ago(lag)})" if status.waiting_since else "")
        state = f"{status.texts} texts, {status.offers} offers, {waiting}, {status.set_aside} set aside"
        if not status.ready:
            yield Finding(subject, Level.BAD, detail(status), "run `kaart index rebuild`")
        elif status.detail:
            yield Finding(subject, Level.LOOK, f"{state}; {detail(status)}", "run `kaart index rebuild`")
        elif lag > LAG_ALLOWED:
            yield Finding(subject, Level.LOOK, state, "`kaart tick` brings them; see the worker below")
        elif status.set_aside:
            yield Finding(
                subject, Level.LOOK, state, "`kaart index status` says why; `kaart index rebuild` tries again"
            )
        else:
            yield Finding(subject, Level.GOOD, state)


def detail(status: IndexStatus) -> str:
    """What keeps an index from serving, in words."""
    return told(status.detail) or "not ready"


def _embedder(application: Application) -> Iterator[Finding]:
    application.embedder.embed_queries(["hulp"])
    yield Finding("embedder", Level.GOOD, application.embedder.identity)


def _content(application: Application) -> Iterator[Finding]:
    knowledge = application.knowledge
    held = f"{len(knowledge.needs())} needs, {len(knowledge.sentences())} example sentences"
    state = f"{held}, taxonomy {knowledge.taxonomy_version}"
    if application.is_content_loaded():
        yield Finding("content", Level.GOOD, state)
    else:
        yield Finding("content", Level.LOOK, f"{state}; changed since it was loaded", "run `kaart init --quick`")


def _geocoder(application: Application) -> Iterator[Finding]:
    settings = application.settings
    if application.geocoder is not None:
        state = f"{settings.geocoder}, asked as “{settings.geocoder_user_agent}” while sources are read"
        yield Finding("geocoder", Level.GOOD, state)


def _address(application: Application) -> Iterator[Finding]:
    settings = application.settings
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if settings.base_url.startswith("https://") or (local and not settings.base_url):
        yield Finding("address", Level.GOOD, settings.base_url or f"http://localhost:{settings.port}/")
    elif settings.insecure_cookies:
        yield Finding("address", Level.LOOK, "cookies without HTTPS are allowed", "only on a network of your own")
    else:
        yield Finding(
            "address",
            Level.LOOK,
            settings.base_url or f"http://{settings.host}:{settings.port}/",
            "browsers keep `__Host-` cookies over HTTPS only: put a proxy with TLS before it and set KAART_BASE_URL",
        )


_LOOKS: tuple[tuple[str, Callable[[Application], Iterator[Finding]]], ...] = (
    ("data folder", _data_folder),
    ("master key", _master_key),
    ("database", _database),
    ("content", _content),
    ("embedder", _embedder),
    ("sources", _sources),
    ("index", _indexes),
    ("worker", _worker),
    ("geocoder", _geocoder),
    ("address", _address),
)
