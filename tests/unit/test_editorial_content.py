from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kaart.domain import codes
from kaart.domain.codes import CrisisCode
from kaart.domain.needs import TermKind
from kaart.editorial.check import check_content
from kaart.editorial.codes import SENTENCE_LANGUAGES
from kaart.editorial.knowledge import load_knowledge
from kaart.editorial.problems import BrokenContentError
from kaart.editorial.sentences import MINIMUM_SENTENCES

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))

#: Where the lists of codes.csv stand in the code; the others belong to rooms that keep them themselves.
CODE_LISTS = {
    "crisis": codes.CrisisCode,
    "reason": codes.ReasonCode,
    "rule": codes.RuleCode,
    "coverage": codes.Coverage,
    "degraded": codes.Degraded,
    "for_whom": codes.ForWhom,
    "budget": codes.Budget,
    "mobility": codes.Mobility,
    "when": codes.When,
}


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge(CONTENT)


@pytest.fixture
def folder(tmp_path):
    for name in ("taxonomy", "sentences", "kinds", "crisis", "catalogue"):
        shutil.copytree(CONTENT / name, tmp_path / name)
    return tmp_path


def replace(path, old, new):
    words = path.read_text(encoding="utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")


def line_of(path, words):
    return next(i for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if words in line)


def found(folder, code):
    return [problem for problem in check_content(folder) if problem.message_code == code]


def refused(folder, code):
    with pytest.raises(BrokenContentError) as raised:
        load_knowledge(folder)
    problems = [problem for problem in raised.value.problems if problem.message_code == code]
    assert problems, [str(problem) for problem in raised.value.problems]
    return problems


def test_the_shipped_content_has_no_error():
    assert [str(problem) for problem in check_content(CONTENT) if not problem.warning] == []


def test_the_shipped_content_has_enough(knowledge):
    kinds = Counter(term.kind for term in knowledge.terms().values())
    assert kinds[TermKind.NEED] >= 122
    assert kinds[TermKind.SERVICE_TYPE] >= 240
    assert len(knowledge.kinds()) == kinds[TermKind.SERVICE_TYPE]
    counts = Counter((sentence.need, sentence.language) for sentence in knowledge.sentences())
    for need in knowledge.needs():
        for language in SENTENCE_LANGUAGES:
            assert counts[need, language] >= MINIMUM_SENTENCES[language], (need, language)


def test_needs_name_explained_kinds(knowledge):
    for need in knowledge.needs().values():
        assert need.kinds
        assert set(need.kinds) <= set(knowledge.kinds())


def test_meals_and_cooking_are_different_needs(knowledge):
    assert "meal_delivery" in knowledge.needs()["meals"].kinds
    assert "meal_delivery" not in knowledge.needs()["cooking"].kinds
    assert "social_assistance_ocmw" in knowledge.kinds()["meal_delivery"].arranged_by_kinds


def test_each_crisis_code_has_lines_and_words_in_every_language(knowledge):
    topics = {topic.code: topic for topic in knowledge.crisis()}
    assert set(topics) == set(CrisisCode)
    for topic in topics.values():
        assert topic.lines
        assert {language for language, _ in topic.phrases} == set(SENTENCE_LANGUAGES)
        assert {text.language for text in topic.message} == set(SENTENCE_LANGUAGES)
        assert any(line.phone for line in topic.lines)


def test_every_line_has_a_source_and_a_date(knowledge):
    lines = {line.code: line for topic in knowledge.crisis() for line in topic.lines}
    assert all(line.source and line.source_date for line in lines.values())
    assert lines["suicide_1813"].phone == "1813"
    assert lines["emergency_112"].phone == "112"


@pytest.mark.parametrize(("name", "listed"), CODE_LISTS.items(), ids=list(CODE_LISTS))
def test_the_closed_lists_are_those_of_the_design(name, listed):
    path = SHARED / "design" / "codes.csv"
    if not path.exists():
        pytest.skip(f"shared data folder absent: {path.name}")
    with path.open(encoding="utf-8", newline="") as stream:
        wanted = [row["code"] for row in csv.DictReader(stream) if row["list"] == name]
    assert wanted
    assert {str(code.value) for code in listed} == set(wanted)


