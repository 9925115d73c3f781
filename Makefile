# Two commands do everything: `make app` serves Digit Lab, `make test` checks it. Both install what they need into .venv.

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: app test lint chromium

app: .venv/app.installed
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/dev.installed chromium lint
	$(BIN)/python -m pytest -n auto --dist loadfile tests/core tests/app
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/browser

lint: .venv/dev.installed ui/live/node_modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd ui/live && $(WITH_NODE) npm run --silent lint

# Linter and type checker of the JavaScript; node itself comes from requirements-dev.txt.
ui/live/node_modules: ui/live/package-lock.json .venv/dev.installed
	cd ui/live && $(WITH_NODE) npm ci --silent --no-audit --no-fund
	@touch $@

# A Chromium on the PATH is used; else Debian's, where we may install it; else Playwright's own.
chromium: .venv/dev.installed
	@command -v chromium || command -v chromium-browser || command -v google-chrome \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get && { apt-get install -y chromium || { apt-get update && apt-get install -y chromium; }; }; } \
	|| $(BIN)/playwright install chromium

.venv/app.installed: requirements.txt | .venv
	$(BIN)/pip install --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.installed: requirements-dev.txt requirements-cluster.txt requirements.txt | .venv
	$(BIN)/pip install --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/app.installed

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Digit Lab needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv .venv \
	|| { rm -rf .venv; echo "Python cannot make a virtual environment: on Debian, apt-get install python3-venv"; exit 1; }
