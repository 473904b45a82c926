"""From the services of one text to the document that every backend indexes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Final

from indexer.analysis import Analyser, default_analyser
from kaart.domain.facts import ServiceFacts
from kaart.domain.needs import Term
from kaart.domain.search import IndexedOffer, TextDocument, TextGroup
from kaart.domain.texts import Texts

#: Words of the embedded text. A longer one dilutes what a service is about: the model makes one vector of it all.
MAX_PASSAGE_WORDS: Final = 60

#: The parts of the embedded text in their order, and how many words each is sure of. The needs' own words are those
#: that people ask with; the name in a second language brings questions in other languages nearer. What the parts
#: leave over goes to the last two. (Measured: docs/adr/0006-one-analyser-in-python.md.)
PASSAGE_SHARES: Final[Mapping[str, int]] = MappingProxyType(
    {"name": 10, "summary": 20, "needs": 18, "other_name": 6, "does": 6, "for_whom": 0}
)

#: How many synonyms of a need stand beside its label in the embedded text.
_SYNONYMS_EMBEDDED: Final = 2

#: The languages of the embedded text: what the register is written in first, and what stands beside the name.
_PASSAGE_LANGUAGE: Final = "nl"
_OTHER_LANGUAGES: Final = ("fr", "en", "de")


def text_document(
    group: TextGroup, terms: Mapping[str, Term], day: date, analyser: Analyser | None = None
) -> TextDocument:
    """The document of a text: its words by field, what is embedded, and its offers that are not over on `day`.

    `terms` is the taxonomy by code; a code that it does not hold adds no words. The services of a group share their
    words, so those of the first count. An offer that has yet to begin is in the index already, since no change will
    tell the index on its first day; matching shows it from that day on. Without a service that is active and not
    over the document has no offers, which a writer takes as “remove this text”.
    """
    analyser = analyser or default_analyser()
    current = [facts for facts in group.services if facts.is_current(max(day, facts.valid_from or day))]
    if not current:
        return TextDocument(group.text_key, {}, "", (), (), (), (), remote=False, offers=())
    facts = current[0]
    coded = [terms[code] for code in (*facts.needs, *facts.kinds) if code in terms]
    offers = tuple(_offer(each) for each in current)
    return TextDocument(
        text_key=group.text_key,
        fields={
            "name": _tokens(facts.name, analyser),
            "summary": _tokens(facts.summary, analyser),
            "does": _tokens(facts.does, analyser),
            "for_whom": _tokens(facts.for_whom, analyser),
            "provider": _tokens(facts.provider, analyser),
            "needs": tuple(
                token
                for term in coded
                for words, language in _words(term)
                for token in analyser.analyse(words, language)
            ),
        },
        passage=passage(facts, [terms[code] for code in facts.needs if code in terms]),
        needs=facts.needs,
        kinds=facts.kinds,
        at=tuple(sorted({nis for offer in offers for nis in offer.municipalities})),
        covers=tuple(sorted({code for offer in offers for code in offer.catchment or ()})),
        remote=any(offer.remote for offer in offers),
        offers=offers,
    )


def passage(facts: ServiceFacts, needs: Iterable[Term]) -> str:
    """What the embedder is given: name, plain summary, the needs' own words, what it does and for whom.

    At most `MAX_PASSAGE_WORDS` words, in Dutch where that exists, and without a place: the same service of 300
    municipalities has one vector.
    """
    name = facts.name.text(_PASSAGE_LANGUAGE)
    others = (found.value for language in _OTHER_LANGUAGES if (found := facts.name.get(language)))
    return compose(
        {
            "name": name,
            "summary": facts.summary.text(_PASSAGE_LANGUAGE),
            "needs": ", ".join(word for term in needs for word in _own_words(term)),
            "other_name": next((other for other in others if other != name), ""),
            "does": facts.does.text(_PASSAGE_LANGUAGE),
            "for_whom": facts.for_whom.text(_PASSAGE_LANGUAGE),
        }
    )


def compose(parts: Mapping[str, str]) -> str:
    """The parts by `PASSAGE_SHARES`, each as a sentence of its own."""
    split = {part: parts.get(part, "").split() for part in PASSAGE_SHARES}
    taken = {part: min(len(split[part]), share) for part, share in PASSAGE_SHARES.items()}
    left = MAX_PASSAGE_WORDS - sum(taken.values())
    for part in ("does", "for_whom"):
        more = min(left, len(split[part]) - taken[part])
        taken[part] += more
        left -= more
    sentences = (" ".join(words[: taken[part]]) for part, words in split.items())
    return " ".join(
        sentence if sentence[-1] in ".!?" else f"{sentence.rstrip(',;:')}." for sentence in sentences if sentence
    )


def _own_words(term: Term) -> Iterator[str]:
    """How people call a need: its label and its first synonyms."""
    yield term.labels.text(_PASSAGE_LANGUAGE)
    synonyms = (each.value for each in term.synonyms if each.language == _PASSAGE_LANGUAGE and not each.abbreviation)
    yield from islice(synonyms, _SYNONYMS_EMBEDDED)


def _tokens(texts: Texts, analyser: Analyser) -> tuple[str, ...]:
    """The tokens of a text in every language that it exists in, each by its own language's rules."""
    return tuple(token for text in texts for token in analyser.analyse(text.value, text.language))


def _words(term: Term) -> Iterator[tuple[str, str]]:
    """The labels and synonyms of a term with their languages."""
    for label in term.labels:
        yield label.value, label.language
    for synonym in term.synonyms:
        yield synonym.value, synonym.language


def _offer(facts: ServiceFacts) -> IndexedOffer:
    """What the index holds of a service.

    Only help by phone or online is to be had anywhere: who visits at home does so inside a catchment.
    """
    municipalities = {location.municipality for location in facts.locations if location.municipality}
    return IndexedOffer(
        service_id=facts.service_id,
        catchment=facts.catchment,
        remote=any(reach.is_remote for reach in facts.reach),
        municipalities=tuple(sorted(municipalities)),
        points=tuple(location.point for location in facts.locations if location.point is not None),
    )
