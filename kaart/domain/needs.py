"""What people ask for: the taxonomy's terms and the need of one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kaart.domain.areas import AreaCode, Place
from kaart.domain.codes import Budget, CostKind, CrisisCode, ForWhom, Mobility, ReferralNeed, When
from kaart.domain.texts import Texts


class TermKind(StrEnum):
    """The vocabularies of the taxonomy."""

    DOMAIN = "domain"
    NEED = "need"
    SERVICE_TYPE = "service_type"
    TARGET_GROUP = "target_group"
    SECTOR = "sector"
    ORGANIZATION_TYPE = "organization_type"
    PROFESSION = "profession"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another word for a term, with the sector or region that uses it if it is not general."""

    value: str
    language: str = "nl"
    used_by: str = ""
    abbreviation: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `code` is stable; a retired code keeps `replaced_by`.

    For a need, `kinds` names the kinds of help that answer it, lightest first, and `scale_km` how far
    people reasonably go for it (None: the default of the place). `step_down` and `step_up` name lighter and
    heavier kinds, for when those that answer are too much or not enough.
    """

    code: str
    kind: TermKind
    labels: Texts
    explanation: Texts = field(default_factory=Texts)
    synonyms: tuple[Synonym, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    step_down: tuple[str, ...] = ()
    step_up: tuple[str, ...] = ()
    scale_km: float | None = None
    sensitive: bool = False
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class ExampleSentence:
    """A sentence as people really say it, and the need that it stands for.

    `looks_like` names the need that it might be taken for by its words ("lijkt op, maar is niet").
    """

    need: str
    language: str
    text: str
    looks_like: str = ""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a word: the sector that means it, and the needs and kinds of help that it leads to."""

    code: str
    labels: Texts
    explanation: str
    sectors: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AmbiguousWord:
    """Words that mean different things in different sectors (``dubbeldiagnose``, ``GBO``); at least two senses."""

    code: str
    words: tuple[Synonym, ...]
    senses: tuple[Sense, ...]


class MappingRelation(StrEnum):
    """How a foreign code relates to our term, as in SKOS: `broad` says that the foreign one is broader."""

    EXACT = "exact"
    BROAD = "broad"
    NARROW = "narrow"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class TermMapping:
    """A term of ours in another vocabulary (`scheme`), for feeds in and out."""

    term: str
    scheme: str
    code: str
    relation: MappingRelation


@dataclass(frozen=True, slots=True)
class KindOfHelp:
    """A kind of help explained, for someone who does not know the sector.

    `arranged_by` says in words who arranges it and how one gets there; `arranged_by_kinds` holds the codes
    of the service types whose offers arrange it (``social_assistance_ocmw``), so that the local one is shown.
    What is no `Texts` is Dutch: `does`, `does_not` and `meanwhile` are short items, the others a sentence or two.
    """

    code: str
    label: Texts
    explanation: Texts
    arranged_by: Texts = field(default_factory=Texts)
    arranged_by_kinds: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    does_not: tuple[str, ...] = ()
    for_whom: str = ""
    cost: CostKind = CostKind.UNKNOWN
    cost_explanation: str = ""
    referral: ReferralNeed = ReferralNeed.UNKNOWN
    referral_explanation: str = ""
    meanwhile: tuple[str, ...] = ()
    lighter: tuple[str, ...] = ()
    heavier: tuple[str, ...] = ()
    source: str = ""
    source_url: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Whom to call. `languages` are those that the line itself is known to speak; `hours` are in words."""

    code: str
    name: Texts
    phone: str = ""
    url: str = ""
    chat_url: str = ""
    hours: Texts = field(default_factory=Texts)
    day_and_night: bool = False
    languages: tuple[str, ...] = ()
    for_whom: Texts = field(default_factory=Texts)
    regions: tuple[str, ...] = ()
    source: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True)
class CrisisTopic:
    """One crisis code: its lines in order, its box's sentence, and the words that make it fire.

    `sentences` and `phrases` are (language, words); a phrase fires when all its words stand in the text
    in this order with at most a few words between them.
    """

    code: CrisisCode
    lines: tuple[CrisisLine, ...]
    message: Texts
    phrases: tuple[tuple[str, str], ...] = ()
    exceptions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where people of areas that the catalogue does not cover find help nearby: the site of their own government.

    `areas` are the area codes that it is for; `phone` is empty where no number is certain.
    """

    code: str
    name: Texts
    url: str
    areas: tuple[AreaCode, ...]
    phone: str = ""
    source: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True)
class CrisisSentence:
    """A sentence that speaks of a crisis, or (code None) one near in its words that speaks of none."""

    code: CrisisCode | None
    language: str
    text: str


class FactKind(StrEnum):
    """The facts that a text or a person may give."""

    PLACE = "place"
    AGE = "age"
    FOR_WHOM = "for_whom"
    SPOKEN_LANGUAGE = "spoken_language"
    BUDGET = "budget"
    MOBILITY = "mobility"
    WHEN = "when"
    TARGET_GROUP = "target_group"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, with the place in the text where it stands (code points, half-open).

    `stated` is true when the caller gave it apart from the text; what is stated wins.
    """

    id: str
    kind: FactKind
    value: str | int
    label: str = ""
    start: int | None = None
    end: int | None = None
    stated: bool = False


@dataclass(frozen=True, slots=True)
class NeedGuess:
    """A need that was understood, with its confidence (0–1, None: not calibrated) and what evoked it."""

    code: str
    confidence: float | None
    evidence: str
    stated: bool = False


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """What the caller says beside the text; everything is optional. Ages in completed years."""

    age: int | None = None
    for_whom: ForWhom | None = None
    spoken_languages: tuple[str, ...] = ()
    budget: Budget | None = None
    mobility: Mobility | None = None
    when: tuple[When, ...] = ()
    target_groups: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientNeed:
    """A request, understood: what the matching layer works with. It never names a person.

    `needs` are taken for meant and searched; `possible` may be meant too, and are told with their lower confidence.
    `language` is the language of the text (None: unknown), `answer_language` that of the reader.
    """

    text: str
    language: str | None
    answer_language: str
    needs: tuple[NeedGuess, ...] = ()
    possible: tuple[NeedGuess, ...] = ()
    facts: tuple[Fact, ...] = ()
    place: Place | None = None
    age: int | None = None
    for_whom: ForWhom | None = None
    spoken_languages: tuple[str, ...] = ()
    budget: Budget | None = None
    mobility: Mobility | None = None
    when: tuple[When, ...] = ()
    target_groups: tuple[str, ...] = ()
