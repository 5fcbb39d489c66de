# `make run` tries it, `make test` tests it; nothing but Python 3.11 and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= -n 2

.PHONY: help install run test check

help:
	@echo "make run     the whole site on this machine, with a small sample; Ctrl-C stops it"
	@echo "make test    the whole suite, on DATABASE_URL or a PostgreSQL of its own"
	@echo "make check   lint, types where they are clean, and migrations"

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt '.[local,dev]'
	touch $@

install: $(VENV)/installed

run: install
	$(BIN)/python -m local.run

test: install
	$(BIN)/python -m local.test $(ARGS)

check: install
	$(BIN)/ruff check .
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
