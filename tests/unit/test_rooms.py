"""The rooms are ours: packages of these names exist on the package index too."""

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("room", ["api", "data_sources", "indexer", "kaart", "matching", "web"])
def test_a_room_is_the_one_of_this_repository(room):
    module = importlib.import_module(room)
    assert Path(module.__file__).is_relative_to(PROJECT)


def test_layers_and_contracts_hold():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_room_stands_in_a_layer():
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [layers] = [each["layers"] for each in contracts["contracts"] if each["type"] == "layers"]
    placed = {name for layer in layers for name in layer.split(" | ")}
    inside = {f"kaart.{module.name}" for module in pkgutil.iter_modules([str(PROJECT / "kaart")])}
    outside = set(contracts["root_packages"]) - {"kaart"}
    assert placed == inside | outside


def _reads_of_the_environment(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for name in node.names if name.name in {"environ", "getenv", "environb"})


def test_the_settings_alone_read_the_environment():
    """What else touches it only sets: the threads of a library, and what the command line says for child processes."""
    setting = {"indexer/embedders/bundled.py", "kaart/cli/serve.py"}
    found = {
        path.relative_to(PROJECT).as_posix()
        for room in ("api", "data_sources", "indexer", "kaart", "matching", "web")
        for path in (PROJECT / room).rglob("*.py")
        if any(_reads_of_the_environment(path))
    }
    assert found - setting == {"kaart/settings.py"}


def test_files_stay_short():
    """Under about 400 lines: in every large peer the longest file is the weakest."""
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.html", "*.css"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    long = {
        name: lines
        for name in tracked
        if "migrations/versions" not in name
        and (PROJECT / name).exists()
        and (lines := len((PROJECT / name).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
