"""Fields of the catalogue that need more than a plain value: codes, telephone numbers, areas, sources."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kaart.domain.areas import BRUSSELS_NIS, FLANDERS_NIS, WALLONIA_NIS, AreaCode, AreaSystem
from kaart.domain.catalogue import Phone
from kaart.domain.needs import TermKind
from kaart.editorial.reader import Node, nearest

#: A Belgian number as dialled anywhere, or a short one: 100-199, 1000-1999 and the harmonised 116xxx.
PHONE = re.compile(r"\+32[1-9]\d{7,8}|1\d{2,3}|116\d{3}")
_EMAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_AREAS = {
    AreaSystem.COUNTRY: re.compile(r"BE"),
    AreaSystem.REGION: re.compile(f"{FLANDERS_NIS}|{WALLONIA_NIS}|{BRUSSELS_NIS}"),
    AreaSystem.PROVINCE: re.compile(r"[1-9]000[0-6]"),
    AreaSystem.MUNICIPALITY: re.compile(r"[1-9]\d{4}"),
    AreaSystem.POSTAL: re.compile(r"[1-9]\d{3}"),
}


@dataclass(frozen=True, slots=True)
class SourceRef:
    """What a record rests on: the name of the text or site, its address, and the day it was written here."""

    name: str = ""
    url: str = ""
    on: date | None = None


def phone_number(words: str) -> str:
    """A number as an editor writes it (``0800 13 500``, ``02/249.30.00``, ``1813``) as dialled; empty if malformed."""
    digits = re.sub(r"[\s./()-]", "", words)
    if digits.startswith("0") and not digits.startswith("00"):
        digits = f"+32{digits[1:]}"
    return digits if PHONE.fullmatch(digits) else ""


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads such fields and notes what is wrong. `codes` None: no taxonomy at hand, so any code passes."""

    known: Mapping[TermKind, Collection[str]] | None = None

    def code(self, node: Node, key: str, kind: TermKind) -> str:
        """One code of a vocabulary, or the empty string."""
        code = node.text(key, required=False)
        self._check(node, key, code, kind)
        return code

    def codes(self, node: Node, key: str, kind: TermKind) -> tuple[str, ...]:
        """Codes of a vocabulary."""
        found = node.strings(key)
        for code in found:
            self._check(node, key, code, kind)
        return found

    def _check(self, node: Node, key: str, code: str, kind: TermKind) -> None:
        if code and self.known is not None and code not in self.known[kind]:
            node.complain("content_unknown_code", key, code=code, nearest=nearest(code, self.known[kind]) or "-")

    def email(self, node: Node, key: str) -> str:
        """An e-mail address in small letters."""
        words = node.text(key, required=False).lower()
        if words and not _EMAIL.fullmatch(words):
            node.complain("content_email_malformed", key, value=words)
            return ""
        return words

    def phones(self, node: Node, key: str) -> tuple[Phone, ...]:
        """Telephone numbers as dialled."""
        found = []
        for words in node.strings(key):
            number = phone_number(words)
            if number:
                found.append(Phone(number))
            else:
                node.complain("content_phone_malformed", key, value=words)
        return tuple(found)

    def areas(self, node: Node, key: str) -> tuple[AreaCode, ...] | None:
        """Area codes; None when the field is absent: nobody told."""
        found = node.strings(key)
        for words in found:
            system, _, code = words.partition(":")
            shape = _AREAS.get(AreaSystem(system)) if system in set(AreaSystem) else None
            if shape is None or not shape.fullmatch(code):
                node.complain("content_area_malformed", key, value=words)
        return tuple(AreaCode(words) for words in found) or None

    def source(self, node: Node, default: SourceRef | None, day: date | None) -> SourceRef | None:
        """The source of a record: its own, else that of the list in which it stands, dated with this day."""
        below = node.child("source")
        if below is None:
            return SourceRef(default.name, default.url, day or default.on) if default else None
        below.expect_fields("name", "url")
        return SourceRef(below.text("name"), below.url("url", required=True), day)
