"""What the place decides: what is read of it, what is asked, and what an answer shows without it or beyond it."""

from __future__ import annotations

from dataclasses import replace

from kaart.domain.areas import BELGIUM, AreaCode, PlaceKind, PlaceMatch, PlaceMention
from kaart.domain.catalogue import SpokenLanguage
from kaart.domain.codes import Reach, ReasonCode
from kaart.domain.needs import Entrance
from kaart.domain.texts import Texts
from matching.answer import MatchRequest
from matching.understand.place import read_place
from matching.understand.understand import Understander
from tests.factories.embedding import FakeEmbedder
from tests.factories.fakes import (
    DEINZE,
    EAST_FLANDERS,
    GENT,
    NAMUR,
    FakePlaces,
    a_knowledge,
    a_location,
    a_service,
)
from tests.factories.world import BUDDIES, LINE, OCMWS, World, keys


def an_understander() -> Understander:
    return Understander(a_knowledge(), FakeEmbedder(), FakePlaces())


def test_without_a_place_one_card_stands_for_all_municipalities_and_the_place_is_asked():
    answer = World(*OCMWS).match("hoe vraag ik een leefloon aan")
    (match,) = answer.results
    assert match.place_needed
    assert "place" in {question.code for question in answer.understanding.questions}


def test_where_the_place_decides_nothing_of_one_town_is_left_and_the_place_is_asked():
    told = {
        "public_phone": "+3290000000", "public_email": "x@town.example", "url": "https://town.example/",
        "locations": (a_location(DEINZE),), "languages": (SpokenLanguage("fr"),),
    }  # fmt: skip
    world = World(*(replace(each, **told) for each in OCMWS))
    wide = {"place": EAST_FLANDERS}
    for text, request in (
        ("hoe vraag ik een leefloon aan", {}),
        ("hoe vraag ik een leefloon aan", wide),
        ("warme maaltijd voor mijn moeder", {}),
        ("warme maaltijd voor mijn moeder", wide),
    ):
        answer = world.match(text, **request)
        [match] = answer.results or answer.kinds[0].arranged_by
        facts = match.facts
        assert match.place_needed, (text, request)
        assert facts.organization_name == facts.provider == Texts.of(nl="ocmw")
        assert (facts.public_phone, facts.public_email, facts.url, facts.locations, facts.languages) == (
            "", "", "", (), (),
        )  # fmt: skip
        assert match.distance_km is None
        assert not {ReasonCode.AREA, ReasonCode.REACH} & {reason.code for reason in match.reasons}
        assert [question.code for question in answer.understanding.questions] == ["place"]
    assert [need for need, *_ in world.gaps.counted] == ["meals", "meals"]


def test_in_a_province_what_serves_one_of_its_towns_is_no_near_miss():
    apart = a_service(
        "club/deinze", name="Alleen in Deinze", needs=("loneliness",), catchment=("municipality:44083",),
        locations=(a_location(DEINZE),),
    )  # fmt: skip
    [match] = World(apart).match("ik voel me zo alleen", place=EAST_FLANDERS).results
    assert (match.facts, match.place_needed, match.covers) == (apart, False, None)


def test_the_place_is_asked_where_the_answer_depends_on_it_and_only_then():
    words = {"text": "naailes voor beginners"}  # no need is recognised in it
    there = a_service("atelier/naailes", name="naailes voor beginners", locations=(a_location(GENT),))
    phone = a_service("lijn/naailes", name="naailes voor beginners", reach=frozenset({Reach.PHONE}))
    [question] = World(there).match(**words).understanding.questions
    assert question.code == "place"
    for world, request in (
        (World(there), {"answers": {"place": "skip"}}),
        (World(there), {"place": GENT}),
        (World(phone), {}),
    ):
        answer = world.match(**words, **request)
        assert answer.results
        assert answer.understanding.questions == ()


def test_outside_the_catalogue_national_offers_are_shown_and_it_is_said():
    general = a_service(
        "iedereen/bellen", name="Luisterlijn voor iedereen", kinds=("helpline_emotional",),
        reach=frozenset({Reach.PHONE}), catchment=(BELGIUM,),
    )  # fmt: skip
    world = World(*OCMWS, LINE, general, *BUDDIES)
    for text, key in (("ik voel me zo alleen", LINE.key), ("warme maaltijd voor mijn moeder", general.key)):
        answer = world.match(text, place=NAMUR)
        assert keys(answer.results) == [key]
        assert [note.code for note in answer.widened] == ["outside"]
    assert world.gaps.counted == []


def test_outside_the_catalogue_the_own_entrance_and_lines_for_a_related_need_are_shown():
    lines = {
        kind: a_service(f"lijn/{kind}", name=kind, kinds=(kind,), needs=needs, reach=frozenset({reach}), catchment=area)
        for kind, needs, reach, area in (
            ("helpline_emotional", (), Reach.PHONE, (BELGIUM,)),
            ("related_line", ("loneliness",), Reach.ONLINE, (BELGIUM,)),
            ("related_house", ("loneliness",), Reach.SITE, (BELGIUM,)),
            ("unrelated_line", ("debt",), Reach.PHONE, (BELGIUM,)),
            ("flemish_line", ("loneliness",), Reach.PHONE, ("region:02000",)),
        )
    }
    knowledge = a_knowledge()
    knowledge.terms_by_code["meals"] = replace(knowledge.terms_by_code["meals"], related=("loneliness",))
    knowledge.all_entrances = (
        Entrance("other", Texts.of(nl="elders"), "https://other.example/", (AreaCode("region:02000"),)),
        Entrance("own", Texts.of(nl="het Waals Gewest"), "https://own.example/", (AreaCode("region:03000"),), "1718"),
    )
    world = World(*lines.values(), knowledge=knowledge)
    answer = world.match("warme maaltijd voor mijn moeder", place=NAMUR)
    assert {match.facts.key for match in answer.results} == {"lijn/helpline_emotional", "lijn/related_line"}
    [note] = answer.widened
    assert (note.message, note.url, note.phone) == ("note.outside_entrance", "https://own.example/", "1718")
    assert world.match("asdf qwer", place=NAMUR).widened == (note,)
    assert world.match("warme maaltijd voor mijn moeder", place=GENT).widened[0].code == "ring"


