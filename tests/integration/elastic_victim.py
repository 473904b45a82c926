"""A process that begins a rebuild or a drain and stands still in the middle, to be killed there.

Run as ``python -m tests.integration.elastic_victim URL PREFIX POINT``; it prints a line when it has come so far.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

from indexer.backends import elastic_writer
from indexer.backends.elastic_client import connect
from indexer.drain import Drain
from indexer.rebuild import rebuild
from tests.factories.embedding import FakeEmbedder
from tests.factories.outbox import MemoryRegister, make_document

#: Texts of the register in the tests of killing; a rebuild sends two at a time, so that it stands half-way.
TEXTS = 10
CHUNK = 2


def a_register() -> MemoryRegister:
    """The same at each call: what a database would still hold after the process is gone."""
    register = MemoryRegister()
    for number in range(TEXTS):
        register.change(f"text-{number}", f"Hulp woord{number}")
    return register


def stand_still(*_: Any) -> None:
    print("here", flush=True)  # noqa: T201  the signal that the test waits for
    signal.pause()


def before(action: Callable[..., Any]) -> Callable[..., Any]:
    def standing(*arguments: Any) -> Any:
        stand_still()
        return action(*arguments)

    return standing


def half_of(actions: Iterator[Any]) -> Iterator[Any]:
    every = list(actions)
    yield from every[: len(every) // 2]


def main(url: str, prefix: str, point: str) -> None:
    register, embedder = a_register(), FakeEmbedder()
    writer = elastic_writer.ElasticWriter(connect(url, timeout=60), prefix, embedder)
    elastic_writer.CHUNK = CHUNK
    drain = Drain([writer], register, register, make_document)
    sending = writer._send
    match point:
        case "rebuild: half the texts":
            register.on_each = lambda key: stand_still() if key == f"text-{TEXTS // 2}" else None
            rebuild(writer, register, register, make_document)
        case "rebuild: before the swap":
            writer._swap = before(writer._swap)
            rebuild(writer, register, register, make_document)
        case "rebuild: before the old one is removed":
            removing = writer._remove
            writer._remove = lambda names: stand_still() if names else removing(names)
            rebuild(writer, register, register, make_document)
        case "rebuild: before the queue is told":
            register.delivered_until = before(register.delivered_until)
            rebuild(writer, register, register, make_document)
        case "drain: before writing":
            writer._send = before(sending)
            drain.run_once()
        case "drain: half of a batch":
            writer._send = lambda actions, index: stand_still(sending(half_of(actions), index))
            drain.run_once()
        case "drain: before the queue is told":
            register.delivered = before(register.delivered)
            drain.run_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
