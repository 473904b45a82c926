"""Every page in every language: strict HTML, the right language, safe headers, errors as pages."""

from __future__ import annotations

import re
from itertools import product

import pytest

from kaart.texts import CRISIS_LANGUAGES, LANGUAGES, crisis_text
from tests.factories.html import StrictClient, words_of
from tests.factories.web import make_id, make_service, web_deps
from web.app import create_web

SERVICE = make_id("Verzonnen schuldhulp")
PAGES = {
    "/{lang:language}": "",
    "/{lang:language}/results": "/results?need=debts&nis=44021",
    "/{lang:language}/service/{address:path}": f"/service/{SERVICE}",
    "/{lang:language}/kind/{code}": "/kind/debt_mediation",
    "/{lang:language}/right/{code}": "/right/right_invented",
    "/{lang:language}/rights": "/rights",
    "/{lang:crisis_language}/crisis": "/crisis",
    "/{lang:language}/about": "/about",
    "/{lang:language}/privacy": "/privacy",
}
#: Routes that answer with a redirect, or take a POST; they have tests of their own.
NO_PAGES = {"/", "/leave", "/{lang:language}/search"}


@pytest.fixture(scope="module")
def client():
    return StrictClient(create_web(web_deps()))


def get(client, path):
    response = client.get(path)
    return client.get(response.headers["location"]) if response.status_code == 301 else response


def test_every_route_is_tried(client):
    from web.routes import explained, information, search, services

    routes = {route.path for module in (explained, information, search, services) for route in module.router.routes}
    assert routes - NO_PAGES == set(PAGES)


@pytest.mark.parametrize(("language", "path"), list(product(LANGUAGES, PAGES.values())))
def test_every_page_in_every_language(client, language, path):
    response = get(client, f"/{language}{path}")
    assert response.status_code == 200
    assert response.tree.get("lang") == language
    assert response.headers["content-language"] == language
    assert words_of(response.tree.find(".//h1"))
    assert len(list(response.tree.iter("h1"))) == 1
    assert len(response.content) < 150_000
    assert not list(response.tree.iter("script"))
    assert not [node for node in response.tree.iter() if node.get("style") or node.get("onclick")]
    links = {link.get("hreflang"): link.get("href") for link in response.tree.iter("a") if link.get("hreflang")}
    assert set(links) == set(CRISIS_LANGUAGES if path == "/crisis" else LANGUAGES)
    for other in links.values():
        assert get(client, other).status_code == 200


@pytest.mark.parametrize("language", sorted(set(CRISIS_LANGUAGES) - set(LANGUAGES)))
def test_crisis_lines_are_told_in_every_language_that_people_ask_in(client, language):
    page = client.get(f"/{language}/crisis").tree
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language == "ar" else None)
    assert words_of(page.find(".//h1")) == crisis_text("title", language)
    # The frame around it is English, and says so.
    assert page.find(".//header").get("lang") == "en"
    assert page.find(".//a[@href='tel:1813']") is not None


def test_a_kind_of_help_is_explained_and_what_is_unknown_stays_away(client):
    words = words_of(client.get("/nl/kind/debt_mediation").tree.find(".//main"))
    for told in ("Dit doen ze wel", "Een plan maken", "Dit doen ze niet", "Gratis", "Soms een verwijzing nodig"):
        assert told in words
    assert "verzonnen toelage" in words
    bare = words_of(client.get("/nl/kind/budget_guidance").tree.find(".//main"))
    assert "Wat kost het?" not in bare
    assert "verwijzing" not in bare


def test_a_right_is_never_a_decision(client):
    words = words_of(client.get("/nl/right/right_invented").tree.find(".//main"))
    assert "Mogelijk recht op" in words
    assert "Dit is geen beslissing" in words
    assert "Verzonnen loket" in words
    foreign = client.get("/fr/right/right_invented").tree
    assert any(node.get("lang") == "nl" and "volwassen" in words_of(node) for node in foreign.iter("span"))
    listed = words_of(client.get("/nl/rights").tree.find(".//main"))
    assert "verzonnen toelage" in listed


@pytest.mark.parametrize("path", ["/nl", "/nl/results?need=debts", "/nl/weg", "/static/site.css", "/"])
def test_headers_are_safe(client, path):
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "geolocation=()" in headers["permissions-policy"]
    if not path.startswith("/static"):
        assert headers["cache-control"] == "no-store"


def test_the_style_sheet_may_be_kept_while_its_address_names_its_content(client):
    address = client.get("/nl").tree.find(".//link[@rel='stylesheet']").get("href")
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/site.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/nothing.css").status_code == 404


@pytest.mark.parametrize(("accept", "expected"), [("fr-BE,fr;q=0.9", "/fr"), ("tr", "/nl"), ("", "/nl")])
def test_the_root_leads_to_the_best_language(client, accept, expected):
    response = client.get("/", headers={"accept-language": accept})
    assert (response.status_code, response.headers["location"]) == (303, expected)


