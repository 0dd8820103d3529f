# A newcomer needs two commands: `make run` and `make test`. `make` alone lists the rest.
# MLFLOW_TRACKING_URI and the REVIEW_ settings of docs/SETTINGS.md are taken from the environment.

PORT ?= 8501
PYTHONS = $(PYTHON) python3.11 python3.12 python3.13 python3
BROWSERS = chromium chromium-browser google-chrome google-chrome-stable
PY = .venv/bin/python
# Files of tests that run side by side; with three on two cores, what waits for a server gives up.
WORKERS ?= 2
# Compiling what is never imported would double the time (52 s, not 26); Python compiles what it uses.
PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-compile
NO_PACKAGES = { echo "The packages could not be installed. Check the network, then try again."; exit 1; }

# Without compiled files every start of the app takes two seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo align test check lint format types layers coverage bench screenshots browser

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/installed ## make .venv with the app's packages
	@echo "Ready: .venv holds what the app needs; make run starts it."

run: .venv/installed ## load the demo into an empty store and serve the app (PORT=8600 for another port)
	@$(PY) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null \
		|| { echo "Port $(PORT) is taken by another program; try make run PORT=8600."; exit 1; }
	@echo "Loading the demo (real answers of the MT-RAG benchmark) if the store is empty …"
	@$(PY) cli.py demo --if-empty
	@echo "Open http://127.0.0.1:$(PORT) (Ctrl+C stops the app)"
	@$(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) \
		--server.headless true --logger.hideWelcomeMessage true

demo: .venv/installed ## load the demo into the store
	@echo "Loading the demo (real answers of the MT-RAG benchmark) …"
	@$(PY) cli.py demo

align: .venv/installed ## add the packages that aligning a judge needs
	@echo "Adding the packages that align judges, about half a minute …"
	@$(PIP_INSTALL) -r requirements-align.txt || $(NO_PACKAGES)

test: .venv/installed-dev browser ## run all tests (ARGS="-k outbox" narrows them)
	@echo "Running the tests, $(WORKERS) files at a time …"
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: lint format types layers ## style, types and layers

lint: .venv/installed-dev
	@echo "Checking the style …"
	@$(PY) -m ruff check .

format: .venv/installed-dev
	@echo "Checking the format …"
	@$(PY) -m ruff format --check .

types: .venv/installed-dev
	@echo "Checking the types …"
	@$(PY) -m mypy

layers: .venv/installed-dev
	@echo "Checking who imports whom …"
	@.venv/bin/lint-imports --no-logo

coverage: .venv/installed-dev browser ## run all tests and say which lines they leave out
	@echo "Running the tests and counting lines …"
	@$(PY) -m pytest --cov

bench: .venv/installed-dev browser ## measure the speed; figures go to bench/RESULTS.md
	@echo "Measuring the speed, about an hour: most of it makes stores of 100,000 traces …"
	@$(PY) -m bench.keypress
	@$(PY) -m bench.reviewers
	@$(PY) -m bench.agreement
	@$(PY) -m bench.adjudication
	@$(PY) -m bench.quality
	@$(PY) -m bench.scale --keep .bench

screenshots: .venv/installed-dev browser ## take pictures of the screens into docs/pictures
	@echo "Taking pictures of the screens …"
	@$(PY) -m bench.screenshots

.venv/installed: requirements.txt constraints.txt
	@echo "Setting up .venv with the app's packages, about half a minute …"
	@for python in $(PYTHONS); do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then exec $$python -m venv .venv; fi; \
	done; \
	echo "Python 3.11 or newer with its venv module is needed: install it (on Debian and Ubuntu:" \
		"apt-get install python3 python3-venv), then try again."; \
	exit 1
	@$(PIP_INSTALL) pip==25.3 || $(NO_PACKAGES)
	@$(PIP_INSTALL) -r requirements.txt || $(NO_PACKAGES)
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt requirements-align.txt
	@echo "Adding the packages for tests and checks …"
	@$(PIP_INSTALL) -r requirements-dev.txt || $(NO_PACKAGES)
	@touch $@

browser:
	@for browser in $(BROWSERS); do command -v $$browser >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi; \
	if command -v apt-get >/dev/null && $$as_root true 2>/dev/null; then \
		echo "Installing Chromium for the browser tests, about a minute …"; \
		$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get install -qq --no-install-recommends chromium >/dev/null && exit 0; \
	fi; \
	echo "The browser tests need Chromium or Google Chrome: install one, then try again."; \
	exit 1
