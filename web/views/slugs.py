"""Addresses of pages. The id is lasting; the slug only makes an address readable."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from uuid import UUID

from kaart.domain.texts import Texts

#: Long enough to be recognised, short enough to be read aloud.
_MAX_SLUG: Final = 60


def slug(name: str) -> str:
    """The readable end of an address: ``Leefloon (OCMW Gent)`` becomes ``leefloon-ocmw-gent``; may be empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_MAX_SLUG].strip("-")


def service_path(language: str, service_id: UUID, name: Texts) -> str:
    """The address of a service's page."""
    readable = slug(name.text(language))
    return f"/{language}/service/{service_id}" + (f"/{readable}" if readable else "")


def kind_path(language: str, code: str) -> str:
    """The address of a page about a kind of help."""
    return f"/{language}/kind/{code}"


def right_path(language: str, code: str) -> str:
    """The address of a page about a right."""
    return f"/{language}/right/{code}"
