"""Writing the Elasticsearch index: batches from the outbox, and a rebuild beside the present one.

Every write carries its batch number as external version, so that a late one never overwrites a newer one. While a
rebuild runs, a batch goes to the half-built index too: there its higher number wins from what the rebuild read
before, whichever arrives first, and nothing is lost at the swap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from indexer import mapping
from indexer.analysis import Analyser, default_analyser
from indexer.backends.elastic import NAME
from indexer.backends.elastic_client import translated, unavailable
from kaart.domain.clock import utc_now
from kaart.domain.ports import Clock, Embedder, Progress
from kaart.domain.search import TextDocument
from kaart.errors import InvalidInputError, KaartError, UnavailableError

#: Seconds for a request that writes: a refresh or a merge of a large index may take its time.
WRITE_TIMEOUT: Final = 120.0

#: Texts embedded and sent at once during a rebuild; a text with its vector and offers is some 10 to 40 kB.
CHUNK: Final = 256

#: Times that a batch is sent again, with growing pauses from this many seconds, while the engine's queue is full.
_BUSY_RETRIES: Final = 3
_BUSY_PAUSE: Final = 0.5

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class _Build:
    """One index of ours on the server."""

    index: str
    number: int
    meta: Mapping[str, Any]
    serving: bool
    building: bool

    @property
    def batch(self) -> int:
        """The number before which everything is in it: an older batch comes too late for this index."""
        return int(self.meta.get("batch", 0))


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a rebuild wrote: the texts it read, those of them that the engine took, and one with its vector.

    What it did not take it had already, changed meanwhile.
    """

    texts: int = 0
    taken: int = 0
    sample: str = ""
    vector: Sequence[float] = ()


