"""The small parts of pages: numbers, addresses, hours, languages of words."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from kaart.domain.areas import AreaCode
from kaart.domain.catalogue import Schedule
from kaart.domain.texts import LocalText, Texts
from kaart.errors import FieldError, InvalidInputError
from kaart.wording import Wording, day, enumeration, error_sentence, language_name, number, points
from tests.factories.knowledge import FakeKnowledge
from tests.factories.web import NOW, FakeAreaNames, make_facts, make_place
from web.forms import clean, digest
from web.language import language_of_path, preferred_language
from web.views.common import shown, written_number
from web.views.hours import opening_hours
from web.views.slugs import slug

WORDING = Wording(FakeKnowledge(), FakeAreaNames())


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+3295550000", "09 555 00 00"),
        ("+3214555000", "014 55 50 00"),
        ("+32475550000", "0475 55 00 00"),
        ("+3280055000", "0800 55 000"),
        ("1813", "1813"),
        ("+31205550000", "+31205550000"),
        ("+3212", "+3212"),
    ],
)
def test_numbers_are_written_in_the_usual_groups(number, written):
    assert written_number(number).replace("\N{NO-BREAK SPACE}", " ") == written


@pytest.mark.parametrize(
    ("catchment", "language", "named"),
    [
        (("municipality:44021",), "nl", "OCMW van je gemeente"),
        (("municipality:44021",), "fr", "CPAS de votre commune"),
        (("municipality:44021",), "de", "OCMW"),  # no German name: none that mixes two languages
        (("municipality:44021", "municipality:44083"), "nl", "OCMW voor je gemeente"),
        (("region:02000",), "nl", "OCMW"),
        (None, "nl", "OCMW"),
    ],
)
def test_a_body_is_told_by_its_general_name_where_the_place_decides(catchment, language, named):
    facts = make_facts(provider=Texts.of(nl="OCMW", fr="CPAS"), catchment=catchment)
    assert WORDING.body(facts, language, place_needed=True).value == named
    assert WORDING.body(facts, language, place_needed=False).value == "Verzonnen vzw Voorbeeldstad"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Leefloon (OCMW Gent)", "leefloon-ocmw-gent"), ("Één café", "een-cafe"), ("مساعدة", ""), ("a" * 80, "a" * 60)],
)
def test_slugs_are_readable(name, expected):
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,MO", ("maandag, dinsdag: 9:00–12:30",)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SU", ("zondag: 9:00–12:30",)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ("zoals geschreven",)),
        ("FREQ=MONTHLY;BYDAY=1MO", ("zoals geschreven",)),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", ("zoals geschreven",)),
        ("FREQ=WEEKLY;BYDAY=XX", ("zoals geschreven",)),
        ("", ("zoals geschreven",)),
    ],
)
def test_only_simple_hours_are_put_into_words(rrule, expected):
    schedule = Schedule(rrule, time(9), time(12, 30), original="zoals geschreven")
    assert opening_hours([schedule], "nl") == expected


def test_a_closure_is_no_opening_hour():
    assert opening_hours([Schedule("FREQ=WEEKLY;BYDAY=MO", time(9), time(12), closed=True)], "nl") == ()


def test_words_in_another_language_say_so():
    assert shown(Texts.of(nl="hulp"), "nl").lang == ""
    assert shown(Texts.of(nl="hulp"), "fr").lang == "nl"
    arabic = shown(Texts((LocalText("ar", "مساعدة"),)), "nl")
    assert (arabic.lang, arabic.rtl) == ("ar", True)
    assert not shown(None, "nl")


def test_days_and_numbers_are_written_the_belgian_way():
    assert day(date(2026, 1, 3), "nl") == "3 januari 2026"
    assert day(date(2026, 1, 3), "en") == "3 January 2026"
    assert day(NOW.replace(hour=23, minute=30), "fr") == "1 février 2026"
    assert number(2.14, "nl") == "2,1"
    assert number(2.0, "en") == "2"
    assert points(Decimal("-0.05"), "de") == "-0,050"
    assert points(Decimal("0.333"), "nl") == "+0,333"
    assert enumeration(["Gent", "", "Deinze"], "nl") == "Gent en Deinze"


@pytest.mark.parametrize(("tag", "name"), [("fr", "Frans"), ("zz", "zz"), ("not a tag", "not a tag"), ("", "")])
def test_languages_are_called_by_their_name(tag, name):
    assert language_name(tag, "nl") == name


def test_parameters_become_words():
    assert WORDING.sentence("reason.need.named", "fr", (("needs", ("debts", "rent")),)).endswith(
        "dettes et payer le loyer"
    )
    assert "Voorbeeldstad" in WORDING.sentence("reason.area.inside", "nl", (("area", AreaCode("municipality:44021")),))
    assert WORDING.sentence("web.results.heading_place", "nl", (("place", make_place("Dorp")),)).endswith("Dorp")
    assert WORDING.sentence("web.card.origin", "nl", (("origin", Texts.of(nl="wet")),)) == "Bron: wet"
    assert WORDING.sentence("web.card.origin", "nl", (("origin", frozenset({"rent", "debts"})),)) == (
        "Bron: schulden en huur betalen"
    )
    assert WORDING.label("nobody_knows", "nl").value == "nobody_knows"
    assert WORDING.choice("web.results.skip", "nl") == "Sla over"
    assert WORDING.choice("Gent", "nl") == "Gent"


def test_an_error_without_a_sentence_still_says_something():
    general = "Dit klopt niet. Kijk het nog eens na."
    assert error_sentence(InvalidInputError("nobody_wrote_this", place="geheim"), "nl") == general
    assert error_sentence(FieldError("/x", "nobody_wrote_this"), "nl") == general


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "nl"),
        ("fr-BE,fr;q=0.9,nl;q=0.8", "fr"),
        ("es, de;q=0.5, en;q=0.7", "en"),
        ("tr,ar", "nl"),
        ("de;q=0, fr;q=wrong", "nl"),
        ("en,fr", "en"),
    ],
)
def test_the_best_language_of_a_header(header, expected):
    assert preferred_language(header, "nl") == expected


def test_the_language_of_an_address():
    assert language_of_path("/fr/results") == "fr"
    assert language_of_path("/xx") is None
    assert language_of_path("") is None


def test_typed_text_is_cleaned_of_control_characters():
    assert clean("a\x00b\r\nc\rd\ud800\u200d") == "ab\nc\nd\u200d"
    assert digest("a  b\n") == digest("a b") != digest("ab")
