"""Leases, counters, areas, terms and engines, the same on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from kaart.domain.areas import Area, AreaCode
from kaart.domain.codes import CapacityState
from kaart.domain.needs import Synonym, Term, TermKind
from kaart.domain.texts import Texts
from kaart.errors import ConfigurationError, UnavailableError
from kaart.insight.gaps import SHOWN_FROM, GapCounts
from kaart.store.engine import make_engine, writing
from kaart.store.gaps import GapCell, read_gaps
from kaart.store.lease import Held, Leases
from kaart.store.store import Store
from kaart.store.unit import SourceRun
from tests.contract.samples import NOW, ORGANIZATION, SERVICE, STEWARD, fill, get

MARCH = date(2026, 3, 14)


class Hands:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def test_one_holder_at_a_time(engine):
    clock = Hands()
    leases = Leases(engine, clock)
    assert leases.acquire("worker", "a", 30)
    assert leases.acquire("worker", "a", 30)
    assert not leases.acquire("worker", "b", 30)
    assert leases.acquire("other", "b", 30)
    assert not leases.renew("worker", "b", 30)
    clock.now += timedelta(seconds=20)
    assert leases.renew("worker", "a", 30)
    clock.now += timedelta(seconds=29)
    assert not leases.acquire("worker", "b", 30)
    clock.now += timedelta(seconds=1)
    assert not leases.renew("worker", "a", 30)
    assert leases.acquire("worker", "b", 30)
    assert not leases.release("worker", "a")
    assert leases.release("worker", "b")
    assert leases.acquire("worker", "a", 30)


def test_a_lease_says_who_holds_it_and_until_when(engine):
    clock = Hands()
    leases = Leases(engine, clock)
    assert leases.held("worker") is None
    leases.acquire("worker", "a", 30)
    assert leases.held("worker") == Held("a", NOW + timedelta(seconds=30))
    clock.now += timedelta(seconds=30)
    assert leases.held("worker") is None, "it ran out"


def test_of_many_that_ask_together_one_gets_the_lease(engine):
    gate = threading.Barrier(6)
    got = []

    def ask(name):
        gate.wait()
        if Leases(engine).acquire("worker", name, 60):
            got.append(name)

    threads = [threading.Thread(target=ask, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_batch_numbers_are_never_given_twice(store):
    got = []

    def ask():
        got.extend(store.outbox.next_batch() for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 41))


def test_gaps_are_numbers_and_small_ones_are_not_shown(engine):
    counts = GapCounts(engine, "v1")
    for _ in range(SHOWN_FROM):
        counts.count_gap("debts", AreaCode("municipality:44021"), "nl", MARCH)
    counts.count_gap("debts", None, "nl", MARCH)
    shown = GapCell("debts", "municipality:44021", "nl", "2026-03", "v1")
    assert counts.shown(date(2026, 3, 1)) == {shown: SHOWN_FROM}
    assert counts.shown(date(2026, 4, 1)) == {}
    assert read_gaps(engine, MARCH, 1)[GapCell("debts", "", "nl", "2026-03", "v1")] == 1


def test_a_counter_keeps_the_taxonomy_of_its_day(engine):
    for version, number in (("v1", 2), ("v2", 3), ("v1", 1)):
        counts = GapCounts(engine, version)
        for _ in range(number):
            counts.count_gap("debts", None, "nl", MARCH)
    found = {cell.taxonomy: count for cell, count in read_gaps(engine, MARCH, 1).items()}
    assert found == {"v1": 3, "v2": 3}


def test_counting_does_not_wait_for_a_writer_and_loses_nothing(engine):
    counts = GapCounts(engine, "v1")
    counts.count_gap("debts", None, "nl", MARCH)
    with writing(engine) as connection:
        connection.execute(text("UPDATE gap_count SET count = count"))
        counts.count_gap("debts", None, "nl", MARCH)
        assert not counts.flush()
    assert counts.flush()
    assert read_gaps(engine, MARCH, 1) == {GapCell("debts", "", "nl", "2026-03", "v1"): 2}


def test_areas_with_dates_names_and_members(store):
    old = Area(AreaCode("elz:a"), "elz", (("nl", "A"), ("fr", "A-fr")), valid_until=date(2025, 1, 1))
    members = (AreaCode("municipality:11002"), AreaCode("municipality:44021"))
    old = replace(old, members=members, replaced_by=AreaCode("elz:b"), source="list", retrieved=MARCH)
    new = Area(AreaCode("elz:b"), "elz", (("nl", "B"),), valid_from=date(2025, 1, 1), members=members[1:])
    with store.write() as unit:
        unit.save_areas([old, new])
        unit.save_areas([new])
    with store.read() as unit:
        assert unit.areas() == (old, new)
        assert unit.areas("province") == ()
    assert store.areas.names()[old.code] == {"nl": "A", "fr": "A-fr"}
    assert store.areas.memberships(date(2024, 12, 31)) == {member: frozenset({old.code}) for member in members}
    assert store.areas.memberships(date(2025, 1, 1)) == {members[1]: frozenset({new.code})}


def test_terms_come_back_and_old_ones_stay(store):
    term = Term(
        "debts",
        TermKind.NEED,
        Texts.of(nl="Schulden", fr="Dettes"),
        Texts.of(nl="Wie niet kan betalen."),
        (Synonym("kosten"), Synonym("OCMW", abbreviation=True)),
        kinds=("debt_mediation",),
        scale_km=10.0,
    )
    other = Term("debt_mediation", TermKind.SERVICE_TYPE, Texts.of(nl="Schuldbemiddeling"), sensitive=True)
    with store.write() as unit:
        unit.save_terms([term, other], "editorial")
        unit.save_terms([replace(term, labels=Texts.of(nl="Schuld"))], "editorial")
    with store.read() as unit:
        assert unit.terms() == {"debts": replace(term, labels=Texts.of(nl="Schuld")), "debt_mediation": other}


def test_the_last_reading_of_a_source_is_remembered(store):
    run = SourceRun("list", "0" * 64, NOW, {"kept": 3})
    later = SourceRun("list", "1" * 64, datetime(2026, 4, 1, tzinfo=UTC), {"kept": 4})
    with store.write() as unit:
        assert unit.source_run("list") is None
        unit.note_source_run(run)
        assert unit.source_run("list") == run
        unit.note_source_run(later)
        assert unit.source_run("list") == later


def test_what_was_acknowledged_survives_kill_9(engine):
    """Another process writes, says so and is killed before it can close anything."""
    program = """
