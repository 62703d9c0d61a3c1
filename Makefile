# Python 3.11+ and make are all a machine needs. Every target sets up .venv from the lock by itself, once.
PYTHON ?= python3
PERIOD ?= 2026-10
BIN := .venv/bin
RUN_ENV := .venv/.run
DEV_ENV := .venv/.dev

# Where bytecode is switched off, every run would compile the library anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test test-schedulers lab bench lint sample screenshot bundle lock clean
.DEFAULT_GOAL := report

report: $(RUN_ENV)          ## load the exports of workbench.yml and publish the monthly report
	@$(BIN)/workahead report monthly --period $(PERIOD) --load $(ARGS)

test: $(DEV_ENV)            ## every test
	$(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

# Airflow can't share an environment with jupyter-scheduler, nor needs it the workbench's.
test-schedulers: $(RUN_ENV) .venv-airflow/.ready .venv-jupyter-scheduler/.ready  ## schedules in a real Airflow and Lab
	.venv-airflow/bin/python -m pytest --confcutdir=tests/schedulers tests/schedulers $(ARGS)
	.venv-jupyter-scheduler/bin/python -m pytest --confcutdir=tests/schedulers tests/schedulers $(ARGS)

lab: $(RUN_ENV)             ## JupyterLab on the notebooks
	$(BIN)/workahead lab

bench: $(DEV_ENV)           ## the speed and memory figures, into bench/README.md
	$(BIN)/python -m bench --write

lint: $(DEV_ENV)            ## formatting, rules, layers and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

sample: $(RUN_ENV)          ## write the sample company's exports again (byte for byte the same)
	$(BIN)/workahead sample

screenshot: $(DEV_ENV)      ## the pictures of README and docs, from the published report and a Lab
	$(BIN)/python docs/screenshot.py

bundle: $(RUN_ENV)          ## with Node: a small plotly.js for pages of less than 1 MB, into reports/bundle
	@$(BIN)/python -m workahead.reports.page.bundling $(TRACES)

lock: $(DEV_ENV)            ## resolve all locks anew
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --all-extras -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -o requirements-dev.lock
	$(BIN)/uv pip compile -q tests/schedulers/airflow.in --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate -o tests/schedulers/airflow.lock
	$(BIN)/uv pip compile -q pyproject.toml tests/schedulers/jupyter-scheduler.in -c requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate -o tests/schedulers/jupyter-scheduler.lock

clean:                      ## remove the environment, snapshots and published pages
	rm -rf .venv .venv-airflow .venv-jupyter-scheduler data/snapshots reports/published

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check uv

.venv-%/.ready: tests/schedulers/%.lock | $(BIN)/uv
	@echo "setting up .venv-$* (once)"
	@$(BIN)/uv venv -q --allow-existing --python $(BIN)/python .venv-$*
	@$(BIN)/uv pip install -q --compile-bytecode --python .venv-$*/bin/python --require-hashes -r $<
	@[ $* = airflow ] || $(BIN)/uv pip install -q --python .venv-$*/bin/python --no-deps -e .
	@touch $@

# The development environment holds the other: whoever has run the tests need not set up again for a report.
$(RUN_ENV): requirements.lock pyproject.toml | $(BIN)/uv
	@if [ ! -e $(DEV_ENV) ] || [ requirements.lock -nt $(DEV_ENV) ] || [ pyproject.toml -nt $(DEV_ENV) ]; then \
	  echo "setting up .venv (once)"; \
	  $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock && \
	  $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --no-deps -e .; fi
	@touch $@

$(DEV_ENV): requirements-dev.lock pyproject.toml | $(BIN)/uv
	@echo "setting up .venv for development (once)"
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --no-deps -e .
	@touch $@ $(RUN_ENV)
