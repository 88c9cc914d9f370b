# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test check slow bench real docs clean

install: $(STAMP)

$(STAMP): pyproject.toml requirements-dev.txt
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info < (3, 14), "Heard needs Python 3.11, 3.12 or 3.13; set PYTHON="'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -e .
	touch $@

demo: install
	rm -rf demo
	$(BIN)/heard demo demo

test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 -m "not slow"

check: test

slow: install
	$(BIN)/pytest -n 2 -m slow

bench: install
	$(BIN)/python -m bench
	$(BIN)/python -m bench.scoring
	$(BIN)/python -m bench.assist --seconds 30 --soak 60

real: install
	$(BIN)/python -m bench.real

docs: install
	$(BIN)/python -m heard.measures.pages docs/measures
	$(BIN)/python -m heard.sources.pages docs/sources.md
	HEARD_WRITE_DOCS=1 $(BIN)/pytest -q tests/test_documents.py

clean:
	rm -rf $(VENV) demo build dist
