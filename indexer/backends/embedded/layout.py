"""The files of the embedded index: pointer, generations, deltas, locks; what makes a kill at any moment harmless.

```
CURRENT.json      the pointer: generation, deltas in their order, newest batch
g-…/              a generation: manifest.json, lexical/ (tantivy), vectors.npy, arrays of the segment
d-…/              a delta: manifest.json, documents.jsonl, vectors.npy
write.lock        held while the pointer changes
rebuild.lock      held while a generation is made, which may take minutes; deltas go on meanwhile
```
A folder is complete, and on the disk, before the pointer names it. What no pointer names is a leftover.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kaart.errors import ConflictError, UnavailableError

#: Of the files' form: a reader refuses another one, and a rebuild makes this one.
FORMAT: Final = 1

POINTER: Final = "CURRENT.json"
WRITE_LOCK: Final = "write.lock"
REBUILD_LOCK: Final = "rebuild.lock"

#: Seconds that a folder stays after the pointer left it: a reader in another process may be opening it.
GRACE_SECONDS: Final = 60.0

#: Bytes left below which a failure of the engine's writing is put down to the disk: less than it writes at once.
_LITTLE_ROOM: Final = 64_000_000

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is current. `batch` is the newest that was written."""

    generation: str
    deltas: tuple[str, ...] = ()
    batch: int = 0


def read_pointer(folder: Path) -> Pointer | None:
    """The current pointer; None when nothing was ever built.

    Raises `UnavailableError`: ``index_other_format`` when it was written by another version of the program,
    ``index_damaged`` when it cannot be read.
    """
    try:
        content = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise UnavailableError("index_other_format", folder=str(folder))
        return Pointer(content["generation"], tuple(content["deltas"]), content["batch"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnavailableError("index_damaged", folder=str(folder)) from error


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step: a reader sees the old one or the new one, never a half."""
    content = {
        "format": FORMAT,
        "generation": pointer.generation,
        "deltas": list(pointer.deltas),
        "batch": pointer.batch,
    }
    fresh = folder / f"{POINTER}.{uuid.uuid4().hex}"
    try:
        write_json(fresh, content)
        fresh.replace(folder / POINTER)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(folder)


def pointer_mark(folder: Path) -> tuple[int, int, int] | None:
    """What changes whenever the pointer is replaced; None without a pointer. Costs microseconds."""
    try:
        found = os.stat(folder / POINTER)  # noqa: PTH116  once per query, and half the time of Path.stat
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def new_name(kind: str, batch: int) -> str:
    """A name for a folder that no other writer takes: ``g-17-3f…`` or ``d-17-3f…``."""
    return f"{kind}-{batch}-{uuid.uuid4().hex[:12]}"


def write_json(path: Path, content: Any) -> None:
    """Write a file that is on the disk when this returns."""
    write_bytes(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write a numpy file that is on the disk when this returns."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


#: numpy parses a file's header as Python. Python 3.11 counts the depth of that for all threads together, and two at
#: once may end in a SystemError ("recursion depth mismatch"): one at a time.
_HEADER: Final = threading.Lock()


def map_array(path: Path) -> NDArray[Any]:
    """A numpy file mapped into memory, read as it is used and shared between processes."""
    with _HEADER:
        return _mapped(path)


def _mapped(path: Path) -> NDArray[Any]:
    if path.stat().st_size < 4096:  # a mapping costs more than it saves, and an empty array cannot be mapped
        loaded: NDArray[Any] = np.load(path, allow_pickle=False)
        return loaded
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def sync_folder(folder: Path) -> None:
    """Make names in a folder lasting."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def lock(folder: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock of the index, against other processes and other threads; the kernel frees it at a kill.

    Raises `ConflictError` (``index_busy``) when another holds it and `wait` is False.
    """
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError("index_busy", folder=str(folder)) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def fresh_folder(parent: Path, name: str) -> Iterator[Path]:
    """A new folder that disappears again when filling it fails.

    Raises `UnavailableError` (``disk_full``) when there is no room; what was current stays current.
    """
    folder = parent / name
    try:
        with full_disk_told(parent):
            folder.mkdir()
            yield folder
            sync_folder(folder)
            sync_folder(parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Turn “no room” into the error that a person can read.

    Raises `UnavailableError`: ``disk_full``, and ``index_write_failed`` when the engine's threads failed otherwise.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise UnavailableError("disk_full", folder=str(folder)) from error
        raise
    except ValueError as error:  # tantivy tells every trouble of its files as a ValueError
        told = str(error)
        if "No space left" in told or "os error 28" in told:
            raise UnavailableError("disk_full", folder=str(folder)) from error
        if "worker thread" in told.lower():  # why, the engine does not say
            full = shutil.disk_usage(folder).free < _LITTLE_ROOM
            raise UnavailableError("disk_full" if full else "index_write_failed", folder=str(folder)) from error
        raise


def retire(folder: Path, names: set[str]) -> None:
    """Note on folders that the pointer leaves them now: from here their grace counts."""
    for name in names:
        try:
            os.utime(folder / name)
        except FileNotFoundError:
            continue


def clean(folder: Path, kind: str, keep: set[str], grace: float) -> None:
    """Remove the folders of a kind that nobody needs: left by the pointer long enough ago, or by a killed writer.

    Only for who holds the lock under which folders of this kind are made.
    """
    for leftover in folder.glob(f"{kind}-*"):
        try:
            unneeded = leftover.name not in keep and leftover.stat().st_mtime <= time.time() - grace
        except FileNotFoundError:
            continue
        if unneeded:
            shutil.rmtree(leftover, ignore_errors=True)
