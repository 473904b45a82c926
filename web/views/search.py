"""The search form, empty or filled, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaart.domain.codes import ForWhom
from kaart.errors import FieldError
from kaart.texts import render
from kaart.wording import error_sentence, language_name
from web.forms import SPOKEN, SearchForm, digest


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldProblemView:
    """What is wrong with one field: its id on the page, and the sentence."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The form as it is shown.

    `about` ties what was chosen to these words; `more_open` unfolds the optional part when it was filled in.
    """

    action: str
    about: str
    text: str
    place: str
    age: str
    needs: tuple[str, ...]
    dismissed: tuple[str, ...]
    answers: tuple[str, ...]
    for_whom: tuple[Option, ...]
    spoken: tuple[Option, ...]
    remote_only: bool
    problems: tuple[FieldProblemView, ...]
    more_open: bool

    def problem(self, field: str) -> str:
        """What is wrong with this field; empty when nothing is."""
        return next((each.words for each in self.problems if each.field == field), "")


def spoken_options(chosen: str, language: str) -> tuple[Option, ...]:
    """The languages that a person may choose as spoken, each named in the page's language."""
    return tuple(Option(code, language_name(code, language), code == chosen) for code in SPOKEN)


def form_view(form: SearchForm, language: str, wrong: Sequence[FieldError] = ()) -> FormView:
    """The form with its values kept and each error at its field."""
    problems = tuple(FieldProblemView(each.pointer.strip("/"), error_sentence(each, language)) for each in wrong)
    filters = form.filters
    return FormView(
        action=f"/{language}/search",
        about=digest(form.text),
        text=form.text,
        place=form.place,
        age=form.age,
        needs=form.needs,
        dismissed=form.dismissed,
        answers=tuple(f"{code}={value}" for code, value in form.answers),
        for_whom=tuple(
            Option(each, render(f"web.for_whom.{each}", language), each is filters.for_whom) for each in ForWhom
        ),
        spoken=spoken_options(filters.spoken, language),
        remote_only=filters.remote_only,
        problems=problems,
        more_open=bool(form.age or filters.spoken or any(each.field == "age" for each in problems)),
    )
