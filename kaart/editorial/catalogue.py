"""Reads and checks `content/catalogue`: the organizations, lines and services that the project ships.

An editor keeps these files without Python; every complaint names file, line and field. Three forms exist, told
apart by the field ``format``: ``organizations`` (each body written out), ``per_municipality`` (one template
that becomes an organization in each municipality) and ``per_court`` (the words for the courts and houses of
justice, whose names and addresses come from another source).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kaart.domain.catalogue import Phone
from kaart.domain.codes import Formality
from kaart.domain.ids import check_key
from kaart.domain.needs import Term, TermKind
from kaart.domain.texts import INTERFACE_LANGUAGES, LocalText, Texts
from kaart.editorial.entries import ServiceEntry, SourceRef, read_language_codes, read_service
from kaart.editorial.fields import FieldReader
from kaart.editorial.problems import Problem, Problems
from kaart.editorial.reader import Node, nearest, read_yaml
from kaart.errors import InvalidInputError

#: The folder below the content folder.
FOLDER = "catalogue"
FORMATS = ("organizations", "per_municipality", "per_court")

_ORGANIZATION_FIELDS = (
    "key",
    "name",
    "alternate_names",
    "generic_name",
    "description",
    "type",
    "formality",
    "sectors",
    "website",
    "email",
    "phones",
    "source",
    "date",
    "services",
)
_TEMPLATE_FIELDS = (
    "format",
    "date",
    "source",
    "regions",
    "bilingual",
    "key",
    "name",
    "name_bilingual",
    "generic_name",
    "description",
    "type",
    "formality",
    "sectors",
    "languages",
    "languages_bilingual",
    "services",
)
"""`key`, `name` and `name_bilingual` may hold ``{slug}``, ``{nl}`` and ``{fr}``."""
_COURT_FIELDS = ("code", "generic_name", "type", "formality", "sectors", "services")
_PLACEHOLDERS = {"slug": "x", "nl": "X", "fr": "X"}


@dataclass(frozen=True, slots=True)
class OrganizationEntry:
    """One organization as an editor wrote it, with its services; `raw` is the record as it stands in the file."""

    key: str
    name: Texts
    alternate_names: tuple[str, ...]
    generic_name: Texts
    description: Texts
    organization_type: str
    formality: Formality | None
    sectors: tuple[str, ...]
    website: str
    email: str
    phones: tuple[Phone, ...]
    source: SourceRef
    services: tuple[ServiceEntry, ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MunicipalTemplate:
    """An organization that exists once in every municipality of `regions` (NIS codes).

    `bilingual_regions` and `bilingual_municipalities` (NIS codes) are where the law lets people be served in
    Dutch and in French: there `name_bilingual` and `languages_bilingual` hold.
    """

    file: str
    key: str
    name: Texts
    name_bilingual: Texts
    generic_name: Texts
    description: Texts
    organization_type: str
    formality: Formality | None
    sectors: tuple[str, ...]
    regions: tuple[str, ...]
    bilingual_regions: tuple[str, ...]
    bilingual_municipalities: tuple[str, ...]
    languages: tuple[str, ...]
    languages_bilingual: tuple[str, ...]
    source: SourceRef
    services: tuple[ServiceEntry, ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CourtEntry:
    """The words for one sort of court, or for the houses of justice; `code` is that sort in the other source."""

    code: str
    generic_name: Texts
    organization_type: str
    formality: Formality | None
    sectors: tuple[str, ...]
    services: tuple[ServiceEntry, ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in `content/catalogue`."""

    organizations: tuple[OrganizationEntry, ...] = ()
    templates: tuple[MunicipalTemplate, ...] = ()
    courts: Mapping[str, CourtEntry] = field(default_factory=dict)


