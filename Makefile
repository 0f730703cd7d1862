# `make demo` and `make test` are all that a fresh machine needs: Python, make and a C++ compiler.
# PYTHON chooses the interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Stamps: a warm run does not ask pip again; a changed pyproject.toml builds the environment anew.
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
# Every module of tests/benchmarks that can be run by itself.
BENCHMARKS := $(basename $(notdir $(shell grep -l __main__ tests/benchmarks/*.py)))
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test test-all lint bench pictures pages clean

demo: $(RUN_STAMP)
	@$(BIN)/ftui demo

test: $(DEV_STAMP) lint
	@$(BIN)/python -m pytest -n 2 -m "not slow"

# The campaigns: 200 kills, long fuzzing with new examples, all real files. Tens of minutes.
test-all: $(DEV_STAMP) lint
	@$(BIN)/python -m pytest -n 2 --hypothesis-profile=campaign

lint: $(DEV_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(DEV_STAMP)
	@set -e; for part in $(BENCHMARKS); do echo "== $$part"; $(BIN)/python -m tests.benchmarks.$$part; done

pictures: $(DEV_STAMP)
	@$(BIN)/python docs/make_pictures.py

pages: $(DEV_STAMP)
	@$(BIN)/python -m docs.make_rules
	@$(BIN)/python -m docs.make_keys

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(RUN_STAMP): pyproject.toml
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ftui needs Python 3.11 or newer; choose one with make PYTHON=…")'
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@# Dependency groups came with pip 25.1.
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@$(PIP) install --group dev
	@touch $@
