# Every door to the project. `make run` on a fresh machine is enough to see it work.

PORT ?= 8000
PY = .venv/bin/python

.PHONY: help install run test lint verify bench torture lock messages

help:
	@echo "make run       try the software with demo data on http://127.0.0.1:$(PORT) (PORT= chooses another)"
	@echo "make test      lint, then the suite on SQLite and, when it is reachable, PostgreSQL"
	@echo "make install   .venv with the pinned dependencies"
	@echo "make lint      ruff, template format, missing migrations, stale message catalogues"
	@echo "make messages  bring the Vietnamese catalogues up to date with the sources"
	@echo "make verify    every count a requirement states, on both databases; writes docs/verification.md"
	@echo "make bench     the table of docs/performance.md"
	@echo "make torture   faults, kills, soak"
	@echo "make lock      pin requirements.in into requirements.txt"

install:
	@sh tools/install.sh

run: install
	@DEBUG=true PORT=$(PORT) $(PY) tools/run.py

test: install lint
	@$(PY) tools/test.py

lint: install
	@$(PY) tools/lint.py

verify: install
	@$(PY) tools/test.py --full

bench: install
	@if [ -f benchmarks/__main__.py ]; then $(PY) -m benchmarks; else echo "There is no benchmark yet."; exit 1; fi

torture: install
	@if [ -f tests/torture/__main__.py ]; then $(PY) -m tests.torture; else echo "There is no torture test yet."; exit 1; fi

messages: install
	@$(PY) tools/messages.py

lock: install
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	@$(PY) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	@echo "requirements.txt is pinned."
