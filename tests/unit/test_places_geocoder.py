"""The optional online geocoder, with an adapter that answers from memory."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter

from kaart.domain.codes import CoordinatePrecision
from kaart.errors import UnavailableError
from kaart.places.geocoder import OnlineGeocoder, make_geocoder
from kaart.settings import GeocoderKind

AGENT = "sociale-kaart-test (test@example.org)"


class Adapter(BaseSyncAdapter):
    """Answers every request with the next of the prepared answers and keeps what was asked."""

    def __init__(self, answers, *, proxies=None, ssl_context=None):
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self.answers = list(answers)
        self.asked = []

    def get_json(self, url, *, timeout, headers):
        return json.loads(self.get_text(url, timeout=timeout, headers=headers))

    def get_text(self, url, *, timeout, headers):
        self.asked.append((url, headers, timeout))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer)


def geocoder(tmp_path, kind, answers, url=""):
    adapter = Adapter(answers)
    made = make_geocoder(
        kind,
        tmp_path / "cache" / "geocoded.sqlite",
        user_agent=AGENT,
        url=url,
        adapter_factory=lambda **_options: adapter,
        seconds_between=0,
    )
    return made, adapter


def nominatim(address, kind="house"):
    return [{"lat": "51.05", "lon": "3.72", "display_name": "Gent", "type": kind, "address": address}]


def geopunt(**record):
    location = {"Lat_WGS84": 51.05, "Lon_WGS84": 3.72}
    return {"LocationResult": [{"FormattedAddress": "Gent", "Location": location, **record}]}


@pytest.mark.parametrize(
    ("kind", "answer", "precision"),
    [
        (GeocoderKind.NOMINATIM, nominatim({"house_number": "1", "road": "Botermarkt"}), CoordinatePrecision.ADDRESS),
        (GeocoderKind.NOMINATIM, nominatim({"road": "Botermarkt"}), CoordinatePrecision.STREET),
        (GeocoderKind.NOMINATIM, nominatim({}, "postcode"), CoordinatePrecision.POSTAL_CODE),
        (GeocoderKind.NOMINATIM, nominatim({"city": "Gent"}, "city"), CoordinatePrecision.MUNICIPALITY),
        (GeocoderKind.GEOPUNT, geopunt(Housenumber="1", Thoroughfarename="B"), CoordinatePrecision.ADDRESS),
        (GeocoderKind.GEOPUNT, geopunt(Thoroughfarename="Botermarkt"), CoordinatePrecision.STREET),
        (GeocoderKind.GEOPUNT, geopunt(Zipcode="9000"), CoordinatePrecision.POSTAL_CODE),
        (GeocoderKind.GEOPUNT, geopunt(Municipality="Gent"), CoordinatePrecision.MUNICIPALITY),
    ],
)
def test_answer_carries_its_precision(tmp_path, kind, answer, precision):
    made, adapter = geocoder(tmp_path, kind, [answer])
    found = made.geocode("Botermarkt 1, 9000 Gent")
    assert (found.point.latitude, found.point.longitude) == (51.05, 3.72)
    assert found.precision is precision
    assert found.source == kind.value
    url, headers, _timeout = adapter.asked[0]
    assert headers["User-Agent"] == AGENT
    assert parse_qs(urlsplit(url).query)["q"] == ["Botermarkt 1, 9000 Gent"]


def test_asked_once_for_good(tmp_path):
    made, adapter = geocoder(tmp_path, GeocoderKind.NOMINATIM, [nominatim({}), []])
    first = made.geocode("Botermarkt 1, Gent")
    assert made.geocode("  botermarkt  1, gent ") == first
    assert made.geocode("Nergens 1") is None
    assert made.geocode("Nergens 1") is None
    assert len(adapter.asked) == 2
    again, other = geocoder(tmp_path, GeocoderKind.NOMINATIM, [])
    assert again.geocode("Botermarkt 1, Gent") == first
    assert other.asked == []


def test_a_failure_is_told_and_not_kept(tmp_path):
    failure = AdapterHTTPError("no", status_code=503, headers={}, text="busy")
    made, _adapter = geocoder(tmp_path, GeocoderKind.NOMINATIM, [failure, nominatim({})])
    with pytest.raises(UnavailableError) as caught:
        made.geocode("Botermarkt 1")
    assert caught.value.code == "geocoder_unavailable"
    assert made.geocode("Botermarkt 1") is not None


def test_a_strange_answer_is_a_failure(tmp_path):
    made, _adapter = geocoder(tmp_path, GeocoderKind.GEOPUNT, [{"LocationResult": [{"Location": {}}]}])
    with pytest.raises(UnavailableError):
        made.geocode("Botermarkt 1")


def test_an_empty_address_asks_nobody(tmp_path):
    made, adapter = geocoder(tmp_path, GeocoderKind.GEOPUNT, [])
    assert made.geocode("  ") is None
    assert adapter.asked == []


def test_own_service_is_used(tmp_path):
    made, adapter = geocoder(tmp_path, GeocoderKind.NOMINATIM, [[]], url="http://geocoder.example.org/nominatim/")
    made.geocode("Gent")
    assert adapter.asked[0][0].startswith("http://geocoder.example.org/nominatim/search?")
    made, adapter = geocoder(tmp_path, GeocoderKind.GEOPUNT, [{"LocationResult": []}])
    made.geocode("Gent")
    assert adapter.asked[0][0].startswith("https://loc.geopunt.be/v4/Location?")


def test_at_most_one_request_a_second(tmp_path, monkeypatch):
    made, _adapter = geocoder(tmp_path, GeocoderKind.NOMINATIM, [nominatim({}), nominatim({})])
    assert isinstance(made, OnlineGeocoder)
    limiter = made._ask
    limiter.min_delay_seconds = 1.0
    now = [100.0]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(limiter, "_clock", lambda: now[0])
    monkeypatch.setattr(limiter, "_sleep", sleep)
    made.geocode("een")
    made.geocode("twee")
    assert slept == [pytest.approx(1.0)]


def test_none_by_default(tmp_path):
    assert make_geocoder(GeocoderKind.NONE, tmp_path / "cache.sqlite") is None
    assert not (tmp_path / "cache.sqlite").exists()


def test_the_licence_of_a_point_is_told_where_it_is_known(tmp_path):
    assert geocoder(tmp_path, GeocoderKind.NOMINATIM, [])[0].licence == "ODbL-1.0"
    assert geocoder(tmp_path, GeocoderKind.GEOPUNT, [])[0].licence == ""
