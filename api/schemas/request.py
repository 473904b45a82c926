"""What callers send; a field that is not here is refused, since a mistyped one would be ignored silently."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kaart.domain.codes import Budget, ForWhom, Mobility, When
from matching.request import MAXIMUM_LIMIT, MAXIMUM_TEXT
from matching.understand.facts import MAXIMUM_AGE

#: Far more chips than a text of this length gives.
MAX_LIST: Final = 100

ShortText = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class AnswerLanguage(StrEnum):
    """The languages in which an answer is written."""

    NL = "nl"
    FR = "fr"
    EN = "en"
    DE = "de"


class Strict(BaseModel):
    """Refuses unknown fields and values of another type (no `"82"` for 82)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PlaceIn(Strict):
    """Where the person is; give one way, or several that agree. `lat` and `lon` go together (WGS 84, degrees)."""

    postal_code: ShortText | None = Field(None, examples=["9800"])
    municipality: ShortText | None = Field(None, examples=["Deinze"])
    nis: ShortText | None = Field(None, examples=["44083"])
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, examples=[50.98])
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, examples=[3.53])


class FactsIn(Strict):
    """What the caller states; it wins over what the text says. Ages in completed years."""

    age: int | None = Field(None, ge=0, le=MAXIMUM_AGE, examples=[82])
    for_whom: ForWhom | None = Field(None, strict=False, examples=["other"])
    spoken_languages: list[LanguageTag] = Field(default_factory=list, max_length=20, examples=[["nl"]])
    budget: Budget | None = Field(None, strict=False, examples=["low"])
    mobility: Mobility | None = Field(None, strict=False, examples=["no_car"])
    when: list[Annotated[When, Field(strict=False)]] = Field(default_factory=list, max_length=4, examples=[["evening"]])
    target_groups: list[Code] = Field(default_factory=list, max_length=MAX_LIST)
    needs: list[Code] = Field(default_factory=list, max_length=20)


#: What the types cannot say: there are words, or there is at least one need.
_WORDS_OR_NEEDS: Final[list[JsonValue]] = [
    {"required": ["text"], "properties": {"text": {"pattern": r"\S"}}},
    {"required": ["facts"], "properties": {"facts": {"required": ["needs"], "properties": {"needs": {"minItems": 1}}}}},
]


class MatchIn(Strict):
    """A need in plain words, or need codes, or both. Only `text` or `facts.needs` is required.

    `language` is that of the *answer*; that of the text is found and returned. `answers` maps the code of a
    question to the chosen value or `skip`; `dismissed` holds ids of recognised facts that are wrong.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": _WORDS_OR_NEEDS})

    text: str = Field("", max_length=MAXIMUM_TEXT, examples=["mijn mama van 82 kan niet meer koken"])
    language: AnswerLanguage | None = Field(None, strict=False, examples=["nl"])
    limit: int = Field(10, ge=1, le=MAXIMUM_LIMIT)
    place: PlaceIn | None = Field(None, examples=[{"postal_code": "9800"}])
    facts: FactsIn = Field(default_factory=FactsIn, examples=[{"age": 82, "for_whom": "other"}])
    answers: dict[ShortText, ShortText] = Field(default_factory=dict, max_length=MAX_LIST)
    dismissed: list[ShortText] = Field(default_factory=list, max_length=MAX_LIST)
