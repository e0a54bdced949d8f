# The one door to everything. `make` alone lists the recipes.
#
#   make demo PYTHON=python3.12     use another Python (3.11 or newer)
#   make test TESTS=tests/cli       run only some tests
#
# Needed: python3 >= 3.11, make, git. Everything else is installed into .venv.

PYTHON ?= python3
VENV   ?= .venv
TESTS  ?=
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
# An editable install is not compiled by pip, and Python may be told not to: starts would be slower.
COMPILE := $(BIN)/python -m compileall -q src
# What the stamps depend on: a change here installs again, anything else does not.
NEEDS  := pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench bench-peers page page-check docs browser grammar clean

help:           ## list the recipes
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' Makefile | expand -t 20

# A virtual environment with the package, then also with the tools that check it.
# constraints.txt names the versions that the checks ran with; it also keeps pip from
# fetching a larger build of torch than the one that is at hand.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "svertka needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(NEEDS) | $(BIN)/python
	$(PIP) install -c constraints.txt -e .
	@$(COMPILE)
	@touch $@

$(VENV)/ready-dev: $(NEEDS) | $(BIN)/python
	$(PIP) install -c constraints.txt -e ".[dev,fast,pretrained]"
	@$(COMPILE)
	@touch $@ $(VENV)/ready

demo: $(VENV)/ready             ## set up, train on the built-in digits, print the scores
	$(BIN)/svertka train digits

# Everything that CI runs. pytest comes last, so that its summary is the last line.
test: lint page-check browser   ## set up and run every check and test
	$(BIN)/python -m pytest -n auto --maxprocesses 8 $(TESTS)

lint: $(VENV)/ready-dev         ## style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/ready-dev       ## rewrite the code in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/ready-dev        ## measure again what the documents claim (long)
	$(BIN)/python benchmarks

bench-peers: $(VENV)/ready-dev  ## measure svertka beside other libraries, in their own environments
	$(BIN)/python benchmarks/bench_peers.py

page: $(VENV)/ready-dev         ## build the page into the package (Node.js is fetched if need be)
	PYTHON_BIN=$(BIN)/python tools/page.sh build

page-check: $(VENV)/ready-dev   # prove that the built page is its source's (where Node.js is)
	PYTHON_BIN=$(BIN)/python tools/page.sh check

# Without a browser its tests are skipped, but not in CI.
browser: $(VENV)/ready-dev      # find or install Chromium for the browser tests
	@PYTHON_BIN=$(BIN)/python tools/browser.sh >/dev/null || test -z "$(CI)"

grammar: $(VENV)/ready-dev      ## compile net.lark, the language, into its tables
	$(BIN)/python tools/compile_grammar.py

docs: $(VENV)/ready-dev         ## write docs/cli.md and the notebooks again, from the commands and lessons themselves
	$(BIN)/python tools/cli_reference.py
	$(BIN)/python tools/course_notebook.py

clean:                          ## remove what the recipes made; runs/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +
