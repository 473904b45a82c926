"""The result page: crisis first, reasons with their points, what is not known, and every chip and filter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaart.domain.codes import Coverage, ForWhom
from kaart.domain.texts import Texts
from kaart.errors import UnavailableError
from matching.answer import KindCard, Note, Question
from tests.factories.html import StrictClient, press, search, send, words_of
from tests.factories.web import OTHER_KIND, REASONS, FakeMatcher, full_matcher, make_match, web_deps
from web.app import create_web
from web.forms import FIRST_RESULTS

WORDS = "mijn man slaat mij en ik heb schulden"


@pytest.fixture
def matcher():
    return full_matcher()


@pytest.fixture
def client(matcher):
    return StrictClient(create_web(web_deps(matcher)))


def test_crisis_stands_above_everything(client):
    page = search(client, text="ik zie het niet meer zitten 1813", place="9000")
    sections = [node for node in page.tree.find(".//main") if node.tag in {"section", "h1"}]
    assert sections[0].get("data-crisis") == "suicide"
    assert next(node.get("href") for node in sections[0].iter("a")) == "tel:1813"
    assert words_of(page.tree.find(".//title")) == "Sociale kaart"
    assert [node for node in page.tree.iter("a") if node.get("href") == "/leave"]


def test_a_result_shows_its_reasons_and_their_sum(client):
    card = next(search(client, text=WORDS, place="9000").tree.iter("article"))
    reasons = [node for node in card.iter("li") if node.get("data-reason")]
    assert [node.get("data-reason") for node in reasons] == ["need", "reach", "area", "language", "freshness"]
    assert words_of(reasons[0]) == "Past: Past bij je vraag: schulden"
    assert words_of(reasons[3]).startswith("Niet zeker: ")
    figures = [words_of(node) for node in card.iter("td") if node.get("class") == "figure"]
    numbers = [round(float(figure.replace(",", ".")) * 1000) for figure in figures]
    assert sum(numbers[:-1]) == numbers[-1] == 983
    assert [node.get("href") for node in card.iter("a")][1] == "tel:+3295550000"
    assert "op 2,1 km" in words_of(card)


def test_what_is_not_known_of_an_offer_is_said(client):
    cards = list(search(client, text=WORDS, place="9000").tree.iter("article"))
    assert "Telefoon: niet bekend" in words_of(cards[1])
    assert "Hulp door vrijwilligers of buren" in words_of(cards[1])
    assert "Verzonnen voorbeeld" in words_of(cards[1])
    assert [node.get("dir") for node in cards[1].iter("span") if node.get("lang") == "ar"] == ["rtl"]


def test_a_kind_of_help_without_offer_is_told_honestly(client):
    page = search(client, text=WORDS, place="9000")
    kind = next(node for node in page.tree.iter("li") if node.get("data-coverage") == "none_known")
    assert "nog geen dienst voor 9000 Voorbeeldstad" in words_of(kind)
    assert "Dat betekent niet dat ze er niet is" in words_of(kind)
    assert "tel:+3295550000" in [node.get("href") for node in kind.iter("a")]


def test_without_a_place_no_town_stands_for_all_of_them():
    offers = {"reasons": REASONS[:1], "public_phone": "", "locations": ()}
    general = replace(make_match(**offers), place_needed=True, distance_km=None)
    unexplained = replace(make_match("Verzonnen zitting", kinds=("unknown_kind",), **offers), place_needed=True)
    matcher = FakeMatcher(
        results=(general, unexplained),
        kinds=(KindCard(OTHER_KIND, Coverage.NONE_KNOWN, (general,)),),
        questions=(Question("place", "question.place"),),
    )
    page = StrictClient(create_web(web_deps(matcher))).get("/nl/results?need=debts")
    first, second = page.tree.iter("article")
    arranger = next(node for node in page.tree.iter("li") if node.get("class") == "arranger")
    for part in (first, second, arranger):
        words = words_of(part)
        assert "Verzonnen vzw van je gemeente" in words
        assert "Vul je gemeente in" in words
        assert "Voorbeeldstad" not in words
        assert "niet bekend" not in words
        assert not [node for node in part.iter("a") if "/service/" in node.get("href")]
    assert {node.get("href") for node in first.iter("a")} == {"/nl/kind/debt_mediation"}
    assert [node.get("href") for node in arranger.iter("a")] == ["/nl/kind/debt_mediation"]
    assert not list(second.iter("a"))
    assert "In welke gemeente" in words_of(page.tree)


def test_near_misses_notes_and_what_does_not_work_are_told(client):
    page = words_of(search(client, text=WORDS, place="9000").tree)
    assert "Verzonnen jeugdhulp" in page
    assert "25" in page
    assert "Woonplaats" in page
    assert "Zoeken op betekenis werkt even niet" in page
    assert "12 km" in page


def test_a_note_leads_on_to_where_it_points():
    told = (("place", "Verweg"), ("entrance", Texts.of(nl="de Verzonnen Streek")))
    note = Note("outside", "note.outside_entrance", told, "https://www.streek.example/", "1718")
    page = StrictClient(create_web(web_deps(FakeMatcher(widened=(note,))))).get("/nl/results?need=debts&nis=62063")
    notice = next(node for node in page.tree.iter("p") if node.get("class") == "notice")
    assert "Hulp dichtbij vind je via de Verzonnen Streek." in words_of(notice)
    assert [(node.get("href"), words_of(node)) for node in notice.iter("a")] == [
        ("https://www.streek.example/", "streek.example"),
        ("tel:1718", "Bel 1718"),
    ]


def test_a_fact_from_the_text_can_be_taken_away(client, matcher):
    page = search(client, text="mama is 82 en heeft schulden", place="9000")
    assert "82 jaar" in words_of(page.tree)
    response = press(client, page, "Verwijder 82 jaar")
    again = client.get(response.headers["location"])
    assert matcher.asked[-1].dismissed == {"fact-age"}
    assert matcher.asked[-1].text == "mama is 82 en heeft schulden"
    assert not [node for node in again.tree.iter("li") if node.get("data-chip") == "age"]


def test_a_stated_fact_can_be_taken_away(client, matcher):
    page = search(client, text="schulden", age="40", **{"for": "self"})
    client.get(press(client, page, "Verwijder 40 jaar").headers["location"])
    assert matcher.asked[-1].stated.age is None
    assert matcher.asked[-1].stated.for_whom is ForWhom.SELF
    client.get(press(client, page, "Verwijder Voor mezelf").headers["location"])
    assert matcher.asked[-1].stated.for_whom is None
    assert matcher.asked[-1].stated.age == 40


def test_one_of_several_needs_can_be_taken_away_but_not_the_last(client, matcher):
    page = search(client, text="schulden en huur")
    narrowed = client.get(press(client, page, "Verwijder schulden").headers["location"])
    assert matcher.asked[-1].stated.needs == ("rent",)
    chip = next(node for node in narrowed.tree.iter("li") if node.get("data-chip") == "need")
    assert not list(chip.iter("button"))


def test_what_was_chosen_is_dropped_with_the_words_it_belonged_to(client, matcher):
    page = search(client, text="schulden en huur, 82")
    narrowed = client.get(press(client, page, "Verwijder schulden").headers["location"])
    client.get(press(client, narrowed, "Zoek hulp", text="iets heel anders").headers["location"])
    assert matcher.asked[-1].text == "iets heel anders"
    assert matcher.asked[-1].stated.needs == ()


def test_a_question_is_answered_or_skipped(client, matcher):
    page = search(client, text="schulden en huur")
    answered = client.get(press(client, page, "huur").headers["location"])
    assert matcher.asked[-1].answers == {"need": "rent"}
    assert not [node for node in answered.tree.iter("section") if node.get("aria-labelledby") == "question-need"]
    client.get(press(client, page, "Sla over").headers["location"])
    assert matcher.asked[-1].answers == {"need": "skip"}
    client.get(press(client, page, "Antwoord", place_answer="9000").headers["location"])
    assert matcher.asked[-1].place.label == "9000 Voorbeeldstad"


def test_help_from_a_distance_can_be_asked_alone(client):
    location = send(client, text=WORDS).headers["location"]
    page = client.get(f"{location}&reach=remote")
    assert [words_of(node.find(".//h3")) for node in page.tree.iter("article")] == [
        "Verzonnen schuldhulp",
        "Verzonnen chat",
    ]
    assert "1 dienst staat er niet bij" in words_of(page.tree)


def test_a_filter_that_leaves_nothing_says_so():
    from kaart.domain.codes import Reach

    matcher = FakeMatcher(results=(make_match(reach=frozenset({Reach.SITE})),))
    client = StrictClient(create_web(web_deps(matcher)))
    page = words_of(client.get("/nl/results?need=debts&reach=remote").tree)
    assert "niet met deze filter" in page
    assert "We vonden geen dienst" in words_of(
        StrictClient(create_web(web_deps(FakeMatcher()))).get("/nl/results?need=debts").tree
    )


def test_more_results_can_be_asked():
    matcher = FakeMatcher(results=tuple(make_match(f"Verzonnen {number}") for number in range(FIRST_RESULTS + 5)))
    client = StrictClient(create_web(web_deps(matcher)))
    page = client.get("/nl/results?need=debts")
    assert len(list(page.tree.iter("article"))) == FIRST_RESULTS
    more = next(node.get("href") for node in page.tree.iter("a") if "Toon meer" in words_of(node))
    page = client.get(f"/nl/{more}")
    assert len(list(page.tree.iter("article"))) == FIRST_RESULTS + 5
    assert "Toon meer" not in words_of(page.tree)


def test_a_room_that_does_not_answer_is_told():
    class Silent(FakeMatcher):
        def match(self, _request):
            raise UnavailableError("index_unavailable")

    client = StrictClient(create_web(web_deps(Silent())))
    page = client.get("/nl/results?need=debts")
    assert page.status_code == 503
    assert "werkt even niet" in words_of(page.tree.find(".//h1"))


def test_the_form_comes_back_from_its_own_address(client):
    response = client.get("/fr/search")
    assert (response.status_code, response.headers["location"]) == (303, "/fr")
