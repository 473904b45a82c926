"""`make bench`: speed and memory, as a table and as JSON under var/bench; with `--keep` under docs/generated.

Sizes, backends: `python -m scripts.bench --services 1000 10000 --backend embedded`. The filled data folders stay
under var/bench, so that a second run measures without filling them again. Elasticsearch is measured when
BENCH_ELASTICSEARCH_URL names a server.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from scripts.bench_one import folder_size, in_own_process, quantiles, rounded, share_vectors, timed

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "var" / "bench"
TARGET = PROJECT / "docs" / "generated"
SIZES = (1_000, 10_000, 100_000)
PAGES = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of a figure. Of a pair of times `most` holds the median and the 95th percentile.

    `at` names the size for which it is asked, `backend` the index; None: each.
    """

    words: str
    most: tuple[float, ...] = ()
    exactly: str = ""
    at: int | None = None
    backend: str | None = None

    def is_reached_by(self, value: Any) -> bool:
        """Whether this figure is good enough."""
        if self.exactly:
            return bool(value == self.exactly)
        figures = (value["p50"], value["p95"]) if isinstance(value, dict) else (value,)
        return all(figure <= most for figure, most in zip(figures, self.most, strict=True))

    def asks(self, run: dict[str, Any]) -> bool:
        """Whether it is about this run."""
        return self.at in {None, run["services"]} and self.backend in {None, run["backend"]}


