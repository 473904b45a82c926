"""A real Chromium against a real server on the loopback address, with fakes below the pages or the whole program."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from api.app import install as install_api
from kaart.asgi import assembled
from kaart.http import new_application
from tests.factories.installation import a_copy, an_application, prepared_folder
from tests.factories.web import api_deps, web_deps
from web.app import install as install_web

#: Quiet, without a sandbox (tests run in containers), and without calls to anyone.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: A phone and a desk.
WIDTHS = (390, 1280)


@pytest.fixture(scope="session")
def chromium_path():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := os.environ.get("CHROMIUM") or shutil.which(name):
            return path
    pytest.skip("needs Chromium (apt-get install chromium, or its path in CHROMIUM)")


@contextmanager
def served(app):
    """The address of a server with this application, without a slash at its end."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline and thread.is_alive():
        thread.join(0.02)
    assert server.started, "the server did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def fake_url():
    """The address of a server with the whole site and fakes below it."""
    app = new_application("0")
    install_api(app, api_deps())
    install_web(app, web_deps())
    with served(app) as url:
        yield url


@pytest.fixture(scope="session")
def real_url(tmp_path_factory):
    """The address of a server with the whole program on the default catalogue."""
    folder = a_copy(prepared_folder(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("real") / "data")
    with an_application(folder) as application:
        application.warm_up()
        with served(assembled(application)) as url:
            yield url


@pytest.fixture(scope="session")
def browser(chromium_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium_path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Give a function that opens a page of a width, by default without JavaScript: every page must work so."""
    contexts = []

    def open_(width=1280, *, javascript=False, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, locale="nl-BE", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe_source():
    """The source of axe-core, wherever the machine has it."""
    for path in (os.environ.get("AXE_PATH", ""), "node_modules/axe-core/axe.min.js"):
        if path and Path(path).is_file():
            return Path(path).read_text(encoding="utf-8")
    pytest.skip("needs axe-core (npm install axe-core, or the path of axe.min.js in AXE_PATH)")
