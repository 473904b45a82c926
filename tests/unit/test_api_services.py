"""`/services/{id_or_key}` and the statuses of errors."""

from __future__ import annotations

import pytest

from api.app import create_api
from api.errors import STATUS
from kaart.errors import KaartError
from tests.factories.html import StrictClient
from tests.factories.web import api_deps, make_id

SERVICE = str(make_id("Verzonnen schuldhulp"))


@pytest.fixture(scope="module")
def client():
    return StrictClient(create_api(api_deps()))


@pytest.mark.parametrize("identity", [SERVICE, "verzonnen/schuldhulp"])
def test_a_service_is_read_by_id_or_key(client, identity):
    service = client.get(f"/api/v1/services/{identity}").json()
    assert (service["id"], service["key"]) == (SERVICE, "verzonnen/schuldhulp")
    assert service["url"] == f"https://testserver/nl/service/{SERVICE}"
    assert service["organization"]["name"] == "Verzonnen vzw Voorbeeldstad"
    assert service["does"] == "Een plan maken."
    assert service["reach"] == ["phone", "site"]
    assert service["catchment"] == [{"code": "municipality:44021", "label": "Voorbeeldstad"}]
    assert service["eligibility"][0]["minimum_age"] == 18
    assert service["phones"][0] == {"number": "+3295550000", "description": "onthaal", "languages": ["nl", "fr"]}
    assert service["provenance"][0]["source"] == "editorial"
    assert service["verified_at"] is None


def test_secret_and_personal_things_stay_out(client):
    text = client.get(f"/api/v1/services/{SERVICE}").text
    for secret in ("Geheimstraat", "Persoon", "prive@"):
        assert secret not in text


def test_what_is_not_known_is_null(client):
    service = client.get("/api/v1/services/verzonnen/kaal").json()
    assert service["catchment"] is None
    assert service["eligibility"] is None
    assert service["wheelchair"] is None
    assert service["cost"]["kind"] == "unknown"


def test_the_texts_come_in_the_asked_language(client):
    service = client.get(f"/api/v1/services/{SERVICE}?language=fr").json()
    assert service["name"] == "Aide inventée"
    assert service["does"] == "Een plan maken."
    assert service["kinds"][0]["label"] == "médiation de dettes"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/services/nobody/knows", 404),
        ("/api/v1/services/verzonnen/weg", 410),
        ("/api/v1/services/verzonnen/samengevoegd", 301),
        (f"/api/v1/services/{'x' * 301}", 422),
        (f"/api/v1/services/{SERVICE}?language=es", 422),
    ],
)
def test_what_cannot_be_given_is_a_problem(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    if status == 301:
        assert response.headers["location"] == f"https://testserver/api/v1/services/{SERVICE}"


def test_every_type_of_error_has_a_status():
    direct = set(KaartError.__subclasses__())
    assert direct == set(STATUS)