#: What is asked (design: matching §6, and the issue that set the numbers).
BARS = {
    "with_embedding_ms": Bar("≤ 60 / 120 at 100,000, embedded", (60, 120), at=100_000, backend="embedded"),
    "cached_vector_ms": Bar("≤ 30 / 60 at 100,000, embedded", (30, 60), at=100_000, backend="embedded"),
    "memory_mb": Bar("≤ 1536 at 100,000", (1536,), at=100_000),
    "own_ocmw": Bar("50/50", exactly="50/50"),
    "ratio_p50": Bar("≤ 1.5", (1.5,)),
}
#: The same for the site with the default catalogue, each with what it is called in the table and its unit.
SITE = {
    "prepared_start_s": ("prepared: `make run` (`kaart serve --prepare`) until ready", "s", Bar("≤ 5 s", (5,))),
    "result_page_first_byte_ms": ("first byte of a result page", "ms", Bar("≤ 200 ms", (200, 200))),
    "base_install_mb": ("base installation", "MB", Bar("≤ 500 MB", (500,))),
}
#: Figures of earlier benches that are shown no more: `first_build_s` was measured with vectors that runs of other
#: sizes had already made.
WITHDRAWN = frozenset({"first_build_s"})


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) for line in _read("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**2, 1),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _read(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def page(data_dir: Path) -> dict[str, Any]:
    """Start the site on a prepared folder and ask for result pages, as a browser does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAART_")}
    environment |= {"KAART_DATA_DIR": str(data_dir), "KAART_PORT": "8099", "KAART_LOG_LEVEL": "error"}
    kaart = Path(sys.executable).with_name("kaart")
    share_vectors(data_dir)
    subprocess.run([kaart, "init"], env=environment, check=True, capture_output=True)
    began = time.perf_counter()
    server = subprocess.Popen([kaart, "serve", "--prepare"], env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url="http://127.0.0.1:8099", follow_redirects=True) as client:
            ready = None
            while ready is None and time.perf_counter() - began < 60:
                try:
                    ready = client.get("/readyz").status_code == 200 or None
                except httpx.TransportError:
                    time.sleep(0.05)
            serving = time.perf_counter() - began
            client.get("/nl/results?need=debt&nis=44021")  # waits for what is warmed up behind the open port

            def first_byte(number: int) -> None:
                address = f"/nl/results?need=debt&nis={('44021', '11002', '24062')[number % 3]}&page={number}"
                with client.stream("GET", address) as answer:
                    next(answer.iter_raw(1))

            taken = [timed(lambda number=number: first_byte(number)) for number in range(PAGES)]
    finally:
        server.terminate()
        server.wait(20)
    return rounded({"prepared_start_s": serving, "result_page_first_byte_ms": quantiles(taken)})


def installed_megabytes() -> float | None:
    """What the base environment weighs; None without `du` or when pip is not there."""
    folder = FOLDER / "base-environment"
    if not folder.exists():
        commands = (
            [sys.executable, "-m", "venv", str(folder)],
            [str(folder / "bin/pip"), "install", "-q", "--require-hashes", "--no-deps", "-r", "requirements/base.lock"],
        )
        for command in commands:
            if subprocess.run(command, cwd=PROJECT, check=False, capture_output=True).returncode:
                shutil.rmtree(folder, ignore_errors=True)
                return None
    return folder_size(folder) / 1024**2


def measure(sizes: list[int], backends: list[str]) -> dict[str, Any]:
    """Everything, as plain data."""
    result: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "runs": [],
    }
    for size in sizes:
        for backend in backends:
            data_dir = FOLDER / f"{size}"
            print(f"{backend} {size} …", file=sys.stderr, flush=True)
            run: dict[str, Any] = {
                "backend": backend,
                "services": size,
                "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
            }
            run |= in_own_process("build", size, backend, data_dir)
            if backend == "embedded":
                run |= in_own_process("fresh", size, backend, data_dir)
            run |= in_own_process("serve", size, backend, data_dir)
            if backend == "elasticsearch":
                run |= in_own_process("retrieval", size, backend, data_dir)
            result["runs"].append(run)
    data_dir = FOLDER / "default"
    result["site"] = page(data_dir) | {"base_install_mb": rounded(installed_megabytes())}
    return result


def together(runs: list[dict[str, Any]], kept: Path) -> list[dict[str, Any]]:
    """These runs and, of those that were kept, the ones of other sizes and backends."""
    before = json.loads(kept.read_text(encoding="utf-8"))["runs"] if kept.exists() else []
    newest = {
        (run["backend"], run["services"]): {name: value for name, value in run.items() if name not in WITHDRAWN}
        for run in (*before, *runs)
    }
    return [newest[which] for which in sorted(newest, key=lambda which: (which[0] != "embedded", which[1]))]


def table(result: dict[str, Any]) -> str:
    """The figures for a person."""
    found = result["machine"]
    told = (
        f"Measured by `make bench` on {result['measured_at']}: {found['cores']} cores of {found['processor']}, "
        f"{found['memory_gib']} GiB, Python {found['python']}, load {found['load_before']} before. Times are "
        "p50 / p95 in milliseconds over requests of at most 20 words, each with another place."
    )
    if any("fresh_build_s" in run for run in result["runs"]):
        told += (
            " `fresh_build_s` is a first build, with every vector still to be made (`fresh_texts_per_s`); `build_s` "
            "finds them all kept."
        )
    lines = ["# Speed and memory", "", told, ""]
    names = list(dict.fromkeys(name for run in result["runs"] for name in run if name not in {"backend", "services"}))
    heads = [f"{run['backend']} {run['services']:,}" for run in result["runs"]]
    lines += [
        "| | " + " | ".join(heads) + " | to reach | |",
        "|---|" + "---|" * (len(heads) + 2),
    ]
    for name in names:
        cells = [_cell(run.get(name)) for run in result["runs"]]
        bar = BARS.get(name)
        asked = f"{bar.words} | {verdict(name, bar, result['runs'])}" if bar else " | "
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {asked} |")
    lines += ["", "| the site with the default catalogue | | to reach | |", "|---|---|---|---|"]
    for name, (words, unit, bar) in SITE.items():
        value = result["site"].get(name)
        shown = "" if value is None else f"{_cell(value)} {unit}"
        told = "not measured" if value is None else "reached" if bar.is_reached_by(value) else "**not reached**"
        lines.append(f"| {words} | {shown} | {bar.words} | {told} |")
    return "\n".join([*lines, ""])


def verdict(name: str, bar: Bar, runs: list[dict[str, Any]]) -> str:
    """Whether every run that the bar is about reaches it, else which do not."""
    asked = [run for run in runs if bar.asks(run) and run.get(name) is not None]
    missed = [f"{run['backend']} {run['services']:,}" for run in asked if not bar.is_reached_by(run[name])]
    if missed:
        return f"**not reached**: {', '.join(missed)}"
    return "reached" if asked else "not measured"


def _cell(value: Any) -> str:
    value = rounded(value)
    if isinstance(value, dict):
        return f"{value['p50']} / {value['p95']}"
    return "" if value is None else str(value)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description="Speed and memory of the project.")
    parser.add_argument("--services", type=int, nargs="+", default=list(SIZES))
    default = ["embedded", "elasticsearch"] if os.environ.get("BENCH_ELASTICSEARCH_URL") else ["embedded"]
    parser.add_argument("--backend", nargs="+", default=default, choices=("embedded", "elasticsearch"))
    parser.add_argument("--keep", action="store_true", help="Write docs/generated/bench.md and bench.json.")
    chosen = parser.parse_args()
    result = measure(chosen.services, chosen.backend)
    folder = TARGET if chosen.keep else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    result["runs"] = together(result["runs"], folder / "bench.json")
    print(table(result))
    (folder / "bench.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(table(result), encoding="utf-8")


if __name__ == "__main__":
    main()
