"""Each criterion's three verdicts, fusion, and the order of results."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.domain.codes import CoordinatePrecision, Interpreter, Reach, ReasonCode, RuleCode
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule, Verdict
from kaart.domain.needs import ClientNeed
from kaart.texts import LANGUAGES, catalogue, has_message
from matching.criteria import weights
from matching.criteria.area import area
from matching.criteria.candidate import AnswerTo, Candidate, Fit
from matching.criteria.eligibility import eligibility
from matching.criteria.freshness import freshness
from matching.criteria.language import language, language_name
from matching.criteria.need import need
from matching.criteria.reach import reach
from matching.explain import Reason, points
from matching.fuse import K, closeness, reciprocal_rank
from matching.fuse import in_order as keys_in_order
from matching.rank import Match, covering_every_need, grouped, in_order
from tests.factories.fakes import GENT, TODAY, a_location, a_service

ASKED = ClientNeed("schulden", "nl", "nl", place=GENT)


def a_candidate(facts=None, fit=Fit.NEED, **changes):
    facts = facts or a_service("a/b", needs=("debt",))
    return Candidate(facts, (AnswerTo("debt", fit, 1.0, 0.5),), TODAY, **changes)


@pytest.mark.parametrize(
    ("fit", "verdict", "message"),
    [
        (Fit.BOTH, Verdict.MEETS, "reason.need.named"),
        (Fit.NEED, Verdict.MEETS, "reason.need.named"),
        (Fit.KIND, Verdict.MEETS, "reason.need.named"),
        (Fit.NAMED, Verdict.MEETS, "reason.need.name"),
        (Fit.TEXT, Verdict.UNKNOWN, "reason.need.text"),
        (Fit.NONE, Verdict.UNKNOWN, "reason.need.none"),
    ],
)
def test_need(fit, verdict, message):
    reason = need(ASKED, a_candidate(fit=fit))
    assert (reason.verdict, reason.message) == (verdict, message)
    assert (reason.points > points(weights.LOOSE)) == (fit is not Fit.NONE)


def test_need_names_what_is_answered_with_its_source():
    reason = need(ASKED, a_candidate())
    assert dict(reason.parameters) == {"needs": ("debt",)}
    assert reason.evidence is not None
    assert reason.evidence.field == "needs"


def test_an_offer_for_one_need_answers_it_better_than_one_for_many():
    one = need(ASKED, a_candidate(a_service("a/b", needs=("debt",))))
    many = need(ASKED, a_candidate(a_service("a/c", needs=("debt", "meals", "loneliness", "no_income"))))
    assert one.points > many.points


def test_answering_the_need_outweighs_everything_else_together():
    others = (weights.REACH, weights.REACH_ZONE, weights.AREA, weights.ELIGIBILITY, weights.LANGUAGE, weights.FRESHNESS)
    assert weights.NEED[Fit.BOTH] > sum(others)


@pytest.mark.parametrize(
    ("candidate", "verdict", "message"),
    [
        (a_candidate(a_service("a/1", locations=(a_location(GENT),)), distance_km=1.2), "meets", "near"),
        (
            a_candidate(
                a_service("a/2", locations=(a_location(GENT, precision=CoordinatePrecision.MUNICIPALITY),)),
                distance_km=3.0,
            ),
            "meets",
            "about_middle",
        ),
        (
            a_candidate(
                a_service(
                    "a/2",
                    locations=(replace(a_location(GENT, precision=CoordinatePrecision.MUNICIPALITY), address=""),),
                ),
                distance_km=3.0,
            ),
            "meets",
            "about",
        ),
        (
            a_candidate(
                a_service("a/2", locations=(a_location(GENT, precision=CoordinatePrecision.MUNICIPALITY),)),
                in_municipality=True,
                distance_km=3.0,
            ),
            "meets",
            "municipality_known",
        ),
        (a_candidate(a_service("a/3", locations=(a_location(GENT),)), distance_km=80.0), "fails", "far"),
        (a_candidate(in_municipality=True), "meets", "municipality"),
        (a_candidate(a_service("a/4", reach=frozenset({Reach.HOME_VISIT})), covers=True), "meets", "home"),
        (a_candidate(a_service("a/5", reach=frozenset({Reach.HOME_VISIT})), covers=None), "unknown", "home_unknown"),
        (a_candidate(a_service("a/6", reach=frozenset({Reach.PHONE}))), "meets", "phone"),
        (a_candidate(a_service("a/7", reach=frozenset({Reach.ONLINE}))), "meets", "online"),
        (a_candidate(), "unknown", "unknown"),
    ],
)
def test_reach(candidate, verdict, message):
    reason = reach(ASKED, candidate)
    assert reason is not None
    assert (reason.verdict, reason.message) == (verdict, f"reason.reach.{message}")


def test_nearer_is_worth_more_and_never_more_than_the_weight():
    facts = a_service("a/b", locations=(a_location(GENT),))
    worth = [reach(ASKED, a_candidate(facts, distance_km=km)).points for km in (0.0, 1.0, 5.0, 12.0, 24.0)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] == points(weights.REACH)


def test_the_same_zone_is_a_small_plus():
    facts = a_service("a/b", locations=(a_location(GENT),))
    apart = reach(ASKED, a_candidate(facts, distance_km=5.0))
    together = reach(ASKED, a_candidate(facts, distance_km=5.0, same_zone=True))
    assert together.points - apart.points == points(weights.REACH_ZONE)


def test_without_a_place_nothing_is_said_of_area_and_of_a_journey():
    asked = replace(ASKED, place=None)
    assert reach(asked, a_candidate()) is None
    assert area(asked, a_candidate(covers=True)) is None


@pytest.mark.parametrize(
    ("catchment", "covers", "verdict"),
    [
        (("municipality:44021",), True, Verdict.MEETS),
        (("municipality:44083",), False, Verdict.FAILS),
        (None, None, Verdict.UNKNOWN),
    ],
)
def test_area(catchment, covers, verdict):
    reason = area(ASKED, a_candidate(a_service("a/b", catchment=catchment), covers=covers, area_label="Gent"))
    assert reason is not None
    assert reason.verdict is verdict


def with_ages(minimum=0, maximum=None, *, required=True):
    rule = EligibilityRule(RuleCode.AGE, AgeRange(minimum, maximum), required=required)
    return a_service("a/b", eligibility=Eligibility((rule,), stated=True))


@pytest.mark.parametrize(
    ("facts", "age", "verdict", "message"),
    [
        (with_ages(65), 82, Verdict.MEETS, "age_meets"),
        (with_ages(65), 40, Verdict.FAILS, "age_fails_from"),
        (with_ages(0, 25), 26, Verdict.FAILS, "age_fails_until"),
        (with_ages(12, 25), 26, Verdict.FAILS, "age_fails_between"),
        (with_ages(65), None, Verdict.UNKNOWN, "age_unknown_from"),
        (with_ages(65, required=False), 40, Verdict.UNKNOWN, "age_unknown_from"),
        (with_ages(65, required=None), 40, Verdict.UNKNOWN, "age_unknown_from"),
        (a_service("a/b", eligibility=Eligibility()), 40, Verdict.UNKNOWN, "unknown"),
    ],
)
def test_eligibility(facts, age, verdict, message):
    reason = eligibility(replace(ASKED, age=age), a_candidate(facts))
    assert reason is not None
    assert (reason.verdict, reason.message) == (verdict, f"reason.eligibility.{message}")


def test_no_conditions_at_all_needs_no_reason_and_other_conditions_are_quoted():
    assert eligibility(ASKED, a_candidate(a_service("a/b", eligibility=Eligibility(stated=True)))) is None
    rule = EligibilityRule(RuleCode.INCOME, sentence="Je inkomen is lager dan het leefloon.")
    reason = eligibility(ASKED, a_candidate(a_service("a/b", eligibility=Eligibility((rule,), stated=True))))
    assert reason is not None
    assert dict(reason.parameters)["sentence"] == rule.sentence
    assert reason.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("facts", "verdict", "message"),
    [
        (a_service("a/b", languages=("nl", "fr")), Verdict.MEETS, "spoken"),
        (a_service("a/b", languages=("nl",), interpreter=Interpreter.YES), Verdict.MEETS, "interpreter"),
        (a_service("a/b", languages=("nl",), interpreter=Interpreter.NO), Verdict.FAILS, "not_spoken"),
        (a_service("a/b", languages=("nl",)), Verdict.UNKNOWN, "unknown"),
        (a_service("a/b"), Verdict.UNKNOWN, "unknown"),
    ],
)
def test_language(facts, verdict, message):
    reason = language(replace(ASKED, language="fr"), a_candidate(facts))
    assert reason is not None
    assert (reason.verdict, reason.message) == (verdict, f"reason.language.{message}")


def test_language_is_silent_for_dutch_and_prefers_what_the_person_speaks():
    assert language(ASKED, a_candidate()) is None
    reason = language(replace(ASKED, spoken_languages=("tr",)), a_candidate(a_service("a/b", languages=("tr",))))
    assert reason is not None
    assert reason.verdict is Verdict.MEETS
    assert language_name("fr").text("de") == "Französisch"


@pytest.mark.parametrize(
    ("facts", "verdict", "message"),
    [
        (a_service("a/b", checked_on=TODAY - timedelta(days=10)), Verdict.MEETS, "checked"),
        (a_service("a/b", checked_on=TODAY - timedelta(days=400)), Verdict.UNKNOWN, "stale"),
        (a_service("a/b", dated_on=TODAY, source="editorial"), Verdict.UNKNOWN, "editorial"),
        (a_service("a/b", dated_on=TODAY), Verdict.UNKNOWN, "dated"),
        (a_service("a/b"), Verdict.UNKNOWN, "unknown"),
    ],
)
def test_freshness(facts, verdict, message):
    reason = freshness(ASKED, a_candidate(facts))
    assert (reason.verdict, reason.message) == (verdict, f"reason.freshness.{message}")


def test_fresher_is_worth_more():
    worth = [
        freshness(ASKED, a_candidate(facts)).points
        for facts in (
            a_service("a/b", checked_on=TODAY),
            a_service("a/b", checked_on=TODAY - timedelta(days=400)),
            a_service("a/b"),
        )
    ]
    assert worth == sorted(worth, reverse=True)


def test_reciprocal_rank_adds_over_the_lists():
    fused = reciprocal_rank([["a", "b"], ["b", "c"]])
    assert fused["a"] == pytest.approx(1 / (K + 1))
    assert fused["b"] == pytest.approx(1 / (K + 2) + 1 / (K + 1))
    assert keys_in_order(fused) == ["b", "a", "c"]
    assert closeness(reciprocal_rank([["a"], ["a"]]), 2)["a"] == pytest.approx(1.0)


@given(st.lists(st.lists(st.sampled_from("abcdefgh")), max_size=4))
def test_fusing_keeps_every_key_and_orders_alike(lists):
    fused = reciprocal_rank(lists)
    assert set(fused) == {key for each in lists for key in each}
    assert closeness(fused, len(lists)).keys() == (fused.keys() if lists else set())


def a_match(key, worth, *, answers=(), organization="", distance=None, summary=""):
    facts = a_service(key, organization=organization, name="Hulp", summary=summary)
    reason = Reason(ReasonCode.NEED, Verdict.MEETS, points(worth), "reason.need.named")
    return Match(facts, (reason,), distance_km=distance, answers=frozenset(answers))


@given(st.lists(st.floats(0, 3), max_size=12))
def test_the_score_is_the_sum_of_the_reasons_and_orders(worths):
    matches = in_order([a_match(f"o{index}/s", worth) for index, worth in enumerate(worths)], TODAY)
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(match.score == sum((reason.points for reason in match.reasons), Decimal()) for match in matches)
    assert all(match.score.as_tuple().exponent == -3 for match in matches)


def test_ties_change_with_the_day_and_not_within_it():
    tied = [a_match(f"o{index}/s", 1.0) for index in range(8)]
    first = [match.facts.key for match in in_order(tied, TODAY)]
    assert first == [match.facts.key for match in in_order(reversed(tied), TODAY)]
    other_days = {
        tuple(match.facts.key for match in in_order(tied, TODAY + timedelta(days=day))) for day in range(1, 6)
    }
    assert len({tuple(first), *other_days}) > 1


def test_branches_of_one_organization_are_one_card():
    far, near = (a_match(f"o/{place}", 1.0, organization="o", distance=km) for place, km in (("a", 9.0), ("b", 1.0)))
    best = a_match("o/c", 2.0, organization="o", distance=4.0)
    other = a_match("p/a", 1.5, organization="p")
    (card, alone) = grouped(in_order([far, near, best, other], TODAY))
    assert card.facts.key == "o/c"
    assert [branch.key for branch in card.branches] == ["o/b", "o/a"]
    assert card.score == best.score
    assert (alone.facts.key, alone.branches) == ("p/a", ())


def test_every_need_stands_among_the_first_and_the_order_is_still_that_of_the_scores():
    many = [a_match(f"o{index}/s", 2.0 - index / 100, answers={"debt"}) for index in range(6)]
    matches = covering_every_need(
        [*many, a_match("x/s", 0.5, answers={"meals"}), a_match("y/s", 0.4, answers={"loneliness"})],
        ["debt", "meals", "loneliness"],
        TODAY,
    )
    assert frozenset().union(*(match.answers for match in matches[:3])) == {"debt", "meals", "loneliness"}
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    lifted = next(match for match in matches if match.facts.key == "x/s")
    assert lifted.reasons[-1].message == "reason.need.also"
    assert lifted.reasons[-1].points > 0


def test_one_need_lifts_nothing():
    matches = covering_every_need([a_match("a/s", 1.0), a_match("b/s", 2.0)], ["debt"], date(2026, 1, 1))
    assert [len(match.reasons) for match in matches] == [1, 1]


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("file", ["reason", "question", "note"])
def test_texts_are_complete_with_the_same_parameters(tag, file):
    def parameters(message):
        return {name for _, name, _, _ in string.Formatter().parse(message) if name}

    for key, message in catalogue("nl").items():
        if key.startswith(f"{file}."):
            assert has_message(key, tag), key
            assert parameters(catalogue(tag)[key]) == parameters(message), key
