# Everything happens in .venv/; nothing else on the machine is changed, save that `make test` may
# install the system's Chromium where it is missing and the machine allows it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
READY := .venv/.ready
READY_DEV := .venv/.ready-dev

# Many small matrices: more threads than cores cost far more than they give.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help site test check format conformance bench docs browser java lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

site: $(READY) ## evidence to out/release and out/site, with a short table of results
	@$(BIN)/sharedfuture build

# Three processes of one thread each on two cores, as browsers and servers keep them waiting. Tests
# of the code's form belong to `check`, heavy ones (kills, a cluster, the publishers' files) to
# `conformance`.
test: $(READY_DEV) browser ## all tests of behaviour, the browser's included (some six minutes on two cores)
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -m "not conformance" --ignore tests/architecture --ignore tests/conformance -n 3 --dist loadfile --no-loadscope-reorder

check: $(READY_DEV) ## format, lint, types, import rules, generated documents, the ledger
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/architecture
	@$(BIN)/sharedfuture check

format: $(READY_DEV) ## put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

conformance: $(READY_DEV) java browser ## compare with the files kept beside the checkout; heavy tests, a real Spark cluster
	@$(BIN)/python -m pytest tests/conformance -m conformance -rs --no-header
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -m conformance --ignore tests/conformance -n 2 --dist loadfile --no-loadscope-reorder

bench: $(READY_DEV) ## measure, as ratios; writes the table in the README
	@$(BIN)/python bench/run.py

docs: $(READY_DEV) site ## write the generated parts of the documents and the README's picture
	@$(BIN)/python docs/generate.py

browser: ## find the system's Chromium, or install it where the machine allows
	@sh tests/browser/install-chromium.sh

java: ## find the system's Java 17 for the test on Spark, or install it where the machine allows
	@sh tests/spark/install-java.sh

lock: $(READY_DEV) ## pin the newest versions that fit, with their hashes
	@$(PIP) uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate pyproject.toml --group install --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate pyproject.toml --group dev --output-file requirements-dev.lock

clean: ## take away what was built, and the environment
	rm -rf .venv out var dist

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	  f"Python 3.11 or newer is needed, found {v.major}.{v.minor}; try: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || { echo "making the environment in .venv/"; $(PYTHON) -m venv .venv; }
	@echo "installing pinned packages"
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(READY_DEV): $(READY) requirements-dev.lock
	@echo "installing what the tests need"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@
