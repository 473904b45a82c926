"""The master key of an installation and the keys derived from it.

The first run makes ``keys/master`` in the data folder, readable by its owner only. Whoever has a backup of the
database without this file cannot read what is encrypted; whoever loses it cannot either.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaart.errors import ConfigurationError, InvalidInputError

#: 256 bits, for AES-256 and HKDF-SHA256.
KEY_BYTES = 32


def master_key_path(data_dir: Path) -> Path:
    """Where the master key stands."""
    return data_dir / "keys" / "master"


def load_or_create_master_key(data_dir: Path) -> bytes:
    """Read the master key; make it if this is the first run. Two first runs at once end with one key.

    Raises `ConfigurationError`: ``master_key_broken`` when the file has another length, ``master_key_open`` when
    others than its owner may read it.
    """
    path = master_key_path(data_dir)
    if not path.exists():
        # The process that was first wins, and both read its key.
        create_master_key(data_dir, secrets.token_bytes(KEY_BYTES))
    if path.stat().st_mode & 0o077:
        raise ConfigurationError("master_key_open", path=str(path))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ConfigurationError("master_key_broken", path=str(path))
    return key


def create_master_key(data_dir: Path, key: bytes) -> bool:
    """Make this the master key, on disk before this returns; False when there is one already, which stays."""
    path = master_key_path(data_dir)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"master.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link fails where the name exists; a half-written key never has the name.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read_key_copy(data_dir: Path, copy: Path) -> bytes:
    """Read a copy of the master key that is to be put back.

    Raises `InvalidInputError` (``master_key_exists``) when there is a key already, which the copy would replace, and
    `ConfigurationError` (``master_key_broken``) for a file that is no key.
    """
    path = master_key_path(data_dir)
    if path.exists():
        raise InvalidInputError("master_key_exists", path=str(path))
    key = copy.read_bytes()
    if len(key) != KEY_BYTES:
        raise ConfigurationError("master_key_broken", path=str(copy))
    return key


def derived_key(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (``cookie.search``); keys of two purposes tell nothing of each other."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(master)
