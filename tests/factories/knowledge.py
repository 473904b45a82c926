"""What the pages and the API know in tests: plainly invented needs, kinds of help, a right and a crisis topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaart.domain.codes import CostKind, CrisisCode, Granting, ReferralNeed
from kaart.domain.needs import (
    AmbiguousWord,
    CrisisLine,
    CrisisSentence,
    CrisisTopic,
    Entrance,
    ExampleSentence,
    KindOfHelp,
    Term,
    TermKind,
)
from kaart.domain.rights import AskAt, Right
from kaart.domain.texts import Texts


def make_term(code: str, kind: TermKind = TermKind.NEED, *, sensitive: bool = False, **labels: str) -> Term:
    return Term(code, kind, Texts.of(**labels), sensitive=sensitive)


LINE = CrisisLine(
    "verzonnen-lijn",
    Texts.of(nl="Verzonnen luisterlijn", fr="Ligne inventée"),
    phone="1813",
    url="https://lijn.example/",
    chat_url="https://lijn.example/chat",
    hours=Texts.of(nl="dag en nacht"),
    languages=("nl",),
    for_whom=Texts.of(nl="voor iedereen"),
)
TOPIC = CrisisTopic(
    CrisisCode.SUICIDE, (LINE, CrisisLine("nood", Texts.of(nl="Noodnummer"), phone="112")), Texts.of(nl="Praat nu.")
)

KIND = KindOfHelp(
    "debt_mediation",
    Texts.of(nl="schuldbemiddeling", fr="médiation de dettes"),
    Texts.of(nl="Iemand helpt je een plan te maken om je schulden te betalen."),
    arranged_by=Texts.of(nl="Een OCMW of CAW met een erkenning."),
    does=("Een plan maken",),
    does_not=("Je schulden betalen",),
    for_whom="Wie zijn schulden niet meer kan betalen.",
    cost=CostKind.FREE,
    referral=ReferralNeed.SOMETIMES,
    referral_explanation="Soms stuurt een dienst je door.",
    meanwhile=("Houd je brieven bij.",),
    lighter=("budget_guidance",),
    source="Verzonnen bron",
    source_date="2026-01-01",
)
OTHER_KIND = KindOfHelp(
    "budget_guidance",
    Texts.of(nl="budgetbegeleiding"),
    Texts.of(nl="Samen je geld beheren."),
    heavier=("debt_mediation",),
)


RIGHT = Right(
    "right_invented",
    Texts.of(nl="verzonnen toelage", fr="allocation inventée"),
    Texts.of(nl="Geld voor wie het nodig heeft.", fr="De l'argent pour qui en a besoin."),
    who="Wie schulden heeft.",
    how="Vraag het aan het loket.",
    ask_at=AskAt("Verzonnen loket", kinds=("debt_mediation",), url="https://loket.example/"),
    granting=Granting.ON_REQUEST,
    conditions=("Je bent volwassen.",),
    appeal="Je kan binnen een maand klagen.",
    needs=("debts",),
    regions=("vlg",),
    source="Verzonnen bron",
    source_url="https://bron.example/",
    source_date="2026-01-01",
)


class FakeKnowledge:
    """Three needs, two kinds of help, one crisis topic."""

    def __init__(self) -> None:
        self._needs = {
            "debts": make_term("debts", nl="schulden", fr="dettes", en="debts", de="Schulden"),
            "rent": make_term("rent", nl="huur betalen", fr="payer le loyer", en="paying rent", de="Miete zahlen"),
            "violence": make_term("violence", nl="geweld thuis", sensitive=True),
        }
        self._others = {"adults": make_term("adults", TermKind.TARGET_GROUP, nl="volwassenen", fr="adultes")}

    def needs(self) -> Mapping[str, Term]:
        return self._needs

    def terms(self) -> Mapping[str, Term]:
        return {**self._needs, **self._others}

    def sentences(self) -> Sequence[ExampleSentence]:
        return ()

    def kinds(self) -> Mapping[str, KindOfHelp]:
        return {KIND.code: KIND, OTHER_KIND.code: OTHER_KIND}

    def rights(self) -> Mapping[str, Right]:
        return {RIGHT.code: RIGHT}

    def ambiguous_words(self) -> Sequence[AmbiguousWord]:
        return ()

    def crisis_sentences(self) -> Sequence[CrisisSentence]:
        return ()

    def crisis(self) -> Sequence[CrisisTopic]:
        return (TOPIC,)

    def entrances(self) -> Sequence[Entrance]:
        return ()
