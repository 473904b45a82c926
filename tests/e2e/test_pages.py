"""The pages in a real Chromium, at the width of a phone and of a desk, with and without JavaScript."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import WIDTHS
from tests.factories.web import make_id

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

COOKIE = "__Host-kaart-words"
WORDS = "mama is 82 en heeft schulden 1813"
ADDRESSES = {
    "home": "/nl",
    "codes": "/nl/results?need=debts&nis=44021",
    "service": f"/nl/service/{make_id('Verzonnen schuldhulp')}",
    "bare": "/nl/service/verzonnen/kaal",
    "kind": "/nl/kind/debt_mediation",
    "crisis": "/nl/crisis",
    "crisis-ar": "/ar/crisis",
    "right": "/nl/right/right_invented",
    "rights": "/nl/rights",
    "about": "/nl/about",
    "privacy": "/nl/privacy",
    "missing": "/nl/weg",
    "french": "/fr/results?need=debts&nis=44021",
}
#: WCAG 2.2 AA as far as a machine can see it, and what axe calls best practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def search(page, url, text=WORDS, place="9000"):
    page.goto(f"{url}/nl")
    page.fill("#text", text)
    page.fill("#place", place)
    page.click("button.primary")
    page.wait_for_load_state()


def violations(page, axe_source):
    """What axe-core finds, one line each."""
    page.evaluate(axe_source)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


#: WCAG 2.5.8 leaves out links within a sentence or a list of words.
INLINE = "p:not(.actions):not(.choices), .skip, .rule, .alternative, .near-misses li, .branches li"
SMALL_TARGETS = """inline => [
        ...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")
    ]
    .filter(each => each.checkVisibility() && !each.closest(inline))
    .map(each => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0 && (box.height < 24 || box.width < 24))
    .map(([html]) => html)"""


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_no_page_is_wider_than_the_screen(open_page, fake_url, width):
    page = open_page(width, javascript=True)
    for address in ADDRESSES.values():
        page.goto(fake_url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    search(page, fake_url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(open_page, fake_url, axe_source, width, scheme):
    page = open_page(width, javascript=True, bypass_csp=True, color_scheme=scheme)
    found = {}
    for name, address in ADDRESSES.items():
        page.goto(fake_url + address)
        found[name] = violations(page, axe_source)
    search(page, fake_url)
    found["results"] = violations(page, axe_source)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found["results, unfolded"] = violations(page, axe_source)
    search(page, fake_url, text="", place="nergenshuizen")
    found["errors"] = violations(page, axe_source)
    assert {name: told for name, told in found.items() if told} == {}


def test_nothing_is_asked_of_another_host_and_nothing_fails(open_page, fake_url):
    page = open_page(javascript=True)
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    search(page, fake_url)
    page.click("article.match h3 a")
    assert [address for address in asked if not address.startswith(fake_url)] == []
    assert complaints == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_words_stay_in_a_host_cookie_without_https_on_this_machine(open_page, fake_url, host):
    """Chromium takes the loopback address as safe, so that `make run` needs no certificate."""
    page = open_page()
    search(page, fake_url.replace("127.0.0.1", host))
    cookies = page.context.cookies()
    assert [(cookie["name"], cookie["secure"], cookie["httpOnly"]) for cookie in cookies] == [(COOKIE, True, True)]
    assert WORDS in page.inner_text(".quoted")


def test_back_reload_and_filters_work_without_javascript(open_page, fake_url):
    page = open_page(390)
    search(page, fake_url, text="schulden bij de bank")
    first = page.url
    assert "schulden" not in first
    page.reload()
    assert "schulden bij de bank" in page.inner_text(".quoted")
    page.get_by_label("Alleen per telefoon of online").check()
    page.get_by_role("button", name="Pas toe").click()
    assert "reach=remote" in page.url
    assert page.locator("article.match").count() == 2
    page.go_back()
    assert page.url == first
    assert page.locator("article.match").count() == 3
    page.get_by_role("link", name="FR Français").click()
    assert "schulden bij de bank" in page.inner_text(".quoted")


def test_a_chip_is_removed_without_javascript(open_page, fake_url):
    page = open_page(390)
    search(page, fake_url)
    page.get_by_role("button", name="Verwijder 82 jaar").click()
    assert page.locator("[data-chip=age]").count() == 0
    assert WORDS in page.inner_text(".quoted")


def test_the_keyboard_reaches_the_answer(open_page, fake_url):
    page = open_page()
    page.goto(f"{fake_url}/nl")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    page.focus("#text")
    page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    page.keyboard.type("9000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/results?*")
    assert page.locator(".crisis a.number").first.inner_text().endswith("1813")


def test_a_wrong_field_can_be_reached_from_the_summary(open_page, fake_url):
    page = open_page(390)
    search(page, fake_url, place="nergenshuizen")
    page.locator(".error-summary a").click()
    assert page.url.endswith("#place")
    assert page.input_value("#place") == "nergenshuizen"
    assert page.input_value("#text") == WORDS


def test_every_target_is_large_enough(open_page, fake_url):
    """At least 24 by 24 px."""
    page = open_page(390, javascript=True)
    search(page, fake_url)
    small = page.evaluate(SMALL_TARGETS, INLINE)
    assert small == []


def test_printing_leaves_out_what_paper_cannot_use(open_page, fake_url):
    page = open_page()
    search(page, fake_url)
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert not page.locator(".leave").is_visible()
    assert page.locator("article.match .call").first.is_visible()
