"""The main job on the page: words by POST, an address of codes, the words sealed, all of it without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import structlog

from kaart.domain.codes import ForWhom
from tests.factories.html import StrictClient, press, search, send, words_of
from tests.factories.web import full_matcher, web_deps
from web.app import create_web

WORDS = "mijn man slaat mij en ik heb schulden"
COOKIE = "__Host-kaart-words"
#: Too long for any cookie, and hardly compressible.
LONG = "schulden " + "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(5000))


@pytest.fixture
def matcher():
    return full_matcher()


@pytest.fixture
def client(matcher):
    return StrictClient(create_web(web_deps(matcher)))


def test_words_go_by_post_and_the_address_holds_codes_only(client, matcher):
    response = send(client, text=WORDS, place="9000", age="82", **{"for": "other", "spoken": "fr"})
    assert response.status_code == 303
    parts = urlsplit(response.headers["location"])
    assert parts.path == "/nl/results"
    query = parse_qsl(parts.query)
    assert [pair for pair in query if pair[0] != "s"] == [
        ("need", "debts"),
        ("need", "rent"),
        ("nis", "44021"),
        ("for", "other"),
        ("spoken", "fr"),
    ]
    assert re.fullmatch(r"[0-9a-f]{8}", dict(query)["s"])
    asked = matcher.asked[-1]
    assert (asked.text, asked.stated.age, asked.stated.for_whom) == (WORDS, 82, ForWhom.OTHER)
    assert asked.stated.spoken_languages == ("fr",)


def test_the_cookie_is_bound_to_the_host_and_hidden(client):
    cookie = send(client, text=WORDS).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == COOKIE
    for attribute in ("HttpOnly", "Secure", "Path=/", "Max-Age=1800", "SameSite=lax"):
        assert attribute in rest
    assert "Domain" not in rest
    assert '"' not in rest


def test_without_https_the_cookie_has_another_name():
    client = StrictClient(create_web(web_deps(insecure_cookies=True)), base_url="http://testserver")
    response = send(client, text=WORDS)
    assert response.headers["set-cookie"].startswith("kaart-words=")
    assert "Secure" not in response.headers["set-cookie"]
    assert WORDS in words_of(client.get(response.headers["location"]).tree)


def test_no_word_leaks_into_an_address_a_header_or_a_log(client):
    with structlog.testing.capture_logs() as logs:
        response = send(client, text=WORDS, place="9000", age="82")
        page = client.get(response.headers["location"])
        broken = send(client, text=f"{WORDS} kapot")
    told = [str(response.headers), str(page.headers), str(page.url), str(logs), str(broken.headers)]
    for leak in ("slaat", "man", "82", "9000"):
        assert all(leak not in re.sub(r"[A-Za-z0-9_-]{60,}|s=[0-9a-f]{8}", "", part) for part in told), leak
    links = [node.get("href") for node in page.tree.iter("a")] + [
        node.get("action") or "" for node in page.tree.iter("form")
    ]
    assert all("slaat" not in link and "82" not in re.sub(r"s=[0-9a-f]{8}|[0-9a-f-]{36}", "", link) for link in links)
    assert "slaat" not in words_of(page.tree.find(".//title"))
    routes = [line["route"] for line in logs if line["event"] == "request"]
    assert routes == ["/{lang:language}/search", "/{lang:language}/results", "/{lang:language}/search"]
    failed = next(line for line in logs if line["event"] == "request_failed")
    assert failed["error"] == "RuntimeError"
    assert broken.status_code == 500


def test_reload_and_filters_keep_the_words(client, matcher):
    page = search(client, text=WORDS, place="wijkdorp", age="82")
    again = client.get(str(page.url))
    assert again.tree.find(".//textarea").text == WORDS
    assert again.tree.find(".//input[@id='place']").get("value") == "wijkdorp"
    assert again.tree.find(".//input[@id='age']").get("value") == "82"
    hidden = {node.get("name"): node.get("value") for node in again.tree.find(".//form[@id='filters']").iter("input")}
    client.get("/nl/results", params={**hidden, "spoken": "ar", "reach": "remote"})
    assert matcher.asked[-1].text == WORDS
    assert matcher.asked[-1].place.label == "Wijkdorp"
    assert matcher.asked[-1].stated.spoken_languages == ("ar",)


def test_back_to_an_earlier_search_finds_its_own_words(client, matcher):
    first = send(client, text="schulden bij de bank").headers["location"]
    second = send(client, text="huur te hoog").headers["location"]
    client.get(first)
    assert matcher.asked[-1].text == "schulden bij de bank"
    client.get(second)
    assert matcher.asked[-1].text == "huur te hoog"


def test_the_same_page_in_another_language_keeps_the_words(client, matcher):
    location = send(client, text=WORDS).headers["location"]
    client.get(location.replace("/nl/", "/fr/"))
    assert (matcher.asked[-1].text, matcher.asked[-1].answer_language) == (WORDS, "fr")


def test_without_the_cookie_the_codes_answer(client, matcher):
    location = send(client, text=WORDS, place="9000").headers["location"]
    client.cookies.clear()
    page = client.get(location)
    assert page.status_code == 200
    asked = matcher.asked[-1]
    assert (asked.text, asked.stated.needs, asked.place.municipalities) == ("", ("debts", "rent"), ("44021",))
    assert WORDS not in page.text


def test_a_tampered_cookie_counts_as_none(client, matcher):
    location = send(client, text=WORDS).headers["location"]
    value = client.cookies[COOKIE]
    client.cookies.clear()
    page = client.get(location, headers={"cookie": f"{COOKIE}={'A' if value[40] != 'A' else 'B'}{value[1:]}"})
    assert page.status_code == 200
    assert matcher.asked[-1].text == ""


def test_without_cookie_and_codes_the_form_says_so(client):
    page = client.get("/nl/results?s=0123abcd")
    assert page.status_code == 200
    assert "We hebben je woorden niet meer" in words_of(page.tree)
    assert "We hebben je woorden niet meer" not in words_of(client.get("/nl/results").tree)


def test_words_in_an_address_are_not_taken(client, matcher):
    page = client.get(
        "/nl/results", params={"need": ["debts", "<b>boterham</b>"], "text": WORDS, "nis": "x", "for": "ik"}
    )
    assert matcher.asked[-1].stated.needs == ("debts",)
    assert matcher.asked[-1].place is None
    assert "boterham" not in page.text
    assert WORDS not in page.text


def test_a_deep_link_by_postal_code_leads_to_the_municipality(client, matcher):
    response = client.get("/nl/results?need=debts&postal=9000")
    assert (response.status_code, response.headers["location"]) == (303, "/nl/results?need=debts&nis=44021")
    assert client.get("/nl/results?need=debts&postal=1040").status_code == 200
    assert matcher.asked[-1].place.municipalities == ("21005", "21009")
    assert client.get("/nl/results?need=debts&postal=0000&nis=").status_code == 200
    assert matcher.asked[-1].place is None


def test_a_province_stands_in_the_address_as_an_area_and_not_as_its_first_town(client, matcher):
    location = send(client, text=WORDS, place="Verzonnen provincie").headers["location"]
    assert [pair for pair in parse_qsl(urlsplit(location).query) if pair[0] in {"nis", "postal", "area"}] == [
        ("area", "province:40000")
    ]
    page = client.get(location)
    assert ("area", "province:40000") in [
        (node.get("name"), node.get("value")) for node in page.tree.find(".//form[@id='filters']").iter("input")
    ]
    client.cookies.clear()
    assert "Verzonnen provincie" in words_of(client.get(location).tree.find(".//h1"))
    assert matcher.asked[-1].place.municipalities == ("44021", "44083")
    for wrong in ("province:40001", "municipality:44021", "province:hier", "elz:gent"):
        assert client.get("/nl/results", params={"need": "debts", "area": wrong}).status_code == 200
        assert matcher.asked[-1].place is None


def test_a_shared_postal_code_is_shown_as_understood(client):
    response = send(client, text=WORDS, place="1040")
    assert "postal=1040" in response.headers["location"]
    heading = words_of(client.get(response.headers["location"]).tree.find(".//h1"))
    assert "1040 Tweedorp (Drieberg)" in heading


def test_a_part_of_a_municipality_is_shown_as_understood(client):
    heading = words_of(search(client, text=WORDS, place="Wijkdorp").tree.find(".//h1"))
    assert "Wijkdorp (Voorbeeldstad)" in heading


def test_words_too_long_for_a_cookie_are_answered_at_once(client, matcher):
    page = send(client, text=LONG, place="9000")
    assert page.status_code == 200
    assert page.tree.find(".//textarea").text == LONG
    assert page.tree.find(".//form[@id='filters']") is None
    assert "set-cookie" not in page.headers
    fewer = press(client, page, "Pas toe", reach="remote")
    assert fewer.status_code == 200
    assert matcher.asked[-1].text == LONG
    assert len(list(fewer.tree.iter("article"))) == 2


def test_text_of_ten_thousand_characters_is_taken_and_no_more(client):
    assert send(client, text="a" * 10_000).status_code == 303
    page = send(client, text="a" * 10_001)
    assert page.status_code == 422
    assert page.tree.find(".//textarea").text == "a" * 10_001


@pytest.mark.parametrize(
    "text", ["😀" * 50 + "a", "أنا بحاجة إلى مساعدة", "'; DROP TABLE service; --", "<script>alert(1)</script>"]
)
def test_odd_texts_are_answered(client, matcher, text):
    page = search(client, text=text, place="9000")
    assert page.status_code == 200
    assert matcher.asked[-1].text == text
    assert page.tree.find(".//textarea").text == text
    assert not list(page.tree.iter("script"))


def test_a_first_line_break_of_the_words_survives_the_form(client):
    page = search(client, text="een\n\ntwee\x00drie")
    assert page.tree.find(".//textarea").text == "een\n\ntweedrie"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, ["text"]),
        ({"text": "  \n "}, ["text"]),
        ({"text": "😀 !"}, ["text"]),
        ({}, ["text"]),
        ({"text": WORDS, "place": "nergenshuizen"}, ["place"]),
        ({"text": WORDS, "place": "parijs"}, ["place"]),
        ({"text": WORDS, "place": "x" * 300}, ["place"]),
        ({"text": WORDS, "age": "-5"}, ["age"]),
        ({"text": WORDS, "age": "121"}, ["age"]),
        ({"text": WORDS, "age": "00000121"}, ["age"]),
        ({"text": WORDS, "age": "tachtig"}, ["age"]),
        ({"text": WORDS, "age": "²"}, ["age"]),
        ({"text": "", "place": "nergenshuizen", "age": "999"}, ["text", "place", "age"]),
    ],
)
def test_a_wrong_field_keeps_the_form_and_leads_to_the_field(client, fields, wrong):
    page = send(client, **fields)
    assert page.status_code == 422
    summary = next(node for node in page.tree.iter("div") if node.get("class") == "error-summary")
    links = [node.get("href") for node in summary.iter("a")]
    assert links == [f"#{name}" for name in wrong]
    assert "Dit klopt niet" not in words_of(summary)
    for name in wrong:
        field = next(node for node in page.tree.iter() if node.get("id") == name)
        assert field.get("aria-invalid") == "true"
        assert f"{name}-error" in field.get("aria-describedby").split()
    for name in ("place", "age"):
        assert page.tree.find(f".//input[@id='{name}']").get("value") == fields.get(name, "")
    assert (page.tree.find(".//textarea").text or "") == fields.get("text", "").strip()
    assert words_of(page.tree.find(".//title")).startswith("Fout")


def test_a_form_of_another_site_is_refused(client):
    page = send(client, text=WORDS, headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 403
    assert "andere site" in words_of(page.tree)
    assert send(client, text=WORDS, headers={"sec-fetch-site": "same-origin"}).status_code == 303


def test_an_enormous_body_is_refused(client):
    page = send(client, text="a" * 300_000)
    assert page.status_code == 413
    assert "te lang" in words_of(page.tree.find(".//h1"))


def test_a_body_that_is_no_form_is_told(client):
    page = client.post("/nl/search", content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"})
    assert page.status_code == 422
    broken = client.post("/nl/search", content=b"x", headers={"content-type": "multipart/form-data; boundary=a"})
    assert broken.status_code in {400, 422}
