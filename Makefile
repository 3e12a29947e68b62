# Needs Python 3.11 or later and make; the rest is set up in .venv.
.DEFAULT_GOAL := help
.PHONY: help setup run check fix quick test coverage long ci

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8000

# uv installs in seconds what takes pip a minute; where it cannot be had, pip does.
define install
	@echo "正在装需要的包（第一次要一会儿）……"
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv~=0.5' && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); } || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

help:   ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: .venv/installed-dev ## virtual environment with pinned, hashed requirements (uv where it can be had, else pip)

run: .venv/installed ## set up, make the demo, serve on PORT (8000)
	@$(BIN)/python -m qianxian run --port $(PORT)

check: .venv/installed-dev ## formatting, lint, types, imports, migrations, packs: changes nothing
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files '*.html')
	$(BIN)/djlint --lint templates --quiet
	$(BIN)/mypy .
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/python -m qianxian django makemigrations --check --dry-run
	$(BIN)/python -m qianxian packs check

fix: .venv/installed-dev ## whatever can be put right by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files '*.html')

quick: .venv/installed-dev ## unit and spec tests, under a minute
	$(BIN)/python -m pytest -m "not slow and not browser and not long"

test: .venv/installed-dev ## every test that this machine can run
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not long"

coverage: .venv/installed-dev ## the same with coverage, which takes half as long again
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal -m "not long"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

long: .venv/installed-dev ## kills, fuzz, load, new examples for generative tests: by hand
	$(BIN)/python -m pytest -m long
	HYPOTHESIS_PROFILE=new $(BIN)/python -m pytest tests/generative

ci: check test ## what CI runs

.venv/installed: requirements.txt | $(BIN)/python
	$(call install,requirements.txt)
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | $(BIN)/python
	$(call install,requirements-dev.txt)
	@touch $@ .venv/installed

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "要有 Python 3.11 或更新的版本。装好以后再来一次。" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		echo "Python 少了 venv 模块。Debian、Ubuntu 上：apt install python3-venv" >&2; exit 1; }
