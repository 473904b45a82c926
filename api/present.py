"""From the rooms' values to the stable shapes; every sentence is rendered here, in the asked language."""

from __future__ import annotations

from dataclasses import dataclass

from api.schemas.answer import (
    ChoiceOut,
    CrisisOut,
    EvidenceOut,
    FactOut,
    FailsOut,
    KindOut,
    LineOut,
    MatchAnswer,
    NearMissOut,
    NeedOut,
    NoteOut,
    PlaceOut,
    QuestionOut,
    ReasonOut,
    ResultOut,
    ServiceRefOut,
    UnderstandAnswer,
    UnderstoodOut,
)
from kaart.domain.codes import ReasonCode
from kaart.domain.facts import ServiceFacts
from kaart.domain.needs import Fact, FactKind
from kaart.wording import Wording, language_name
from matching.answer import Answer, CrisisAlert, KindCard, NearMiss, Note, Question, Understanding
from matching.explain import Reason
from matching.rank import Match


@dataclass(frozen=True, slots=True)
class Presenter:
    """Renders answers for one reader. `base_url` has no slash at its end."""

    wording: Wording
    language: str
    base_url: str

    def answer(self, answer: Answer) -> MatchAnswer:
        """The whole answer of `/match`."""
        understood = self.understanding(answer.understanding)
        degraded = dict.fromkeys((*answer.understanding.degraded, *answer.degraded))
        return MatchAnswer(
            understood=understood.understood,
            crisis=understood.crisis,
            kinds=[self._kind(card) for card in answer.kinds],
            results=[self._result(match) for match in answer.results],
            near_misses=[self._near_miss(miss) for miss in answer.near_misses],
            widened=[self._note(note) for note in answer.widened],
            degraded=list(degraded),
            retrieved_at=answer.retrieved_at,
        )

    def understanding(self, understanding: Understanding) -> UnderstandAnswer:
        """The answer of `/understand`."""
        need = understanding.need
        place = need.place
        return UnderstandAnswer(
            understood=UnderstoodOut(
                language=need.language,
                needs=[
                    NeedOut(
                        code=guess.code,
                        label=self.wording.label(guess.code, self.language).value,
                        confidence=guess.confidence,
                        evidence=guess.evidence,
                        stated=guess.stated,
                        searched=guess in need.needs,
                    )
                    for guess in (*need.needs, *need.possible)
                ],
                facts=[self._fact(fact) for fact in need.facts],
                questions=[self._question(question) for question in understanding.questions],
                place=PlaceOut(
                    label=place.label,
                    nis=list(place.municipalities),
                    postal_code=place.postal_code,
                    has_catalogue=place.has_catalogue,
                )
                if place
                else None,
            ),
            crisis=[self._crisis(alert) for alert in understanding.crisis],
        )

    def service_url(self, service_id: object) -> str:
        """The lasting address of a service's page."""
        return f"{self.base_url}/{self.language}/service/{service_id}"

    def _fact(self, fact: Fact) -> FactOut:
        span = (fact.start, fact.end) if fact.start is not None and fact.end is not None else None
        label = fact.label
        if fact.kind is FactKind.SPOKEN_LANGUAGE:
            label = language_name(str(fact.value), self.language)
        elif fact.kind is FactKind.TARGET_GROUP:
            label = self.wording.label(str(fact.value), self.language).value
        return FactOut(id=fact.id, kind=fact.kind, value=fact.value, span=span, stated=fact.stated, label=label)

    def _question(self, question: Question) -> QuestionOut:
        return QuestionOut(
            code=question.code,
            text=self.wording.sentence(question.message, self.language, question.parameters),
            choices=[
                ChoiceOut(value=choice.value, label=self.wording.choice(choice.label, self.language))
                for choice in question.choices
            ],
        )

    def _crisis(self, alert: CrisisAlert) -> CrisisOut:
        lines = [
            LineOut(name=line.name.text(self.language), phone=line.phone, url=line.url, languages=list(line.languages))
            for line in alert.topic.lines
        ]
        return CrisisOut(code=alert.code, evidence=alert.evidence, lines=lines)

    def _kind(self, card: KindCard) -> KindOut:
        kind = card.kind
        return KindOut(
            code=kind.code,
            label=kind.label.text(self.language),
            explanation=kind.explanation.text(self.language),
            url=f"{self.base_url}/{self.language}/kind/{kind.code}",
            coverage=card.coverage,
            arranged_by=kind.arranged_by.text(self.language),
            arranged_by_services=[self._reference(match) for match in card.arranged_by],
        )

    def _note(self, note: Note) -> NoteOut:
        text = self.wording.sentence(note.message, self.language, note.parameters)
        return NoteOut(code=note.code, text=text, url=note.url, phone=note.phone)

    def _result(self, match: Match) -> ResultOut:
        return ResultOut(
            service=self._reference(match),
            score=float(match.score),
            distance_km=None if match.distance_km is None else round(match.distance_km, 1),
            reasons=[self._reason(reason) for reason in match.reasons],
            phone=match.facts.public_phone,
            branches=[self._service(facts) for facts in match.branches],
        )

    def _reason(self, reason: Reason) -> ReasonOut:
        evidence = reason.evidence
        return ReasonOut(
            code=reason.code,
            verdict=reason.verdict,
            points=float(reason.points),
            text=self.wording.sentence(reason.message, self.language, reason.parameters),
            evidence=EvidenceOut(
                field=evidence.field, source=evidence.source, date=evidence.on.isoformat() if evidence.on else None
            )
            if evidence
            else None,
        )

    def _near_miss(self, miss: NearMiss) -> NearMissOut:
        failing = miss.failing
        return NearMissOut(
            service=self._reference(miss.match),
            fails=FailsOut(
                code=failing.code if failing else ReasonCode.ELIGIBILITY,
                rule=miss.rule,
                text=self.wording.sentence(failing.message, self.language, failing.parameters) if failing else "",
            ),
            alternative=self._reference(miss.alternative) if miss.alternative else None,
        )

    def _reference(self, match: Match) -> ServiceRefOut:
        return self._service(match.facts, place_needed=match.place_needed)

    def _service(self, facts: ServiceFacts, *, place_needed: bool = False) -> ServiceRefOut:
        return ServiceRefOut(
            id=str(facts.service_id),
            key=facts.key,
            name=facts.name.text(self.language),
            organization=self.wording.body(facts, self.language, place_needed=place_needed).value,
            url=self._explanation_url(facts) if place_needed else self.service_url(facts.service_id),
            place_needed=place_needed,
        )

    def _explanation_url(self, facts: ServiceFacts) -> str:
        """The page about this kind of help, else the search form: the page of one town's service would mislead."""
        kind = self.wording.explained_kind(facts)
        return f"{self.base_url}/{self.language}" + (f"/kind/{kind}" if kind else "")
