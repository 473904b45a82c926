"""A request, understood: language, needs, facts, place and crisis, with the questions that are left."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from kaart.domain.areas import AreaCode, Place
from kaart.domain.codes import Degraded
from kaart.domain.needs import ClientNeed, NeedGuess
from kaart.domain.ports import Embedder, Knowledge, Places, Progress
from kaart.errors import UnavailableError
from matching.answer import CrisisAlert, MatchRequest, Understanding
from matching.request import check_request
from matching.understand.crisis import CrisisDetector
from matching.understand.crisis_meaning import CrisisMeaning
from matching.understand.facts import read_facts
from matching.understand.language import LanguageDetector
from matching.understand.needs import NeedRecogniser, Recognition
from matching.understand.place import read_place
from matching.understand.questions import NEED, PLACE, SKIP, questions_for

#: A dismissed id that begins so takes away a recognised need; other ids are those of facts.
NEED_ID = "need:"
#: The best reading of an answer is a guess when it is no surer than this, as for a place that is typed in its field.
_DOUBTFUL = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of a request, and the pieces of text with their vectors that retrieval goes on with."""

    understanding: Understanding
    recognition: Recognition


class Understander:
    """Understands requests. Safe to use from several threads; everything costly is made once."""

    def __init__(self, knowledge: Knowledge, embedder: Embedder, places: Places) -> None:
        self._knowledge = knowledge
        self._places = places
        self._needs = knowledge.needs()
        self._languages = LanguageDetector()
        self._crisis = CrisisDetector(knowledge.crisis())
        self.recogniser = NeedRecogniser(knowledge, embedder)
        self._embedder = embedder
        self._meaning: CrisisMeaning | None = None
        self._lock = threading.Lock()

    def prepare(self, progress: Progress | None = None) -> None:
        """Do now what the first request would wait for: the language model and the vectors of the sentences.

        Raises `UnavailableError` when the embedder does not answer; requests are then answered by words alone.
        """
        self._languages.warm_up()
        self.recogniser.prepare(progress)
        self._learned_meaning(progress)

    def understand(self, request: MatchRequest) -> Understanding:
        """Understand a request. Raises `InvalidInputError` for one that cannot be used (`check_request`)."""
        return self.read(request).understanding

    def read(self, request: MatchRequest) -> Reading:
        """The same, with what retrieval needs."""
        check_request(request, self._knowledge)
        language = self._languages.detect(request.text)
        stated_place, place_answered = self._stated_place(request)
        answers = {code: value for code, value in request.answers.items() if code != PLACE or place_answered}
        place = read_place(self._places, request.text, language, stated_place, request.dismissed)
        facts = read_facts(request.text, language, request.stated, request.dismissed)
        recognition = self.recogniser.recognise(request.text, language)
        guesses, competing = self._guesses(request, recognition)
        need = ClientNeed(
            text=request.text,
            language=language,
            answer_language=request.answer_language,
            needs=guesses,
            possible=() if any(guess.stated for guess in guesses) else self._possible(request, recognition),
            facts=(*place.facts, *facts.facts),
            place=place.place,
            age=facts.age,
            for_whom=facts.for_whom,
            spoken_languages=facts.spoken_languages,
            budget=facts.budget,
            mobility=facts.mobility,
            when=facts.when,
            target_groups=facts.target_groups,
        )
        outside = () if place.place is not None else tuple(self._places.outside(request.text, language))
        understanding = Understanding(
            need,
            outside=outside,
            questions=questions_for(
                place=place.place,
                other_places=() if place_answered else place.others,
                abroad=bool(outside),
                guesses=guesses,
                competing=competing,
                near=recognition.near,
                terms=self._needs,
                answers=answers,
                language=request.answer_language,
            ),
            crisis=self._alerts(request.text, recognition),
            degraded=(Degraded.EMBEDDER,) if recognition.embedder_failed else (),
        )
        return Reading(understanding, recognition)

    def _alerts(self, text: str, recognition: Recognition) -> tuple[CrisisAlert, ...]:
        """The crises that the phrases find, and after them what only the meaning tells."""
        alerts = list(self._crisis.detect(text))
        if recognition.centred is None:
            return tuple(alerts)
        try:
            meaning = self._learned_meaning()
        except UnavailableError:
            return tuple(alerts)
        found = {alert.code for alert in alerts}
        topics = {topic.code: topic for topic in self._knowledge.crisis()}
        for code, piece in meaning.detect(recognition.centred) if meaning is not None else ():
            if code not in found and code in topics:
                alerts.append(CrisisAlert(code, recognition.texts[piece], topics[code]))
        return tuple(alerts)

    def _learned_meaning(self, progress: Progress | None = None) -> CrisisMeaning | None:
        sentences = self._knowledge.crisis_sentences()
        if self._meaning is None and sentences:
            evidence = self.recogniser.evidence()
            with self._lock:
                if self._meaning is None:
                    self._meaning = CrisisMeaning.learn(sentences, evidence, self._embedder, progress)
        return self._meaning

    def _stated_place(self, request: MatchRequest) -> tuple[Place | None, bool]:
        """The place that the caller states, or that answers the question about it.

        An answer that names no place, or several, is none: the question stays open.
        """
        if request.place is not None:
            return request.place, True
        answer = request.answers.get(PLACE, "").strip()
        if not answer or answer == SKIP:
            return None, bool(answer)
        known = self._places.by_area(AreaCode(answer)) if ":" in answer else self._places.by_nis(answer)
        if known is not None:
            return known, True
        found = self._places.resolve(answer, limit=1)
        return (found[0].place, True) if found and found[0].confidence > _DOUBTFUL else (None, False)

    def _possible(self, request: MatchRequest, recognition: Recognition) -> tuple[NeedGuess, ...]:
        gone = {each.removeprefix(NEED_ID) for each in request.dismissed if each.startswith(NEED_ID)}
        return tuple(guess for guess in recognition.possible if guess.code not in gone)

    def _guesses(
        self, request: MatchRequest, recognition: Recognition
    ) -> tuple[tuple[NeedGuess, ...], tuple[str, ...]]:
        """The needs that count: what is stated wins; an answered question decides between two readings."""
        if request.stated.needs:
            codes = tuple(dict.fromkeys(request.stated.needs))
            return tuple(NeedGuess(code, None, "", stated=True) for code in codes), ()
        gone = {each.removeprefix(NEED_ID) for each in request.dismissed if each.startswith(NEED_ID)}
        guesses = [guess for guess in recognition.guesses if guess.code not in gone]
        competing = tuple(code for code in recognition.competing if code not in gone)
        answer = request.answers.get(NEED, "")
        if answer in self._needs:
            known = next((guess for guess in guesses if guess.code == answer), NeedGuess(answer, None, ""))
            rest = [guess for guess in guesses if guess.code != answer and guess.code not in competing]
            return (replace(known, stated=True), *rest), ()
        return tuple(guesses), competing if len(competing) > 1 else ()
