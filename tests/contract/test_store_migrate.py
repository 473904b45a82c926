"""The migrations make what the tables say, on both databases."""

from __future__ import annotations

import re
import threading
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Enum, inspect, text

from kaart.errors import ConfigurationError
from kaart.store.gaps import GapCell, add_gaps, read_gaps
from kaart.store.migrate import current_revision, head_revision, upgrade
from kaart.store.tables import METADATA


def test_migrations_and_tables_say_the_same(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_check_of_the_tables_is_in_the_database(engine):
    """Alembic does not compare these: names, and for code lists the codes."""
    inspector = inspect(engine)
    compared = 0
    for table in METADATA.sorted_tables:
        stored = {each["name"]: each["sqltext"] for each in inspector.get_check_constraints(table.name)}
        checks = {each for each in table.constraints if isinstance(each, CheckConstraint)}
        assert set(stored) == {each.name for each in checks}, table.name
        for column in table.columns:
            if isinstance(column.type, Enum):
                written = stored[f"ck_{table.name}_{column.type.name}"]
                assert set(re.findall(r"'([^']*)'", written)) == set(column.type.enums), (table.name, column.name)
                compared += 1
    assert compared > 30


def test_deferred_references_are_deferred_in_the_database(engine):
    found = {key["constrained_columns"][0]: key["options"] for key in inspect(engine).get_foreign_keys("organization")}
    assert set(found) == {"parent_id", "merged_into"}
    assert all(options.get("deferrable") and options.get("initially") == "DEFERRED" for options in found.values())


def test_an_empty_database_is_brought_up_once(empty_engine):
    assert current_revision(empty_engine) is None
    assert upgrade(empty_engine) == head_revision()
    assert current_revision(empty_engine) == head_revision()
    assert upgrade(empty_engine) == head_revision()


def test_processes_that_start_together_migrate_once(empty_engine):
    results = []
    gate = threading.Barrier(3)

    def start():
        gate.wait()
        results.append(upgrade(empty_engine))

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [head_revision()] * 3


def test_a_newer_database_is_refused(empty_engine):
    upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refused in (upgrade, current_revision):
        with pytest.raises(ConfigurationError) as error:
            refused(empty_engine)
        assert error.value.code == "database_newer"
        assert error.value.parameters["revision"] == "9999"


def test_a_failed_migration_leaves_nothing(empty_engine):
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE service_facts (other INTEGER)"))
    with pytest.raises(Exception, match="service_facts"):
        upgrade(empty_engine)
    assert current_revision(empty_engine) is None
    assert set(inspect(empty_engine).get_table_names()) <= {"service_facts"}


def _moved(engine, direction, revision):
    from alembic import command

    from kaart.store.engine import writing
    from kaart.store.migrate import _config

    with writing(engine) as connection:
        settings = _config()
        settings.attributes["connection"] = connection
        getattr(command, direction)(settings, revision)


def test_counters_survive_the_step_that_gives_them_a_taxonomy(empty_engine):
    _moved(empty_engine, "upgrade", "0004")
    with empty_engine.begin() as connection:
        connection.execute(text("INSERT INTO gap_count VALUES ('debt', '', 'nl', '2026-03', 12)"))
    upgrade(empty_engine)
    assert read_gaps(empty_engine, date(2026, 3, 1), 1) == {GapCell("debt", "", "nl", "2026-03", ""): 12}
    add_gaps(empty_engine, {GapCell("debt", "", "nl", "2026-03", "v1"): 3}, patience=1)
    _moved(empty_engine, "downgrade", "0004")
    with empty_engine.begin() as connection:
        rows = [tuple(row) for row in connection.execute(text("SELECT * FROM gap_count"))]
    assert rows == [("debt", "", "nl", "2026-03", 15)]


def test_downgrading_takes_everything_away(empty_engine):
    upgrade(empty_engine)
    _moved(empty_engine, "downgrade", "base")
    assert inspect(empty_engine).get_table_names() == ["alembic_version"]
