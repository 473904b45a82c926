import pytest

from kaart.errors import ConfigurationError
from kaart.settings import GeocoderKind, IndexBackend, load_settings


def test_defaults_are_safe():
    settings = load_settings()
    assert settings.index is IndexBackend.EMBEDDED
    assert settings.host == "127.0.0.1"
    assert not settings.insecure_cookies
    assert settings.database.startswith("sqlite:///")
    assert settings.data_dir.is_absolute()


def test_environment_is_read_and_the_command_line_wins(monkeypatch):
    monkeypatch.setenv("KAART_PORT", "8001")
    assert load_settings().port == 8001
    assert load_settings(port=8002).port == 8002


def test_unknown_variable_is_refused_with_the_nearest_name(monkeypatch):
    monkeypatch.setenv("KAART_ELASTIC_URL", "http://127.0.0.1:9200")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert caught.value.code == "setting_unknown"
    assert caught.value.parameters == {"name": "KAART_ELASTIC_URL", "nearest": "KAART_ELASTICSEARCH_URL"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("KAART_PORT", "nul"), ("KAART_INDEX", "solr"), ("KAART_LANGUAGE", "es"), ("KAART_EMBEDDER_THREADS", "0")],
)
def test_wrong_value_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert caught.value.code == "setting_invalid"
    assert caught.value.parameters["name"] == name


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("nominatim", {}, "geocoder_user_agent_missing"),
        ("geopunt", {"geocoder_user_agent": "  "}, "geocoder_user_agent_missing"),
        ("geopunt", {"geocoder_user_agent": "kaart", "geocoder_url": "ftp://x"}, "geocoder_url_invalid"),
        ("nominatim", {"geocoder_user_agent": "kaart", "geocoder_url": "nominatim"}, "geocoder_url_invalid"),
    ],
)
def test_a_geocoder_that_could_not_be_asked_is_refused(kind, more, code):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(geocoder=kind, **more)
    assert caught.value.code == code
    assert load_settings(geocoder="none", **more).geocoder is GeocoderKind.NONE
