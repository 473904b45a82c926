"""The whole program in a real Chromium, at the width of a phone: the searches that a first visitor makes."""

from __future__ import annotations

import pytest

from tests.e2e.test_pages import search, violations
from tests.factories.installation import MEAL, SHOWN

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

PHONE = 390
WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.parametrize(("text", "place", "first"), SHOWN)
def test_a_search_gives_offers_with_reasons_and_a_page(open_page, real_url, axe_source, text, place, first):
    page = open_page(PHONE, javascript=True, bypass_csp=True)
    search(page, real_url, text, place)
    card = page.locator("article.match").first
    assert card.locator("[data-reason]").count() >= 3
    details = card.locator("details").first
    details.locator("summary").first.click()
    assert details.get_attribute("open") is not None
    assert page.evaluate(WIDTH) <= PHONE
    assert violations(page, axe_source) == []
    name = card.locator("h3 a").inner_text()
    card.locator("h3 a").click()
    assert name in page.inner_text("h1")
    assert "/service/" in page.url
    assert page.evaluate(WIDTH) <= PHONE
    assert violations(page, axe_source) == []


def test_a_meal_is_answered_by_a_kind_of_help(open_page, real_url, axe_source):
    page = open_page(PHONE, javascript=True, bypass_csp=True)
    search(page, real_url, *MEAL)
    # Family care cooks at home and serves the place; nobody is known who brings meals.
    assert not [words for words in page.locator("article.match").all_inner_texts() if "aaltijdbedeling" in words]
    shown = page.inner_text("main")
    assert "Maaltijdbedeling" in shown
    assert "OCMW Deinze" in shown
    assert page.evaluate(WIDTH) <= PHONE
    assert violations(page, axe_source) == []
