"""A result page: crisis first, then what was understood, kinds of help, offers with reasons, and what nearly fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from kaart.domain.areas import Place
from kaart.domain.codes import Coverage
from kaart.domain.facts import ServiceFacts
from kaart.domain.needs import ClientNeed, Fact, FactKind
from kaart.texts import render
from kaart.wording import Wording, day, enumeration, language_name
from matching.answer import Answer, KindCard, NearMiss, Note, Question, Understanding
from matching.rank import Match
from matching.request import MAXIMUM_LIMIT
from web.forms import Codes, SearchForm
from web.views.common import PhoneView, Shown, phone, shown
from web.views.crisis import CrisisView, crisis_language, crisis_views
from web.views.offers import CardView, LinkView, card, link
from web.views.search import FormView, form_view
from web.views.slugs import kind_path

#: Facts that the form itself holds: taking such a chip away empties the field.
_FIELDS = {FactKind.AGE: "age", FactKind.FOR_WHOM: "for", FactKind.SPOKEN_LANGUAGE: "spoken", FactKind.PLACE: "place"}


@dataclass(frozen=True, slots=True)
class ChipView:
    """Something understood, with the button that takes it away (empty: it cannot be)."""

    kind: str
    words: Shown
    button: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its choices; each value is `code=answer`."""

    code: str
    words: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of help, explained; `known` tells whether the register has an offer of it."""

    code: str
    path: str
    label: Shown
    explanation: Shown
    known: bool
    arranged_by: Shown
    arrangers: tuple[CardView, ...]


@dataclass(frozen=True, slots=True)
class NearMissView:
    """An offer that fails one rule, in words, and what comes nearest instead."""

    link: LinkView
    rule: str
    alternative: LinkView | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """Something said beside the results; `site` is the readable name of `url`, both empty where it leads nowhere."""

    words: str
    url: str
    site: str
    phone: PhoneView | None


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything on the page. `direct` is a page rendered from the POST, whose words fit no cookie."""

    form: FormView
    query: str
    direct: bool
    text: str
    crisis: tuple[CrisisView, ...]
    chips: tuple[ChipView, ...]
    place: str
    questions: tuple[QuestionView, ...]
    kinds: tuple[KindView, ...]
    cards: tuple[CardView, ...]
    near_misses: tuple[NearMissView, ...]
    widened: tuple[NoteView, ...]
    degraded: tuple[str, ...]
    filtered: int
    more_query: str
    hidden: tuple[tuple[str, str], ...]
    retrieved: str
    sensitive: bool


def results_view(answer: Answer, form: SearchForm, codes: Codes, wording: Wording, *, direct: bool) -> ResultsView:
    """The page of an answer, in the language in which it was asked."""
    understanding = answer.understanding
    need = understanding.need
    language = need.answer_language
    kept = [match for match in answer.results if not codes.filters.remote_only or _is_remote(match.facts)]
    more = len(answer.results) >= codes.filters.limit < MAXIMUM_LIMIT and not codes.filters.remote_only
    wider = replace(codes, filters=replace(codes.filters, limit=MAXIMUM_LIMIT))
    degraded = dict.fromkeys((*understanding.degraded, *answer.degraded))
    return ResultsView(
        form=form_view(form, language),
        query=codes.query(),
        direct=direct,
        text=form.text,
        crisis=crisis_views(
            [(alert.code, alert.topic) for alert in understanding.crisis],
            crisis_language(need.language, language),
            language,
        ),
        chips=_chips(need, wording, language),
        place=place_words(need.place, wording, language),
        questions=tuple(_question(question, wording, language) for question in understanding.questions),
        kinds=tuple(_kind(each, wording, language) for each in answer.kinds),
        cards=tuple(card(match, wording, language) for match in kept),
        near_misses=tuple(_near_miss(miss, wording, language) for miss in answer.near_misses),
        widened=tuple(_note(note, wording, language) for note in answer.widened),
        degraded=tuple(render(f"web.degraded.{code}", language) for code in degraded),
        filtered=len(answer.results) - len(kept),
        more_query=wider.query() if more else "",
        hidden=tuple(pair for pair in _pairs(codes) if pair[0] not in {"spoken", "reach", "limit"}),
        retrieved=day(answer.retrieved_at, language),
        sensitive=is_sensitive(understanding, wording),
    )


