"""A service in full, for someone who wants to know whether to call; what nobody told is said to be unknown."""

from __future__ import annotations

from dataclasses import dataclass

from kaart.domain.catalogue import Contact, Location, Organization, Phone, Provenance, Service, ServiceRecord
from kaart.domain.codes import CostKind, Interpreter, Status
from kaart.domain.eligibility import AgeRange, EligibilityRule
from kaart.domain.texts import Texts
from kaart.texts import has_message, render
from kaart.wording import Wording, day, enumeration, language_name, number
from web.views.common import PhoneView, Shown, phone, shown
from web.views.hours import opening_hours
from web.views.offers import source_name
from web.views.slugs import kind_path, service_path

_EDITORIAL = "editorial"

#: Fields of the register that a part of the page shows, where they are not called the same.
_FIELDS_OF = {
    "availability": ("temporary_stop", "capacity", "waiting_time"),
    "contact": ("phones", "contacts", "email", "url"),
    "cost": ("cost", "payment_means"),
    "languages": ("languages", "interpreter"),
}


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of the page: what is known, and where that comes from. Without words it is "niet bekend"."""

    code: str
    words: tuple[Shown, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A public location."""

    name: Shown
    address: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OriginView:
    """Where one field comes from."""

    field: str
    language: str
    source: str
    url: str
    date: str
    licence: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """Whom to ask for."""

    words: Shown
    name: str
    best_time: Shown
    email: str
    phones: tuple[PhoneView, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """The page of a service."""

    id: str
    path: str
    name: Shown
    organization: Shown
    summary: Shown
    description: Shown
    phones: tuple[PhoneView, ...]
    email: str
    website: str
    contacts: tuple[ContactView, ...]
    contact_origin: str
    sections: tuple[SectionView, ...]
    places: tuple[PlaceView, ...]
    confidential: bool
    kinds: tuple[tuple[str, Shown], ...]
    origins: tuple[OriginView, ...]
    editorial: bool
    verified: str
    synthetic: bool
    ended: str
    sensitive: bool


def service_view(record: ServiceRecord, wording: Wording, language: str) -> ServiceView:
    """The page of a service in one language."""
    service, organization = record.service, record.organization
    needs = wording.knowledge.needs()
    known_kinds = wording.knowledge.kinds()
    public = [place for place in record.locations if not place.confidential]
    return ServiceView(
        id=str(service.id),
        path=service_path(language, service.id, service.name),
        name=shown(service.name, language),
        organization=shown(organization.name, language),
        summary=shown(service.summary, language),
        description=shown(service.description, language),
        phones=_phones(service, organization, language),
        email=service.email or organization.email,
        website=_web_address(service.url) or _web_address(organization.website),
        contacts=tuple(_contact(each, language) for each in service.contacts or organization.contacts),
        contact_origin=_section_origin(record, "contact", language),
        sections=tuple(_sections(record, wording, language)),
        places=tuple(_place(each, language) for each in public),
        confidential=len(public) < len(service.locations),
        kinds=tuple(
            (kind_path(language, code) if code in known_kinds else "", shown(wording.label(code, language), language))
            for code in service.kinds
        ),
        origins=tuple(_origin(each, language) for each in record.provenance if has_message(_field_key(each))),
        editorial=_is_editorial(record),
        verified=day(service.verified_at, language) if service.verified_at else "",
        synthetic=service.synthetic,
        ended=_ended(service, language),
        sensitive=any(code in needs and needs[code].sensitive for code in service.needs),
    )


def _is_editorial(record: ServiceRecord) -> bool:
    """Whether the project wrote it and the organization never confirmed it."""
    sources = {each.source for each in record.provenance}
    return record.service.verified_at is None and _EDITORIAL in sources


def _ended(service: Service, language: str) -> str:
    if service.status is not Status.ACTIVE:
        return render("web.service.not_active", language)
    return render("web.service.until", language, date=day(service.valid_until, language)) if service.valid_until else ""


def _web_address(address: str) -> str:
    """Only addresses of the web become links: a source might hold anything."""
    return address if address.startswith(("https://", "http://")) else ""


def _phones(service: Service, organization: Organization, language: str) -> tuple[PhoneView, ...]:
    views = (_phone(each, language) for each in service.phones or organization.phones)
    return tuple(view for view in views if view)


def _phone(each: Phone, language: str) -> PhoneView | None:
    spoken = enumeration([language_name(tag, language) for tag in each.languages], language)
    return phone(each.number, shown(each.description, language), spoken)


def _contact(contact: Contact, language: str) -> ContactView:
    views = (_phone(each, language) for each in contact.phones)
    return ContactView(
        words=shown(contact.function, language),
        name="" if contact.personal else contact.name,
        best_time=shown(contact.best_time, language),
        email="" if contact.personal else contact.email,
        phones=tuple(view for view in views if view),
    )


def _place(location: Location, language: str) -> PlaceView:
    return PlaceView(shown(location.name, language), location.address, opening_hours(location.schedules, language))


def _sections(record: ServiceRecord, wording: Wording, language: str) -> list[SectionView]:
    service = record.service

    def words(*lines: str) -> tuple[Shown, ...]:
        return tuple(Shown(line) for line in lines if line)

    def text(texts: Texts) -> tuple[Shown, ...]:
        found = shown(texts, language)
        return (found,) if found else ()

    contents: list[tuple[str, tuple[Shown, ...]]] = [
        ("does", text(service.does)),
        ("does_not", text(service.does_not)),
        ("how_to_apply", text(service.how_to_apply)),
        ("for_whom", text(service.for_whom)),
        ("eligibility", _conditions(service, wording, language)),
        ("cost", _cost(service, language)),
        ("schedules", words(*opening_hours(service.schedules, language))),
        (
            "reach",
            words(enumeration([render(f"web.reach.{way}", language) for way in sorted(service.reach)], language)),
        ),
        ("catchment", words(_catchment(service, wording, language))),
        ("languages", words(*_languages(service, language))),
        ("access", _access(service, language)),
        ("availability", words(*_availability(service, language))),
        ("legal_basis", text(service.legal_basis)),
    ]
    return [SectionView(code, lines, _section_origin(record, code, language)) for code, lines in contents]


def _section_origin(record: ServiceRecord, field: str, language: str) -> str:
    """Source and day of one part, in one line; the page's own language goes before another one."""
    fields = _FIELDS_OF.get(field, (field,))
    found = [each for each in record.provenance if each.field in fields]
    found.sort(key=lambda each: each.language != language)
    return f"{source_name(found[0].source, language)}, {day(found[0].on, language)}" if found else ""


def _conditions(service: Service, wording: Wording, language: str) -> tuple[Shown, ...]:
    rules = service.eligibility.rules
    if not rules:
        return (Shown(render("web.service.no_conditions", language)),) if service.eligibility.stated else ()
    return tuple(_condition(rule, wording, language) for rule in rules)


def _condition(rule: EligibilityRule, wording: Wording, language: str) -> Shown:
    if rule.sentence:
        return Shown(rule.sentence, "" if rule.language == language else rule.language)
    label = render(f"web.rule.{rule.rule}", language)
    if rule.ages:
        return Shown(f"{label}: {_ages(rule.ages, language)}")
    if rule.codes:
        parameters = (("rule", label), ("codes", rule.codes))
        return Shown(wording.sentence("web.service.rule_codes", language, parameters))
    return Shown(label)


def _ages(ages: AgeRange, language: str) -> str:
    if ages.maximum is None:
        return render("web.service.age_from", language, minimum=ages.minimum)
    if not ages.minimum:
        return render("web.service.age_to", language, maximum=ages.maximum)
    return render("web.service.age_between", language, minimum=ages.minimum, maximum=ages.maximum)


def _cost(service: Service, language: str) -> tuple[Shown, ...]:
    cost = service.cost
    lines = []
    if cost.kind is not CostKind.UNKNOWN:
        lines.append(Shown(render(f"web.cost.{cost.kind}", language)))
    if cost.amount:
        lines.append(Shown(render("web.service.amount", language, amount=cost.amount)))
    if cost.explanation:
        lines.append(shown(cost.explanation, language))
    if service.payment_means:
        means = enumeration([render(f"web.payment.{each}", language) for each in service.payment_means], language)
        lines.append(Shown(render("web.service.payment", language, means=means)))
    return tuple(lines)


def _catchment(service: Service, wording: Wording, language: str) -> str:
    areas = service.catchment.areas
    return enumeration([wording.area_names.area_name(each, language) for each in areas], language) if areas else ""


def _languages(service: Service, language: str) -> list[str]:
    names = [language_name(each.code, language) for each in service.languages]
    lines = [enumeration(names, language)] if names else []
    if service.interpreter is not Interpreter.UNKNOWN:
        lines.append(render(f"web.interpreter.{service.interpreter}", language))
    return lines


def _access(service: Service, language: str) -> tuple[Shown, ...]:
    access = service.access
    lines = [
        Shown(render(f"web.access.{name}.{'yes' if value else 'no'}", language))
        for name, value in (
            ("wheelchair", access.wheelchair),
            ("appointment", access.appointment_needed),
            ("referral", access.referral_needed),
            ("anonymous", access.anonymous),
        )
        if value is not None
    ]
    if access.public_transport:
        lines.append(Shown(access.public_transport))
    lines += [shown(text, language) for text in (access.documents, access.duration_limit) if text]
    return tuple(lines)


def _availability(service: Service, language: str) -> list[str]:
    lines = []
    if stop := service.temporary_stop:
        lines.append(render("web.service.stop", language, date=day(stop.told_on, language)))
    if capacity := service.capacity:
        told = day(capacity.told_on, language)
        lines.append(render(f"web.capacity.{capacity.state}", language, date=told))
    if waiting := service.waiting_time:
        told = day(waiting.told_on, language)
        lines.append(
            render(
                "web.service.waiting", language, count=waiting.days, days=number(waiting.days, language, 0), date=told
            )
        )
    return lines


def _field_key(each: Provenance) -> str:
    """What a field is called; the register's own bookkeeping (keys, ids) has no name and is not shown."""
    return f"web.field.{each.field}"


def _origin(each: Provenance, language: str) -> OriginView:
    return OriginView(
        field=render(_field_key(each), language),
        language=language_name(each.language, language) if each.language else "",
        source=source_name(each.source, language),
        url=_web_address(each.source_url),
        date=day(each.on, language),
        licence=each.licence,
    )
