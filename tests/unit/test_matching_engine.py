"""The whole way from a request to an answer, over ports in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaart.domain.codes import Coverage, CrisisCode, Degraded, ReasonCode, RuleCode, Status
from kaart.domain.eligibility import AgeRange, Eligibility, EligibilityRule, Verdict
from kaart.domain.needs import StatedFacts
from kaart.errors import InvalidInputError, UnavailableError
from matching.retrieve import MAXIMUM_FACTS, rings_of
from tests.factories.fakes import (
    DEINZE,
    GENT,
    GENTBRUGGE,
    NAMUR,
    TODAY,
    a_location,
    a_service,
)
from tests.factories.world import BUDDIES, LINE, OCMWS, World, keys


def test_the_own_ocmw_answers_and_its_twins_are_no_near_misses():
    world = World(*OCMWS, LINE, *BUDDIES)
    answer = world.match("hoe vraag ik een leefloon aan", place=DEINZE)
    assert keys(answer.results) == ["ocmw-deinze/leefloon"]
    assert answer.near_misses == ()
    assert answer.results[0].score == sum(reason.points for reason in answer.results[0].reasons)
    assert {reason.code for reason in answer.results[0].reasons} >= {ReasonCode.NEED, ReasonCode.AREA}
    assert world.gaps.counted == []


def test_a_kind_without_offer_is_said_with_who_arranges_it_and_nothing_pads_the_list():
    world = World(*OCMWS, LINE, *BUDDIES)
    answer = world.match("warme maaltijd voor mijn moeder", place=DEINZE)
    assert answer.results == ()
    (card,) = answer.kinds
    assert (card.kind.code, card.coverage) == ("meal_delivery", Coverage.NONE_KNOWN)
    assert keys(card.arranged_by) == ["ocmw-deinze/dienstverlening"]
    assert ReasonCode.NEED not in {reason.code for reason in card.arranged_by[0].reasons}
    assert world.gaps.counted == [("meals", "municipality:44083", "nl", date(2026, 3, 1))]
    assert [note.message for note in answer.widened] == ["note.ring_nothing"]


def test_near_and_remote_offers_stand_together_nearest_first():
    world = World(*OCMWS, LINE, *BUDDIES)
    answer = world.match("ik voel me zo alleen", place=GENT)
    nearest_first = [key for key in keys(answer.results) if key.startswith("buddy")]
    assert nearest_first == [f"buddy-{index}/werking" for index in range(1, 5)]
    assert "luisterlijn/bellen" in keys(answer.results)
    scores = [match.score for match in answer.results]
    assert scores == sorted(scores, reverse=True)
    assert answer.kinds[0].coverage is Coverage.KNOWN


def test_several_needs_are_all_covered():
    world = World(*OCMWS, LINE, *BUDDIES)
    answer = world.match("ik kan mijn facturen niet betalen en ik voel me zo alleen", place=GENT)
    first = frozenset().union(*(match.answers for match in answer.results[:2]))
    assert first == {"debt", "loneliness"}


def test_every_chosen_need_is_answered_however_many_there_are():
    world = World(*OCMWS, LINE, *BUDDIES)
    needs = ("meals", "loneliness", "debt", "no_income")
    for place in (GENT, None):
        answer = world.match("", place=place, stated=StatedFacts(needs=needs))
        first = frozenset().union(*(match.answers for match in answer.results[:4]))
        assert first == {"loneliness", "debt", "no_income"}
        assert {card.kind.code for card in answer.kinds} >= {"meal_delivery", "buddy", "living_wage"}
        assert answer.widened == ()
    assert [need for need, *_ in world.gaps.counted] == ["meals", "meals"]


def test_every_need_of_one_sentence_is_answered_and_the_first_reading_still_leads():
    world = World(*OCMWS, LINE, *BUDDIES)
    both = "leefloon eenzaam ook in huis"  # the words say the first, and may say the second
    answer = world.match(both, place=GENT)
    shown = [guess.code for guess in answer.understanding.need.needs]
    assert shown == ["no_income", "loneliness"]
    assert frozenset().union(*(match.answers for match in answer.results[:2])) == set(shown)
    assert {card.kind.code for card in answer.kinds} == {"living_wage", "buddy"}
    further = world.match(both, place=GENT, dismissed=frozenset({f"need:{shown[0]}"}))
    assert [guess.code for guess in further.understanding.need.needs] == shown[1:]
    assert any(shown[1] in match.answers for match in further.results)


def test_more_needs_than_are_looked_for_are_told(monkeypatch):
    for room in ("matching.asks", "matching.engine"):
        monkeypatch.setattr(f"{room}.MAXIMUM_ASKS", 2)
    answer = World(*OCMWS).match("", place=GENT, stated=StatedFacts(needs=("debt", "no_income", "loneliness")))
    assert frozenset().union(*(match.answers for match in answer.results)) == {"debt", "no_income"}
    assert [(note.code, dict(note.parameters)) for note in answer.widened] == [("needs_left_out", {"maximum": 2})]


def test_the_labels_of_chosen_needs_are_embedded_together():
    world = World(*OCMWS)
    asked = []
    embed = world.embedder.embed_queries
    world.embedder.embed_queries = lambda texts: asked.append(list(texts)) or embed(texts)
    world.match("", place=GENT, stated=StatedFacts(needs=("debt", "no_income", "meals")))
    assert asked[:1] == [["Schulden", "Geen inkomen", "Warme maaltijd"]]


def test_an_offer_for_another_area_is_a_near_miss_with_its_rule_and_an_alternative():
    apart = a_service(
        "club/deinze", name="Alleen in Deinze", needs=("loneliness",), catchment=("municipality:44083",),
        locations=(a_location(GENT),),
    )  # fmt: skip
    answer = World(apart, *BUDDIES).match("ik voel me zo alleen", place=GENT)
    assert "club/deinze" not in keys(answer.results)
    (miss,) = answer.near_misses
    assert (miss.match.facts.key, miss.rule) == ("club/deinze", RuleCode.RESIDENCE)
    assert miss.alternative is not None
    assert miss.failing is not None
    assert miss.failing.code is ReasonCode.AREA


def test_a_required_age_makes_a_near_miss_and_an_unknown_age_excludes_nobody():
    rule = EligibilityRule(RuleCode.AGE, AgeRange(65), required=True)
    seniors = a_service(
        "senioren/groep", needs=("loneliness",), locations=(a_location(GENT),),
        eligibility=Eligibility((rule,), stated=True),
    )  # fmt: skip
    world = World(seniors, *BUDDIES)
    young = world.match("ik voel me zo alleen", place=GENT, stated=StatedFacts(age=40))
    assert [(miss.match.facts.key, miss.rule) for miss in young.near_misses] == [("senioren/groep", "age")]
    unknown = world.match("ik voel me zo alleen", place=GENT)
    assert "senioren/groep" in keys(unknown.results)


def test_what_is_closed_or_over_is_not_shown():
    over = replace(BUDDIES[0], valid_until=TODAY - timedelta(days=1))
    closed = replace(BUDDIES[1], status=Status.CLOSED)
    assert keys(World(over, closed, BUDDIES[2]).match("ik voel me zo alleen", place=GENT).results) == [
        "buddy-3/werking"
    ]


def test_without_the_model_words_serve_alone_and_it_is_said():
    world = World(*OCMWS)
    world.embedder.broken = True
    answer = world.match("leefloon aanvragen", place=DEINZE)
    assert keys(answer.results) == ["ocmw-deinze/leefloon"]
    assert answer.degraded == (Degraded.EMBEDDER,)
    assert world.index.calls["nearest"] == 0


def test_the_embedder_is_not_blamed_for_an_index_on_its_spare():
    world = World(*OCMWS)
    world.index.meaning_broken = True
    world.index.lacks = (Degraded.ELASTICSEARCH,)
    answer = world.match("hoe vraag ik een leefloon aan", place=DEINZE)
    assert keys(answer.results) == ["ocmw-deinze/leefloon"]
    assert answer.degraded == (Degraded.ELASTICSEARCH,)
    world.embedder.broken = True
    answer = world.match("ik wil een leefloon aanvragen", place=DEINZE)
    assert set(answer.degraded) == {Degraded.EMBEDDER, Degraded.ELASTICSEARCH}


def test_an_index_with_vectors_of_another_model_is_told():
    world = World(*OCMWS)
    world.index.meaning_broken = True
    assert world.match("hoe vraag ik een leefloon aan", place=DEINZE).degraded == (Degraded.EMBEDDER,)


def test_a_chosen_need_without_the_model_is_told_too():
    world = World(*OCMWS)
    world.embedder.broken = True
    answer = world.match("", place=DEINZE, stated=StatedFacts(needs=("no_income",)))
    assert keys(answer.results) == ["ocmw-deinze/leefloon"]
    assert answer.degraded == (Degraded.EMBEDDER,)


def test_without_an_index_a_crisis_line_is_still_shown():
    world = World(*OCMWS)
    world.index.broken = True
    with pytest.raises(UnavailableError):
        world.match("hoe vraag ik een leefloon aan", place=DEINZE)
    answer = world.match("ik heb geen inkomen meer en ik wil niet meer leven", place=DEINZE)
    assert [alert.code for alert in answer.understanding.crisis] == [CrisisCode.SUICIDE]


def test_stated_needs_alone_are_enough():
    answer = World(*OCMWS).match("", place=DEINZE, stated=StatedFacts(needs=("no_income",)))
    assert keys(answer.results) == ["ocmw-deinze/leefloon"]


def test_what_cannot_be_used_is_refused():
    with pytest.raises(InvalidInputError):
        World().match("")


def test_nothing_recognised_shows_nothing():
    answer = World(*OCMWS, LINE, *BUDDIES).match("12345", place=GENT)
    assert (answer.results, answer.kinds, answer.near_misses) == ((), (), ())


def test_signs_without_words_are_refused_unless_a_need_was_chosen():
    world = World(*OCMWS)
    with pytest.raises(InvalidInputError) as refused:
        world.match("🙂 !", place=DEINZE)
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("/text", "text_without_words")]
    assert keys(world.match("🙂", place=DEINZE, stated=StatedFacts(needs=("no_income",))).results)


def test_branches_of_one_organization_with_one_text_are_one_card():
    branches = tuple(
        a_service(
            f"keten/{index}", organization="keten", name="Buddywerking", needs=("loneliness",),
            locations=(a_location(GENT, east_km=float(index)),),
        )
        for index in range(3)
    )  # fmt: skip
    (card,) = World(*branches).match("ik voel me zo alleen", place=GENT).results
    assert (card.facts.key, [branch.key for branch in card.branches]) == ("keten/0", ["keten/1", "keten/2"])


def test_it_widens_and_says_so_only_when_that_brought_something():
    far = a_service("ver/weg", needs=("debt",), locations=(a_location(GENT, east_km=18.0),))
    near = a_service("dicht/bij", needs=("debt",), locations=(a_location(GENT, east_km=1.0),))
    widened = World(far, near).match("ik kan mijn facturen niet betalen", place=GENTBRUGGE)
    assert keys(widened.results) == ["dicht/bij", "ver/weg"]
    assert [note.message for note in widened.widened] == ["note.ring"]
    assert World(near).match("ik kan mijn facturen niet betalen", place=GENT).widened == ()


def test_a_text_that_is_coded_otherwise_is_no_answer_and_one_without_codes_may_be():
    otherwise = a_service("iets/anders", name="Warme maaltijd", needs=("debt",), locations=(a_location(GENT),))
    uncoded = a_service("zonder/codes", name="Warme soep", summary="eten voor mijn moeder maaltijd warme",
                        locations=(a_location(GENT),))  # fmt: skip
    answer = World(otherwise, uncoded).match("warme maaltijd voor mijn moeder", place=GENT)
    assert "zonder/codes" in keys(answer.results)
    reason = next(m for m in answer.results if m.facts.key == "zonder/codes").reasons[0]
    assert reason.verdict is Verdict.UNKNOWN


def test_rings_reach_from_sharp_to_the_scale_of_the_need():
    assert rings_of(GENTBRUGGE, 25.0) == (2.5, 5.0, 10.0, 25.0)
    assert rings_of(GENT, 25.0) == (5.0, 10.0, 25.0)
    assert rings_of(GENT, 3.0) == (3.0,)


def test_few_calls_and_few_rows_however_many_services():
    many = tuple(
        a_service(f"o{index}/s", name=f"Buddy {index}", needs=("loneliness",),
                  locations=(a_location(GENT, east_km=index / 50),))
        for index in range(400)
    )  # fmt: skip
    world = World(*many)
    answer = world.match("ik voel me zo alleen", place=GENT)
    assert len(answer.results) == 10
    assert sum(world.index.calls.values()) <= 7
    assert world.facts.asked <= MAXIMUM_FACTS


EVERYTHING = World(*OCMWS, LINE, *BUDDIES)


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=200) | st.sampled_from(["ik heb schulden", "eenzaam en leefloon", "'; DROP TABLE x; --", "مرحبا"]),
    st.sampled_from([None, GENT, DEINZE, NAMUR, GENTBRUGGE]),
    st.none() | st.integers(0, 120),
)
def test_matching_never_raises_and_results_stand_in_order(text, place, age):
    stated = StatedFacts(age=age, needs=() if any(map(str.isalnum, text)) else ("debt",))
    answer = EVERYTHING.match(text, place=place, stated=stated)
    scores = [match.score for match in answer.results]
    assert scores == sorted(scores, reverse=True)
    for match in answer.results:
        assert match.score == sum(reason.points for reason in match.reasons)
        assert all(reason.points >= 0 for reason in match.reasons)