def test_a_place_abroad_is_said_and_the_place_here_is_asked():
    world = World(*OCMWS)
    for text in ("ik zoek een leefloon in Parijs", "iets in Parijs"):
        answer = world.match(text)
        assert [(note.code, dict(note.parameters)) for note in answer.widened] == [
            ("outside_belgium", {"place": "Parijs"})
        ]
        assert [question.code for question in answer.understanding.questions] == ["place"]
    for request in (
        {"text": "een leefloon in Parijs", "place": DEINZE},
        {"text": "mama in Gent, een leefloon in Parijs"},
    ):
        assert world.match(**request).widened == ()
    understood = an_understander().understand(MatchRequest("iets in Parijs", answers={"place": "skip"}))
    assert understood.questions == ()


def test_a_gap_is_booked_on_the_sharpest_area_that_is_known():
    shared = replace(GENT, kind=PlaceKind.POSTAL_CODE, municipalities=("44021", "44083"), postal_code="9800")
    in_brussels = replace(shared, province=None, region="04000")
    in_flanders = replace(EAST_FLANDERS, kind=PlaceKind.REGION, province=None)
    world = World(*OCMWS)
    for place in (DEINZE, EAST_FLANDERS, in_flanders, shared, in_brussels):
        world.match("warme maaltijd voor mijn moeder", place=place)
    assert [area for _, area, _, _ in world.gaps.counted] == [
        "municipality:44083", "province:40000", "region:02000", "province:40000", "region:04000",
    ]  # fmt: skip


def test_a_crisis_is_never_counted_below_the_province():
    world = World(*OCMWS)
    world.match("warme maaltijd voor mijn moeder, ze wil niet meer leven", place=DEINZE)
    assert [area for _, area, _, _ in world.gaps.counted] == ["province:40000"]


def test_a_place_that_is_named_twice_is_one_fact():
    text = "ik woon in Gent, een dienst in Gent of in Deinze"
    read = read_place(FakePlaces(), text, "nl", None, frozenset())
    assert [(fact.value, fact.start) for fact in read.facts] == [("Gent", 11), ("Deinze", 42)]
    without = read_place(FakePlaces(), text, "nl", None, frozenset({read.facts[0].id}))
    assert without.place == DEINZE


def test_place_in_the_text_and_the_stated_one():
    places = FakePlaces()
    read = read_place(places, "ik woon in Gentbrugge bij Gent", "nl", None, frozenset())
    assert read.place is not None
    assert read.place.label == "Gentbrugge"
    assert read_place(places, "ik woon in Gent", "nl", DEINZE, frozenset()).place is DEINZE
    gone = frozenset(fact.id for fact in read.facts)
    assert read_place(places, "ik woon in Gentbrugge bij Gent", "nl", None, gone).place is None


def test_two_places_ask_which():
    understood = an_understander().understand(MatchRequest("ik woon in Gent maar help mijn moeder in Deinze koken"))
    question = next(each for each in understood.questions if each.code == "place")
    assert {choice.value for choice in question.choices} == {"44021", "44083"}
    answered = an_understander().understand(
        MatchRequest("ik woon in Gent maar help mijn moeder in Deinze koken", answers={"place": "44083"})
    )
    assert answered.need.place == DEINZE
    assert "place" not in {each.code for each in answered.questions}


def test_a_province_among_the_places_is_offered_as_itself():
    class Wide(FakePlaces):
        def mentions(self, text, language):
            del language
            start = text.index("Oost-Vlaanderen")
            return (PlaceMention(DEINZE, 0, 1), PlaceMention(EAST_FLANDERS, start, start + 15))

    understander = Understander(a_knowledge(), FakeEmbedder(), Wide())
    text = "schulden, Deinze of Oost-Vlaanderen"
    [question] = [each for each in understander.understand(MatchRequest(text)).questions if each.code == "place"]
    assert [choice.value for choice in question.choices] == ["44083", "province:40000"]
    answered = understander.understand(MatchRequest(text, answers={"place": "province:40000"}))
    assert answered.need.place == EAST_FLANDERS


def test_the_question_about_the_place_can_be_skipped():
    understander = an_understander()
    open_questions = understander.understand(MatchRequest("ik heb schulden")).questions
    assert [question.code for question in open_questions][:1] == ["place"]
    skipped = understander.understand(MatchRequest("ik heb schulden", answers={"place": "skip"})).questions
    assert "place" not in {question.code for question in skipped}
    assert "place" not in {q.code for q in understander.understand(MatchRequest("schulden", place=GENT)).questions}


def test_an_answer_that_is_no_place_leaves_the_question_open():
    class Doubtful(FakePlaces):
        def resolve(self, text, limit=5):
            return [PlaceMatch(place, 0.6) for place in (GENT, DEINZE)][:limit] if " of " in text else []

    understander = Understander(a_knowledge(), FakeEmbedder(), Doubtful())
    for answer in ("Gent of Deinze", "nergenshuizen"):
        understood = understander.understand(MatchRequest("ik heb schulden", answers={"place": answer}))
        assert understood.need.place is None
        assert [question.code for question in understood.questions][:1] == ["place"]
