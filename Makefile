# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: audit audit-dependencies install demo test check slow bench real docs clean

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
	$(BIN)/python -m bench.answers
	$(BIN)/python -m bench.scoring
	$(BIN)/python -m bench.outcomes
	$(BIN)/python -m bench.assist --seconds 30 --soak 60

real: install
	$(BIN)/python -m bench.real

docs: install
	$(BIN)/python -m heard.measures.pages docs/measures
	$(BIN)/python -m heard.sources.pages docs/sources.md
	HEARD_WRITE_DOCS=1 $(BIN)/pytest -q tests/test_documents.py

clean:
	rm -rf $(VENV) demo build dist

# Security of the code and of what it rests on. The tools live in a place of their own, so that the list of parts is Heard's.
TOOLS := build/audit-tools
audit: install
	test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check bandit cyclonedx-bom pip-licenses
	$(TOOLS)/bin/bandit -q -r src -c pyproject.toml
	$(TOOLS)/bin/pip-licenses --python=$(BIN)/python --partial-match --fail-on "GPL" --summary
	$(TOOLS)/bin/cyclonedx-py environment $(VENV) --output-reproducible -o build/sbom.json

# Known faults of dependencies, from a public service: the one command here that asks the network a question.
audit-dependencies: audit
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(TOOLS)/bin/pip-audit --path $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') --skip-editable
