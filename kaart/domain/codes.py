"""The closed code lists: codes are added, never renamed (other software and old counters hold them)."""

from __future__ import annotations

from enum import StrEnum


class CrisisCode(StrEnum):
    """What a message may speak of that needs a helpline at once."""

    SUICIDE = "suicide"
    VIOLENCE_HOME = "violence_home"
    CHILD_DANGER = "child_danger"
    SEXUAL_VIOLENCE = "sexual_violence"
    POISONING = "poisoning"
    MEDICAL = "medical"
    PSYCHOSIS = "psychosis"
    THREAT = "threat"
    FIRE_POLICE = "fire_police"


class ReasonCode(StrEnum):
    """Why an offer stands where it stands; one per criterion, plus `mix`."""

    NEED = "need"
    REACH = "reach"
    AREA = "area"
    ELIGIBILITY = "eligibility"
    LANGUAGE = "language"
    COST = "cost"
    AVAILABILITY = "availability"
    ACCESS = "access"
    THRESHOLD = "threshold"
    FRESHNESS = "freshness"
    RESPONSIVENESS = "responsiveness"
    MIX = "mix"


class RuleCode(StrEnum):
    """What an eligibility rule looks at."""

    AGE = "age"
    RESIDENCE = "residence"
    TARGET_GROUP = "target_group"
    INSURANCE = "insurance"
    STATUS = "status"
    REFERRAL = "referral"
    INCOME = "income"
    RECOGNITION = "recognition"


class Coverage(StrEnum):
    """Whether the register holds an offer of a kind of help."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"


class Degraded(StrEnum):
    """What did not work while an answer was made."""

    EMBEDDER = "embedder"
    ELASTICSEARCH = "elasticsearch"


class ForWhom(StrEnum):
    """Whom the question is about."""

    SELF = "self"
    OTHER = "other"
    CLIENT = "client"


class Budget(StrEnum):
    """What the person can pay."""

    NONE = "none"
    LOW = "low"
    NORMAL = "normal"


class Mobility(StrEnum):
    """What makes it hard to get somewhere."""

    NO_CAR = "no_car"
    WHEELCHAIR = "wheelchair"
    HOUSEBOUND = "housebound"


class When(StrEnum):
    """The moments of the week that are asked for."""

    DAYTIME = "daytime"
    EVENING = "evening"
    NIGHT = "night"
    WEEKEND = "weekend"


class Status(StrEnum):
    """The life of a public entity; nothing public is ever deleted.

    `closed` stopped for good, `gone` is no longer in its source, `withdrawn` was removed on
    request (its source keys go on the do-not-list), `merged` points to another entity.
    """

    ACTIVE = "active"
    CLOSED = "closed"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Reach(StrEnum):
    """How help gets to a person."""

    SITE = "site"
    HOME_VISIT = "home_visit"
    OUTREACH = "outreach"
    PHONE = "phone"
    ONLINE = "online"

    @property
    def is_remote(self) -> bool:
        """Phone and online help needs no journey of anyone."""
        return self in {Reach.PHONE, Reach.ONLINE}


class CoordinatePrecision(StrEnum):
    """What the coordinates of a location stand for, from sharp to blunt."""

    ADDRESS = "address"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    MUNICIPALITY = "municipality"


class Interpreter(StrEnum):
    """Whether an interpreter can be called in."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CostKind(StrEnum):
    """What help costs the person."""

    FREE = "free"
    INCOME_RELATED = "income_related"
    TARIFF = "tariff"
    RECIPROCAL = "reciprocal"
    UNKNOWN = "unknown"


class ReferralNeed(StrEnum):
    """Whether somebody must send a person before a kind of help can start."""

    NONE = "none"
    SOMETIMES = "sometimes"
    REQUIRED = "required"
    UNKNOWN = "unknown"


class Granting(StrEnum):
    """How a right comes to the person: without asking, on request, or partly so."""

    AUTOMATIC = "automatic"
    ON_REQUEST = "on_request"
    BOTH = "both"
    UNKNOWN = "unknown"


class PaymentMeans(StrEnum):
    """With what a person may pay."""

    CARE_BUDGET = "care_budget"
    PERSONAL_BUDGET = "personal_budget"
    SERVICE_VOUCHERS = "service_vouchers"
    THIRD_PARTY_PAYER = "third_party_payer"
    HEALTH_INSURANCE = "health_insurance"


class CapacityState(StrEnum):
    """Room for new people, as last told."""

    OPEN = "open"
    WAITLIST = "waitlist"
    FULL = "full"


class Formality(StrEnum):
    """Formal help is given by a professional service, informal help by neighbours, volunteers or peers."""

    FORMAL = "formal"
    INFORMAL = "informal"
    MIXED = "mixed"


class TextOrigin(StrEnum):
    """Who owns the words of a text: a person wrote it, or a machine made it."""

    HUMAN = "human"
    MACHINE = "machine"
