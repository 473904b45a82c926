from __future__ import annotations

import csv
import shutil
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import (
    MAX_TOKEN,
    RULES_FOLDER,
    Analyser,
    analyse,
    default_analyser,
    fold,
    join_tokens,
    query_tokens,
    words,
)
from indexer.analysis_rules import load_rules
from indexer.weights import MAX_QUERY_TOKENS
from kaart.errors import ContentError

PAIRS = Path(__file__).resolve().parent.parent / "fixtures" / "analysis" / "dutch_pairs.csv"
LANGUAGES = ("nl", "fr", "en", "de", "es", "pl", "ro", "tr", "ar", "uk", None)


def pairs(expected: str) -> list[tuple[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [(row["question"], row["text"]) for row in csv.DictReader(file) if row["expected"] == expected]


def shared(question: str, text: str, language: str | None = "nl") -> set[str]:
    return set(analyse(question, language)) & set(analyse(text, language))


@pytest.mark.parametrize(("question", "text"), pairs("match"))
def test_words_that_must_meet(question, text):
    assert shared(question, text)


@pytest.mark.parametrize(("question", "text"), pairs("apart"))
def test_words_that_must_stay_apart(question, text):
    assert not shared(question, text)


def test_there_are_enough_pairs_to_say_something():
    assert len(pairs("match")) + len(pairs("apart")) >= 60


def test_a_compound_keeps_the_whole_word_before_its_parts():
    assert analyse("woningaanpassing", "nl") == ["woningaanpas", "woning", "aanpas"]
    assert analyse("dagverzorgingscentrum", "nl")[1:] == ["dag", "verzorg", "centrum"]


@pytest.mark.parametrize("word", ["ziekenhuis", "rechtbank", "weekend", "begeleiding", "maaltijden", "handicap"])
def test_a_word_that_looks_like_a_compound_stays_whole(word):
    assert default_analyser().compound_parts(word) == ()


def test_an_exception_with_parts_gives_those():
    assert default_analyser().compound_parts("huisartsen") == ("arts",)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "l'intégration", "integration"),
        ("fr", "je n’arrive plus à payer mes factures", "facture impayée"),
        ("fr", "aujourd'hui", "aujourd’hui"),
        ("en", "debts", "debt"),
        ("en", "my mother's house", "houses"),
        ("de", "Schulden", "schuld"),
        ("de", "Straße", "strasse"),
        ("es", "ayudas", "ayuda"),
        ("pl", "długi", "długami"),
        ("ro", "datorii", "datorie"),
        ("tr", "Gent'te borçlar", "borçları"),
        ("tr", "IŞIK", "ışık"),
        ("ar", "المساعدة", "مساعدة"),
        ("ar", "مُساعَدة", "مساعده"),
        ("uk", "Борги", "борги"),
        ("uk", "сім'я", "сім’я"),
        (None, "Schulden", "schuld"),
        ("nl-BE", "woningen", "woning"),
    ],
)
def test_other_languages_keep_their_words_together(language, one, other):
    assert shared(one, other, language)


def test_letters_of_other_scripts_survive():
    assert analyse("їжа й дім", "uk") == ["їжа", "дім"]
    assert analyse("مساعدة", "uk") == ["مساعده"]
    assert analyse("帮助", "nl") == ["帮助"]


def test_accents_fall_and_letters_stay():
    assert fold("financiële") == "financiele"
    assert fold("Łódź".lower()) == "lodz"
    assert fold("їжак") == "їжак"


def test_abbreviations_with_points_and_hyphens_are_one_word():
    assert shared("OCMW", "het O.C.M.W. van Gent")
    assert shared("nt2", "NT-2")
    assert list(words("Tele-Onthaal")) == ["tele", "onthaal", "teleonthaal"]


@pytest.mark.parametrize(
    ("language", "said", "common"),
    [
        ("nl", "ik ga naar het sociaal huis", "ocmw"),
        ("nl", "openbaar centrum voor maatschappelijk welzijn", "ocmw"),
        ("fr", "le CPAS de ma commune", "ocmw"),
        ("fr", "revenu d’intégration", "leefloon"),
        ("de", "das ÖSHZ", "ocmw"),
        ("nl", "een warme maaltijd", "maaltijdbedeling"),
        ("nl", "naar de dokter", "huisarts"),
    ],
)
def test_synonyms_meet_in_one_common_word(language, said, common):
    assert set(analyse(common, "nl")) & set(analyse(said, language))