class ElasticWriter:
    """The writing side. One process writes at a time (the lease); two do no harm but to each other's speed."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str,
        embedder: Embedder,
        *,
        analyser: Analyser | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """`analyser` is the one whose tokens the documents hold."""
        self._client = client.options(request_timeout=WRITE_TIMEOUT)
        self._prefix = prefix
        self._alias = mapping.alias(prefix)
        self._embedder = embedder
        self._made_by = mapping.MadeBy(embedder.identity, (analyser or default_analyser()).identity)
        self._clock = clock

    @property
    def name(self) -> str:
        """The backend's name, also its outbox target."""
        return NAME

    @property
    def needs_rebuild(self) -> str:
        """The code of why the index should be rebuilt (`mapping.difference`, or ``index_missing``), or empty.

        Raises `UnavailableError` when the server does not answer.
        """
        for build in self._builds():
            if build.serving:
                return mapping.difference(build.meta, self._made_by)
        return "index_missing"

    @property
    def needs_merge(self) -> bool:
        """Never: the engine merges its segments by itself."""
        return False

    def apply(self, changed: Sequence[TextDocument], removed: Sequence[str], batch: int) -> None:
        """Write a batch and make it visible; again is harmless. A text without offers is removed.

        Without any index a fresh one begins, whose status tells that it was never rebuilt. While the first rebuild
        runs there is no index to answer from: the batch goes to the half-built one only. An index with vectors of
        another model gets the words alone, until it is rebuilt.

        Raises `UnavailableError` when the engine or the embedder cannot now (nothing is wrong with the texts), and
        `InvalidInputError` (``index_text_refused``) when it refuses one of the texts.
        """
        every = self._builds()
        builds = [build for build in every if build.serving or build.building] or [self._begin(_next(every), batch)]
        if any(mapping.difference(build.meta, self._made_by) == "index_other_format" for build in builds):
            raise UnavailableError("index_other_format")
        offered = [text for text in changed if text.offers]
        gone = dict.fromkeys([*removed, *(text.text_key for text in changed if not text.offers)])
        vectors = self._vectors(offered)
        # Each build by an alias of its own, so that after a swap nothing of this lands in a newer index than was
        # looked at. The half-built one first: the other may be removed meanwhile, and then it no longer matters.
        for build in sorted(builds, key=lambda each: each.serving):
            if build.batch > batch:
                continue  # its texts were read after this batch; what is not in it must not come back
            own = build.meta.get("embedder") == self._made_by.embedder
            actions = [*_put(offered, vectors if own else [{}] * len(offered), batch), *_delete(gone, batch)]
            try:
                self._send(actions, build.index)
            except _BuildGoneError as error:
                if build.serving:
                    # Rebuilt in this very moment: the next try meets the new index.
                    raise UnavailableError("index_missing") from error
        if any(build.serving for build in builds):
            with translated():
                self._client.indices.refresh(index=self._alias)

    def rebuild(self, documents: Iterator[TextDocument], total: int, batch: int, progress: Progress | None) -> None:
        """Fill a fresh index, check it, and swap the alias; the present index serves until then.

        `documents` is read only once the fresh index stands, so that a change that it does not hold reaches the
        fresh index by `apply`. Cut off, a half-built index stays behind, which the next rebuild removes. Raises
        `UnavailableError`, `InvalidInputError` (``index_text_refused``), and `UnavailableError`
        (``index_incomplete``) when the fresh index does not hold what was written; nothing has changed then.
        """
        builds = self._builds()
        self._remove([build.index for build in builds if not build.serving])
        index = self._create(_next(builds), batch, rebuilt=True)
        try:
            filled = self._fill(index, documents, total, batch, progress)
            self._settle(index)
            self._check(index, filled, batch)
            # Asked again: a first batch may have begun an index meanwhile.
            old = [build.index for build in self._builds() if build.serving]
            self._swap(index, old)
        except _BuildGoneError as error:
            raise UnavailableError("index_rebuild_superseded") from error
        except Exception:
            with suppress(KaartError):
                self._remove([index])
            raise
        # The old one is no longer found by anyone; if this fails, the next rebuild removes it.
        with suppress(UnavailableError):
            self._remove(old)

    def _builds(self) -> list[_Build]:
        with translated():
            answer = self._client.indices.get(index=f"{self._alias}-*", features=["aliases", "mappings"])
        builds = []
        for index, about in answer.body.items():
            number = mapping.number_of(self._prefix, index)
            if number is None:
                continue
            aliases = about["aliases"]
            builds.append(
                _Build(
                    index=index,
                    number=number,
                    meta=about["mappings"].get("_meta", {}),
                    serving=self._alias in aliases,
                    building=mapping.building_alias(index) in aliases,
                )
            )
        return builds

    def _begin(self, number: int, batch: int) -> _Build:
        index = self._create(number, batch, rebuilt=False)
        self._settle(index)
        self._swap(index, [])
        return _Build(index, number, self._meta(batch, rebuilt=False), serving=True, building=False)

    def _meta(self, batch: int, *, rebuilt: bool) -> dict[str, Any]:
        return mapping.meta(self._made_by, self._clock(), batch, rebuilt=rebuilt)

    def _create(self, number: int, batch: int, *, rebuilt: bool) -> str:
        index = mapping.index_name(self._prefix, number)
        with translated():
            self._client.indices.create(
                index=index,
                settings=mapping.settings(),
                mappings=mapping.mappings(self._made_by, self._embedder.dimension, self._meta(batch, rebuilt=rebuilt)),
                aliases={mapping.building_alias(index): {}, mapping.writing_alias(index): {}},
            )
        return index

    def _fill(
        self, index: str, documents: Iterator[TextDocument], total: int, batch: int, progress: Progress | None
    ) -> _Filled:
        filled = _Filled()
        offered = (text for text in documents if text.offers)
        while chunk := list(islice(offered, CHUNK)):
            vectors = self._vectors(chunk)
            taken = self._send(_put(chunk, vectors, batch), index)
            if not filled.texts:
                (vector,) = vectors[0].values()
                filled = _Filled(sample=chunk[0].text_key, vector=vector)
            filled = replace(filled, texts=filled.texts + len(chunk), taken=filled.taken + taken)
            if progress:
                progress(filled.texts, max(total, filled.texts))
        return filled

    def _settle(self, index: str) -> None:
        with translated():
            self._client.indices.put_settings(index=index, settings=mapping.filled_settings())
            self._client.indices.refresh(index=index)

    def _check(self, index: str, filled: _Filled, batch: int) -> None:
        """Every text that was written is there, and one of them is found by its vector.

        Changes that came in meanwhile replaced or removed some: as many may be missing as the index counts writes
        beyond the rebuild's own.
        """
        with translated():
            written = {"term": {"batch": batch}}
            present = int(self._client.count(index=index, query=written)["count"])
            counters = self._client.indices.stats(index=index, metric="indexing")["_all"]["primaries"]["indexing"]
        others = max(0, counters["index_total"] + counters["delete_total"] - filled.taken)
        lost = present < filled.taken - others or present > filled.taken
        if lost or (filled.taken and not others and not self._finds(index, filled)):
            raise UnavailableError("index_incomplete", written=filled.taken, present=present)

    def _finds(self, index: str, filled: _Filled) -> bool:
        with translated():
            answer = self._client.search(
                index=index,
                size=1,
                knn={
                    "field": mapping.vector_field(self._made_by.embedder),
                    "query_vector": list(filled.vector),
                    "k": 1,
                    "num_candidates": 1,
                    "filter": {"term": {"text_key": filled.sample}},
                },
                source=False,
            )
        return any(hit["_id"] == filled.sample for hit in answer["hits"]["hits"])

    def _swap(self, index: str, old: Sequence[str]) -> None:
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": mapping.building_alias(index), "must_exist": True}},
            {"add": {"index": index, "alias": self._alias}},
        ]
        actions += [{"remove": {"index": each, "alias": self._alias}} for each in old]
        with translated():
            self._client.indices.update_aliases(actions=actions)

    def _remove(self, indices: Sequence[str]) -> None:
        if not indices:
            return
        with translated():
            self._client.options(ignore_status=_NOT_FOUND).indices.delete(index=list(indices), ignore_unavailable=True)

    def _vectors(self, texts: Sequence[TextDocument]) -> list[dict[str, list[float]]]:
        """The vector of each text, under the name of its field."""
        if not texts:
            return []
        name = mapping.vector_field(self._made_by.embedder)
        vectors = self._embedder.embed_passages([text.passage for text in texts])
        return [{name: [float(number) for number in vector]} for vector in vectors]

    def _send(self, actions: Iterable[Mapping[str, Any]], index: str) -> int:
        """Send to one build; how many writes were taken. The others met a newer version.

        Raises `_BuildGoneError` when the index is not there any more.
        """
        target = mapping.writing_alias(index)
        taken = 0
        with translated():
            answers = streaming_bulk(
                self._client,
                ({**action, "_index": target} for action in actions),
                raise_on_error=False,
                max_retries=_BUSY_RETRIES,
                initial_backoff=_BUSY_PAUSE,
                require_alias=True,
            )
            for done, answer in answers:
                if not done:
                    _judge(answer)
                taken += done
        return taken


