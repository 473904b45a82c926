"""Documentation that fails when it lies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from data_sources.registry import default_sources
from kaart.cli import app
from kaart.domain.codes import ReasonCode
from kaart.settings import PREFIX, Settings
from matching.criteria import weights
from scripts.generate_docs import FOLDER, pages
from tests.conftest import PROJECT

DOCS = PROJECT / "docs"


def headings(path: Path) -> list[str]:
    """What stands between backticks in each heading of the second level."""
    return re.findall(r"^## `([^`]+)`", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", ["settings.md", "openapi.json"])
def test_generated_pages_are_what_would_be_generated(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_every_generated_page_is_compared():
    assert set(pages()) == {"settings.md", "openapi.json"}


def test_every_setting_has_a_heading_and_words():
    assert headings(FOLDER / "settings.md") == [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def commands(group=None, before="kaart"):
    """Every command that is registered, as it is typed."""
    found = typer.main.get_command(app) if group is None else group
    for name, each in found.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, f"{before} {name}")
        else:
            yield f"{before} {name}", each


def test_every_command_has_a_heading():
    assert sorted(headings(DOCS / "cli.md")) == sorted(name for name, _ in commands())


def test_every_option_is_told_on_the_page_of_commands():
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    missing = [
        (name, option)
        for name, each in commands()
        for parameter in each.params
        for option in parameter.opts
        if option.startswith("--") and option not in {"--help", *re.findall(r"--[a-z-]+", _section(text, name))}
    ]
    assert missing == []


def _section(text: str, name: str) -> str:
    return text.partition(f"## `{name}`")[2].partition("\n## ")[0]


def test_every_source_has_a_heading():
    sources = default_sources(PROJECT / "content", lambda _: None)
    assert headings(DOCS / "sources.md") == [source.code for source in sources]
    text = (DOCS / "sources.md").read_text(encoding="utf-8")
    for source in sources:
        section = _section(text, source.code)
        for told in ("Licence:", "Holds:", "Date:", "Shape:"):
            assert f"- {told}" in section, (source.code, told)
        if source.licence:
            assert source.licence in section


def test_every_reason_has_a_heading():
    assert headings(DOCS / "reasons.md") == [code.value for code in ReasonCode]


def test_the_points_on_the_page_of_reasons_are_the_weights():
    text = (DOCS / "reasons.md").read_text(encoding="utf-8")
    told = {
        "need": [*weights.NEED.values(), weights.TEXT, weights.SPECIFIC],
        "reach": [
            weights.REACH,
            weights.REACH_HOME,
            weights.REACH_MUNICIPALITY,
            weights.REACH_REMOTE,
            weights.REACH_ZONE,
        ],
        "area": [weights.AREA, weights.AREA_UNKNOWN],
        "eligibility": [weights.ELIGIBILITY],
        "language": [weights.LANGUAGE, weights.LANGUAGE_INTERPRETER],
        "freshness": [
            weights.FRESHNESS,
            weights.FRESHNESS_STALE,
            weights.FRESHNESS_EDITORIAL,
            weights.FRESHNESS_DATED,
        ],
    }
    for code, numbers in told.items():
        expected = {f"{number:.3f}" for number in numbers if number}
        assert set(re.findall(r"\d\.\d{3}", _section(text, code))) == expected, code
