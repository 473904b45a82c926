"""One service of the catalogue as an editor writes it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kaart.domain.areas import AreaCode
from kaart.domain.catalogue import Cost, Phone
from kaart.domain.codes import CostKind, Formality, Reach
from kaart.domain.eligibility import Eligibility
from kaart.domain.ids import check_key
from kaart.domain.needs import TermKind
from kaart.domain.texts import INTERFACE_LANGUAGES, LocalText, Texts
from kaart.editorial.fields import FieldReader, SourceRef
from kaart.editorial.reader import Node
from kaart.editorial.rules import read_eligibility
from kaart.errors import InvalidInputError

__all__ = ["ServiceEntry", "SourceRef", "read_language_codes", "read_service"]

_FIELDS = (
    "key",
    "name",
    "summary",
    "description",
    "does",
    "does_not",
    "how_to_apply",
    "for_whom",
    "kinds",
    "needs",
    "target_groups",
    "sectors",
    "formality",
    "reach",
    "regions",
    "catchment",
    "eligibility",
    "cost",
    "languages",
    "phones",
    "email",
    "url",
    "legal_basis",
    "source",
    "date",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2}|-[A-Z][a-z]{3})?")


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One service. `regions` (NIS codes), in a template only, keeps it to the municipalities of those regions."""

    key: str
    name: Texts
    summary: Texts
    description: Texts
    does: Texts
    does_not: Texts
    how_to_apply: Texts
    for_whom: Texts
    kinds: tuple[str, ...]
    needs: tuple[str, ...]
    target_groups: tuple[str, ...]
    sectors: tuple[str, ...]
    formality: Formality | None
    reach: frozenset[Reach]
    regions: tuple[str, ...]
    catchment: tuple[AreaCode, ...] | None
    eligibility: Eligibility
    cost: Cost
    languages: tuple[str, ...]
    phones: tuple[Phone, ...]
    email: str
    url: str
    legal_basis: Texts
    source: SourceRef


def read_language_codes(node: Node, key: str) -> tuple[str, ...]:
    """BCP 47 tags in their shortest form (``nl``, ``fr``)."""
    found = node.strings(key)
    for tag in found:
        if not _LANGUAGE.fullmatch(tag):
            node.complain("content_language_malformed", key, value=tag)
    return found


def read_service(node: Node, reader: FieldReader, day: date | None, source: SourceRef) -> ServiceEntry:
    """Read one service; its `date` and `source` are those of the record around it unless it has its own."""
    node.expect_fields(*_FIELDS)
    own_day = node.day("date", required=day is None) or day

    def texts(key: str, required: Collection[str] = ()) -> Texts:
        read = node.texts(key, required=required, allowed=INTERFACE_LANGUAGES)
        return Texts(tuple(LocalText(text.language, text.value, own_day) for text in read))

    return ServiceEntry(
        key=_key(node),
        name=texts("name", ("nl",)),
        summary=texts("summary", ("nl",)),
        description=texts("description"),
        does=texts("does"),
        does_not=texts("does_not"),
        how_to_apply=texts("how_to_apply", ("nl",)),
        for_whom=texts("for_whom"),
        kinds=reader.codes(node, "kinds", TermKind.SERVICE_TYPE),
        needs=reader.codes(node, "needs", TermKind.NEED),
        target_groups=reader.codes(node, "target_groups", TermKind.TARGET_GROUP),
        sectors=reader.codes(node, "sectors", TermKind.SECTOR),
        formality=node.one_of("formality", Formality, required=False),
        reach=_reach(node),
        regions=node.strings("regions"),
        catchment=reader.areas(node, "catchment"),
        eligibility=read_eligibility(node, reader),
        cost=_cost(node, own_day),
        languages=read_language_codes(node, "languages"),
        phones=reader.phones(node, "phones"),
        email=reader.email(node, "email"),
        url=node.url("url"),
        legal_basis=texts("legal_basis"),
        source=reader.source(node, source, own_day) or source,
    )


def _key(node: Node) -> str:
    key = node.text("key")
    try:
        if key:
            check_key(key)
    except InvalidInputError:
        node.complain("content_key_malformed", "key", key=key)
        return ""
    return key


def _reach(node: Node) -> frozenset[Reach]:
    known = {each.value: each for each in Reach}
    found = node.strings("reach")
    for code in found:
        if code not in known:
            node.complain("content_unknown_code", "reach", code=code, nearest=", ".join(known))
    return frozenset(known[code] for code in found if code in known)


def _cost(node: Node, day: date | None) -> Cost:
    below = node.child("cost")
    if below is None:
        return Cost()
    below.expect_fields("kind", "amount", "explanation")
    read = below.texts("explanation", allowed=INTERFACE_LANGUAGES)
    return Cost(
        kind=below.one_of("kind", CostKind) or CostKind.UNKNOWN,
        amount=below.text("amount", required=False),
        explanation=Texts(tuple(LocalText(text.language, text.value, day) for text in read)),
    )
