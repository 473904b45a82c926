"""From a service of the register to its shape in the API."""

from __future__ import annotations

from datetime import date

from api.present import Presenter
from api.schemas.service import (
    CostOut,
    LocationOut,
    OrganizationOut,
    PhoneOut,
    ProvenanceOut,
    RuleOut,
    ServiceOut,
    TermOut,
)
from kaart.domain.catalogue import Location, Phone, Service, ServiceRecord


def present_service(record: ServiceRecord, presenter: Presenter) -> ServiceOut:
    """The service with its texts in the reader's language; confidential locations are left out once more here."""
    service, tag = record.service, presenter.language
    return ServiceOut(
        id=str(service.id),
        key=service.key,
        url=presenter.service_url(service.id),
        status=service.status,
        name=service.name.text(tag),
        organization=OrganizationOut(
            id=str(record.organization.id),
            key=record.organization.key,
            name=record.organization.name.text(tag),
            website=record.organization.website,
        ),
        summary=service.summary.text(tag),
        description=service.description.text(tag),
        does=service.does.text(tag),
        does_not=service.does_not.text(tag),
        how_to_apply=service.how_to_apply.text(tag),
        for_whom=service.for_whom.text(tag),
        kinds=_terms(service.kinds, presenter),
        needs=_terms(service.needs, presenter),
        target_groups=_terms(service.target_groups, presenter),
        reach=sorted(service.reach),
        catchment=_catchment(service, presenter),
        eligibility=_rules(service),
        cost=CostOut(
            kind=service.cost.kind, amount=service.cost.amount, explanation=service.cost.explanation.text(tag)
        ),
        languages=[language.code for language in service.languages],
        interpreter=service.interpreter,
        wheelchair=service.access.wheelchair,
        phones=[_phone(phone, tag) for phone in service.phones or record.organization.phones],
        email=service.email or record.organization.email,
        website=service.url,
        locations=[_location(place, tag) for place in record.locations if not place.confidential],
        legal_basis=service.legal_basis.text(tag),
        valid_from=_day(service.valid_from),
        valid_until=_day(service.valid_until),
        verified_at=service.verified_at,
        synthetic=service.synthetic,
        provenance=[
            ProvenanceOut(
                field=origin.field,
                language=origin.language,
                source=origin.source,
                date=origin.on.isoformat(),
                source_url=origin.source_url,
                licence=origin.licence,
            )
            for origin in record.provenance
        ],
    )


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _terms(codes: tuple[str, ...], presenter: Presenter) -> list[TermOut]:
    return [TermOut(code=code, label=presenter.wording.label(code, presenter.language).value) for code in codes]


def _catchment(service: Service, presenter: Presenter) -> list[TermOut] | None:
    if service.catchment.areas is None:
        return None
    names = presenter.wording.area_names
    return [TermOut(code=code, label=names.area_name(code, presenter.language)) for code in service.catchment.areas]


def _rules(service: Service) -> list[RuleOut] | None:
    if not service.eligibility.stated and not service.eligibility.rules:
        return None
    return [
        RuleOut(
            rule=rule.rule,
            minimum_age=rule.ages.minimum if rule.ages else None,
            maximum_age=rule.ages.maximum if rule.ages else None,
            codes=list(rule.codes),
            required=rule.required,
            sentence=rule.sentence,
            language=rule.language,
        )
        for rule in service.eligibility.rules
    ]


def _phone(phone: Phone, language: str) -> PhoneOut:
    return PhoneOut(number=phone.number, description=phone.description.text(language), languages=list(phone.languages))


def _location(location: Location, language: str) -> LocationOut:
    point = location.point
    return LocationOut(
        id=str(location.id),
        name=location.name.text(language),
        address=location.address,
        municipality=location.municipality,
        lat=point.latitude if point else None,
        lon=point.longitude if point else None,
        precision=location.precision,
    )
