"""Kinds of help, rights, senses and mappings are read strictly: a slip is named with its file and field."""

from __future__ import annotations

import shutil

import pytest

from kaart.domain.codes import CostKind, Granting, ReferralNeed, RuleCode
from kaart.domain.eligibility import AgeRange
from kaart.domain.needs import MappingRelation
from kaart.editorial.check import check_content, count_content
from kaart.editorial.knowledge import load_knowledge
from kaart.editorial.problems import BrokenContentError
from kaart.editorial.review import is_belgian_number
from tests.conftest import PROJECT

TEXTS = "{nl: Een toelage., fr: Une allocation., en: An allowance., de: Eine Beihilfe.}"
RIGHT = f"""
- code: right_invented
  labels: {TEXTS}
  explanation: {TEXTS}
  who: "Wie het nodig heeft."
  conditions: ["Je bent minstens 65 jaar."]
  eligibility:
    - {{rule: age, minimum_age: 65, sentence: "Je bent minstens 65 jaar."}}
  how: "Vraag het aan het OCMW."
  ask_at: {{name: OCMW, kinds: [social_assistance_ocmw], url: "https://ocmw.example"}}
  automatic: on_request
  needs: [no_income]
  regions: [vlg]
  source: Verzonnen wet
  source_url: https://wet.example
  source_date: 2026-01-02
"""
SENSES = f"""
- code: sense_invented
  words: [woordje, {{value: petit mot, language: fr}}]
  senses:
    - {{code: one_meaning, labels: {TEXTS}, explanation: "Dit.", needs: [debt]}}
    - {{code: other_meaning, labels: {TEXTS}, explanation: "Dat.", kinds: [debt_mediation]}}
"""
MAPPINGS = "term,scheme,code,relation\ndebt,osm,amenity=bank,close\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("taxonomy", "sentences", "kinds", "crisis"):
        shutil.copytree(PROJECT / "content" / name, tmp_path / name)
    (tmp_path / "rights").mkdir()
    (tmp_path / "rights" / "some.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "taxonomy" / "senses.yaml").write_text(SENSES, encoding="utf-8")
    (tmp_path / "taxonomy" / "mappings.csv").write_text(MAPPINGS, encoding="utf-8")
    return tmp_path


def test_rights_senses_and_mappings_are_read(folder):
    knowledge = load_knowledge(folder)
    (right,) = knowledge.rights().values()
    (rule,) = right.eligibility.rules
    assert (rule.rule, rule.ages) == (RuleCode.AGE, AgeRange(65, None))
    assert right.granting is Granting.ON_REQUEST
    assert right.ask_at.kinds == ("social_assistance_ocmw",)
    (word,) = knowledge.ambiguous_words()
    assert [sense.code for sense in word.senses] == ["one_meaning", "other_meaning"]
    assert [each.value for each in word.words] == ["woordje", "petit mot"]
    (mapping,) = knowledge.mappings()
    assert mapping.relation is MappingRelation.CLOSE


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("rights/some.yaml", "right_invented", "invented", "content_right_code"),
        ("rights/some.yaml", "regions: [vlg]", "regions: [flanders]", "content_unknown_code"),
        ("rights/some.yaml", "  regions: [vlg]\n", "", "content_missing_field"),
        ("rights/some.yaml", "needs: [no_income]", "needs: [no_incme]", "content_unknown_code"),
        ("rights/some.yaml", "minimum_age: 65", "minimum_age: 650", "content_ages_impossible"),
        ("rights/some.yaml", "https://wet.example", "wet.example", "content_not_a_url"),
        ("rights/some.yaml", "  source: Verzonnen wet\n", "", "content_missing_field"),
        ("rights/some.yaml", "  source_date: 2026-01-02\n", "", "content_missing_field"),
        ("rights/some.yaml", "automatic: on_request", "automatic: perhaps", "content_unknown_code"),
        ("rights/some.yaml", "fr: Une allocation., ", "", "content_missing_language"),
        ("taxonomy/senses.yaml", "needs: [debt]", "needs: []", "content_sense_leads_nowhere"),
        ("taxonomy/senses.yaml", "one_meaning", "other_meaning", "content_duplicate_code"),
        ("taxonomy/senses.yaml", "kinds: [debt_mediation]", "kinds: [debt]", "content_unknown_code"),
        ("taxonomy/mappings.csv", "debt,osm", "dept,osm", "content_unknown_code"),
        ("taxonomy/mappings.csv", ",osm,", ",openmap,", "content_unknown_code"),
        ("taxonomy/mappings.csv", ",close", ",near", "content_unknown_code"),
    ],
)
def test_a_slip_is_named(folder, file, old, new, code):
    path = folder / file
    words = path.read_text(encoding="utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenContentError) as raised:
        load_knowledge(folder)
    assert (file, code) in {(problem.file, problem.message_code) for problem in raised.value.problems}


def test_a_word_with_one_meaning_is_not_ambiguous(folder):
    path = folder / "taxonomy" / "senses.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(BrokenContentError) as raised:
        load_knowledge(folder)
    assert [problem.message_code for problem in raised.value.problems] == ["content_too_few_senses"]


def test_a_long_sentence_and_hard_words_are_only_a_warning(folder):
    path = folder / "rights" / "some.yaml"
    long = "Wie " + "en ook wie ".join(["het nodig heeft "] * 12)
    hard = "Onverminderd reglementaire bepalingen betreffende maatschappelijke dienstverlening overeenkomstig " * 3
    words = RIGHT.replace("Wie het nodig heeft.", long).replace("Vraag het aan het OCMW.", hard)
    path.write_text(words, encoding="utf-8")
    found = {
        (problem.field, problem.message_code): problem
        for problem in check_content(folder)
        if problem.file == "rights/some.yaml"
    }
    assert set(found) == {("[1].who", "content_sentence_too_long"), ("[1].how", "content_hard_to_read")}
    assert all(problem.warning for problem in found.values())


def test_a_sentence_said_nearly_twice_is_a_warning(folder):
    path = folder / "sentences" / "nl.csv"
    first = path.read_text(encoding="utf-8").splitlines()[1].partition(",")[2].strip('"')
    with path.open("a", encoding="utf-8") as file:
        file.write(f'meals,"{first} nu"\n')
    line = len(path.read_text(encoding="utf-8").splitlines())
    found = [each for each in check_content(folder) if each.message_code == "content_nearly_same_sentence"]
    assert line in {each.line for each in found}
    assert all(each.warning for each in found)


def test_near_misses_teach_their_own_need(folder):
    path = folder / "sentences" / "near_misses.csv"
    path.write_text("language,looks_like,need,text\nnl,debt,meals,een verzonnen zin vol rekeningen\n", encoding="utf-8")
    (found,) = [each for each in load_knowledge(folder).sentences() if each.looks_like]
    assert (found.need, found.looks_like) == ("meals", "debt")
    path.write_text("language,looks_like,need,text\nnl,debt,debt,een verzonnen zin\n", encoding="utf-8")
    with pytest.raises(BrokenContentError, match="content_refers_to_itself"):
        load_knowledge(folder)


def test_every_kind_says_what_it_costs_and_how_one_gets_there():
    kinds = load_knowledge(PROJECT / "content").kinds()
    for kind in kinds.values():
        assert kind.does, kind.code
        assert kind.for_whom, kind.code
        assert kind.meanwhile, kind.code
    assert {kind.cost for kind in kinds.values()} >= {CostKind.FREE, CostKind.INCOME_RELATED, CostKind.TARIFF}
    assert {kind.referral for kind in kinds.values()} >= {ReferralNeed.NONE, ReferralNeed.REQUIRED}


@pytest.mark.parametrize(
    ("number", "valid"),
    [("1813", True), ("112", True), ("0800 13 500", True), ("+3292696220", True), ("02 000", False), ("x", False)],
)
def test_numbers_are_held_against_the_numbering_plan(number, valid):
    assert is_belgian_number(number) is valid


def test_what_there_is_can_be_counted():
    counts = count_content(PROJECT / "content")
    assert counts.needs >= 100
    assert counts.kinds >= 140
    assert counts.rights >= 60
    assert counts.municipal_services >= 5
    assert min(counts.sentences.values()) >= 3 * counts.needs
    assert counts.sentences["nl"] >= 10 * counts.needs
