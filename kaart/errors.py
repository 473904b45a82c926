"""One tree of errors for every room; it knows nothing of HTTP.

A rule raises an error that carries a *code* and parameters. The page, the API and the
command line each render the code in the reader's language (`kaart.texts`, keys
``error.<code>``), so that a rule never holds a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of what somebody sent.

    `pointer` is a JSON pointer (``/facts/age``); `code` and `parameters` are rendered like
    those of the error itself.
    """

    pointer: str
    code: str
    parameters: tuple[tuple[str, str], ...] = ()


class KaartError(Exception):
    """The root. `code` is stable; `parameters` fill the sentence that belongs to it."""

    def __init__(self, code: str, *, fields: Sequence[FieldError] = (), **parameters: object) -> None:
        """Keep the code, the parameters and, for a form, what is wrong with each field."""
        shown = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
        super().__init__(f"{code}({shown})" if shown else code)
        self.code = code
        self.parameters = parameters
        self.fields = tuple(fields)


class InvalidInputError(KaartError):
    """What was given cannot be used; the person can mend it."""


class NotFoundError(KaartError):
    """There is no such thing."""


class GoneError(KaartError):
    """There was such a thing; it was removed."""


class MovedError(KaartError):
    """It was merged into another entity; the parameter `merged_into` holds that one's id."""


class ConflictError(KaartError):
    """The thing changed meanwhile, or the event is not allowed in its present state."""


class ForbiddenError(KaartError):
    """This person may not do this."""


class UnavailableError(KaartError):
    """Something that is needed does not answer at this moment."""


class ConfigurationError(KaartError):
    """A setting, a file of the operator or an installed extra is wrong or missing."""


class ContentError(KaartError):
    """The editorial content is broken; the parameters name file, line and field."""
