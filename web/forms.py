"""What comes in from a form or an address, checked; whatever is wrong is named by its field."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from kaart.domain.areas import Place
from kaart.domain.codes import ForWhom
from kaart.domain.needs import StatedFacts
from kaart.domain.ports import Knowledge
from kaart.errors import FieldError, InvalidInputError
from kaart.places.stated import StatedPlaces, stated_place
from matching.answer import MatchRequest
from matching.request import MAXIMUM_LIMIT, check_text
from matching.understand.facts import MAXIMUM_AGE
from web.words import Words, new_token

#: Characters; the longest name of a place in Belgium has fewer than fifty.
MAX_PLACE: Final = 200
#: Results on a page at the first look; "more" goes as far as an answer may.
FIRST_RESULTS: Final = 10

#: Languages that a person may choose as spoken: those in which requests are understood (BCP 47).
SPOKEN: Final = ("nl", "fr", "en", "de", "tr", "ar", "uk", "pl", "ro", "es")

_TOKEN: Final = re.compile(r"[0-9a-f]{8}")
_MAX_LIST: Final = 100
_MAX_CODE: Final = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a result page, all of it codes, so that it may stand in an address."""

    for_whom: ForWhom | None = None
    spoken: str = ""
    remote_only: bool = False
    limit: int = FIRST_RESULTS

    def pairs(self) -> list[tuple[str, str]]:
        """As parameters of an address; what is not chosen is left out."""
        return [
            (name, value)
            for name, value in (
                ("for", str(self.for_whom or "")),
                ("spoken", self.spoken),
                ("reach", "remote" if self.remote_only else ""),
                ("limit", str(self.limit) if self.limit != FIRST_RESULTS else ""),
            )
            if value
        ]


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The search form as it was sent, before anything is checked; `age` is as typed."""

    text: str = ""
    place: str = ""
    age: str = ""
    needs: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    filters: Filters = field(default_factory=Filters)

    def words(self) -> Words:
        """What goes in the cookie, under a new name."""
        age = int(self.age) if self.age else None
        return Words(new_token(), self.text, self.place, age, self.needs, self.dismissed, self.answers)


def form_of(words: Words, filters: Filters) -> SearchForm:
    """The form filled with the words of an earlier search."""
    age = "" if words.age is None else str(words.age)
    return SearchForm(words.text, words.place, age, words.needs, words.dismissed, words.answers, filters)


def read_form(data: FormData, knowledge: Knowledge) -> SearchForm:
    """Take the search form out of a POST. A wrong code is dropped: only a forged form has one."""
    known = knowledge.needs()

    def word(name: str) -> str:
        value = data.get(name, "")
        return clean(value) if isinstance(value, str) else ""

    def words(name: str) -> tuple[str, ...]:
        values = [value for value in data.getlist(name) if isinstance(value, str)]
        return tuple(dict.fromkeys(value for value in values if 0 < len(value) <= _MAX_CODE))[:_MAX_LIST]

    pairs = [value.partition("=") for value in words("answer")]
    form = SearchForm(
        text=word("text").strip(),
        place=(word("place_answer") or word("place")).strip(),
        age=word("age").strip(),
        needs=tuple(code for code in words("need") if code in known),
        dismissed=words("dismiss"),
        answers=tuple({code: (code, value) for code, _, value in pairs if value}.values()),
        filters=read_filters({name: word(name) for name in ("for", "spoken", "reach", "limit")}),
    )
    if word("about") != digest(form.text):
        # What was chosen on a result page belongs to the words of then, not to new ones.
        return replace(form, needs=(), dismissed=(), answers=())
    if without := word("without"):
        others = tuple(code for code in words("shown") if code in known and code != without)
        form = replace(form, needs=others or form.needs)
    return _without_field(form, word("clear"))


def digest(text: str) -> str:
    """Tells whether words are still the same, without repeating them."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def _without_field(form: SearchForm, field_name: str) -> SearchForm:
    """The form after one of its own fields was taken away as a chip."""
    match field_name:
        case "age":
            return replace(form, age="")
        case "place":
            return replace(form, place="")
        case "for":
            return replace(form, filters=replace(form.filters, for_whom=None))
        case "spoken":
            return replace(form, filters=replace(form.filters, spoken=""))
        case _:
            return form