def test_the_default_language_is_the_setting():
    client = StrictClient(create_web(web_deps(default_language="de")))
    assert client.get("/", headers={"accept-language": "tr"}).headers["location"] == "/de"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/xx", 404),
        ("GET", "/nl/weg", 404),
        ("GET", "/nl/kind/nothing", 404),
        ("GET", "/nl/right/nothing", 404),
        ("GET", "/ar/rights", 404),
        ("GET", "/nl/service/nobody/knows", 404),
        ("GET", "/nl/service/", 404),
        ("GET", f"/nl/service/{make_id('gone')}", 410),
        ("DELETE", "/nl", 405),
        ("POST", "/nl/results", 405),
    ],
)
def test_errors_are_pages(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == status
    assert response.tree.get("lang") == "nl"
    assert words_of(response.tree.find(".//h1"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_speak_the_language_of_the_address(client, language):
    assert client.get(f"/{language}/weg").tree.get("lang") == language


def test_errors_elsewhere_speak_the_language_of_the_browser(client):
    assert client.get("/weg", headers={"accept-language": "fr"}).tree.get("lang") == "fr"


def test_a_service_has_one_lasting_address(client):
    lasting = f"/nl/service/{SERVICE}/verzonnen-schuldhulp"
    for other in ("verzonnen/schuldhulp", str(SERVICE), f"{SERVICE}/oude-naam", "verzonnen/samengevoegd"):
        response = client.get(f"/nl/service/{other}")
        assert (response.status_code, response.headers["location"]) == (301, lasting)
    assert client.get(lasting).status_code == 200


def test_a_service_page_tells_what_is_known(client):
    page = words_of(get(client, f"/nl/service/{SERVICE}").tree.find(".//main"))
    for told in (
        "Een plan maken.",
        "Geld lenen.",
        "Bel eerst.",
        "09\N{NO-BREAK SPACE}555\N{NO-BREAK SPACE}00\N{NO-BREAK SPACE}00".replace("\N{NO-BREAK SPACE}", " "),
        "Leeftijd: vanaf 18 jaar",
        "tot en met 25 jaar",
        "Doelgroep: volwassenen",
        "Habiter la commune.",
        "12,50 euro",
        "maandag, dinsdag: 9:00–12:30, op afspraak",
        "Nederlands en Frans",
        "Verzonnen wet, artikel 1",
        "redactioneel, 15 januari 2026",
        "redactioneel, niet bevestigd door deze organisatie",
        "Nog niet nagekeken",
        "Wachttijd: 14 dagen (gemeld op 2 januari 2026)",
        "tot 31 december 2027",
    ):
        assert told in page, told


def test_every_field_has_its_source_and_date_and_bookkeeping_is_left_out(client):
    rows = [words_of(row) for row in get(client, f"/nl/service/{SERVICE}").tree.find(".//main").iter("tr")]
    assert rows[1:] == [
        "Wat de dienst doet (Nederlands) redactioneel CC0 15 januari 2026",
        "Telefoon verzonnen_bron 1 december 2025",
    ]


def test_a_telephone_comes_first_and_can_be_dialled(client):
    links = [link.get("href") for link in get(client, f"/nl/service/{SERVICE}").tree.find(".//main").iter("a")]
    assert links[0] == "tel:+3295550000"


def test_what_is_secret_or_personal_is_not_shown(client):
    html = get(client, f"/nl/service/{SERVICE}").text
    for secret in ("Geheimstraat", "Persoon", "prive@"):
        assert secret not in html
    assert "adres van deze dienst is geheim" in html


def test_what_is_not_known_is_said(client):
    page = get(client, "/nl/service/verzonnen/kaal").tree
    sections = {
        node.get("class").split("section-")[1]: words_of(node)
        for node in page.iter("section")
        if "section-" in (node.get("class") or "")
    }
    assert len(sections) == 13
    assert all("Niet bekend" in words for words in sections.values())
    assert "Telefoon: niet bekend" in words_of(page)


def test_words_in_another_language_are_marked(client):
    page = get(client, f"/fr/service/{SERVICE}").tree
    assert [node for node in page.iter("p") if node.get("lang") == "nl" and words_of(node) == "Een plan maken."]
    french = get(client, f"/nl/service/{SERVICE}").tree
    assert [node for node in french.iter("p") if node.get("lang") == "fr" and words_of(node) == "Habiter la commune."]


def test_a_sensitive_service_has_a_neutral_title_and_a_quick_exit():
    from tests.factories.web import FakeServices

    service = make_service(needs=("violence",))
    client = StrictClient(create_web(web_deps(services=FakeServices(service))))
    page = get(client, f"/nl/service/{service.id}").tree
    assert words_of(page.find(".//title")) == "Sociale kaart"
    assert [link for link in page.iter("a") if link.get("href") == "/leave"]


def test_only_addresses_of_the_web_become_links():
    from tests.factories.web import FakeServices

    service = make_service(url="javascript:alert(1)", name=make_service().name)
    client = StrictClient(create_web(web_deps(services=FakeServices(service))))
    assert "javascript:" not in get(client, f"/nl/service/{service.id}").text


def test_crisis_lines_can_be_dialled(client):
    page = client.get("/nl/crisis").tree
    dialled = [link.get("href") for link in page.find(".//main").iter("a") if link.get("href").startswith("tel:")]
    assert dialled == ["tel:112", "tel:1813", "tel:112"]


def test_the_quick_exit_forgets_the_words(client):
    response = client.get("/leave")
    assert response.status_code == 303
    assert response.headers["location"].startswith("https://")
    assert re.search(r'__Host-kaart-words=""; .*Max-Age=0', response.headers["set-cookie"])
    assert "Secure" in response.headers["set-cookie"]
