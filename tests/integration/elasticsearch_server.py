"""The Elasticsearch that the tests use: a real one, started by whoever runs them."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from indexer import mapping
from indexer.backends.elastic import ElasticIndex
from indexer.backends.elastic_client import connect
from indexer.backends.elastic_writer import ElasticWriter
from tests.contract.index_suite import IndexPair
from tests.factories.embedding import FakeEmbedder

VARIABLE = "TEST_ELASTICSEARCH_URL"
#: Read here, since every test runs without `KAART_…` variables.
URL = os.environ.get(VARIABLE, "")


class Server(NamedTuple):
    """A client that waits (the machine of the tests may be busy), and a prefix that no other test has."""

    url: str
    client: Elasticsearch
    prefix: str

    def builds(self) -> list[str]:
        return sorted(self.client.indices.get(index=f"{mapping.alias(self.prefix)}-*").body)

    def pair(self, embedder: FakeEmbedder | None = None) -> IndexPair:
        return a_pair(self.client, self.prefix, embedder or FakeEmbedder())


@contextmanager
def own_server() -> Iterator[Server]:
    """The server, or a skip that says what is missing; the test's indices are removed afterwards."""
    if not URL:
        pytest.skip(f"needs Elasticsearch 9: set {VARIABLE} to its address")
    client = connect(URL, timeout=60)
    server = Server(URL, client, f"test-{uuid.uuid4().hex[:12]}")
    try:
        yield server
    finally:
        if names := server.builds():
            client.indices.delete(index=names)
        client.close()


def a_pair(client: Elasticsearch, prefix: str, embedder: FakeEmbedder) -> IndexPair:
    return IndexPair(ElasticIndex(client, prefix, embedder.identity), ElasticWriter(client, prefix, embedder), embedder)


class Wire:
    """Stands between client and server on a port of its own; can go silent or be cut in the middle of a request."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname, there.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._silent = threading.Event()
        self._cut_on_request = threading.Event()
        self.requests_cut = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def go_silent(self) -> None:
        """From now on whatever is sent stays without an answer."""
        self._silent.set()

    def cut_during_next_request(self) -> None:
        """The next request reaches the server, and then the wire and its port are gone, as with kill -9."""
        self._cut_on_request.set()

    def cut(self) -> None:
        """Close the port and every connection."""
        # Shutting down wakes the thread that waits in accept; closing alone would leave the port open.
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._there)
                self._open += [near, far]
                threading.Thread(target=self._to_server, args=(near, far), daemon=True).start()
                threading.Thread(target=self._to_client, args=(far, near), daemon=True).start()

    def _to_server(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                if self._silent.is_set():
                    continue
                far.sendall(data)
                if self._cut_on_request.is_set():
                    self.requests_cut += 1
                    self.cut()

    def _to_client(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if not self._cut_on_request.is_set() and not self._silent.is_set():
                    near.sendall(data)


@contextmanager
def a_wire(url: str) -> Iterator[Wire]:
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.cut()
