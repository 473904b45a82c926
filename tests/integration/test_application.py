"""The main job on the real default catalogue, from the words to the reasons."""

from __future__ import annotations

import json
import logging
from decimal import Decimal

import pytest
import structlog
from starlette.testclient import TestClient

from kaart.asgi import assembled
from kaart.domain.codes import Coverage
from kaart.logs import configure_logs
from tests.factories.installation import MEAL, SHOWN, keys, search

STRANGE = {
    "emoji": "😀🏠💶",
    "right to left": "لا أستطيع دفع الإيجار",
    "hebrew": "אני לא יכול לשלם את שכר הדירה",
    "sql": "'; DROP TABLE service; -- \" OR 1=1 %_",
    "query syntax": 'name:* AND (foo OR -bar)^2 ~"x" [a TO z] \\',
    "longest": ("huur " * 2000)[:10_000],
    "one word": "a" * 10_000,
    "control characters": "huur\x00\x1b[31m\u202e betalen",
    "half a pair": "huur \ud800 betalen",
}


@pytest.fixture(scope="module")
def site(reader):
    with TestClient(assembled(reader), base_url="https://testserver") as client:
        yield client


@pytest.mark.parametrize(("text", "place", "first"), SHOWN)
def test_the_first_offer_is_the_right_one(reader, text, place, first):
    answer = search(reader, text, place)
    assert keys(answer)[0].startswith(first)
    assert answer.degraded == ()


@pytest.mark.parametrize(("text", "place", "first"), SHOWN)
def test_score_is_the_sum_of_the_reasons_and_gives_the_order(site, text, place, first):
    field = "postal_code" if place.isdigit() else "municipality"
    shown = site.post("/api/v1/match", json={"text": text, "place": {field: place}}).json()
    scores = [Decimal(str(result["score"])) for result in shown["results"]]
    assert len(scores) >= 2
    assert scores == sorted(scores, reverse=True)
    for result, score in zip(shown["results"], scores, strict=True):
        assert sum(Decimal(str(reason["points"])) for reason in result["reasons"]) == score
        assert all(reason["text"] and "{" not in reason["text"] for reason in result["reasons"])


def test_a_meal_is_a_kind_of_help_that_someone_arranges(reader):
    answer = search(reader, *MEAL)
    # Family care cooks at home and serves the place; nobody is known who brings meals.
    assert all("meal_delivery" not in match.facts.kinds for match in answer.results)
    cards = {card.kind.code: card for card in answer.kinds}
    card = cards["meal_delivery"]
    assert "meals" in [guess.code for guess in answer.understanding.need.needs]
    assert card.coverage is Coverage.NONE_KNOWN
    assert card.arranged_by[0].facts.key.startswith("ocmw-deinze/")


def test_every_shown_offer_has_its_page(site):
    shown = site.post("/api/v1/match", json={"text": SHOWN[0][0], "place": {"postal_code": "9000"}}).json()
    for result in shown["results"]:
        page = site.get(result["service"]["url"])
        assert page.status_code == 200
        assert result["service"]["organization"] in page.text


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_text_gets_an_answer_or_a_clear_refusal(site, name):
    body = json.dumps({"text": STRANGE[name], "place": {"postal_code": "9000"}})
    answer = site.post("/api/v1/match", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 422}
    if answer.status_code == 422:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["pointer"] == "/text"
    else:
        assert set(answer.json()) >= {"understood", "results", "kinds"}
    with_page = site.post(
        "/nl/search", data={"text": STRANGE[name].encode("utf-8", "replace").decode(), "place": "9000"}
    )
    assert with_page.status_code in {200, 422}


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"text": "x" * 10_001}, "/text"),
        ({"text": "huur", "place": {"municipality": "Nergenshuizen"}}, "/place"),
        ({"text": "huur", "place": {"postal_code": "0000"}}, "/place"),
        ({"text": "huur", "facts": {"age": -3}}, "/facts/age"),
        ({"text": "huur", "facts": {"age": 400}}, "/facts/age"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(site, sent, pointer):
    answer = site.post("/api/v1/match", json=sent)
    assert answer.status_code == 422
    assert any(each["pointer"].startswith(pointer) for each in answer.json()["errors"])


def test_no_log_line_holds_words_cookies_or_addresses_of_a_search(reader, capfd):
    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        configure_logs("debug")
        with TestClient(assembled(reader), base_url="https://testserver") as client:
            sent = {"text": "zonderlingwoord huur", "place": "9000"}
            landed = client.post("/nl/search", data=sent)
            assert landed.status_code == 200
            assert landed.history[0].status_code == 303
            client.get("/nl/results?need=zonderlingvraag&nis=44021")
            client.post("/api/v1/match", json={"text": "zonderlingwoord", "place": {"postal_code": "9000"}})
            client.post("/api/v1/match", content='{"text": "zonderlingwoord')
            client.get("/nl/service/zonderlingdienst")
            [cookie] = client.cookies.jar
    finally:
        root.handlers, level = before
        root.setLevel(level)
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) == 6
    assert all("{" in line["route"] or line["route"].count("/") <= 2 for line in requests)
    told = json.dumps(lines, ensure_ascii=False)
    for secret in ("zonderling", "9000", "44021", cookie.value, cookie.name, "?", "testserver"):
        assert secret not in told, secret
