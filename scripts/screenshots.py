"""`make screenshots`: every page at 390 and 1280 px under screenshots/, for a person to look at.

Starts the site on the data folder of `make run` and drives the system's Chromium (variable CHROMIUM, else
/usr/bin/chromium).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "screenshots"
ADDRESS = "http://127.0.0.1:8098"
WIDTHS = (390, 1280)
#: Language, words, place, name of the picture.
SEARCHES = (
    ("nl", "ik kan mijn huur niet meer betalen", "9000", "results-rent"),
    ("fr", "je n'arrive plus à payer mes factures", "1080", "results-bills"),
    ("nl", "hoe vraag ik een leefloon aan", "Deinze", "results-leefloon"),
    ("nl", "warme maaltijd voor mijn moeder", "Deinze", "results-meal"),
    ("nl", "ik wil niet meer leven", "9000", "results-crisis"),
    ("nl", "hulp", "Atlantis", "place-unknown"),
)
PAGES = {
    "home": "/nl",
    "home-de": "/de",
    "kind": "/nl/kind/meal_delivery",
    "crisis": "/nl/crisis",
    "about": "/nl/about",
    "privacy": "/nl/privacy",
    "not-found": "/nl/service/00000000-0000-4000-8000-000000000000/x",
}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def wait() -> None:
    """Until the site answers."""
    for _ in range(600):
        try:
            if httpx.get(f"{ADDRESS}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("The site did not start; try `make run` first.")


def picture(page: Page, name: str) -> None:
    """One picture of the whole page."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    path = TARGET / f"{name}-{width}.png"
    page.screenshot(path=path, full_page=True)
    print(path.relative_to(PROJECT))


def tour(page: Page) -> None:
    """Every page, at the width of this window."""
    for name, path in PAGES.items():
        page.goto(ADDRESS + path)
        picture(page, name)
    for language, words, place, name in SEARCHES:
        page.goto(f"{ADDRESS}/{language}")
        page.fill("textarea", words)
        page.fill("input[name=place]", place)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
        picture(page, name)
        if name == "results-leefloon":
            page.click("article h3 a")
            page.wait_for_load_state()
            picture(page, "service")


def main() -> None:
    """Start, look, stop."""
    TARGET.mkdir(exist_ok=True)
    environment = os.environ | {"KAART_PORT": "8098", "KAART_LOG_LEVEL": "error"}
    server = subprocess.Popen(
        [Path(sys.executable).with_name("kaart"), "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        wait()
        with sync_playwright() as playwright:
            chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for width in WIDTHS:
                page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
                tour(page)
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
