"""Whether someone there speaks the person's language."""

from __future__ import annotations

from functools import cache

from babel import Locale

from kaart.domain.codes import Interpreter, ReasonCode
from kaart.domain.eligibility import Verdict
from kaart.domain.needs import ClientNeed
from kaart.domain.texts import INTERFACE_LANGUAGES, LocalText, Texts
from matching.criteria import weights
from matching.criteria.candidate import Candidate
from matching.explain import Reason, points

#: Services in Flanders work in Dutch; to say of each that it speaks Dutch would say nothing.
_EXPECTED = "nl"


def language(need: ClientNeed, candidate: Candidate) -> Reason | None:
    """Spoken, by interpreter, not, or unknown. None for someone who asks in Dutch and named no language."""
    wanted = need.spoken_languages or ((need.language,) if need.language else ())
    wanted = tuple(code.partition("-")[0] for code in wanted)
    if not wanted or _EXPECTED in wanted:
        return None
    facts = candidate.facts
    spoken = [each.code.partition("-")[0] for each in facts.languages]
    common = [code for code in wanted if code in spoken]
    if common:
        return _reason(Verdict.MEETS, weights.LANGUAGE, "spoken", common[0], candidate, "languages")
    if facts.interpreter is Interpreter.YES:
        return _reason(Verdict.MEETS, weights.LANGUAGE_INTERPRETER, "interpreter", wanted[0], candidate, "interpreter")
    if spoken and facts.interpreter is Interpreter.NO:
        return _reason(Verdict.FAILS, 0.0, "not_spoken", wanted[0], candidate, "languages")
    return _reason(Verdict.UNKNOWN, 0.0, "unknown", wanted[0], candidate, "languages")


@cache
def language_name(code: str) -> Texts:
    """The name of a language in each interface language; the code itself where nobody names it."""
    return Texts(tuple(LocalText(reader, Locale(reader).languages.get(code, code)) for reader in INTERFACE_LANGUAGES))


def _reason(verdict: Verdict, worth: float, message: str, code: str, candidate: Candidate, field: str) -> Reason:
    return Reason(
        ReasonCode.LANGUAGE,
        verdict,
        points(worth),
        f"reason.language.{message}",
        (("language", language_name(code)),),
        candidate.facts.evidence.get(field),
    )
