"""Fits the curve of confidence for an embedder, and prints how well it holds.

python -m scripts.calibrate [--words-alone]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

from kaart.bootstrap import Application
from kaart.errors import UnavailableError
from kaart.settings import load_settings
from matching.evaluation.calibration import ORDINARY, fit
from matching.evaluation.cases import read_cases
from matching.understand.language import LanguageDetector
from matching.understand.needs import NeedRecogniser

SET = Path("tests/evaluation/needs_dev.yaml")


class NoModel:
    """An embedder that never answers, so that words alone are measured."""

    identity = "none"
    dimension = 1

    def embed_queries(self, _texts: object, _progress: object = None) -> NoReturn:
        """Never a vector."""
        raise UnavailableError("embedder_failed", embedder=self.identity)

    embed_passages = embed_queries


def main() -> None:
    """Fit and print."""
    application = Application(load_settings())
    embedder = NoModel() if "--words-alone" in sys.argv else application.embedder
    recogniser = NeedRecogniser(application.knowledge, embedder)
    languages = LanguageDetector()
    found = fit(
        read_cases(SET),
        [text for _, text in ORDINARY],
        lambda text: recogniser.candidates(text, languages.detect(text)),
    )
    print(f"intercept={found.intercept}, score={found.score}, lead={found.lead}, nearness={found.nearness}")
    print(f"ordinary texts with a need at 0.5 or more: {found.ordinary_told}")
    print("| confidence from | needs | right |\n|---|---|---|")
    for least, count, share in found.tenths:
        print(f"| {least} | {count} | {share} |")


if __name__ == "__main__":
    main()
