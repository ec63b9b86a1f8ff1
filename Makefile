# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

export DO_NOT_TRACK = 1

.PHONY: demo test test-long lint bench dictionary docs clean install

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $(STAMP)

demo: install
	@rm -rf demo-out && mkdir demo-out
	$(BIN)/gongkai run samples --db demo-out/demo.duckdb
	$(BIN)/gongkai compare t3.received disclosure.items --year 2022 --db demo-out/demo.duckdb
	$(BIN)/gongkai explain samples/haining2020.txt --html demo-out/haining2020.html

test: install
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

test-long: install
	$(BIN)/python -m pytest -m long

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

dictionary: install
	$(BIN)/python -m pipeline.store.manual docs/dictionary.md

# The documentation as pages in build/site, to be opened without a server.
docs: install dictionary
	$(BIN)/mkdocs build --strict

bench: install
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) demo-out build *.egg-info .mypy_cache .pytest_cache .ruff_cache .benchmarks .hypothesis
