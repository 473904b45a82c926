"""How easily Dutch reads: short sentences of common words score well, an official paragraph does not."""

from __future__ import annotations

import pytest

from kaart.editorial.readability import LEAST_SCORE, LONGEST_SENTENCE, readability, syllables

PLAIN = "Je hebt geld nodig. Vraag het aan het OCMW. Het OCMW kijkt eerst na of je er recht op hebt."
OFFICIAL = (
    "Onverminderd de toepasselijke reglementaire bepalingen betreffende de maatschappelijke dienstverlening wordt de "
    "tegemoetkoming toegekend overeenkomstig de inkomensvoorwaarden die door de bevoegde overheid vastgesteld werden "
    "en die jaarlijks geïndexeerd worden."
)


@pytest.mark.parametrize(
    ("word", "count"), [("huis", 1), ("schulden", 2), ("geïnd", 2), ("moeder", 2), ("maatschappelijke", 5), ("b", 1)]
)
def test_syllables_are_groups_of_vowels(word, count):
    assert syllables(word) == count


def test_plain_dutch_scores_far_above_an_official_paragraph():
    plain, official = readability(PLAIN), readability(OFFICIAL)
    assert plain.score > LEAST_SCORE + 30
    assert official.score < LEAST_SCORE
    assert plain.sentences == 3
    assert official.longest > LONGEST_SENTENCE
    assert official.start.startswith("Onverminderd de")


def test_nothing_is_no_problem():
    assert readability("").words == 0
    assert readability("112.").words == 0