def test_part_of_a_synonym_is_not_that_synonym():
    assert "ocmw" not in analyse("een sociaal restaurant in een huis", "nl")


def test_stop_words_of_one_language_are_words_in_another():
    assert analyse("de was", "nl") == []
    assert analyse("die", "en") == ["die"]
    assert analyse("ik wil dat het niet meer is", "nl") == []


def test_a_question_has_each_token_once_and_not_too_many():
    assert query_tokens("schulden schuld schulden", "nl") == ["schuld"]
    assert len(query_tokens(" ".join(f"woord{number}" for number in range(1000)), "nl")) == MAX_QUERY_TOKENS


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_gives_tokens_that_a_field_split_on_spaces_can_hold(text, language):
    tokens = analyse(text, language)
    assert join_tokens(tokens).split() == tokens
    assert all(0 < len(token) <= MAX_TOKEN * 4 for token in tokens)


@given(st.text(max_size=100), st.sampled_from(["nl", "fr", "en", "ar", "uk"]))
def test_the_form_in_which_unicode_is_written_does_not_matter(text, language):
    assert analyse(unicodedata.normalize("NFD", text), language) == analyse(
        unicodedata.normalize("NFC", text), language
    )


def test_halves_of_code_points_do_not_stop_it():
    assert analyse("schulden \ud800", "nl")[0] == "schuld"


def test_several_threads_get_the_same_tokens_as_one():
    texts = [f"begeleiding woord{number} schuldhulpverlening kinderen woningen{number}" for number in range(200)]
    alone = [Analyser(load_rules(RULES_FOLDER)).analyse(text, "nl") for text in texts[:3]]
    together = Analyser(load_rules(RULES_FOLDER))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: together.analyse(text, "nl"), texts))
    assert found[:3] == alone
    assert found == [together.analyse(text, "nl") for text in texts]


@pytest.fixture
def rules_folder(tmp_path):
    return Path(shutil.copytree(RULES_FOLDER, tmp_path / "analysis"))


def test_identity_changes_with_the_rules_and_only_with_them(rules_folder):
    before = Analyser(load_rules(rules_folder)).identity
    assert before == default_analyser().identity
    with (rules_folder / "synonyms.csv").open("a", encoding="utf-8") as file:
        file.write("ocmw,nl,steunhuis\n")
    changed = Analyser(load_rules(rules_folder))
    assert changed.identity != before
    assert "ocmw" in changed.analyse("steunhuis", "nl")


@pytest.mark.parametrize(
    ("file", "line", "field"),
    [
        ("synonyms.csv", "ocmw,,steunhuis", "language"),
        ("synonyms.csv", "ocmw,nl,steunhuis,welzijnshuis", "words"),
        ("stem_exceptions.csv", "nl,kind", "words"),
        ("compounds.csv", ",huis", "stem"),
    ],
)
def test_a_broken_row_is_told_with_file_line_and_field(rules_folder, file, line, field):
    with (rules_folder / file).open("a", encoding="utf-8") as rows:
        rows.write(f"{line}\n")
    count = len((rules_folder / file).read_text(encoding="utf-8").splitlines())
    with pytest.raises(ContentError) as told:
        load_rules(rules_folder)
    assert told.value.code == "analysis_file_broken"
    assert told.value.parameters == {"file": file, "line": count, "field": field}


def test_wrong_columns_are_told(rules_folder):
    (rules_folder / "compounds.csv").write_text("woord,delen\n", encoding="utf-8")
    with pytest.raises(ContentError) as told:
        load_rules(rules_folder)
    assert told.value.parameters == {"file": "compounds.csv", "line": 1, "field": "stem, parts"}


def test_a_missing_file_is_told(rules_folder):
    (rules_folder / "stop_words.csv").unlink()
    with pytest.raises(ContentError) as told:
        load_rules(rules_folder)
    assert told.value.code == "analysis_file_missing"
