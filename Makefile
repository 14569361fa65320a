# Two commands do everything on a machine with Python 3.11 to 3.13 and make: 'make demo' and 'make test'.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help system setup setup-dev demo test fmt lint type bench fuzz torture docs lock templates clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

system: ## Check that the system has what is needed
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "riskmodel needs Python 3.11, 3.12 or 3.13; this is %d.%d. Install it, or run: make PYTHON=/path/to/python3.11 ..." % sys.version_info[:2])'
	@$(PYTHON) -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null || { echo "LightGBM needs the system library libgomp.so.1. Install the package libgomp1 (Debian, Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp)." >&2; exit 1; }

$(BIN)/python:
	@echo "Making the virtual environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies (a few minutes the first time) ..."
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the locked development tools ..."
	@$(PIP) install -r requirements-dev.lock
	@touch $@

setup: system $(VENV)/.installed ## Make .venv with the locked dependencies and the package

setup-dev: system $(VENV)/.installed-dev ## Make .venv with the development tools as well

demo: setup ## Simulate a county, train, score the last night and write one list per command centre
	@$(BIN)/riskmodel demo

test: setup-dev ## Run all tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=25

fmt: setup-dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: setup-dev ## Check style, format and floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

type: setup-dev ## Check types
	@$(BIN)/pyright

bench: setup-dev ## Run the benchmarks (ratios to named libraries; not part of the tests)
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

fuzz: setup-dev ## Fuzz the readers, the privacy door and the project file with atheris, FUZZ_SECONDS each (30)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { echo "atheris is not installed; it is for Linux only." >&2; exit 1; }
	@for target in csv gz gb18030 parquet xlsx geojson structured days toml door; do \
	  echo "== $$target"; \
	  $(BIN)/python tests/fuzz/readers.py $$target -max_total_time=$${FUZZ_SECONDS:-30} -rss_limit_mb=3000 -artifact_prefix=$${TMPDIR:-/tmp}/ || exit 1; \
	done

$(VENV)/.installed-docs: requirements-docs.lock $(VENV)/.installed
	@echo "Installing the locked tools of the documentation ..."
	@$(PIP) install -r requirements-docs.lock
	@touch $@

torture: setup-dev ## Run SEEDS seeds of the torture harness (1000), or one SEED with every operation
	@$(BIN)/python -m tests.torture $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1000) --first $(or $(FIRST),1))

docs: setup $(VENV)/.installed-docs ## Write the generated pages of docs/ and build the site (build/docs/html); DOCS=--quick executes nothing
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/site/build.py $(DOCS)

lock: ## Renew the lock files (needs uv)
	uv pip compile -q pyproject.toml --extra notebooks --group build --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock
	uv pip compile -q pyproject.toml --extra notebooks --extra postgres --extra dask --group build --group dev --group bench --group fuzz -c requirements.lock --no-emit-index-url --no-header --python-version 3.11 -o requirements-dev.lock
	uv pip compile -q --group docs -c requirements-dev.lock --no-emit-index-url --no-header --python-version 3.11 -o requirements-docs.lock

templates: ## Renew the templates of 'riskmodel init' from this project
	@rm -rf riskmodel/templates && mkdir -p riskmodel/templates/features riskmodel/templates/experiments
	@cp riskmodel.toml riskmodel/templates/
	@cp features/*.py riskmodel/templates/features/
	@cp experiments/*.toml riskmodel/templates/experiments/

clean: ## Remove the files of the demo (not .venv)
	@rm -rf data outbox reports answers mlruns/mlflow.db* mlruns/.mlflow.db* mlruns/.promotion.lock mlruns/.champions.json mlruns/artifacts