def test_a_broken_file_stops_the_loading_with_its_place(folder):
    (folder / "taxonomy" / "needs.yaml").write_text("- code: debt\n  labels: {nl: [\n", encoding="utf-8")
    with pytest.raises(BrokenContentError) as raised:
        load_knowledge(folder)
    assert [(problem.file, problem.line) for problem in raised.value.problems] == [("taxonomy/needs.yaml", 3)]
    assert raised.value.parameters["count"] == 1
    assert [problem.file for problem in check_content(folder) if not problem.warning] == ["taxonomy/needs.yaml"]


def test_the_version_of_the_taxonomy_changes_with_what_a_code_means(folder, knowledge):
    needs = folder / "taxonomy" / "needs.yaml"
    assert load_knowledge(folder).taxonomy_version == knowledge.taxonomy_version
    replace(needs, "    - schuldenlast\n", "")
    assert load_knowledge(folder).taxonomy_version == knowledge.taxonomy_version, "a synonym only helps searching"
    replace(needs, "    nl: Schulden\n", "    nl: Schuldenlast\n")
    assert load_knowledge(folder).taxonomy_version != knowledge.taxonomy_version


def test_the_catalogue_is_checked_once_also_beside_a_broken_taxonomy(folder):
    replace(folder / "catalogue" / "lines.yaml", "formality: formal", "formality: strange")
    assert len(found(folder, "content_unknown_code")) == 1
    (folder / "taxonomy" / "needs.yaml").write_text("- code: debt\n  labels: {nl: [\n", encoding="utf-8")
    assert {problem.file for problem in check_content(folder) if not problem.warning} == {
        "catalogue/lines.yaml",
        "taxonomy/needs.yaml",
    }
    shutil.rmtree(folder / "catalogue")
    assert [problem.file for problem in found(folder, "content_file_missing")] == ["catalogue"]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "at", "field"),
    [
        ("taxonomy/needs.yaml", "kinds: [social_assistance_ocmw, budget", "kinds: [socal_assistance_ocmw, budget",
         "content_unknown_code", "kinds: [socal_assistance", "[1].kinds"),
        ("taxonomy/needs.yaml", "broader: [domain_debts]", "broader: [domain_depts]",
         "content_unknown_code", "broader: [domain_depts]", "[1].broader"),
        ("taxonomy/needs.yaml", "- code: no_income", "- code: debt", "content_duplicate_code", None, "[2].code"),
        ("taxonomy/needs.yaml", "- code: debt", "- code: Debt!", "content_code_malformed", "code: Debt!", "[1].code"),
        ("taxonomy/needs.yaml", "    fr: Dettes\n", "", "content_missing_language", "    nl: Schulden", "[1].labels"),
        ("taxonomy/needs.yaml", "  explanation: Je hebt rek", "  explanaton: Je hebt rek",
         "content_unknown_field", "explanaton", "[1].explanaton"),
        ("taxonomy/domains.yaml", "  explanation: ", "  kinds: [x]\n  explanation: ",
         "content_field_only_for_needs", "kinds: [x]", "[1].kinds"),
        ("taxonomy/needs.yaml", "scale_km: 10", "scale_km: -3", "content_number_out_of_range", "scale_km: -3", None),
        ("kinds/home_care.yaml", "- code: family_care", "- code: family_car",
         "content_unknown_service_type", "- code: family_car", "[1].code"),
        ("kinds/home_care.yaml", "source_date: 2026-11-24", "source_date: november",
         "content_not_a_date", "source_date: november", "[1].source_date"),
        ("kinds/home_care.yaml", "arranged_by_kinds: [social_assistance_ocmw,", "arranged_by_kinds: [ocmww,",
         "content_unknown_code", "arranged_by_kinds: [ocmww,", "[1].arranged_by_kinds"),
        ("crisis/lines.yaml", "phone: 112\n", "phone: een-een-twee\n",
         "content_phone_malformed", "phone: een-een-twee", "[1].phone"),
        ("crisis/lines.yaml", "url: https://112.be", "url: 112.be", "content_not_a_url", "url: 112.be", "[1].url"),
        ("crisis/lines.yaml", "regions: [be]", "regions: [bee]", "content_unknown_code", "regions: [bee]",
         "[1].regions"),
        ("crisis/topics.yaml", "lines: [suicide_1813,", "lines: [suicide_1831,",
         "content_unknown_line", "lines: [suicide_1831,", "[1].lines"),
        ("crisis/topics.yaml", "- code: suicide", "- code: sucide",
         "content_unknown_code", "- code: sucide", "[1].code"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_file_line_and_field(folder, file, old, new, code, at, field):
    path = folder / file
    replace(path, old, new)
    problems = [problem for problem in refused(folder, code) if problem.file == file]
    if at is not None:
        assert problems[0].line == line_of(path, at)
    assert problems[0].line > 0
    if field is not None:
        assert problems[0].field == field


def test_a_missing_crisis_code_is_named(folder):
    path = folder / "crisis" / "topics.yaml"
    words = path.read_text(encoding="utf-8")
    path.write_text(words[: words.index("- code: fire_police")], encoding="utf-8")
    assert dict(refused(folder, "content_crisis_code_missing")[0].parameters) == {"code": "fire_police"}


def test_too_few_crisis_phrases_are_named(folder):
    path = folder / "crisis" / "topics.yaml"
    words = path.read_text(encoding="utf-8")
    start = words.index("    fr: [", words.index("phrases:"))
    path.write_text(words[:start] + "    fr: [suicide]\n" + words[words.index("\n", start) + 1 :], encoding="utf-8")
    assert [problem.field for problem in found(folder, "content_too_few_phrases")] == ["suicide.phrases.fr"]


def test_a_sentence_of_an_unknown_need_is_named(folder):
    path = folder / "sentences" / "nl.csv"
    path.write_text(path.read_text(encoding="utf-8") + "detb,ik sta rood bij de bank\n", encoding="utf-8")
    (problem,) = refused(folder, "content_unknown_need")
    assert (problem.file, problem.field) == ("sentences/nl.csv", "need")
    assert problem.line == line_of(path, "detb,")
    assert dict(problem.parameters)["nearest"] == "debt"


def test_two_needs_never_share_a_sentence(folder):
    path = folder / "sentences" / "nl.csv"
    words = path.read_text(encoding="utf-8")
    text = next(csv.DictReader(words.splitlines()))["text"]
    path.write_text(words + f'meals,"{text.upper()}!"\n', encoding="utf-8")
    (problem,) = refused(folder, "content_duplicate_sentence")
    assert problem.line == len(path.read_text(encoding="utf-8").splitlines())
    assert dict(problem.parameters) == {"need": "debt", "line": "2"}


def test_too_few_sentences_are_named_at_the_need(folder):
    path = folder / "sentences" / "de.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("debt,")) + "\n", encoding="utf-8")
    (problem,) = found(folder, "content_too_few_sentences")
    assert (problem.file, problem.line) == ("taxonomy/needs.yaml", line_of(folder / "taxonomy/needs.yaml", "debt"))
    assert dict(problem.parameters) == {"need": "debt", "file": "sentences/de.csv", "found": "0", "wanted": "3"}


def test_a_sentence_in_the_wrong_file_is_a_warning_only(folder):
    path = folder / "sentences" / "nl.csv"
    wrong = "je ne sais plus comment payer toutes les factures de ma famille"
    path.write_text(path.read_text(encoding="utf-8") + f"debt,{wrong}\n", encoding="utf-8")
    (problem,) = [p for p in found(folder, "content_language_suspect") if p.line == line_of(path, wrong)]
    assert problem.warning
    assert dict(problem.parameters) == {"language": "fr", "expected": "nl"}
    load_knowledge(folder)


def test_a_missing_language_file_is_named(folder):
    (folder / "sentences" / "uk.csv").unlink()
    assert refused(folder, "content_file_missing")[0].file == "sentences/uk.csv"


def test_a_need_that_was_replaced_is_no_need_any_more(folder):
    replace(
        folder / "taxonomy" / "needs.yaml",
        "- code: quit_smoking\n",
        "- code: quit_smoking\n  replaced_by: exercise\n",
    )
    knowledge = load_knowledge(folder)
    assert "quit_smoking" not in knowledge.needs()
    assert knowledge.terms()["quit_smoking"].replaced_by == "exercise"
