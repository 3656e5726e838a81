# `make` alone lists what there is. Nothing here needs root but `make system`, which `make test` runs first.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/*.po))
ARGS ?=
WORKERS ?= auto
BASE ?= HEAD

# The machine's own certificates, as for pip and apt: a workplace may have one of its own. Compiled when installed, as
# pip does too: else each start would do it where Python may not write beside its files, and take twice as long.
UV := VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv --quiet --system-certs
COMPILE := $(BIN)/uv --quiet --system-certs pip compile --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.PHONY: help setup serve test check check-house format reference words system bench soak lock house wheel clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.dev $(CATALOGUES)  ## Everything for working on flowrunner, in .venv

serve: $(VENV)/.runtime $(CATALOGUES)  ## Serve the flows (ARGS="--port 9000" adds options)
	@exec $(BIN)/flowrunner serve $(ARGS)

test: system  ## Install what is missing, check the house, run every test
	@$(MAKE) --no-print-directory check-house
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: check-house  ## The same, and the tests of the rooms that changed, on SQLite (BASE=main: since main)
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -k "not postgresql" $$($(BIN)/python -m tests.house.changed $(BASE)) $(ARGS)

check-house: $(VENV)/.dev  ## Style, types and the import contract
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports | sed '1,/^Contracts/d'

format: $(VENV)/.dev  ## Put the code in the house's layout
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

reference: $(VENV)/.dev $(CATALOGUES)  ## Write the tables of docs/reference anew
	@$(BIN)/python -m tests.docs.tables

words: $(VENV)/.dev  ## Update the catalogues of locales/ and tell what is missing or fuzzy
	@$(BIN)/python -m translation

system:  ## Install the Debian packages that the tests need
	@bash .ci/system

bench: $(VENV)/.dev $(CATALOGUES)  ## Print the figures
	@$(BIN)/python -m bench $(ARGS)

soak: $(VENV)/.dev $(CATALOGUES)  ## Kill a hundred workers under load on each database (ARGS="--kills 10" for fewer)
	@$(BIN)/python -m bench soak $(ARGS)

lock: $(VENV)/.installer  ## Resolve pyproject.toml again into requirements/*.txt (ARGS=--upgrade for newer ones)
	$(COMPILE) $(ARGS) -o requirements/build.txt requirements/build.in
	$(COMPILE) $(ARGS) --all-extras -c requirements/build.txt -o requirements/dev.txt pyproject.toml
	$(COMPILE) $(ARGS) -c requirements/dev.txt -o requirements/runtime.txt pyproject.toml

house: $(VENV)/.dev  ## Draw the picture of the house from its import contract
	@$(BIN)/python -m tests.house.picture | dot -Tsvg > docs/design/house.svg

wheel: $(VENV)/.dev  ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

clean:  ## Remove what was built or cached; .venv and data stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache locales/*/LC_MESSAGES/*.mo

# The installer comes by pip from a lock; everything else by it, from locks too.
$(VENV)/.installer: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit("flowrunner needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

# One run compiles every catalogue that has changed.
%.mo: %.po | $(VENV)/.installer
	@$(BIN)/python hatch_build.py

$(VENV)/.runtime: $(VENV)/.installer requirements/runtime.txt pyproject.toml
	@echo "Installing what flowrunner needs to run"
	@$(UV) pip install --compile-bytecode --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@$(UV) pip install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq src
	@touch $@

$(VENV)/.dev: $(VENV)/.installer requirements/dev.txt pyproject.toml
	@echo "Installing what work on flowrunner needs"
	@$(UV) pip install --compile-bytecode --require-hashes -r requirements/build.txt -r requirements/dev.txt
	@$(UV) pip install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq src
	@touch $@ $(VENV)/.runtime
