"""Identity: every entity has a UUID given once and never reused, and a readable key.

The shipped catalogue gets UUIDv5 of source and key, so that the same record has the same
address on every installation.
"""

from __future__ import annotations

import re
import uuid
from typing import NewType

from kaart.errors import InvalidInputError

OrganizationId = NewType("OrganizationId", uuid.UUID)
ServiceId = NewType("ServiceId", uuid.UUID)
LocationId = NewType("LocationId", uuid.UUID)

#: The namespace of ids derived from a source and its key (made once with uuid4; never changed).
KAART_NAMESPACE = uuid.UUID("6a4a1b1e-7c1f-4f0c-9d55-0e5f6f6f2b61")

_KEY = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*(?:/[a-z0-9]+(?:[-._][a-z0-9]+)*)*")


def derived_id(source: str, key: str) -> uuid.UUID:
    """The lasting id of a source's record: the same source and key always give the same id."""
    return uuid.uuid5(KAART_NAMESPACE, f"{source}\n{key}")


def check_key(key: str) -> str:
    """Return the key if it is readable and safe in an address: ``ocmw-gent/leefloon``.

    Raises `InvalidInputError` (``key_malformed``) for anything but lower-case ASCII letters, digits and
    ``- . _`` between them, in parts joined by ``/``.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInputError("key_malformed", key=key)
    return key
