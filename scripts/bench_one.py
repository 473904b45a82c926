"""One size on one backend, in a process of its own, so that its memory is its own. Prints one JSON object.

python -m scripts.bench_one --services 10000 --backend embedded
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

#: The same catalogue, questions and places in every run.
SEED = 1
#: Requests measured for each figure; each has another place.
REQUESTS = 120
#: Places whose own OCMW must be in the answer (design: matching §6).
OWN_OCMW_PLACES = 50
OWN_OCMW_TEXT = "hoe vraag ik een leefloon aan"
#: Requests have at most so many words (design: matching §6).
WORDS = 20


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    cut = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": cut[9] * 1000, "p95": cut[18] * 1000}


def rounded(value: Any) -> Any:
    """Figures as exact as they are: one digit behind the point, two below ten."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, float):
        return round(value, 1 if abs(value) >= 10 else 2)
    return value


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def megabytes() -> float:
    """The most memory that this process held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def share_vectors(data_dir: Path) -> None:
    """Let all sizes keep their vectors in one place: their texts come from one pool."""
    shared = data_dir.resolve().parent / "cache"
    shared.mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    if not (data_dir / "cache").exists():
        (data_dir / "cache").symlink_to(shared)


def prepare(application: Any, services: int) -> dict[str, float]:
    """Fill the data folder, unless an earlier run did."""
    from data_sources.synthetic import generate, insert, places_from
    from kaart.domain.clock import utc_now
    from kaart.store.migrate import upgrade

    _ = application.master_key
    upgrade(application.engine)
    done: dict[str, float] = {}
    marker = application.settings.data_dir / f"filled-{services}"
    if not marker.exists():
        done["catalogue_s"] = timed(application.load_catalogue)
        bundles = generate(services, SEED, application.knowledge.terms(), places_from(application.places.data))
        done["generate_s"] = timed(lambda: insert(application.store, bundles, services, utc_now()))
        marker.touch()
    return done


def build(data_dir: Path, services: int, backend: str) -> dict[str, Any]:
    """Prepare, then build the index once so that every vector is kept, and measure a second time."""
    from kaart.bootstrap import Application
    from kaart.settings import load_settings

    share_vectors(data_dir)
    application = Application(load_settings(data_dir=data_dir, index=backend))
    done: dict[str, Any] = prepare(application, services)
    reports = [application.rebuild(writer) for writer in application.writers]
    again = [application.rebuild(writer) for writer in application.writers]
    application.matcher.prepare()
    done |= {
        "texts": reports[0].texts,
        "offers": reports[0].offers,
        "build_s": again[0].seconds,
        "build_memory_mb": megabytes(),
        "index_mb": folder_size(data_dir / "index") / 1024**2,
        "database_mb": (data_dir / "kaart.sqlite").stat().st_size / 1024**2,
    }
    return done


def fresh(data_dir: Path) -> dict[str, Any]:
    """Build the embedded index of a filled register with every vector still to be made, as a first run does.

    Index and cache stand in a folder of their own that is thrown away: what other runs embedded must not help.
    """
    from kaart.bootstrap import Application
    from kaart.settings import load_settings

    database = f"sqlite:///{(data_dir / 'kaart.sqlite').resolve()}"
    with tempfile.TemporaryDirectory(dir=data_dir) as folder:
        application = Application(load_settings(data_dir=Path(folder), database_url=database, index="embedded"))
        [writer] = application.writers
        report = application.rebuild(writer)
        application.engine.dispose()
    return {"fresh_build_s": report.seconds, "fresh_texts_per_s": report.texts / report.seconds}


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def serve(data_dir: Path, backend: str) -> dict[str, Any]:
    """Answer requests in a process that only reads, as a web process does."""
    from kaart.bootstrap import Application
    from kaart.settings import load_settings
    from matching.answer import MatchRequest

    application = Application(load_settings(data_dir=data_dir, index=backend))
    started = timed(application.warm_up)
    chance = random.Random(SEED)  # noqa: S311  a fixed sample
    inside = [each.nis for each in application.places.data.municipalities.values() if each.in_catalogue]
    places = [application.places.by_nis(nis) for nis in inside]
    sentences = [each.text for each in application.knowledge.sentences() if len(each.text.split()) <= WORDS]
    texts = chance.sample(sentences, REQUESTS)
    # Two words more make the sentence new to the program: none is known from the example sentences.
    requests = [MatchRequest(f"{text} dank u", place=chance.choice(places)) for text in texts]
    match = application.matcher.match
    for request in requests[:5]:
        match(MatchRequest(f"{request.text} alvast", place=request.place))
    cold = [timed(lambda request=request: match(request)) for request in requests]
    warm = [timed(lambda request=request: match(request)) for request in requests]
    own = 0
    for place in chance.sample(places, OWN_OCMW_PLACES):
        answer = match(MatchRequest(OWN_OCMW_TEXT, place=place))
        wanted = f"municipality:{place.municipalities[0]}"
        own += any(
            each.facts.key.startswith(("ocmw-", "cpas-")) and wanted in (each.facts.catchment or ())
            for each in answer.results
        )
    return {
        "start_s": started,
        "with_embedding_ms": quantiles(cold),
        "cached_vector_ms": quantiles(warm),
        "own_ocmw": f"{own}/{OWN_OCMW_PLACES}",
        "memory_mb": megabytes(),
    }


def retrieval(data_dir: Path) -> dict[str, Any]:
    """The two lists in Elasticsearch through the application, and the same bodies sent bare."""
    import httpx

    from indexer import mapping
    from indexer import query as bodies
    from kaart.bootstrap import Application
    from kaart.domain.search import ServiceQuery
    from kaart.settings import load_settings

    application = Application(load_settings(data_dir=data_dir, index="elasticsearch"))
    chance = random.Random(SEED)  # noqa: S311
    inside = [each.nis for each in application.places.data.municipalities.values() if each.in_catalogue]
    texts = chance.sample([each.text for each in application.knowledge.sentences()], REQUESTS)
    vectors = application.embedder.embed_queries(texts)
    index = application.readers[0]
    client = httpx.Client(base_url=application.settings.elasticsearch_url)
    alias = mapping.alias(application.settings.elasticsearch_prefix)
    ours, bare = [], []
    for text, vector in zip(texts, vectors, strict=True):
        place = application.places.by_nis(chance.choice(inside))
        query = ServiceQuery(text, "nl", near=application.places.within(place, 10), covering=place.areas)
        lexical = bodies.lexical(application.analyser.query_tokens(text, "nl"), query)
        nearest = bodies.nearest([float(each) for each in vector], application.embedder.identity, query)

        def through(query: ServiceQuery = query, vector: Any = vector) -> None:
            index.lexical(query)
            index.nearest(query, vector)

        def directly(lexical: Any = lexical, nearest: Any = nearest) -> None:
            for body in (lexical, nearest):
                client.post(f"/{alias}/_search", json=body).raise_for_status()

        # Each goes first every other time, so that neither always finds the engine's caches warm.
        first, second = (through, directly) if chance.random() < 0.5 else (directly, through)
        taken = {first: timed(first), second: timed(second)}
        ours.append(taken[through])
        bare.append(taken[directly])
    return {
        "two_lists_ms": quantiles(ours),
        "bare_ms": quantiles(bare),
        "ratio_p50": statistics.median(ours) / statistics.median(bare),
    }


def in_own_process(step: str, services: int, backend: str, data_dir: Path) -> dict[str, Any]:
    """Run one step in a fresh process."""
    command = [sys.executable, "-m", "scripts.bench_one", "--step", step, "--services", str(services)]
    command += ["--backend", backend, "--data-dir", str(data_dir)]
    # No background work, no stray settings: only what the command line says.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAART_")}
    if url := os.environ.get("BENCH_ELASTICSEARCH_URL"):
        environment["KAART_ELASTICSEARCH_URL"] = url
        environment["KAART_ELASTICSEARCH_PREFIX"] = f"bench{services}"
        environment["KAART_ELASTICSEARCH_TIMEOUT"] = "30"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run one step and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", choices=("build", "fresh", "serve", "retrieval"), required=True)
    parser.add_argument("--services", type=int, required=True)
    parser.add_argument("--backend", default="embedded")
    parser.add_argument("--data-dir", type=Path, required=True)
    chosen = parser.parse_args()
    if chosen.step == "build":
        figures = build(chosen.data_dir, chosen.services, chosen.backend)
    elif chosen.step == "fresh":
        figures = fresh(chosen.data_dir)
    elif chosen.step == "serve":
        figures = serve(chosen.data_dir, chosen.backend)
    else:
        figures = retrieval(chosen.data_dir)
    print(json.dumps(rounded(figures)))


if __name__ == "__main__":
    main()
