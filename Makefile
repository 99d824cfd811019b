# Four words: `make run`, `make test`, `make check`, `make fix`. Each sets up what it needs; Python 3.11 is enough.

.DEFAULT_GOAL := help
.PHONY: help run test check fix

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

help:
	@echo "make run    the demonstration on http://127.0.0.1:8000 (PORT=… for another port)"
	@echo "make test   every test, on SQLite and on PostgreSQL"
	@echo "make check  formatting, lint, types, architecture"
	@echo "make fix    formatting, what lint can mend, the committed documents"

run: $(VENV)/run.stamp
	@exec $(BIN)/crm-gateway run

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto

check: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture --ignore=tests/architecture/test_recipe.py
	@$(BIN)/python -m tests.architecture.sizes

fix: $(VENV)/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/crm-gateway schema > schema/schema.graphql
	$(BIN)/crm-gateway openapi > rest_adapter/openapi.json
	$(BIN)/python -m tests.parity.table > docs/parity.md
	$(BIN)/python -m tests.rest_adapter.errors_document > docs/errors.md

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# What serves is a part of what tests: the smaller set is not installed over the larger one.
$(VENV)/run.stamp: pyproject.toml | $(VENV)/bin/python
	@if test -e $(VENV)/test.stamp; then $(PIP) -e '.[test]'; else $(PIP) -e .; fi
	@touch $@

$(VENV)/test.stamp: pyproject.toml | $(VENV)/bin/python
	@$(PIP) -e '.[test]'
	@touch $@ $(VENV)/run.stamp