import os, signal, sys
from kaart.store.engine import make_engine
from kaart.store.store import Store
from tests.contract.samples import ORGANIZATION, LOCATION, SERVICE, IMPORT, fill
store = Store(make_engine(sys.argv[1]))
fill(store, ORGANIZATION, LOCATION, SERVICE)
with store.write() as unit:
    unit.save(ORGANIZATION.__class__(id=SERVICE.id, key="half", name=ORGANIZATION.name), IMPORT)
    print("written", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    address = engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", program, address], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == "written\n"
    store = Store(engine)
    assert get(store, SERVICE).version == 1
    assert store.facts.by_ids([SERVICE.id])[SERVICE.id].capacity.state is CapacityState.WAITLIST
    assert store.outbox.counts("embedded") == (1, 0)
    with store.read() as unit:
        assert [each.key for each in unit.stream(type(ORGANIZATION))] == [ORGANIZATION.key]


def test_a_reader_keeps_its_view_while_another_writes(store):
    fill(store, ORGANIZATION)
    with store.read() as reader:
        before = reader.get(type(ORGANIZATION), ORGANIZATION.id)
        with store.write() as unit:
            unit.save(replace(before, email="nieuw@example.org"), STEWARD)
        assert reader.get(type(ORGANIZATION), ORGANIZATION.id) == before


def test_sqlite_is_set_up_for_readers_beside_a_writer_and_overwrites_what_is_deleted(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'kaart.sqlite'}")
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 1}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() > 1000
    engine.dispose()
    assert found == wanted


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", "database_url_invalid"),
        ("mysql://localhost/x", "database_unsupported"),
        ("sqlite://", "database_unsupported"),
        ("sqlite:///:memory:", "database_unsupported"),
    ],
)
def test_addresses_that_cannot_be_used_are_told(address, code):
    with pytest.raises(ConfigurationError) as error:
        make_engine(address)
    assert error.value.code == code


def test_postgresql_without_its_driver_names_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError) as error:
        make_engine("postgresql://localhost/x")
    assert (error.value.code, error.value.parameters) == ("extra_missing", {"extra": "postgres"})


def test_a_database_that_does_not_answer_is_told_plainly(tmp_path):
    (tmp_path / "kaart.sqlite").mkdir()
    store = Store(make_engine(f"sqlite:///{tmp_path / 'kaart.sqlite'}"))
    with pytest.raises(UnavailableError) as error, store.read():
        pass
    assert error.value.code == "database_unavailable"
