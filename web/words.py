"""The words of a search, kept for half an hour in a cookie that only this server can read.

An address holds codes only, so that history, bookmarks, logs and shared links tell nothing of what was typed. Back,
reload and a changed filter still work, because the browser brings the sealed words along. Nothing is kept here.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Seconds; long enough to call a number and come back, short enough for a library's computer.
MAX_AGE: Final = 1800
#: Characters of the sealed value. Browsers keep cookies of up to 4096 bytes, name and attributes included.
MAX_VALUE: Final = 3500
#: Searches of which the words are kept, so that "back" to an earlier one still finds them.
MAX_SEARCHES: Final = 5

_NONCE_BYTES: Final = 12  # what GCM is made for
_PURPOSE: Final = b"kaart.words.1"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person typed and chose for one search. `token` is random and links an address to these words."""

    token: str
    text: str = ""
    place: str = ""
    age: int | None = None
    needs: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


def new_token() -> str:
    """A name for one search that tells nothing of it."""
    return secrets.token_hex(4)


def cookie_name(*, insecure: bool) -> str:
    """`__Host-` binds the cookie to this host and to HTTPS; without HTTPS it needs another name."""
    return "kaart-words" if insecure else "__Host-kaart-words"


@dataclass(frozen=True, slots=True)
class WordsBox:
    """Seals and opens the cookie; `key` is 32 bytes."""

    key: bytes

    def seal(self, searches: Sequence[Words], now: datetime) -> str | None:
        """The cookie's value with the newest searches that fit, newest first; None when even that one does not."""
        for count in range(min(len(searches), MAX_SEARCHES), 0, -1):
            sealed = self._seal({"at": int(now.timestamp()), "searches": [asdict(each) for each in searches[:count]]})
            if len(sealed) <= MAX_VALUE:
                return sealed
        return None

    def open(self, value: str | None, now: datetime) -> tuple[Words, ...]:
        """The searches in a cookie; none for one that is missing, too old, or not sealed by this server."""
        if not value or len(value) > MAX_VALUE:
            return ()
        try:
            sealed = base64.urlsafe_b64decode(value.encode("ascii") + b"==")
            packed = AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _PURPOSE)
        except (InvalidTag, ValueError, binascii.Error):
            return ()
        opened = json.loads(zlib.decompress(packed))
        if not 0 <= now.timestamp() - opened["at"] <= MAX_AGE:
            return ()
        return tuple(_words(each) for each in opened["searches"])

    def _seal(self, content: dict[str, object]) -> str:
        packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), level=9)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, packed, _PURPOSE)
        # Without padding: an equals sign would put the value in quotes.
        return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def _words(stored: Any) -> Words:
    """From JSON, where tuples came back as lists. It was sealed by ourselves, so its shape is ours."""
    return Words(
        token=stored["token"],
        text=stored["text"],
        place=stored["place"],
        age=stored["age"],
        needs=tuple(stored["needs"]),
        dismissed=tuple(stored["dismissed"]),
        answers=tuple((code, value) for code, value in stored["answers"]),
    )
