# make demo   the gap table of the three clusters, a page and a report; needs python3, make, a network
# make test   the whole suite, against a real Neo4j and a real Chromium
# make check  format, lint, types
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= bulian-demo

.PHONY: demo test check format env dev docs pictures lock clean

demo: env
	$(BIN)/bulian demo --dir $(DEMO)

test: dev
	sh tests/system_packages.sh
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Everything that is generated from the ontology and the packs.
docs: dev
	$(BIN)/python -m bulian.ontology.emit
	$(BIN)/python -m bulian.queries.pack

# Screenshots of the README, from the demo itself.
pictures: dev
	sh tests/system_packages.sh
	$(BIN)/python docs/pictures.py

# Renew the pinned versions after a change in pyproject.toml; commit the two lock files.
COMPILE := uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url pyproject.toml --group build
lock: dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/$(COMPILE) -o requirements.lock
	$(BIN)/$(COMPILE) --group dev --extra ogm -c requirements.lock -o requirements-dev.lock

env: $(VENV)/.installed

dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "bulian needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) $(DEMO) build dist .neo4j