def read_filters(values: Mapping[str, str] | QueryParams) -> Filters:
    """The filters of an address or a form; one that does not exist counts as not chosen."""
    chosen, spoken, limit = values.get("for", ""), values.get("spoken", ""), values.get("limit", "")
    return Filters(
        for_whom=ForWhom(chosen) if chosen in set(ForWhom) else None,
        spoken=spoken if spoken in SPOKEN else "",
        remote_only=values.get("reach", "") == "remote",
        limit=MAXIMUM_LIMIT if limit == str(MAXIMUM_LIMIT) else FIRST_RESULTS,
    )


def clean(text: str) -> str:
    """Without control characters (a stray NUL breaks databases); line ends become one kind."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in joined if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})


def check_form(form: SearchForm, places: StatedPlaces) -> Place | None:
    """The place of a form that is right. Raises `InvalidInputError` with every field that is not."""
    wrong = check_text(form.text, form.needs)
    place: Place | None = None
    try:
        place = find_place(form.place, places)
    except InvalidInputError as error:
        wrong.append(FieldError("/place", error.code, _shown(error.parameters.items())))
    if form.age and not (re.fullmatch(r"[0-9]{1,3}", form.age) and int(form.age) <= MAXIMUM_AGE):
        wrong.append(FieldError("/age", "age_out_of_range", (("maximum", str(MAXIMUM_AGE)),)))
    if wrong:
        raise InvalidInputError("request_invalid", fields=wrong)
    return place


def find_place(typed: str, places: StatedPlaces) -> Place | None:
    """The place that was typed; None for nothing. Raises `InvalidInputError` for one that nobody knows."""
    if not typed:
        return None
    if len(typed) > MAX_PLACE:
        raise InvalidInputError("place_unknown", place=typed[:MAX_PLACE])
    return stated_place(places, text=typed)


def _shown(parameters: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in parameters)


@dataclass(frozen=True, slots=True)
class Codes:
    """What an address of a result page holds: codes and the name of the search, never a word."""

    token: str = ""
    needs: tuple[str, ...] = ()
    nis: str = ""
    postal: str = ""
    area: str = ""
    filters: Filters = field(default_factory=Filters)

    @property
    def place(self) -> tuple[str, str] | None:
        """The one parameter that stands for the place, with its value."""
        pairs = (("nis", self.nis), ("postal", self.postal), ("area", self.area))
        return next((pair for pair in pairs if pair[1]), None)

    def query(self) -> str:
        """As the query of an address."""
        pairs = [("s", self.token)] if self.token else []
        pairs += [("need", need) for need in self.needs]
        pairs += [self.place] if self.place else []
        return urlencode(pairs + self.filters.pairs())


def read_codes(query: QueryParams, knowledge: Knowledge) -> Codes:
    """Take the codes out of an address; what is no code is dropped, so that no word comes through."""
    known = knowledge.needs()
    token, nis, postal, area = (query.get(name, "") for name in ("s", "nis", "postal", "area"))
    return Codes(
        token=token if _TOKEN.fullmatch(token) else "",
        needs=tuple(dict.fromkeys(code for code in query.getlist("need") if code in known)),
        nis=nis if re.fullmatch(r"[0-9]{5}", nis) else "",
        postal=postal if re.fullmatch(r"[0-9]{4}", postal) else "",
        area=area if re.fullmatch(r"(province|region):[0-9]{5}", area) else "",
        filters=read_filters(query),
    )


def codes_for(words: Words, needs: Iterable[str], place: Place | None, filters: Filters) -> Codes:
    """The address of a search: one municipality by its NIS code, a shared postal code by itself, else an area."""
    codes = Codes(token=words.token, needs=tuple(needs), filters=filters)
    if place is None:
        return codes
    if len(place.municipalities) == 1:
        return replace(codes, nis=place.municipalities[0])
    return replace(codes, postal=place.postal_code) if place.postal_code else replace(codes, area=place.area)


def match_request(form: SearchForm, place: Place | None, language: str) -> MatchRequest:
    """The request of a form that was checked."""
    return MatchRequest(
        text=form.text,
        answer_language=language,
        place=place,
        stated=StatedFacts(
            age=int(form.age) if form.age else None,
            for_whom=form.filters.for_whom,
            spoken_languages=(form.filters.spoken,) if form.filters.spoken else (),
            needs=form.needs,
        ),
        answers=dict(form.answers),
        dismissed=frozenset(form.dismissed),
        limit=MAXIMUM_LIMIT if form.filters.remote_only else form.filters.limit,
    )


def without_words(codes: Codes) -> SearchForm:
    """The form for an address whose words are no longer there."""
    return replace(SearchForm(filters=codes.filters), needs=codes.needs)
