# `make run` tries it, `make test` tests it; nothing but Python 3.11 or later and make is needed.
# The first of these programs that is new enough makes .venv; PYTHON=/path/to/python3 chooses.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
  $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt
export PYTHONUNBUFFERED := 1
.DEFAULT_GOAL := help
.PHONY: help install run test proof mutants bench check lint types migrations

help:
	@echo 'make run     the whole site on this machine, with a small sample; Ctrl-C stops it'
	@echo '             honours PORT, DATABASE_URL, REDIS_URL, EMAIL_URL, RESPONSE_WINDOW, TRIAL_MODE,'
	@echo '             WORKERS (with REDIS_URL) and SAMPLE=0'
	@echo 'make test    the whole suite, on DATABASE_URL or a PostgreSQL of its own, REDIS_URL or a'
	@echo '             redis-server; ARGS="tests/reports -k lapse" chooses, JOBS=4 sets the processes,'
	@echo '             COVERAGE=1 tells which lines ran'
	@echo 'make proof   in full length: real servers, a browser, races, whole lives made up at random;'
	@echo '             in JOBS=3 processes, with tables of what came of each fault and race'
	@echo 'make mutants breaks the clock in some fifty ways, one at a time: a test must notice each'
	@echo 'make bench   how fast, as ratios of the least that is possible (docs/performance.md);'
	@echo '             ARGS="pages check audit lapse import outbox bibliography" chooses, PAPERS=1000000 is the size'
	@echo 'make check   lint, format, types, migrations'

# --- the virtual environment -------------------------------------------------------------
.venv/made:
	@test -n "$(PYTHON)" || { \
	  echo 'Python 3.11 or later is needed, and none was found. Install it, or say where it is:' >&2; \
	  echo 'make run PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; $(PYTHON) is older.")'
	@echo 'Making .venv ...'
	@"$(PYTHON)" -m venv .venv || { \
	  echo 'The virtual environment could not be made; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

.venv/has-local: pyproject.toml constraints.txt | .venv/made
	@echo 'Installing what a trial run needs ...'
	@$(PIP) -e '.[local]' || { echo 'Installing failed: the packages come from PyPI, so the first start needs a network.' >&2; exit 1; }
	@touch $@

.venv/has-dev: pyproject.toml constraints.txt | .venv/made
	@echo 'Installing what the tests need ...'
	@$(PIP) -e '.[local,dev]' || { echo 'Installing failed: the packages come from PyPI, so the first time needs a network.' >&2; exit 1; }
	@$(BIN)/python -m registry.catalogue
	@touch $@ .venv/has-local

install: .venv/has-dev

# --- what it is for ----------------------------------------------------------------------
run: .venv/has-local
	@$(BIN)/python -m local.run

test: .venv/has-dev
	@$(BIN)/python -m local.test $(ARGS)

proof: .venv/has-dev
	@PROOF=1 $(BIN)/python -m local.test -v -rs -n $(or $(JOBS),3) --dist worksteal \
	  -m 'browser or servers or proof' $(ARGS)

mutants: .venv/has-dev
	@$(BIN)/python -m tests.mutations $(ARGS)

bench: .venv/has-dev
	@$(BIN)/python -m bench.run $(ARGS)

# --- before every commit -----------------------------------------------------------------
check: lint types migrations

lint: .venv/has-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/has-dev
	DEBUG=1 $(BIN)/mypy .

migrations: .venv/has-dev
	DEBUG=1 $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
