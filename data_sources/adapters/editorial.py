"""The project's own content: reads `content/catalogue` and makes organizations and services of it.

A template becomes one organization in each of its municipalities. The template itself is kept as one raw
record; the record of a municipality names it by its hash, so that one changed word changes every municipality
without being kept hundreds of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data_sources.contract import Fetched, Origin, RejectedRecordError, ServiceDraft
from data_sources.territory import MUNICIPALITIES_URL, Municipality, municipalities
from kaart.domain.areas import municipality_area
from kaart.domain.catalogue import Catchment, Organization, Service, SourceKey, SpokenLanguage
from kaart.domain.ids import OrganizationId, ServiceId, derived_id
from kaart.domain.needs import Term
from kaart.domain.texts import LocalText, Texts
from kaart.editorial.catalogue import Catalogue, MunicipalTemplate, OrganizationEntry, digest, load_catalogue
from kaart.editorial.entries import ServiceEntry
from kaart.editorial.fields import SourceRef

CODE = "editorial"
#: No licence has been chosen for the project's own words; unknown stays empty.
LICENCE = ""


@dataclass(slots=True)
class EditorialSource:
    """The catalogue of one content folder. With `terms` every code in it is checked against the taxonomy."""

    content: Path
    terms: Mapping[str, Term] | None = None
    _catalogue: Catalogue = field(default_factory=Catalogue, init=False)
    _municipalities: dict[str, Municipality] = field(default_factory=dict, init=False)

    @property
    def code(self) -> str:
        """``editorial``."""
        return CODE

    @property
    def licence(self) -> str:
        """The licence of the words, empty while none is chosen."""
        return LICENCE

    @property
    def is_complete(self) -> bool:
        """The folder holds everything: what is no longer in it is gone."""
        return True

    @property
    def mapping_version(self) -> int:
        """1: the first reading."""
        return 1

    def fetch(self, fetched_at: datetime) -> Iterator[Fetched]:
        """Yield each template, each organization of a template and each organization that is written out.

        The whole folder is read first: broken content gives no record at all. Raises `BrokenContentError`.
        """
        self._catalogue = load_catalogue(self.content, self.terms)
        self._municipalities = {each.nis: each for each in municipalities(fetched_at.date())}
        for template in self._catalogue.templates:
            yield Fetched(CODE, f"template:{template.key}", template.source.url, fetched_at, template.raw)
            words = digest(template.raw)
            for place in self._places(template):
                body = {
                    "template": template.key,
                    "template_sha256": words,
                    "municipality": {"nis": place.nis, "nl": place.nl, "fr": place.fr, "region": place.region},
                }
                yield Fetched(CODE, _filled(template.key, place), MUNICIPALITIES_URL, fetched_at, body)
        for entry in self._catalogue.organizations:
            body = {"organization": entry.raw, "source": _plain(entry.source)}
            yield Fetched(CODE, entry.key, entry.source.url, fetched_at, body)

    def _places(self, template: MunicipalTemplate) -> Sequence[Municipality]:
        return [place for place in self._municipalities.values() if place.region in template.regions]

    def map_record(self, record: Fetched) -> Iterable[ServiceDraft]:
        """Drafts of one record; the record of a template itself gives none.

        Raises `RejectedRecordError` (``record_unknown``) for a record that the last `fetch` did not yield.
        """
        if record.key.startswith("template:"):
            return []
        if "template" in record.body:
            template = next((each for each in self._catalogue.templates if each.key == record.body["template"]), None)
            place = self._municipalities.get(record.body["municipality"]["nis"])
            if template and place:
                return list(_municipal(template, place))
        entry = next((each for each in self._catalogue.organizations if each.key == record.key), None)
        if entry is None:
            raise RejectedRecordError("record_unknown", key=record.key)
        return list(_written_out(entry))


def _plain(source: SourceRef) -> dict[str, Any]:
    return {"name": source.name, "url": source.url, "date": _day(source).isoformat()}


def _day(source: SourceRef) -> date:
    if source.on is None:
        raise RejectedRecordError("record_without_date")
    return source.on


def _origin(source: SourceRef) -> Origin:
    return Origin(source.url, _day(source))


def _filled(pattern: str, place: Municipality) -> str:
    return pattern.format(slug=place.slug, nl=place.nl, fr=place.fr)


def _filled_texts(texts: Texts, place: Municipality) -> Texts:
    return Texts(
        tuple(
            LocalText(text.language, _filled(text.value, place), text.written_on, text.origin) for text in texts.values
        )
    )


def _written_out(entry: OrganizationEntry) -> Iterator[ServiceDraft]:
    organization = Organization(
        id=OrganizationId(derived_id(CODE, entry.key)),
        key=entry.key,
        source_keys=(SourceKey(CODE, entry.key),),
        name=entry.name,
        generic_name=entry.generic_name,
        alternate_names=entry.alternate_names,
        description=entry.description,
        organization_type=entry.organization_type,
        formality=entry.formality,
        sectors=entry.sectors,
        website=entry.website,
        email=entry.email,
        phones=entry.phones,
    )
    if not entry.services:
        yield ServiceDraft(organization, _origin(entry.source))
    for each in entry.services:
        service = _service(each, organization, Catchment(each.catchment), each.languages)
        yield ServiceDraft(organization, _origin(entry.source), service, _origin(each.source))


def _municipal(template: MunicipalTemplate, place: Municipality) -> Iterator[ServiceDraft]:
    bilingual = place.region in template.bilingual_regions or place.nis in template.bilingual_municipalities
    key = _filled(template.key, place)
    organization = Organization(
        id=OrganizationId(derived_id(CODE, key)),
        key=key,
        source_keys=(SourceKey(CODE, key),),
        name=_filled_texts(template.name_bilingual if bilingual else template.name, place),
        generic_name=template.generic_name,
        description=template.description,
        organization_type=template.organization_type,
        formality=template.formality,
        sectors=template.sectors,
    )
    languages = template.languages_bilingual if bilingual else template.languages
    catchment = Catchment((municipality_area(place.nis),))
    for each in template.services:
        if each.regions and place.region not in each.regions:
            continue
        service = _service(each, organization, catchment, each.languages or languages)
        yield ServiceDraft(organization, _origin(template.source), service, _origin(each.source))


def _service(
    entry: ServiceEntry, organization: Organization, catchment: Catchment, languages: Sequence[str]
) -> Service:
    key = f"{organization.key}/{entry.key}"
    return Service(
        id=ServiceId(derived_id(CODE, key)),
        key=key,
        source_keys=(SourceKey(CODE, key),),
        organization_id=organization.id,
        name=entry.name,
        summary=entry.summary,
        description=entry.description,
        does=entry.does,
        does_not=entry.does_not,
        how_to_apply=entry.how_to_apply,
        for_whom=entry.for_whom,
        kinds=entry.kinds,
        needs=entry.needs,
        target_groups=entry.target_groups,
        sectors=entry.sectors or organization.sectors,
        formality=entry.formality or organization.formality,
        reach=entry.reach,
        catchment=catchment,
        eligibility=entry.eligibility,
        cost=entry.cost,
        languages=tuple(SpokenLanguage(tag) for tag in languages),
        phones=entry.phones,
        email=entry.email,
        url=entry.url,
        legal_basis=entry.legal_basis,
    )
