"""What the API answers to a search: shapes that stay stable (fields may be added, never renamed)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from kaart.domain.codes import Coverage, CrisisCode, Degraded, ReasonCode
from kaart.domain.eligibility import Verdict


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_zulu, return_type=str)]


class Out(BaseModel):
    """Everything that is answered."""

    model_config = ConfigDict(frozen=True)


class NeedOut(Out):
    """A need that was understood; `confidence` (0–1) is null where it was not calibrated.

    One that is too unlikely to be taken for meant is told, but not `searched`.
    """

    code: str
    label: str
    confidence: float | None
    evidence: str
    stated: bool = False
    searched: bool = True


class FactOut(Out):
    """A recognised or stated fact; `span` counts code points of the text, half-open."""

    id: str
    kind: str
    value: str | int
    span: tuple[int, int] | None
    stated: bool
    label: str = ""


class ChoiceOut(Out):
    """One answer to a question."""

    value: str
    label: str


class QuestionOut(Out):
    """A clarifying question; it may be skipped."""

    code: str
    text: str
    choices: list[ChoiceOut]


class PlaceOut(Out):
    """The place as it was understood; two municipalities where a postal code is shared."""

    label: str
    nis: list[str]
    postal_code: str | None
    has_catalogue: bool


class UnderstoodOut(Out):
    """The request, understood; `language` is that of the text (null: not known)."""

    language: str | None
    needs: list[NeedOut]
    facts: list[FactOut]
    questions: list[QuestionOut]
    place: PlaceOut | None = None


class LineOut(Out):
    """Whom to call; `languages` are those that the line itself is known to speak."""

    name: str
    phone: str
    url: str
    languages: list[str]


class CrisisOut(Out):
    """What the text may speak of, with the words that say so."""

    code: CrisisCode
    evidence: str
    lines: list[LineOut]


class ServiceRefOut(Out):
    """A service, as far as a list shows it; `url` is its lasting address.

    `place_needed`: it stands for the same offer of several bodies, and a place would tell whose. `organization` is
    then their general name, `url` explains the kind of help, and `id` and `key` are those of any one of them.
    """

    id: str
    key: str
    name: str
    organization: str
    url: str
    place_needed: bool = False


class EvidenceOut(Out):
    """On which field of the register a reason rests, who said it and when."""

    field: str
    source: str
    date: str | None


class ReasonOut(Out):
    """One reason; the points of all reasons add up to the score."""

    code: ReasonCode
    verdict: Verdict
    points: float
    text: str
    evidence: EvidenceOut | None


class ResultOut(Out):
    """One offer. `distance_km` null: not known or not needed. `branches` are the same offer elsewhere."""

    service: ServiceRefOut
    score: float
    distance_km: float | None
    reasons: list[ReasonOut]
    phone: str = ""
    branches: list[ServiceRefOut] = Field(default_factory=list)


class KindOut(Out):
    """A kind of help that answers the need. `coverage` tells whether the register has an offer of it."""

    code: str
    label: str
    explanation: str
    url: str
    coverage: Coverage
    arranged_by: str = ""
    arranged_by_services: list[ServiceRefOut] = Field(default_factory=list)


class FailsOut(Out):
    """The one rule that an offer fails."""

    code: ReasonCode
    rule: str
    text: str


class NearMissOut(Out):
    """An offer that fails one true rule, and the nearest alternative."""

    service: ServiceRefOut
    fails: FailsOut
    alternative: ServiceRefOut | None


class NoteOut(Out):
    """Something said beside the results. `url` and `phone` are where it points, if anywhere."""

    code: str
    text: str
    url: str = ""
    phone: str = ""


class MeanwhileOut(NoteOut):
    """What one can do while waiting."""

    service: ServiceRefOut | None = None


class RightOut(Out):
    """A right or an allowance that may apply."""

    code: str
    name: str
    text: str
    url: str


class UnderstandAnswer(Out):
    """The answer of `/understand`."""

    understood: UnderstoodOut
    crisis: list[CrisisOut]


class MatchAnswer(UnderstandAnswer):
    """The answer of `/match`. `degraded` names what did not work."""

    kinds: list[KindOut]
    results: list[ResultOut]
    near_misses: list[NearMissOut]
    lighter: list[KindOut] = Field(default_factory=list)
    heavier: list[KindOut] = Field(default_factory=list)
    meanwhile: list[MeanwhileOut] = Field(default_factory=list)
    rights: list[RightOut] = Field(default_factory=list)
    widened: list[NoteOut]
    degraded: list[Degraded]
    retrieved_at: Instant
