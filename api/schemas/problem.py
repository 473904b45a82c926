"""Problem details (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class FieldProblem(BaseModel):
    """What is wrong with one field; `pointer` is a JSON pointer into the body (empty: the body itself)."""

    pointer: str = Field(examples=["/facts/age"])
    detail: str = Field(examples=["Geef een leeftijd van 0 tot 120."])


class Problem(BaseModel):
    """An error. `type` names it lastingly; `title` and `detail` are sentences in the asked language."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["urn:sociale-kaart:problem:request_invalid"])
    title: str
    status: int = Field(examples=[422])
    detail: str
    errors: list[FieldProblem] | None = None
