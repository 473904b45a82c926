"""`/match` and `/understand`: the stable shapes, and what is refused with a clear problem."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
import structlog

from api.app import create_api
from kaart.domain.codes import Budget, Coverage, ForWhom, Mobility, When
from kaart.domain.texts import Texts
from kaart.errors import UnavailableError
from matching.answer import KindCard, Note
from tests.factories.html import StrictClient
from tests.factories.web import OTHER_KIND, FakeMatcher, api_deps, full_matcher, make_match

TEXT = "mijn mama van 82 heeft schulden"


@pytest.fixture
def matcher():
    return full_matcher()


@pytest.fixture
def client(matcher):
    return StrictClient(create_api(api_deps(matcher, base_url="https://kaart.example")))


def match(client, path="/api/v1/match", **body):
    return client.post(path, json=body)


def test_the_answer_has_the_stable_shape(client):
    answer = match(client, text=TEXT + " 1813", place={"postal_code": "9000"}).json()
    assert set(answer) >= {
        "understood", "crisis", "kinds", "results", "near_misses", "lighter", "heavier", "meanwhile", "rights",
        "widened", "degraded", "retrieved_at",
    }  # fmt: skip
    understood = answer["understood"]
    assert set(understood) >= {"language", "needs", "facts", "questions"}
    assert understood["needs"][0] == {
        "code": "debts", "label": "schulden", "confidence": 0.9, "evidence": "ik heb schulden", "stated": False,
        "searched": True,
    }  # fmt: skip
    fact = understood["facts"][0]
    assert (fact["kind"], fact["value"], fact["span"], fact["stated"]) == ("age", 82, [14, 16], False)
    assert understood["questions"][0]["choices"][0] == {"value": "debts", "label": "schulden"}
    crisis = answer["crisis"][0]
    assert (crisis["code"], crisis["evidence"]) == ("suicide", "1813")
    assert crisis["lines"][0] == {
        "name": "Verzonnen luisterlijn", "phone": "1813", "url": "https://lijn.example/", "languages": ["nl"],
    }  # fmt: skip
    kind = answer["kinds"][0]
    assert set(kind) >= {"code", "label", "explanation", "url", "coverage"}
    assert [each["coverage"] for each in answer["kinds"]] == ["known", "none_known"]
    assert kind["url"] == "https://kaart.example/nl/kind/debt_mediation"
    result = answer["results"][0]
    assert set(result["service"]) >= {"id", "key", "name", "organization", "url"}
    assert result["service"]["url"].startswith("https://kaart.example/nl/service/")
    assert result["distance_km"] == 2.1
    assert result["reasons"][0] == {
        "code": "need", "verdict": "meets", "points": 0.5, "text": "Past bij je vraag: schulden",
        "evidence": {"field": "needs", "source": "editorial", "date": "2026-01-15"},
    }  # fmt: skip
    miss = answer["near_misses"][0]
    assert (miss["fails"]["code"], miss["fails"]["rule"]) == ("eligibility", "age")
    assert "25" in miss["fails"]["text"]
    assert miss["alternative"]["name"] == "Verzonnen schuldhulp"
    assert answer["near_misses"][1]["alternative"] is None
    assert answer["widened"][0]["code"] == "ring"
    assert answer["degraded"] == ["embedder"]
    assert answer["retrieved_at"] == "2026-01-31T09:00:00Z"


def test_the_score_is_the_sum_of_the_points_shown(client):
    response = match(client, text=TEXT)
    answer = json.loads(response.text, parse_float=Decimal)
    for result in answer["results"]:
        assert result["score"] == sum(reason["points"] for reason in result["reasons"])
        assert result["score"].as_tuple().exponent >= -3


def test_a_note_tells_where_it_points():
    told = (("place", "Verweg"), ("entrance", Texts.of(fr="la Région inventée")))
    note = Note("outside", "note.outside_entrance", told, "https://streek.example/", "1718")
    client = StrictClient(create_api(api_deps(FakeMatcher(widened=(note,)))))
    [shown] = match(client, text=TEXT, language="fr").json()["widened"]
    assert (shown["code"], shown["url"], shown["phone"]) == ("outside", "https://streek.example/", "1718")
    assert shown["text"].endswith("voyez la Région inventée.")


def test_an_offer_that_depends_on_the_place_names_no_town():
    general = replace(make_match(public_phone="", locations=()), place_needed=True, distance_km=None)
    unexplained = replace(make_match("Verzonnen zitting", kinds=()), place_needed=True)
    matcher = FakeMatcher(
        results=(general, unexplained), kinds=(KindCard(OTHER_KIND, Coverage.NONE_KNOWN, (general,)),)
    )
    answer = match(StrictClient(create_api(api_deps(matcher, base_url="https://kaart.example"))), text=TEXT).json()
    [arranger] = answer["kinds"][0]["arranged_by_services"]
    first, second = (result["service"] for result in answer["results"])
    assert first == arranger
    assert set(first) >= {"id", "key", "name", "organization", "url"}
    assert (first["organization"], first["place_needed"]) == ("Verzonnen vzw van je gemeente", True)
    assert first["url"] == "https://kaart.example/nl/kind/debt_mediation"
    assert second["url"] == "https://kaart.example/nl"
    assert answer["results"][0]["phone"] == ""


def test_understand_answers_only_what_was_understood(client):
    answer = match(client, "/api/v1/understand", text=TEXT, place={"nis": "44021"}).json()
    assert set(answer) == {"understood", "crisis"}
    assert answer["understood"]["place"]["nis"] == ["44021"]


@pytest.mark.parametrize(("language", "text"), [("fr", "dettes"), ("de", "Schulden"), ("en", "debts")])
def test_reasons_speak_the_asked_language(client, matcher, language, text):
    answer = match(client, text=TEXT, language=language).json()
    assert text in answer["results"][0]["reasons"][0]["text"]
    assert matcher.asked[-1].answer_language == language


def test_everything_stated_reaches_the_matcher(client, matcher):
    facts = {
        "age": 0, "for_whom": "client", "spoken_languages": ["nl", "fr-BE"], "budget": "low", "mobility": "no_car",
        "when": ["evening", "night"], "target_groups": ["adults"], "needs": ["debts"],
    }  # fmt: skip
    response = match(
        client,
        facts=facts,
        answers={"need": "skip"},
        dismissed=["x"],
        limit=50,
        place={"municipality": "Voorbeeldstad"},
    )
    assert response.status_code == 200, response.text
    asked = matcher.asked[-1]
    assert (asked.stated.age, asked.stated.for_whom, asked.stated.budget) == (0, ForWhom.CLIENT, Budget.LOW)
    assert (asked.stated.mobility, asked.stated.when) == (Mobility.NO_CAR, (When.EVENING, When.NIGHT))
    assert asked.stated.spoken_languages == ("nl", "fr-BE")
    assert (asked.answers, asked.dismissed, asked.limit) == ({"need": "skip"}, {"x"}, 50)
    assert asked.place.label == "Voorbeeldstad"


@pytest.mark.parametrize(
    "text", ["😀" * 50 + "a", "أنا بحاجة إلى مساعدة", "'; DROP TABLE service; --", "a" * 10_000, "\x00a"]
)
def test_odd_texts_are_answered(client, matcher, text):
    assert match(client, text=text).status_code == 200
    assert matcher.asked[-1].text == text


def test_signs_are_no_text_unless_a_need_is_stated(client):
    for path in ("/api/v1/match", "/api/v1/understand"):
        refused = match(client, path, text="😀 ?!", language="en")
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
        [error] = refused.json()["errors"]
        assert (error["pointer"], error["detail"][:21]) == ("/text", "There are no words in")
        assert match(client, path, text="😀", facts={"needs": ["debts"]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": " \n\t"}, "/text"),
        ({"text": "😀" * 50}, "/text"),
        ({"text": "\x00"}, "/text"),
        ({"text": "a" * 10_001}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": None}, "/text"),
        ({"text": TEXT, "language": "es"}, "/language"),
        ({"text": TEXT, "limit": 0}, "/limit"),
        ({"text": TEXT, "limit": 51}, "/limit"),
        ({"text": TEXT, "limit": "10"}, "/limit"),
        ({"text": TEXT, "taal": "nl"}, "/taal"),
        ({"text": TEXT, "facts": {"leeftijd": 5}}, "/facts/leeftijd"),
        ({"text": TEXT, "facts": {"age": -1}}, "/facts/age"),
        ({"text": TEXT, "facts": {"age": 121}}, "/facts/age"),
        ({"text": TEXT, "facts": {"age": "82"}}, "/facts/age"),
        ({"text": TEXT, "facts": {"age": 8.5}}, "/facts/age"),
        ({"text": TEXT, "facts": {"for_whom": "me"}}, "/facts/for_whom"),
        ({"text": TEXT, "facts": {"when": ["later"]}}, "/facts/when/0"),
        ({"text": TEXT, "facts": {"needs": ["debts", "nothing"]}}, "/facts/needs/1"),
        ({"text": TEXT, "facts": {"needs": "debts"}}, "/facts/needs"),
        ({"text": TEXT, "facts": {"target_groups": ["nobody"]}}, "/facts/target_groups/0"),
        ({"text": TEXT, "facts": {"spoken_languages": ["Nederlands!"]}}, "/facts/spoken_languages/0"),
        ({"text": TEXT, "place": {"postal_code": "0000"}}, "/place/postal_code"),
        ({"text": TEXT, "place": {"municipality": "Parijs"}}, "/place/municipality"),
        ({"text": TEXT, "place": {"nis": "99999"}}, "/place/nis"),
        ({"text": TEXT, "place": {"nis": "44021", "postal_code": "1040"}}, "/place"),
        ({"text": TEXT, "place": {"lat": 48.85, "lon": 2.35}}, "/place/lat"),
        ({"text": TEXT, "place": {"lat": 51.0}}, "/place/lon"),
        ({"text": TEXT, "place": {"lat": 151.0, "lon": 4.0}}, "/place/lat"),
        ({"text": TEXT, "place": "9000"}, "/place"),
        ({"text": TEXT, "answers": {"need": 5}}, "/answers/need"),
        ({"text": TEXT, "dismissed": ["x"] * 101}, "/dismissed"),
    ],
)
def test_a_wrong_field_is_named(client, matcher, body, pointer):
    response = client.post("/api/v1/match", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == 422
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["detail"] for error in problem["errors"])
    assert matcher.asked == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"\xff\xfe\x00", 400),
        (b'{"text": "\\ud800"}', 422),
        (b'{"text": "a", "place": {"lat": NaN, "lon": 1e999}}', 422),
        (b'{"text": "a", "limit": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
    ],
)
def test_broken_json_is_told(client, content, status):
    response = client.post("/api/v1/match", content=content, headers={"content-type": "application/json"})
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_an_enormous_body_is_refused(client):
    response = match(client, text="a" * 300_000)
    assert (response.status_code, response.headers["content-type"]) == (413, "application/problem+json")


def test_a_body_that_is_sent_in_pieces_has_the_same_limit(client):
    response = client.post(
        "/api/v1/match", content=(b"x" * 10_000 for _ in range(40)), headers={"content-type": "application/json"}
    )
    assert (response.status_code, response.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/match", 405),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/", 404),
        ("PUT", "/api/v1/understand", 405),
    ],
)
def test_unknown_addresses_and_methods_are_problems(client, method, path, status):
    response = client.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["title"]


def test_problems_speak_the_asked_language(client):
    def title(**options):
        return client.post("/api/v1/match", **options).json()["title"]

    assert title(json={"text": "", "language": "fr"}) == "Données non valables"
    assert title(json={"x": 1}, headers={"accept-language": "de-DE,de"}) == "Ungültige Angaben"
    assert title(json={"x": 1}, headers={"accept-language": "tr"}) == "Ongeldige gegevens"


def test_an_unforeseen_error_tells_and_logs_nothing_of_the_words(client):
    with structlog.testing.capture_logs() as logs:
        response = match(client, text="geheim kapot")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "geheim" not in response.text + str(logs)
    assert "RuntimeError" not in response.text
    failed = next(line for line in logs if line["event"] == "request_failed")
    assert failed["error"] == "RuntimeError"
    assert any("understand" in frame for frame in failed["at"])
    assert response.headers["referrer-policy"] == "no-referrer"


def test_a_room_that_does_not_answer_is_told():
    class Silent(FakeMatcher):
        def match(self, _request):
            raise UnavailableError("index_unavailable")

    response = match(StrictClient(create_api(api_deps(Silent()))), text=TEXT)
    assert response.status_code == 503
    assert response.json()["type"].endswith(":index_unavailable")


def test_answers_are_not_kept(client):
    response = match(client, text=TEXT)
    assert response.headers["cache-control"] == "no-store"


def test_the_description_is_openapi_31_with_examples(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {"/api/v1/match", "/api/v1/understand", "/api/v1/services/{id_or_key}"}
    sent = schema["paths"]["/api/v1/match"]["post"]
    examples = sent["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        assert match(client, **example["value"]).status_code in {200, 422}
    assert match(client, **examples["facts"]["value"]).status_code == 200
    assert set(sent["responses"]) >= {"200", "400", "413", "422", "503"}
    assert "application/problem+json" in sent["responses"]["422"]["content"]
