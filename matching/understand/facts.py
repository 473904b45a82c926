"""The facts that a text gives: age, for whom, languages, means, mobility, moments. Each with its place in the text.

They are read by patterns (`fact_patterns`), so that nothing is guessed: what is not said stays unknown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kaart.domain.codes import Budget, ForWhom, Mobility, When
from kaart.domain.needs import Fact, FactKind, StatedFacts
from matching.understand import fact_patterns as patterns

#: Nobody is older; a larger number in a text is something else. The same bound holds for a stated age.
MAXIMUM_AGE = 120
_MONTHS_IN_A_YEAR = 12
#: The languages with patterns, the most likely first; the text's own goes in front of them.
_LANGUAGES = ("nl", "fr", "en", "de")


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """What was read and what the caller stated, together. `facts` are the chips that a person may take away."""

    facts: tuple[Fact, ...] = ()
    age: int | None = None
    for_whom: ForWhom | None = None
    spoken_languages: tuple[str, ...] = ()
    budget: Budget | None = None
    mobility: Mobility | None = None
    when: tuple[When, ...] = ()
    target_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Age:
    value: int
    whose: str
    start: int
    end: int


def fact_id(kind: FactKind, start: int | None, end: int | None, value: object) -> str:
    """A stable id of a fact: the same words at the same place give the same id, without a trace of the words."""
    return hashlib.sha256(f"{kind}\x1f{start}\x1f{end}\x1f{value}".encode()).hexdigest()[:12]


def read_facts(text: str, language: str | None, stated: StatedFacts, dismissed: frozenset[str]) -> ReadFacts:
    """Read the facts of a text. What the caller states wins over the text; dismissed ids are left out.

    What a text says twice is one fact, at its first place; whoever takes it away takes away every mention of it.
    """
    found = sorted(_found(text, language), key=_where)
    ages = _ages(text, language)
    gone = {_what(fact) for fact in (*found, *map(_age_fact, ages)) if fact.id in dismissed}
    ages = [age for age in ages if _what(_age_fact(age)) not in gone]
    said = list(_stated(stated))
    given = {fact.kind for fact in said}
    read = (*found, *(_age_fact(age) for age in ages)) if stated.age is None else found
    once: dict[tuple[FactKind, str | int], Fact] = {}
    for fact in sorted(read, key=_where):
        if fact.kind not in given and _what(fact) not in gone:
            once.setdefault(_what(fact), fact)
    facts = list(once.values())

    def values(kind: FactKind) -> list[str]:
        return [str(fact.value) for fact in facts if fact.kind is kind]

    for_whom = values(FactKind.FOR_WHOM)
    budget = values(FactKind.BUDGET)
    mobility = values(FactKind.MOBILITY)
    return ReadFacts(
        facts=(*said, *facts),
        age=stated.age if stated.age is not None else _age_of_the_person(ages),
        for_whom=stated.for_whom or (ForWhom(for_whom[0]) if for_whom else None),
        spoken_languages=stated.spoken_languages or tuple(values(FactKind.SPOKEN_LANGUAGE)),
        budget=stated.budget or (Budget(budget[0]) if budget else None),
        mobility=stated.mobility or (Mobility(mobility[0]) if mobility else None),
        when=stated.when or tuple(When(value) for value in values(FactKind.WHEN)),
        target_groups=stated.target_groups,
    )


def _what(fact: Fact) -> tuple[FactKind, str | int]:
    """What a fact says, wherever it says it."""
    return fact.kind, fact.value


def _where(fact: Fact) -> tuple[int, FactKind]:
    return fact.start or 0, fact.kind


def _stated(stated: StatedFacts) -> Iterator[Fact]:
    values: tuple[tuple[FactKind, tuple[object, ...]], ...] = (
        (FactKind.AGE, () if stated.age is None else (stated.age,)),
        (FactKind.FOR_WHOM, (stated.for_whom,) if stated.for_whom else ()),
        (FactKind.SPOKEN_LANGUAGE, stated.spoken_languages),
        (FactKind.BUDGET, (stated.budget,) if stated.budget else ()),
        (FactKind.MOBILITY, (stated.mobility,) if stated.mobility else ()),
        (FactKind.WHEN, stated.when),
        (FactKind.TARGET_GROUP, stated.target_groups),
    )
    for kind, given in values:
        for value in given:
            kept = value if isinstance(value, int) else str(value)
            yield Fact(fact_id(kind, None, None, kept), kind, kept, stated=True)


def _age_fact(age: _Age) -> Fact:
    return Fact(
        fact_id(FactKind.AGE, age.start, age.end, age.value), FactKind.AGE, age.value, start=age.start, end=age.end
    )


def _age_of_the_person(ages: list[_Age]) -> int | None:
    """The age of the one whom the question is about.

    Someone who gives their own age and that of another asks for the other ("ik ben 45, mijn zoon van 15 …").
    Two different ages of others ("kinderen van 5 en 7") leave it unknown rather than wrong.
    """
    for whose in ("other", "any", "self"):
        values = {age.value for age in ages if age.whose == whose}
        if values:
            return values.pop() if len(values) == 1 else None
    return None


def _ages(text: str, language: str | None) -> list[_Age]:
    """Every age in the text, each number once; whose age it is by the first pattern that fits."""
    found: dict[tuple[int, int], _Age] = {}
    for tag in _order(language):
        for whose in ("self", "other", "any"):
            for pattern in _age_patterns(tag, whose):
                for match in pattern.finditer(text):
                    number, span = int(match["n"]), match.span("n")
                    if match.groupdict().get("months"):
                        number //= _MONTHS_IN_A_YEAR
                    if number <= MAXIMUM_AGE and span not in found:
                        found[span] = _Age(number, whose, *span)
                        second = _AND_ANOTHER.match(text, span[1]) if whose == "other" else None
                        if second and int(second["n"]) <= MAXIMUM_AGE:
                            found.setdefault(second.span("n"), _Age(int(second["n"]), whose, *second.span("n")))
    return sorted(found.values(), key=lambda age: age.start)


#: "van 5 en 7", "de 5 et 7 ans": a second age straight after the first.
_AND_ANOTHER = re.compile(
    r"\s*(?:,|en|et|and|und)\s*(?P<n>\d{1,2})(?=\s*(?:jaar|ans|years|jahre|[,.;!?]|$))", re.IGNORECASE
)


def _found(text: str, language: str | None) -> Iterator[Fact]:
    """Facts other than age. Of one kind, overlapping stretches count once: "client" is looked for before "other"."""
    taken: list[tuple[FactKind, int, int]] = []
    for kind, value, pattern in _patterns(_order(language)):
        for match in pattern.finditer(text):
            named = match.groupdict().get("language")
            shown = _language_code(named) if named else value
            start, end = match.span("language") if named else match.span()
            if not any(each == kind and first < end and start < last for each, first, last in taken):
                taken.append((kind, start, end))
                yield Fact(fact_id(kind, start, end, shown), kind, shown, start=start, end=end)


def _order(language: str | None) -> tuple[str, ...]:
    """A text of an unknown or other language may still hold a Dutch or French phrase: all patterns are tried."""
    first = (language,) if language in _LANGUAGES else ()
    return (*first, *(tag for tag in _LANGUAGES if tag not in first))


@cache
def _age_patterns(language: str, whose: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_compiled(pattern, language) for pattern in patterns.AGES[language][whose])


@cache
def _patterns(order: tuple[str, ...]) -> tuple[tuple[FactKind, str, re.Pattern[str]], ...]:
    found: list[tuple[FactKind, str, re.Pattern[str]]] = []
    for who in (ForWhom.CLIENT, ForWhom.OTHER):
        for tag in order:
            found += [
                (FactKind.FOR_WHOM, who.value, _compiled(each, tag)) for each in patterns.FOR_WHOM[tag].get(who, ())
            ]
    names = "|".join(patterns.LANGUAGE_NAMES.values())
    found.append((FactKind.SPOKEN_LANGUAGE, "", _pattern(patterns.SPEAKS.format(names=names))))
    tables: tuple[tuple[FactKind, dict[str, tuple[str, ...]]], ...] = (
        (FactKind.BUDGET, {key.value: value for key, value in patterns.BUDGET.items()}),
        (FactKind.MOBILITY, {key.value: value for key, value in patterns.MOBILITY.items()}),
        (FactKind.WHEN, {key.value: value for key, value in patterns.WHEN.items()}),
    )
    for kind, table in tables:
        found += [(kind, value, _pattern(each)) for value, group in table.items() for each in group]
    return tuple(found)


def _compiled(pattern: str, language: str) -> re.Pattern[str]:
    filled = pattern.replace("{my}", patterns.POSSESSIVES[language]).replace(
        "{relative}", f"(?:{patterns.RELATIVES[language]})"
    )
    return _pattern(filled)


def _pattern(pattern: str) -> re.Pattern[str]:
    """Compile with bounded runs of white space: a text of ten thousand spaces must not take minutes."""
    bounded = pattern.replace(r"\s*", r"\s{0,3}").replace(r"\s+", r"\s{1,3}")
    return re.compile(bounded, re.IGNORECASE)


def _language_code(name: str) -> str:
    folded = name.casefold()
    return next(code for code, names in patterns.LANGUAGE_NAMES.items() if re.fullmatch(names, folded, re.IGNORECASE))
