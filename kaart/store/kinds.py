"""The kinds of things that texts, provenance and versions belong to."""

from __future__ import annotations

from enum import StrEnum


class EntityKind(StrEnum):
    """What an id stands for; written in every table that holds something of several kinds."""

    ORGANIZATION = "organization"
    PROJECT = "project"
    LOCATION = "location"
    SERVICE = "service"
    NETWORK = "network"
    PROFESSIONAL = "professional"
    TERM = "term"
    AREA = "area"


class Vocabulary(StrEnum):
    """The lists of taxonomy codes that an entity may carry."""

    KIND = "kind"
    NEED = "need"
    TARGET_GROUP = "target_group"
    SECTOR = "sector"


class DeliveryState(StrEnum):
    """How a change stands with one index. `set_aside`: it failed too often and waits for a person."""

    DELIVERED = "delivered"
    FAILED = "failed"
    SET_ASIDE = "set_aside"
