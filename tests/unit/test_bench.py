"""The table of the bench says of each bar whether it is reached, and shows no figure more exact than it is."""

from __future__ import annotations

import json

import pytest

from scripts.bench import BARS, WITHDRAWN, table, together
from scripts.bench_one import rounded


def a_run(services=100_000, backend="embedded", **figures):
    good = {
        "with_embedding_ms": {"p50": 50.123456, "p95": 119.96},
        "cached_vector_ms": {"p50": 20.0, "p95": 40.0},
        "memory_mb": 400.0,
        "own_ocmw": "50/50",
    }
    return {"backend": backend, "services": services, **good, **figures}


def told(*runs, **site):
    """The lines of the table by their first cell."""
    machine = {"cores": 2, "processor": "x", "memory_gib": 1, "python": "3", "load_before": 0}
    good = {"prepared_start_s": 4.0, "result_page_first_byte_ms": {"p50": 40.0, "p95": 60.0}, "base_install_mb": 399.0}
    lines = table({"measured_at": "now", "machine": machine, "runs": list(runs), "site": good | site}).splitlines()
    return {line.split(" | ")[0].strip("| "): line for line in lines if line.startswith("| ")}


def test_a_bar_that_is_reached_says_so():
    found = told(a_run())
    for name in ("with_embedding_ms", "cached_vector_ms", "memory_mb", "own_ocmw"):
        assert found[name].endswith(f"| {BARS[name].words} | reached |")


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("with_embedding_ms", {"p50": 60.1, "p95": 100.0}),
        ("with_embedding_ms", {"p50": 50.0, "p95": 120.1}),
        ("memory_mb", 1537.0),
        ("own_ocmw", "49/50"),
        ("ratio_p50", 1.51),
    ],
)
def test_a_bar_that_is_missed_names_the_run(name, figure):
    found = told(a_run(**{name: figure}), a_run(1_000))
    assert found[name].endswith("| **not reached**: embedded 100,000 |")


def test_a_bar_is_for_the_size_and_the_index_that_it_names():
    slow = {"with_embedding_ms": {"p50": 500.0, "p95": 900.0}}
    assert told(a_run(1_000, **slow))["with_embedding_ms"].endswith("| not measured |")
    assert told(a_run(), a_run(backend="elasticsearch", **slow))["with_embedding_ms"].endswith("| reached |")


def test_the_site_has_its_bars_too():
    found = told(a_run(), prepared_start_s=5.07, base_install_mb=None)
    lines = "\n".join(found.values())
    assert "| 5.07 s | ≤ 5 s | **not reached** |" in lines
    assert "| 40.0 / 60.0 ms | ≤ 200 ms | reached |" in lines
    assert "|  | ≤ 500 MB | not measured |" in lines


def test_figures_are_rounded_also_those_that_were_kept():
    assert rounded({"a": 14.41230631399958, "b": {"p50": 9.876543}}) == {"a": 14.4, "b": {"p50": 9.88}}
    assert rounded({"c": 3, "d": "50/50", "e": None}) == {"c": 3, "d": "50/50", "e": None}
    assert "| 14.4 |" in told(a_run(catalogue_s=14.41230631399958))["catalogue_s"]


def test_a_figure_that_told_too_little_is_not_taken_over(tmp_path):
    kept = tmp_path / "bench.json"
    kept.write_text(json.dumps({"runs": [a_run(10_000, first_build_s=10.4)]}), encoding="utf-8")
    both = together([a_run(1_000)], kept)
    assert [run["services"] for run in both] == [1_000, 10_000]
    assert not any(WITHDRAWN.intersection(run) for run in both)
