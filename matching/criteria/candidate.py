"""One offer as the criteria see it: its facts and how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kaart.domain.facts import ServiceFacts


class Fit(StrEnum):
    """How an offer answers one asked need."""

    BOTH = "both"
    NEED = "need"
    KIND = "kind"
    NAMED = "named"
    TEXT = "text"
    NONE = "none"

    @property
    def is_coded(self) -> bool:
        """The register itself says that the offer answers the need."""
        return self in {Fit.BOTH, Fit.NEED, Fit.KIND}


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """How an offer answers one asked need.

    `need` is empty where only words were asked. `weight` (0-1) is lower for a second reading of the same words.
    `closeness` (0-1) is the share of the best place in the lists that were fused.
    """

    need: str
    fit: Fit
    weight: float
    closeness: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may be shown.

    `covers`: whether its catchment holds the place; None: not known. `distance_km` is geodesic, to the nearest
    location. `scale_km` is how far people reasonably go for what is asked. `area_label` names the area that is
    served, in the reader's language. `place_needed`: it stands for the same offer of several bodies, and only a
    sharper place tells whose; its facts are then those that all of them share.
    """

    facts: ServiceFacts
    answers: tuple[AnswerTo, ...]
    today: date
    covers: bool | None = None
    distance_km: float | None = None
    scale_km: float = 25.0
    area_label: str = ""
    in_municipality: bool = False
    same_zone: bool = False
    place_needed: bool = False

    @property
    def fits(self) -> bool:
        """Whether it answers anything that was asked; what does not is no result, however near it is."""
        return any(answer.fit is not Fit.NONE for answer in self.answers)

    @property
    def is_within_reach(self) -> bool:
        """Whether it stands nearby: a helpline for people elsewhere is not nearly an answer, a house next door is."""
        return self.distance_km is not None and self.distance_km <= self.scale_km

    @property
    def answered(self) -> frozenset[str]:
        """The asked needs that the register says it answers."""
        return frozenset(answer.need for answer in self.answers if answer.fit.is_coded and answer.need)
