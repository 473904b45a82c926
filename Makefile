# The commands of this project. `make run` and `make test` are the two that matter; see README.md.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled caches of tools stay inside the project's folder.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install run test lint bench screenshots lock docs clean

help:
	@echo "make install      the environment in .venv"
	@echo "make run          prepare what is missing and serve the site"
	@echo "make test         lint and all tests that this machine can run"
	@echo "make lint         ruff, mypy, import-linter, djlint, content check"
	@echo "make bench        speed and memory, as a table and as JSON under var/bench"
	@echo "make screenshots  every page at 390 and 1280 px under screenshots/ (needs Chromium)"
	@echo "make lock         write requirements/*.lock anew (needs uv)"
	@echo "make docs         write docs/generated anew"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Two stamps: the base environment serves the site; the developer's adds what tests need.
$(VENV)/.base: requirements/base.lock pyproject.toml | $(BIN)/python
	@echo "Installing the environment in $(VENV) (once; about a minute) …"
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/base.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.base
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.lock
	@touch $@

install: $(VENV)/.base

run: $(VENV)/.base
	@exec $(BIN)/kaart serve --prepare

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet web/templates
	$(BIN)/kaart content check

test: $(VENV)/.dev lint
	$(BIN)/pytest

bench: $(VENV)/.dev
	$(BIN)/python -m scripts.bench

screenshots: $(VENV)/.dev
	@$(BIN)/kaart init --quick
	$(BIN)/python -m scripts.screenshots

docs: $(VENV)/.dev
	$(BIN)/python -m scripts.generate_docs

lock:
	scripts/lock.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
