# Every target sets up what it needs; the first one to run creates .venv from the pinned lock.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help run test lint bench docs site lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: $(READY) ## Run the built-in scenario; results go to results/winter-2024
	$(BIN)/standstill run winter-2024 --out results/winter-2024 $(ARGS)

test: $(READY) ## Run every test; make test ARGS=tests/test_docs.py for some
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: $(READY) ## Check style, format, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Run the benchmarks and write docs/benchmarks.md; make bench ARGS=--quick to try them
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## Write the reference pages and the notebook anew
	$(BIN)/python docs/generate.py

site: $(READY) ## Build the documentation as a site, into build/site
	$(BIN)/python -m sphinx -W --keep-going -a -q -d build/doctrees -c docs . build/site
	@echo 'build/site/index.html'

clean: ## Remove the environment, caches and build products, but not results
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The lock fits Python 3.11 to 3.13; resolve it with the oldest: make lock PYTHON=python3.11
lock: ## Resolve the dependencies anew into requirements/lock.txt
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip --disable-pip-version-check -qq install --editable '.[dev]'
	$(VENV)/lock/bin/python -m pip freeze --exclude-editable > $(VENV)/lock/freeze.txt
	sed -i.old '/^[^#]/d' requirements/lock.txt && cat $(VENV)/lock/freeze.txt >> requirements/lock.txt
	rm -rf $(VENV)/lock requirements/lock.txt.old

# Stands for an environment that matches the lock, so that the next call needs no network.
$(READY): pyproject.toml requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'error: Standstill needs Python 3.11 or newer, and $(PYTHON) is not; name one that is: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'error: $(PYTHON) lacks its venv module; install it (on Debian and Ubuntu: apt install python3-venv)' >&2; exit 1; }
	@echo 'Setting up $(VENV) (once; about a minute)' >&2
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --requirement requirements/lock.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
