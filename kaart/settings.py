"""The only reader of the environment.

Every default is safe in production and fit to publish. Nothing is read at import time: `load_settings`
is called once, in `kaart.bootstrap`. A `KAART_…` variable that does not exist is refused with the nearest
name that does, because a mistyped setting that is silently ignored is found only when it hurts.
"""

from __future__ import annotations

import difflib
import os
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kaart.errors import ConfigurationError

PREFIX = "KAART_"


class IndexBackend(StrEnum):
    """Where searching happens."""

    EMBEDDED = "embedded"
    ELASTICSEARCH = "elasticsearch"


class EmbedderKind(StrEnum):
    """Which code makes vectors."""

    BUNDLED = "bundled"
    SENTENCE_TRANSFORMERS = "sentence-transformers"


class GeocoderKind(StrEnum):
    """The online geocoder that may be asked for an address; none by default: nothing leaves the machine."""

    NONE = "none"
    NOMINATIM = "nominatim"
    GEOPUNT = "geopunt"


class Settings(BaseSettings):
    """All settings, read from variables `KAART_…`; the description of each is its documentation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder of the database, the index, the keys and the caches.")
    database_url: str = Field(
        "",
        description="SQLAlchemy address of the database. Empty: SQLite (WAL) in the data folder. "
        "PostgreSQL: `postgresql+psycopg://…`, with the extra `[postgres]`.",
    )
    index: IndexBackend = Field(IndexBackend.EMBEDDED, description="Where searching happens.")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Address of Elasticsearch 9.")
    elasticsearch_api_key: SecretStr = Field(SecretStr(""), description="API key for Elasticsearch, if it asks one.")
    elasticsearch_prefix: str = Field(
        "kaart", pattern=r"^[a-z][a-z0-9_-]*$", description="Beginning of the names of indices and aliases."
    )
    elasticsearch_timeout: float = Field(
        2.0, gt=0, le=60, description="Seconds after which a search in Elasticsearch is given up."
    )
    elasticsearch_fallback: bool = Field(
        default=True,
        description="Keep the embedded lexical index too, so that a lost cluster means a poorer answer, not an error.",
    )
    embedder: EmbedderKind = Field(EmbedderKind.BUNDLED, description="Which code makes vectors.")
    embedder_model: str = Field(
        "", description="Path or name of the sentence-transformers model; needed with that embedder."
    )
    embedder_query_prefix: str = Field("", description="What the model wants before a question, such as `query: `.")
    embedder_passage_prefix: str = Field("", description="What the model wants before a passage, such as `passage: `.")
    embedder_dimension: int | None = Field(
        None, ge=8, le=4096, description="Cut vectors to this length, for models that allow it."
    )
    embedder_batch_size: int = Field(32, ge=1, le=1024, description="Texts embedded at once.")
    embedder_device: str = Field("cpu", description="Device for sentence-transformers: `cpu`, `cuda`, …")
    embedder_threads: int = Field(2, ge=1, le=64, description="Threads of the bundled embedder.")
    geocoder: GeocoderKind = Field(
        GeocoderKind.NONE,
        description="The online geocoder that may be asked for the addresses of organisations, while sources are read.",
    )
    geocoder_url: str = Field("", description="Address of an own Nominatim or Geopunt; empty: the public one.")
    geocoder_user_agent: str = Field(
        "", description="How this installation names itself to a geocoder; needed with one."
    )
    base_url: str = Field("", description="Public address of the site, for absolute links; empty: from the request.")
    host: str = Field("127.0.0.1", description="Address on which `kaart serve` listens.")
    port: int = Field(8000, ge=1, le=65535, description="Port on which `kaart serve` listens.")
    insecure_cookies: bool = Field(
        default=False,
        description="Allow cookies without HTTPS (and so without the `__Host-` prefix): only for trying on a network "
        "of your own. `localhost` does not need it.",
    )
    language: str = Field("nl", pattern=r"^(nl|fr|en|de)$", description="Interface language when nobody chose one.")
    log_level: str = Field(
        "info", pattern=r"^(debug|info|warning|error)$", description="The least serious line that is logged."
    )
    background_work: bool = Field(
        default=True, description="Let `kaart serve` do the background work in a thread; off beside `kaart worker`."
    )
    worker_interval: float = Field(
        0.5, gt=0, le=60, description="Seconds between two looks at the queue by the background worker."
    )
    catalogue_dir: Path | None = Field(
        None, description="Editorial content; empty: the `content` folder of the application."
    )

    @field_validator("data_dir", "catalogue_dir")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @property
    def database(self) -> str:
        """The SQLAlchemy address that is really used."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kaart.sqlite'}"

    @property
    def content(self) -> Path:
        """The folder of the editorial content."""
        return self.catalogue_dir or Path(__file__).resolve().parent.parent / "content"


def load_settings(**overrides: object) -> Settings:
    """Read the environment once; `overrides` (from the command line) win.

    Raises `ConfigurationError` for an unknown `KAART_…` variable (``setting_unknown``, with the nearest known
    name), for a value that does not fit (``setting_invalid``, with the variable's name and what is wrong), and for
    a geocoder without what it needs (``geocoder_user_agent_missing``, ``geocoder_url_invalid``).
    """
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            nearest = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
            raise ConfigurationError("setting_unknown", name=name, nearest=nearest[0])
    try:
        settings = Settings.model_validate(overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise ConfigurationError("setting_invalid", name=name, problem=first["msg"]) from error
    _check_geocoder(settings)
    return settings


def _check_geocoder(settings: Settings) -> None:
    """Told at the start of any command, since a geocoder is first asked long after the setting was made."""
    if settings.geocoder is GeocoderKind.NONE:
        return
    if not settings.geocoder_user_agent.strip():
        raise ConfigurationError("geocoder_user_agent_missing", geocoder=settings.geocoder.value)
    parts = urlsplit(settings.geocoder_url)
    if settings.geocoder_url and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ConfigurationError("geocoder_url_invalid", url=settings.geocoder_url)
