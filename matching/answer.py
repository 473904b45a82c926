"""What is asked of the matching layer and what it answers; the page, the API and the command line render it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kaart.domain.areas import Place
from kaart.domain.codes import Coverage, CrisisCode, Degraded
from kaart.domain.eligibility import Verdict
from kaart.domain.needs import ClientNeed, CrisisTopic, KindOfHelp, StatedFacts
from matching.explain import Reason
from matching.rank import Match


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """A request. Only `text` or `stated.needs` is required.

    `answer_language` is the reader's; that of the text is found. `dismissed` holds ids of facts (chips)
    that the person took away; `answers` maps a question's code to a value or ``skip``.
    """

    text: str
    answer_language: str = "nl"
    place: Place | None = None
    stated: StatedFacts = field(default_factory=StatedFacts)
    answers: Mapping[str, str] = field(default_factory=dict)
    dismissed: frozenset[str] = frozenset()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question; `label` is a text key or already words (a place's name)."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A clarifying question, each skippable; `message` is a text key below ``question``."""

    code: str
    message: str
    parameters: tuple[tuple[str, object], ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class CrisisAlert:
    """What the text may speak of, and the words that say so (a span of the text)."""

    code: CrisisCode
    evidence: str
    topic: CrisisTopic


@dataclass(frozen=True, slots=True)
class Understanding:
    """A request, understood.

    `outside` names places abroad in which the text looks for help, where it names none in Belgium.
    """

    need: ClientNeed
    questions: tuple[Question, ...] = ()
    crisis: tuple[CrisisAlert, ...] = ()
    degraded: tuple[Degraded, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind of help that answers the need; `arranged_by` are offers that arrange it near the place."""

    kind: KindOfHelp
    coverage: Coverage
    arranged_by: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something said beside the results (`widened`, `meanwhile`); `message` is a text key.

    `url` and `phone` lead on to where it points; empty where it points nowhere.
    """

    code: str
    message: str
    parameters: tuple[tuple[str, object], ...] = ()
    url: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An offer that fails one true rule, and the nearest alternative."""

    match: Match
    rule: str
    alternative: Match | None = None

    @property
    def failing(self) -> Reason | None:
        """The reason that tells the rule it fails."""
        return next((reason for reason in self.match.reasons if reason.verdict is Verdict.FAILS), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that is shown for one request, in the order of `interfaces`: crisis first."""

    understanding: Understanding
    kinds: tuple[KindCard, ...]
    results: tuple[Match, ...]
    retrieved_at: datetime
    near_misses: tuple[NearMiss, ...] = ()
    widened: tuple[Note, ...] = ()
    degraded: tuple[Degraded, ...] = ()
