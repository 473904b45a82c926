"""What the example sentences' own vectors tell: which sit with another need, and which repeat an evaluation set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from kaart.domain.needs import ExampleSentence
from kaart.editorial.sentences import comparable

#: A need is as near as the mean of its so many nearest sentences: one odd sentence pulls nobody over.
_NEAREST: Final = 3
#: From this share of equal letters on (0-100) a sentence repeats a request of the evaluation set ...
SAME_WORDS: Final = 85
#: ... and from this cosine on, for vectors of the bundled model, it paraphrases one (its cosines of unlike sentences
#: lie between 0.75 and 0.90).
SAME_MEANING: Final = 0.97


@dataclass(frozen=True, slots=True)
class Stray:
    """A sentence that sits nearer to `other` than to its own need, by `margin` (a difference of mean cosines)."""

    sentence: ExampleSentence
    other: str
    nearest: str
    margin: float


@dataclass(frozen=True, slots=True)
class Repeat:
    """A request of an evaluation set and the sentence that comes too near: `likeness` 0-100, `cosine` 0-1."""

    id: str
    text: str
    sentence: ExampleSentence
    likeness: float
    cosine: float


def strays(sentences: Sequence[ExampleSentence], vectors: NDArray[np.float32]) -> list[Stray]:
    """The sentences that sit with another need of their language, worst first; `vectors` has a row for each."""
    found: list[Stray] = []
    for rows in _by_language(sentences).values():
        needs = sorted({sentences[row].need for row in rows})
        members = {need: [at for at, row in enumerate(rows) if sentences[row].need == need] for need in needs}
        alike = vectors[rows] @ vectors[rows].T
        np.fill_diagonal(alike, -np.inf)  # a sentence is no neighbour of itself
        near = np.stack([_mean_of_nearest(alike[:, members[need]]) for need in needs], axis=1)
        for at, row in enumerate(rows):
            own = needs.index(sentences[row].need)
            best = int(np.argmax(near[at]))
            if best != own:
                other = needs[best]
                nearest = max(members[other], key=lambda each, at=at: float(alike[at, each]))  # type: ignore[misc]
                margin = round(float(near[at, best] - near[at, own]), 4)
                found.append(Stray(sentences[row], other, sentences[rows[nearest]].text, margin))
    return sorted(found, key=lambda each: -each.margin)


def repeats(
    sentences: Sequence[ExampleSentence],
    vectors: NDArray[np.float32],
    requests: Sequence[tuple[str, str, str]],
    request_vectors: NDArray[np.float32],
) -> list[Repeat]:
    """Requests, as (id, language, text), that a sentence of their language repeats or nearly paraphrases."""
    languages = _by_language(sentences)
    words = {language: [comparable(sentences[row].text) for row in rows] for language, rows in languages.items()}
    found: list[Repeat] = []
    for (name, language, text), vector in zip(requests, request_vectors, strict=True):
        rows = languages.get(language)
        if not rows:
            continue
        cosines = vectors[rows] @ vector
        match = process.extractOne(comparable(text), words[language], scorer=fuzz.ratio)
        for at in {match[2], int(np.argmax(cosines))}:
            likeness = fuzz.ratio(comparable(text), words[language][at])
            if likeness >= SAME_WORDS or cosines[at] >= SAME_MEANING:
                found.append(Repeat(name, text, sentences[rows[at]], round(likeness, 1), round(float(cosines[at]), 4)))
    return found


def _by_language(sentences: Sequence[ExampleSentence]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, sentence in enumerate(sentences):
        found[sentence.language].append(row)
    return found


def _mean_of_nearest(alike: NDArray[np.float32]) -> NDArray[np.float32]:
    count = min(_NEAREST, alike.shape[1])
    nearest = np.sort(alike, axis=1)[:, -count:]
    there = np.isfinite(nearest)
    total = np.where(there, nearest, 0.0).sum(axis=1)
    mean: NDArray[np.float32] = total / np.maximum(1, there.sum(axis=1))
    return mean
