# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

export DO_NOT_TRACK = 1

.PHONY: demo test test-long test-web browser lint bench dictionary docs clean install

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

# What the long tests of the page need: a Chromium (Debian's), its driver, axe-core.
AXE := 4.14.1
browser: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,browser]'
	@command -v chromium >/dev/null || apt-get install --yes --no-install-recommends chromium fonts-noto-cjk
	@mkdir -p build
	@test -e build/axe.min.js || (cd build && npm pack --silent axe-core@$(AXE) && \
		tar -xzf axe-core-$(AXE).tgz --strip-components=1 package/axe.min.js && rm axe-core-$(AXE).tgz)

test-web: browser
	$(BIN)/python -m pytest -m 'long or not long' tests/web

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
