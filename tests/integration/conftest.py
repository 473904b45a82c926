"""One prepared installation for all tests of the whole system; each works on a copy of its own."""

from __future__ import annotations

from functools import partial

import pytest

from tests.factories.installation import a_copy, an_application, prepared_folder, run


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The data folder of a first run. Not to be written: copy it, or ask for `installation`."""
    return prepared_folder(tmp_path_factory.getbasetemp())


@pytest.fixture
def installation(prepared, tmp_path, monkeypatch):
    """A data folder of one's own; commands run on it."""
    folder = a_copy(prepared, tmp_path / "data")
    monkeypatch.setenv("KAART_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def application(installation):
    with an_application(installation) as made:
        yield made


@pytest.fixture(scope="session")
def reader(prepared, tmp_path_factory):
    """An application that no test changes."""
    with an_application(a_copy(prepared, tmp_path_factory.mktemp("reader") / "data")) as made:
        yield made


@pytest.fixture
def kaart(capsys):
    """Give a function that runs a command in this process and returns code, output and errors."""
    return partial(run, capture=capsys)