def digest(raw: Mapping[str, Any]) -> str:
    """A hex digest of a record's words, by which a change is seen."""
    return hashlib.sha256(json.dumps(raw, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def load_catalogue(content: Path, terms: Mapping[str, Term] | None = None) -> Catalogue:
    """Read the catalogue of a content folder.

    With `terms` every code of a need, kind of help, target group, sector and organization type must be one of
    them. Raises `BrokenContentError` (``content_broken``) with every problem.
    """
    problems = Problems(content)
    catalogue = read_catalogue(content, problems, terms)
    problems.raise_if_any()
    return catalogue


def check_catalogue(content: Path, terms: Mapping[str, Term] | None = None) -> list[Problem]:
    """Every problem of the catalogue's files, by file and line; empty when all is well."""
    problems = Problems(content)
    read_catalogue(content, problems, terms)
    return problems.sorted()


def read_catalogue(content: Path, problems: Problems, terms: Mapping[str, Term] | None = None) -> Catalogue:
    """Read what can be read and note every problem; what comes back is to be used only without problems."""
    reading = _Reading(FieldReader(_codes(terms)))
    files = sorted((content / FOLDER).glob("*.yaml"))
    if not files:
        problems.add(FOLDER, 0, "", "content_file_missing")
    for path in files:
        before = len(problems)
        node = read_yaml(path, problems)
        if node.is_mapping:
            reading.file(node)
        elif len(problems) == before:
            node.complain("content_expected_mapping")
    return Catalogue(tuple(reading.organizations), tuple(reading.templates), reading.courts)


@dataclass(slots=True)
class _Reading:
    """What was read so far; `seen` says where each key stands."""

    reader: FieldReader
    organizations: list[OrganizationEntry] = field(default_factory=list)
    templates: list[MunicipalTemplate] = field(default_factory=list)
    courts: dict[str, CourtEntry] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def file(self, node: Node) -> None:
        """Read one file of any form."""
        form = node.text("format")
        if form == "organizations":
            self._organizations(node)
        elif form == "per_municipality":
            self.templates.append(_template(node, self.reader))
            _once(node, self.templates[-1].key, self.seen)
        elif form == "per_court":
            self._courts(node)
        elif form:
            node.complain("content_unknown_code", "format", code=form, nearest=nearest(form, FORMATS) or "-")

    def _organizations(self, node: Node) -> None:
        node.expect_fields("format", "date", "source", "organizations")
        day, source = node.day("date", required=False), self.reader.source(node, None, None)
        for item in node.items("organizations"):
            self.organizations.append(_organization(item, self.reader, day, source))
            _once(item, self.organizations[-1].key, self.seen)

    def _courts(self, node: Node) -> None:
        node.expect_fields("format", "date", "source", "courts")
        day = node.day("date")
        source = _source(node, self.reader, None, day)
        for item in node.items("courts"):
            entry = _court(item, self.reader, day, source)
            _once(item, entry.code, self.seen, "code")
            self.courts[entry.code] = entry


def _codes(terms: Mapping[str, Term] | None) -> Mapping[TermKind, Collection[str]] | None:
    if terms is None:
        return None
    found: dict[TermKind, set[str]] = {kind: set() for kind in TermKind}
    for term in terms.values():
        if term.replaced_by is None:
            found[term.kind].add(term.code)
    return found


def _once(node: Node, key: str, seen: dict[str, str], name: str = "key") -> None:
    if not key:
        return
    if key in seen:
        node.complain("content_key_taken", name, key=key, other=seen[key])
    seen.setdefault(key, f"{node.file}:{node.line}")


def _key(node: Node, filled: Mapping[str, str] | None = None) -> str:
    key = node.text("key")
    try:
        if key:
            check_key(key.format_map(filled) if filled else key)
    except (InvalidInputError, KeyError, ValueError, IndexError):
        node.complain("content_key_malformed", "key", key=key)
        return ""
    return key


def _dated(texts: Texts, day: date | None) -> Texts:
    return Texts(tuple(LocalText(text.language, text.value, day) for text in texts))


def _texts(node: Node, key: str, day: date | None, required: Collection[str] = ()) -> Texts:
    return _dated(node.texts(key, required=required, allowed=INTERFACE_LANGUAGES), day)


def _services(node: Node, reader: FieldReader, day: date | None, source: SourceRef) -> tuple[ServiceEntry, ...]:
    seen: dict[str, str] = {}
    found: list[ServiceEntry] = []
    for item in node.items("services"):
        entry = read_service(item, reader, day, source)
        _once(item, entry.key, seen)
        found.append(entry)
    return tuple(found)


def _source(node: Node, reader: FieldReader, default: SourceRef | None, day: date | None) -> SourceRef:
    """The source that a record must have: nothing is shown that cannot say where it comes from."""
    source = reader.source(node, default, day)
    if source is None:
        node.complain("content_missing_field", "source", name="source")
    return source or SourceRef()


def _organization(node: Node, reader: FieldReader, day: date | None, source: SourceRef | None) -> OrganizationEntry:
    node.expect_fields(*_ORGANIZATION_FIELDS)
    own_day = node.day("date", required=day is None) or day
    own_source = _source(node, reader, source, own_day)
    return OrganizationEntry(
        key=_key(node),
        name=_texts(node, "name", own_day, ("nl",)),
        alternate_names=node.strings("alternate_names"),
        generic_name=_texts(node, "generic_name", own_day),
        description=_texts(node, "description", own_day),
        organization_type=reader.code(node, "type", TermKind.ORGANIZATION_TYPE),
        formality=node.one_of("formality", Formality, required=False),
        sectors=reader.codes(node, "sectors", TermKind.SECTOR),
        website=node.url("website"),
        email=reader.email(node, "email"),
        phones=reader.phones(node, "phones"),
        source=own_source,
        services=_services(node, reader, own_day, own_source),
        raw=_raw(node),
    )


def _template(node: Node, reader: FieldReader) -> MunicipalTemplate:
    node.expect_fields(*_TEMPLATE_FIELDS)
    day = node.day("date")
    source = _source(node, reader, None, day)
    bilingual = node.child("bilingual")
    if bilingual is not None:
        bilingual.expect_fields("regions", "municipalities", "legal_basis")
    for name in ("name", "name_bilingual"):
        for text in node.texts(name, required=("nl",), allowed=INTERFACE_LANGUAGES):
            try:
                text.value.format_map(_PLACEHOLDERS)
            except (KeyError, ValueError, IndexError):
                node.complain("content_unknown_placeholder", name, value=text.value)
    return MunicipalTemplate(
        file=node.file,
        key=_key(node, _PLACEHOLDERS),
        name=_texts(node, "name", day),
        name_bilingual=_texts(node, "name_bilingual", day),
        generic_name=_texts(node, "generic_name", day, ("nl",)),
        description=_texts(node, "description", day),
        organization_type=reader.code(node, "type", TermKind.ORGANIZATION_TYPE),
        formality=node.one_of("formality", Formality, required=False),
        sectors=reader.codes(node, "sectors", TermKind.SECTOR),
        regions=node.strings("regions"),
        bilingual_regions=bilingual.strings("regions") if bilingual else (),
        bilingual_municipalities=bilingual.strings("municipalities") if bilingual else (),
        languages=read_language_codes(node, "languages"),
        languages_bilingual=read_language_codes(node, "languages_bilingual"),
        source=source,
        services=_services(node, reader, day, source),
        raw=_raw(node),
    )


def _court(node: Node, reader: FieldReader, day: date | None, source: SourceRef) -> CourtEntry:
    node.expect_fields(*_COURT_FIELDS)
    return CourtEntry(
        code=node.text("code"),
        generic_name=_texts(node, "generic_name", day, ("nl", "fr")),
        organization_type=reader.code(node, "type", TermKind.ORGANIZATION_TYPE),
        formality=node.one_of("formality", Formality, required=False),
        sectors=reader.codes(node, "sectors", TermKind.SECTOR),
        services=_services(node, reader, day, source),
        raw=_raw(node),
    )


def _raw(node: Node) -> Mapping[str, Any]:
    """The record as plain values, to be kept beside what was made of it."""
    plain = _plain(node)
    return plain if isinstance(plain, dict) else {}


def _plain(node: Node) -> Any:
    if node.is_mapping:
        return {name: _plain(below) for name, below in node.children()}
    if node.is_list:
        return [_plain(item) for item in node.items()]
    return node.value
