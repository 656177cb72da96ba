# Two commands for a newcomer: `make demo` and `make test`. Both build .venv by themselves from the locked list.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.complete
SYNC = $(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock

.PHONY: help demo test check unit referees reference lock clean up

help:  ## what can be typed here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(STAMP): requirements.lock
	@echo "Setting up .venv (first time only) …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=/path/to/it") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(SYNC) 2>/dev/null || { echo "Trying once more with the certificates this machine trusts …"; $(SYNC) --system-certs; }
	@install -m 755 deploy/collect .venv/bin/collect
	@touch $@

demo: $(STAMP)  ## 90 days of a practice's balances on the real engine, in a few minutes
	@$(BIN)/collect demo

up: $(STAMP)  ## worker, web and schedules, with the embedded database and engine
	@$(BIN)/collect up

check: $(STAMP)  ## lint, types and the rules of the house
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What receivables/ and workflows/ are held to is measured on the tests that are about them; elsewhere nobody counts branches.
MEASURED = tests/receivables tests/workflows tests/replay tests/properties tests/web/test_evidence.py tests/web/test_refunds.py
# Months are lived fastest on a system that is young: the calendars with the most of them come first in their row.
MONTHS := tests/scenarios/test_plans_to_the_end.py
CALENDARS := $(filter-out $(MONTHS),$(wildcard tests/scenarios/test_[a-p]*.py))
MORE_CALENDARS := $(MONTHS) $(filter-out $(MONTHS) $(CALENDARS),$(wildcard tests/scenarios/test_*.py))
ELSEWHERE = $(MEASURED) tests/scenarios tests/drills tests/referees

unit: $(STAMP) browser  ## every test, with the branch coverage of receivables/ and workflows/ held
	@# Calendars mostly wait for other processes: two rows of them run beside the rest, and what failed is told at the end.
	@one=$$(mktemp) two=$$(mktemp); \
	$(BIN)/pytest $(CALENDARS) > >(tee $$one | sed -u 's/^/[calendars] /') 2>&1 & first=$$!; \
	{ $(BIN)/pytest $(MORE_CALENDARS); more=$$?; $(BIN)/pytest tests/drills; exit $$((more || $$?)); } \
		> >(tee $$two | sed -u 's/^/[calendars and drills] /') 2>&1 & second=$$!; \
	$(BIN)/pytest $(MEASURED) --cov --cov-report=term; measured=$$?; \
	$(BIN)/pytest $(patsubst %,--ignore=%,$(ELSEWHERE)); rest=$$?; \
	wait $$first; told=$$?; wait $$second; retold=$$?; \
	grep -hE '^(FAILED|ERROR) |^=+ .*(passed|failed|error).* =+$$' $$one $$two; rm -f $$one $$two; \
	exit $$((measured || rest || told || retold))

browser:
	@bash deploy/ensure-chromium.sh

test: check unit  ## everything that CI runs but the referees

referees: $(STAMP)  ## the simulated vendors, judged by the vendors' own descriptions and tools
	$(BIN)/pytest tests/referees -m referee

reference: $(STAMP)  ## write docs/reference/ anew from the code
	@$(BIN)/python tests/house/reference_pages.py

lock:  ## resolve the dependencies anew, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev --extra model pyproject.toml -o requirements.lock

clean:  ## remove what was built and kept
	rm -rf .venv .collect .mypy_cache .ruff_cache .pytest_cache .hypothesis