class _BuildGoneError(Exception):
    """The index that was written to is gone: a rebuild removed it. It never leaves this module."""


def _next(builds: Iterable[_Build]) -> int:
    return max((build.number for build in builds), default=0) + 1


def _action(operation: str, text_key: str, batch: int) -> dict[str, Any]:
    return {"_op_type": operation, "_id": text_key, "version": batch, "version_type": "external_gte"}


def _put(texts: Sequence[TextDocument], vectors: Sequence[Mapping[str, Any]], batch: int) -> Iterator[dict[str, Any]]:
    for text, vector in zip(texts, vectors, strict=True):
        yield {**_action("index", text.text_key, batch), **mapping.document(text, batch), **vector}


def _delete(removed: Iterable[str], batch: int) -> list[dict[str, Any]]:
    return [_action("delete", text_key, batch) for text_key in removed]


def _judge(answer: Mapping[str, Mapping[str, Any]]) -> None:
    """Let pass what is no failure: a newer version is there already, or what was to be removed is not there."""
    ((_, item),) = answer.items()
    status = int(item["status"])
    cause = item.get("error")
    if status == _CONFLICT or cause is None:
        return
    if cause.get("type") == "index_not_found_exception":
        raise _BuildGoneError
    if status < 500 and status not in {429, 401, 403} and cause.get("type") != "cluster_block_exception":
        raise InvalidInputError("index_text_refused", text_key=item.get("_id", ""), reason=str(cause.get("reason", "")))
    raise unavailable(status, cause)