def is_sensitive(understanding: Understanding, wording: Wording) -> bool:
    """Whether somebody who looks over a shoulder should not see what this page is about."""
    needs = wording.knowledge.needs()
    return bool(understanding.crisis) or any(
        guess.code in needs and needs[guess.code].sensitive for guess in understanding.need.needs
    )


def place_words(place: Place | None, wording: Wording, language: str) -> str:
    """The place as it was understood: with its municipality where they differ, with both where there are two."""
    if place is None:
        return ""
    names = [
        wording.area_names.area_name(code, language)
        for code in sorted(place.areas)
        if code.partition(":")[0] == "municipality" and code.partition(":")[2] in place.municipalities
    ]
    others = [name for name in names if name.casefold() not in place.label.casefold()]
    return f"{place.label} ({enumeration(others, language)})" if others else place.label


def _is_remote(facts: ServiceFacts) -> bool:
    return any(way.is_remote for way in facts.reach)


def _pairs(codes: Codes) -> list[tuple[str, str]]:
    return [
        *([("s", codes.token)] if codes.token else ()),
        *([codes.place] if codes.place else ()),
        *(("need", need) for need in codes.needs),
        *codes.filters.pairs(),
    ]


def _chips(need: ClientNeed, wording: Wording, language: str) -> tuple[ChipView, ...]:
    # The only need has no button: without it there would be nothing to search for.
    button = "without" if len(need.needs) > 1 else ""
    needs = [
        ChipView("need", shown(wording.label(guess.code, language), language), button, guess.code)
        for guess in need.needs
    ]
    facts = [_fact_chip(fact, wording, language) for fact in need.facts]
    return (*needs, *facts)


def _fact_chip(fact: Fact, wording: Wording, language: str) -> ChipView:
    words = Shown(_fact_words(fact, wording, language))
    if fact.stated and fact.kind in _FIELDS:
        return ChipView(fact.kind, words, "clear", _FIELDS[fact.kind])
    return ChipView(fact.kind, words, "dismiss", fact.id)


def _fact_words(fact: Fact, wording: Wording, language: str) -> str:
    value = str(fact.value)
    match fact.kind:
        case FactKind.AGE:
            return render("web.fact.age", language, count=int(fact.value))
        case FactKind.SPOKEN_LANGUAGE:
            return render("web.fact.speaks", language, language=language_name(value, language))
        case FactKind.TARGET_GROUP:
            return wording.label(value, language).value
        case FactKind.PLACE:
            return fact.label or value
        case _:
            return render(f"web.{fact.kind}.{value}", language)


def _question(question: Question, wording: Wording, language: str) -> QuestionView:
    return QuestionView(
        code=question.code,
        words=wording.sentence(question.message, language, question.parameters),
        choices=tuple(
            (f"{question.code}={choice.value}", wording.choice(choice.label, language)) for choice in question.choices
        ),
    )


def _note(note: Note, wording: Wording, language: str) -> NoteView:
    words = wording.sentence(note.message, language, note.parameters)
    site = urlsplit(note.url).netloc.removeprefix("www.")
    return NoteView(words, note.url, site, phone(note.phone))


def _kind(each: KindCard, wording: Wording, language: str) -> KindView:
    kind = each.kind
    return KindView(
        code=kind.code,
        path=kind_path(language, kind.code),
        label=shown(kind.label, language),
        explanation=shown(kind.explanation, language),
        known=each.coverage is Coverage.KNOWN,
        arranged_by=shown(kind.arranged_by, language),
        arrangers=_cards(each.arranged_by, wording, language),
    )


def _cards(matches: Sequence[Match], wording: Wording, language: str) -> tuple[CardView, ...]:
    return tuple(card(match, wording, language) for match in matches)


def _near_miss(miss: NearMiss, wording: Wording, language: str) -> NearMissView:
    failing = miss.failing
    words = wording.sentence(failing.message, language, failing.parameters) if failing else ""
    return NearMissView(
        link=link(miss.match, wording, language),
        rule=words or render(f"web.rule.{miss.rule}", language),
        alternative=link(miss.alternative, wording, language) if miss.alternative else None,
    )
