"""What is understood of a request: language, facts, crisis, place, pieces, questions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaart.domain.codes import Budget, CrisisCode, ForWhom, Mobility, When
from kaart.domain.needs import CrisisTopic, FactKind, KindOfHelp, StatedFacts
from kaart.domain.texts import Texts
from kaart.errors import InvalidInputError
from matching.answer import MatchRequest
from matching.request import MAXIMUM_TEXT, check_request
from matching.shape import kinds_to_show, named_kinds
from matching.understand.crisis import CrisisDetector
from matching.understand.facts import read_facts
from matching.understand.language import LanguageDetector
from matching.understand.sentences import MAXIMUM_PIECES, MAXIMUM_WORDS, pieces_of
from matching.understand.understand import Understander
from matching.understand.words import plain_words, stem
from tests.factories.embedding import FakeEmbedder
from tests.factories.fakes import FakePlaces, a_knowledge

DETECTOR = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ik kan mijn huur niet meer betalen", "nl"),
        ("warme maaltijd voor mijn moeder", "nl"),
        ("mijn mama is ziek", "nl"),
        ("mn zoon vn 15 luistert ni", "nl"),
        ("ze slaat mij", "nl"),
        ("schulden", "nl"),
        ("facturen", "nl"),
        ("hulp in huis", "nl"),
        ("hoe vraag ik een leefloon aan", "nl"),
        ("dak boven mijn hoofd", "nl"),
        ("je n'arrive plus à payer mes factures", "fr"),
        ("mon mari me bat", "fr"),
        ("logement social", "fr"),
        ("my husband beats me", "en"),
        ("I am lonely", "en"),
        ("help", "en"),
        ("Ich brauche Hilfe", "de"),
        ("meine Mutter ist dement", "de"),
        ("kiramı ödeyemiyorum", "tr"),
        ("is ariyorum", "tr"),
        ("لا أملك المال", "ar"),
        ("не маю грошей", "uk"),
        ("nie mam pieniędzy", "pl"),
        ("nie mam gdzie mieszkac", "pl"),
        ("nu am bani", "ro"),
        ("caut o casa", "ro"),
        ("no puedo pagar el alquiler", "es"),
        ("busco trabajo", "es"),
        ("12345", None),
        ("🙂🙂", None),
        ("", None),
    ],
)
def test_language_of_short_texts(text, language):
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("ik ben 22", 22),
        ("82 jaar", 82),
        ("mijn zoon van 15 luistert niet", 15),
        ("een 82-jarige dame", 82),
        ("mijn mama van 82 kan niet meer koken", 82),
        ("mijn broer van 67 heeft een beperking, wie helpt?", 67),
        ("mijn dochter is 17 en zwanger", 17),
        ("ik ben 45 en mijn zoon van 15 spijbelt", 15),
        ("baby van 6 maanden huilt", 0),
        ("vrouw, 75 jaar, valt vaak", 75),
        ("cliënt (34) zonder woning", 34),
        ("oma 90j woont alleen", 90),
        ("j'ai 22 ans", 22),
        ("ma mère de 82 ans", 82),
        ("mon fils a 15 ans", 15),
        ("homme âgé de 50 ans", 50),
        ("I am 22", 22),
        ("my 15 year old son", 15),
        ("my mother is 82", 82),
        ("ich bin 22 Jahre alt", 22),
        ("mein 15-jähriger Sohn", 15),
        ("mijn kinderen van 5 en 7 jaar", None),
        ("al 40 jaar getrouwd en nu alleen", None),
        ("5 jaar geleden ben ik gevallen", None),
        ("ik heb 22 euro", None),
        ("ik ben 22 weken zwanger", None),
        ("ik ben 2 jaar werkloos", None),
        ("ik heb 3 kinderen", None),
        ("in 2022 ontslagen", None),
        ("schuld van 80 euro", None),
        ("mijn man is 30% invalide", None),
        ("mijn appartement kost 800", None),
        ("ik wacht al 60 jaar", None),
        ("il y a 5 ans", None),
        ("depuis 20 ans", None),
        ("j'ai 3 enfants", None),
        ("5 years ago", None),
        ("I'm 20 weeks pregnant", None),
        ("seit 20 Jahren", None),
        ("ik ben 999", None),
    ],
)
def test_age_of_the_person(text, age):
    assert read_facts(text, None, StatedFacts(), frozenset()).age == age


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("ik zoek hulp voor mijn moeder", "for_whom", ForWhom.OTHER),
        ("mijn buurvrouw is eenzaam", "for_whom", ForWhom.OTHER),
        ("een cliënt van mij is dakloos", "for_whom", ForWhom.CLIENT),
        ("ma patiente est seule", "for_whom", ForWhom.CLIENT),
        ("for my son", "for_whom", ForWhom.OTHER),
        ("mijn man slaat mij", "for_whom", None),
        ("hij spreekt alleen Turks", "spoken_languages", ("tr",)),
        ("je parle arabe", "spoken_languages", ("ar",)),
        ("ik spreek geen Nederlands", "spoken_languages", ()),
        ("ik kan mijn huur niet meer betalen", "budget", Budget.LOW),
        ("iets gratis", "budget", Budget.NONE),
        ("'s avonds of snachts", "when", (When.EVENING, When.NIGHT)),
        ("zonder auto", "mobility", Mobility.NO_CAR),
        ("komt nooit meer buiten", "mobility", Mobility.HOUSEBOUND),
    ],
)
def test_other_facts(text, field, value):
    assert getattr(read_facts(text, None, StatedFacts(), frozenset()), field) == value


def test_spans_count_code_points_and_the_same_text_gives_the_same_id():
    text = "🙂 mijn mama van 82"
    first = read_facts(text, "nl", StatedFacts(), frozenset())
    age = next(fact for fact in first.facts if fact.kind is FactKind.AGE)
    assert text[age.start : age.end] == "82"
    assert first == read_facts(text, "nl", StatedFacts(), frozenset())


def test_a_dismissed_fact_is_left_out_and_no_longer_counts():
    text = "mijn mama van 82"
    age = next(f for f in read_facts(text, "nl", StatedFacts(), frozenset()).facts if f.kind is FactKind.AGE)
    without = read_facts(text, "nl", StatedFacts(), frozenset({age.id}))
    assert without.age is None
    assert FactKind.AGE not in {fact.kind for fact in without.facts}


def test_what_a_text_repeats_is_one_fact_and_is_taken_away_as_one():
    text = "mijn mama van 82 heeft geen geld. " * 300
    first = read_facts(text, "nl", StatedFacts(), frozenset()).facts
    assert len({(fact.kind, fact.value) for fact in first}) == len(first)
    budget = next(fact for fact in first if fact.kind is FactKind.BUDGET)
    age = next(fact for fact in first if fact.kind is FactKind.AGE)
    assert (text[age.start : age.end], age.start) == ("82", text.index("82"))
    assert budget.start < len(text) / 300
    without = read_facts(text, "nl", StatedFacts(), frozenset({age.id, budget.id}))
    assert not {fact.kind for fact in without.facts} & {FactKind.AGE, FactKind.BUDGET}
    assert (without.age, without.budget) == (None, None)


def test_what_is_stated_wins_over_the_text():
    read = read_facts("mijn mama van 82", "nl", StatedFacts(age=70, for_whom=ForWhom.CLIENT), frozenset())
    assert (read.age, read.for_whom) == (70, ForWhom.CLIENT)
    assert [fact.value for fact in read.facts if fact.kind is FactKind.AGE] == [70]


CRISIS = CrisisDetector(a_knowledge().topics)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ik wil niet meer leven", [CrisisCode.SUICIDE]),
        ("Ik wil echt NIET zo nog meer  LEVEN!", [CrisisCode.SUICIDE]),
        ("zelfmoordgedachten", [CrisisCode.SUICIDE]),
        ("j'ai envie de mourir", [CrisisCode.SUICIDE]),
        ("أَنا أُريد أن أموت", [CrisisCode.SUICIDE]),
        ("mijn man slaat mij en ik wil niet meer leven", [CrisisCode.SUICIDE, CrisisCode.VIOLENCE_HOME]),
        ("my husband beets me", []),
        ("my husbend beats me", [CrisisCode.VIOLENCE_HOME]),
        ("een film over zelfmoord", []),
        ("een film over zelfmoord, en ik wil zelf niet meer leven", [CrisisCode.SUICIDE]),
        ("niet ver van hier wil ik nog wat meer gaan leven", []),
        ("ik kan mijn huur niet meer betalen", []),
        ("ik wil leren leven met diabetes", []),
        ("", []),
    ],
)
def test_crisis(text, codes):
    assert [alert.code for alert in CRISIS.detect(text)] == codes


def test_a_phrase_with_alternatives_stands_for_each_and_reaches_over_four_words():
    topic = CrisisTopic(CrisisCode.VIOLENCE_HOME, (), Texts(), (("nl", "man/partner slaat/geslagen"),))
    detector = CrisisDetector([topic])
    for text in ("mijn man slaat", "mijn partner heeft mij gisteren weer geslagen"):
        assert [alert.code for alert in detector.detect(text)] == [CrisisCode.VIOLENCE_HOME]
    for text in ("man/partner", "mijn buurman slaat", "mijn man heeft mij gisteren alweer eens geslagen"):
        assert detector.detect(text) == ()


def test_a_kind_of_help_that_the_text_names_comes_first():
    names = {"meal_delivery": frozenset({tuple(stem(word) for word in ("warme", "maaltijden"))})}
    assert named_kinds("een warme maaltijd voor mama", names) == {"meal_delivery"}
    assert named_kinds("iets warms voor mama", names) == frozenset()
    kinds = {code: KindOfHelp(code, Texts(), Texts()) for code in ("family_care", "meal_delivery")}
    kinds_of = {"meals": ("family_care", "meal_delivery")}
    assert [kind.code for kind in kinds_to_show(["meals"], kinds_of, kinds)] == ["family_care", "meal_delivery"]
    shown = kinds_to_show(["meals"], kinds_of, kinds, frozenset({"meal_delivery"}))
    assert [kind.code for kind in shown] == ["meal_delivery", "family_care"]


def test_crisis_evidence_is_a_span_of_the_text():
    (alert,) = CRISIS.detect("Ach, ik wil écht niet meer leven. Help.")
    assert alert.evidence == "niet meer leven"


def test_pieces_of_a_text():
    both = "ik heb schulden en ik ben eenzaam"
    assert pieces_of(both, len) == (both, "ik heb schulden", "ik ben eenzaam")
    assert pieces_of("ik zorg dag en nacht voor mijn vrouw", len) == ("ik zorg dag en nacht voor mijn vrouw",)
    assert pieces_of("mijn man en ik zoeken een huis", len) == ("mijn man en ik zoeken een huis",)
    assert pieces_of("🙂 !!!", len) == ()
    long = ". ".join(f"zin nummer {index} over {'schulden' if index % 7 == 0 else 'het weer'}" for index in range(90))
    pieces = pieces_of(long, lambda piece: 1.0 if "schulden" in piece else 0.0)
    assert len(pieces) == MAXIMUM_PIECES
    assert all("schulden" in piece for piece in pieces)
    assert all(len(piece.split()) <= MAXIMUM_WORDS for piece in pieces_of("woord " * 500, len))


def test_words():
    assert plain_words("Één ’s Avonds: crèche?") == ("een", "s", "avonds", "creche")
    assert stem("rekeningen") == stem("rekening")
    assert stem("huizen") != stem("huiver")


def an_understander() -> Understander:
    return Understander(a_knowledge(), FakeEmbedder(), FakePlaces())


def test_needs_of_a_text_with_two_needs():
    understood = an_understander().understand(MatchRequest("mijn vader kookt niet meer en ik voel me zo alleen"))
    assert {guess.code for guess in understood.need.needs[:2]} == {"meals", "loneliness"}
    assert understood.need.needs[0].evidence
    assert understood.need.needs[0].confidence is None  # nobody calibrated this embedder


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "12345", "' OR 1=1; --", "\u202eabc"])
def test_nothing_near_gives_no_need(text):
    assert an_understander().understand(MatchRequest(text)).need.needs == ()


def test_names_and_typing_errors_without_a_model():
    embedder = FakeEmbedder()
    embedder.broken = True
    understander = Understander(a_knowledge(), embedder, FakePlaces())
    for text in ("leefloon aanvragen", "leeflon"):
        understood = understander.understand(MatchRequest(text))
        assert [guess.code for guess in understood.need.needs][:1] == ["no_income"]
        assert understood.degraded == ("embedder",)


def test_a_crisis_is_seen_without_a_model():
    embedder = FakeEmbedder()
    embedder.broken = True
    understood = Understander(a_knowledge(), embedder, FakePlaces()).understand(MatchRequest("ik wil niet meer leven"))
    assert [alert.code for alert in understood.crisis] == [CrisisCode.SUICIDE]


def test_stated_needs_win_and_a_need_can_be_taken_away():
    understander = an_understander()
    stated = understander.understand(MatchRequest("mijn vader kookt niet meer", stated=StatedFacts(needs=("debt",))))
    assert [(guess.code, guess.stated) for guess in stated.need.needs] == [("debt", True)]
    without = understander.understand(MatchRequest("mijn vader kookt niet meer", dismissed=frozenset({"need:meals"})))
    assert "meals" not in {guess.code for guess in without.need.needs}


def test_the_sentences_are_embedded_once():
    embedder = FakeEmbedder()
    understander = Understander(a_knowledge(), embedder, FakePlaces())
    understander.prepare()
    before = len(embedder.embedded)
    understander.understand(MatchRequest("ik heb schulden"))
    assert embedder.embedded[before:] == ["ik heb schulden"]


@pytest.mark.parametrize(
    ("request_", "codes"),
    [
        (MatchRequest("  "), ["request_empty"]),
        (MatchRequest("🙂 ?! \u202e"), ["text_without_words"]),
        (MatchRequest("x" * (MAXIMUM_TEXT + 1)), ["text_too_long"]),
        (MatchRequest("schulden", stated=StatedFacts(age=-1)), ["age_out_of_range"]),
        (MatchRequest("schulden", stated=StatedFacts(age=999)), ["age_out_of_range"]),
        (MatchRequest("schulden", limit=0), ["limit_out_of_range"]),
        (MatchRequest("", stated=StatedFacts(needs=("nonsense",)), limit=51), ["limit_out_of_range", "need_unknown"]),
    ],
)
def test_what_cannot_be_used_is_refused_with_every_field(request_, codes):
    with pytest.raises(InvalidInputError) as refused:
        check_request(request_, a_knowledge())
    assert [field.code for field in refused.value.fields] == codes


def test_ten_thousand_characters_work():
    text = ("ik kan mijn facturen niet betalen. " * 400)[:MAXIMUM_TEXT]
    assert an_understander().understand(MatchRequest(text)).need.needs[0].code == "debt"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_understanding_never_raises_on_any_text(text):
    worded = any(map(str.isalnum, text))
    request = MatchRequest(text, stated=StatedFacts() if worded else StatedFacts(needs=("debt",)))
    understood = UNDERSTANDER.understand(request)
    for fact in understood.need.facts:
        assert fact.start is None or text[fact.start : fact.end]


UNDERSTANDER = an_understander()


@pytest.mark.parametrize(
    "text",
    [
        "my" + " " * 9000 + "5",
        "mijn zoon" + " " * 9000 + "x",
        "ik ben" + " " * 9000,
        "9" * MAXIMUM_TEXT,
        "kan a " * 1600,
        "en ik " * 1600,
        "zelfmoord " * 1000,
    ],
)
@pytest.mark.timeout(20)
def test_no_text_takes_long(text):
    UNDERSTANDER.understand(MatchRequest(text[:MAXIMUM_TEXT]))
