"""The evaluation set: requests with what is right for each, in the shape of the design's `interfaces.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeVar

from kaart.domain.codes import Budget, CrisisCode, ForWhom, Mobility, When
from kaart.domain.needs import StatedFacts
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, read_yaml

_FIELDS = ("id", "text", "language", "group", "place", "facts", "needs_all", "needs_ok", "services", "crisis")
_FACTS = ("age", "for_whom", "spoken_languages", "budget", "mobility", "when", "target_groups", "needs")
#: Grades of a service: 3 is just what was asked, 0 a tempting wrong one.
_GRADES = frozenset(range(4))

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Case:
    """One request. `needs_all` must each be found, `needs_ok` is right too; `services` maps a key to its grade (0-3).

    `place` is what somebody would type in the field for the place, `crisis` the code that must fire (None: none may).
    """

    id: str
    text: str
    language: str
    needs_all: tuple[str, ...] = ()
    needs_ok: tuple[str, ...] = ()
    group: str = ""
    place: str = ""
    facts: StatedFacts = field(default_factory=StatedFacts)
    services: Mapping[str, int] = field(default_factory=dict)
    crisis: CrisisCode | None = None

    @property
    def right_needs(self) -> frozenset[str]:
        """Every need that is right for this request."""
        return frozenset((*self.needs_all, *self.needs_ok))


def read_cases(path: Path) -> list[Case]:
    """The requests of a set, in its order.

    Raises `BrokenContentError` with every problem, each with line and field.
    """
    problems = Problems(path.parent)
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for node in read_yaml(path, problems).items():
        if not node.expect_fields(*_FIELDS):
            continue
        case = _case(node)
        if case.id in seen:
            node.complain("content_duplicate_code", "id", code=case.id, first=f"{node.file}:{seen[case.id]}")
        seen.setdefault(case.id, node.line)
        cases.append(case)
    problems.raise_if_any()
    return cases


def _case(node: Node) -> Case:
    return Case(
        id=node.text("id"),
        text=node.text("text"),
        language=node.text("language"),
        needs_all=node.strings("needs_all"),
        needs_ok=node.strings("needs_ok"),
        group=node.text("group", required=False),
        place=node.text("place", required=False),
        facts=_facts(node),
        services=_services(node),
        crisis=node.one_of("crisis", CrisisCode, required=False),
    )


def _facts(node: Node) -> StatedFacts:
    below = node.child("facts")
    if below is None:
        return StatedFacts()
    below.expect_fields(*_FACTS)
    return StatedFacts(
        age=below.whole("age"),
        for_whom=below.one_of("for_whom", ForWhom, required=False),
        spoken_languages=below.strings("spoken_languages"),
        budget=below.one_of("budget", Budget, required=False),
        mobility=below.one_of("mobility", Mobility, required=False),
        when=tuple(_choices(below, "when", When)),
        target_groups=below.strings("target_groups"),
        needs=below.strings("needs"),
    )


def _choices(node: Node, key: str, choices: type[Choice]) -> list[Choice]:
    known = {str(each.value): each for each in choices}
    found = node.strings(key)
    for code in found:
        if code not in known:
            node.complain("content_unknown_code", key, code=code, nearest=", ".join(known))
    return [known[code] for code in found if code in known]


def _services(node: Node) -> Mapping[str, int]:
    below = node.child("services")
    if below is None or not below.is_mapping:
        return {}
    grades: dict[str, int] = {}
    for key, _ in below.children():
        grade = below.whole(key)
        if grade not in _GRADES:
            below.complain("content_number_out_of_range", key, value=grade, minimum=-1, maximum=3)
        else:
            grades[key] = grade
    return grades
