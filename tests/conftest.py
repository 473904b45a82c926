"""What every test shares: the shared folder, skips that CI forbids, and an environment without stray settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED_DIR") or PROJECT.parent / "shared")
FORBID_SKIPS = os.environ.get("FORBID_SKIPS") == "1"


@pytest.fixture(autouse=True)
def _no_stray_settings(monkeypatch):
    """A developer's own `KAART_…` variables must not change what a test sees."""
    for name in [name for name in os.environ if name.startswith("KAART_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_file():
    """Give a function that returns a file of the shared folder, or skips naming it."""

    def find(relative: str) -> Path:
        path = SHARED / relative
        if not path.exists():
            pytest.skip(f"needs {relative} of the shared folder (SHARED_DIR)")
        return path

    return find


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where skips are forbidden (CI), a skip is a failure that says what was missing."""
    outcome = yield
    report = outcome.get_result()
    if FORBID_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, which is forbidden here: {reason}"
