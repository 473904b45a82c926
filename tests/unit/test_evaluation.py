"""The evaluation set is read strictly, and its figures are what a person would count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kaart.domain.codes import Budget, CrisisCode, When
from kaart.domain.needs import ClientNeed, ExampleSentence, NeedGuess
from kaart.editorial.problems import BrokenContentError
from matching.answer import Understanding
from matching.evaluation.cases import Case, read_cases
from matching.evaluation.metrics import first_right, ndcg, recall
from matching.evaluation.neighbours import repeats, strays
from matching.evaluation.runner import Outcome, figures, run

GOOD = """
- id: nl-1
  text: "warm eten"
  language: nl
  group: ouderen
  place: "9000"
  facts: {age: 82, budget: low, when: [evening]}
  needs_all: [meals]
  needs_ok: [cooking]
  services: {ocmw-gent/maaltijd: 3, ander/aanbod: 0}
  crisis: null
- id: fr-1
  text: aidez-moi
  language: fr
  needs_all: []
  needs_ok: []
  crisis: suicide
"""


def write(tmp_path, words):
    path = tmp_path / "set.yaml"
    path.write_text(words, encoding="utf-8")
    return path


def test_a_set_is_read(tmp_path):
    first, second = read_cases(write(tmp_path, GOOD))
    assert (first.facts.age, first.facts.budget, first.facts.when) == (82, Budget.LOW, (When.EVENING,))
    assert first.services == {"ocmw-gent/maaltijd": 3, "ander/aanbod": 0}
    assert first.right_needs == {"meals", "cooking"}
    assert second.crisis is CrisisCode.SUICIDE


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("id: fr-1", "id: nl-1", "id"),
        ("budget: low", "budget: poor", "budget"),
        ("when: [evening]", "when: [dusk]", "when"),
        ("ocmw-gent/maaltijd: 3", "ocmw-gent/maaltijd: 9", "services"),
        ("crisis: suicide", "crisis: sadness", "crisis"),
        ("  group: ouderen", "  grop: ouderen", "grop"),
        ('text: "warm eten"', "text:", "text"),
    ],
)
def test_a_slip_in_a_set_is_named(tmp_path, old, new, field):
    with pytest.raises(BrokenContentError) as raised:
        read_cases(write(tmp_path, GOOD.replace(old, new)))
    assert field in str(raised.value.problems[0])


def test_measures_of_one_list():
    assert first_right(("a", "b"), {"b"}) == 2
    assert first_right(("a",), {"b"}) is None
    assert ndcg(("x", "y"), {"x": 3, "y": 1}) == pytest.approx(1.0)
    assert ndcg(("y", "x"), {"x": 3, "y": 1}) == pytest.approx(0.7098, abs=1e-3)
    assert ndcg((), {}) == 1.0
    assert recall(("x",), {"x", "y"}) == 0.5


def case(name, language="nl", needs=("meals",), crisis=None, services=None, group=""):
    return Case(name, "woorden", language, needs, group=group, crisis=crisis, services=services or {})


def test_figures_count_what_came_out():
    outcomes = [
        Outcome(case("1", services={"a": 3, "b": 0}, group="ouderen"), ("meals",), (), ("b", "a")),
        Outcome(case("2", needs=("debt", "meals")), ("cooking", "debt"), ("suicide",)),
        Outcome(case("3", "fr"), ("a", "b", "c", "meals"), ()),
        Outcome(case("4", "fr", needs=(), crisis=CrisisCode.SUICIDE), (), ("threat", "suicide")),
    ]
    found = figures(outcomes)
    assert found["n"] == 4
    assert found["need_first"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["need_top3"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["needs_all_found"] == pytest.approx(2 / 3, abs=1e-4)
    assert (found["service_first"], found["service_top3"], found["mrr"]) == (0.0, 1.0, 0.5)
    assert (found["crisis_recall"], found["crisis_false_alarms"]) == (1.0, pytest.approx(1 / 3, abs=1e-4))
    assert found["by_language"]["fr"]["n"] == 2
    assert found["by_group"]["ouderen"]["need_first"] == 1.0
    assert [each["need_rank"] for each in found["queries"]] == [1, 2, 4, None]


def test_a_figure_over_nothing_is_none():
    found = figures([])
    assert found["need_first"] is None
    assert found["crisis_recall"] is None


def test_offers_are_looked_for_only_where_they_are_graded():
    class Engine:
        def understand(self, request):
            return Understanding(ClientNeed(request.text, "nl", "nl", needs=(NeedGuess("meals", 0.9, ""),)))

        def match(self, request):
            raise AssertionError(request)

    told = []
    (outcome,) = run([case("1")], Engine(), lambda _: None, lambda done, total: told.append((done, total)))
    assert outcome.needs == ("meals",)
    assert told == [(1, 1)]


def unit(*rows):
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_sentence_that_sits_with_another_need_is_listed():
    sentences = [ExampleSentence("a", "nl", f"a{i}") for i in range(3)] + [
        ExampleSentence("b", "nl", f"b{i}") for i in range(3)
    ]
    vectors = unit((1, 0.1), (1, 0.0), (0, 1), (0.1, 1), (0.02, 1), (0.05, 1))
    (stray,) = strays(sentences, vectors)
    assert (stray.sentence.text, stray.other) == ("a2", "b")
    assert stray.margin > 0


def test_a_request_that_a_sentence_repeats_is_listed():
    sentences = [
        ExampleSentence("a", "nl", "Ik kan mijn huur niet betalen!"),
        ExampleSentence("b", "nl", "iets anders"),
    ]
    requests = [("1", "nl", "ik kan mijn huur niet betalen"), ("2", "nl", "waar is het zwembad"), ("3", "xx", "?")]
    found = repeats(sentences, unit((1, 0), (0, 1)), requests, unit((0.9, 0.5), (0.7, 0.7), (1, 0)))
    assert [(each.id, each.likeness) for each in found] == [("1", 100.0)]
