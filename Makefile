# make run    sets up and runs the app        make test   sets up and runs every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check system lint format lock words benchmarks pictures fuzz audit sbom clean

run: $(VENV)/app
	$(BIN)/python -m streamlit run app.py

test: system lint
	RELEASE=1 $(BIN)/python -m pytest --ignore=tests/browser --numprocesses=auto --dist=loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest tests/browser --numprocesses=2

# While one works, in a minute and a half: lint, types, links, figures, the laws of one rule (make check RULE=lion).
RULE ?= adam
check: lint
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder \
		-k "$(RULE) or not (test_rules or test_reference)" \
		tests/laws/test_rules.py tests/laws/test_reference.py \
		tests/test_codec.py tests/test_link.py tests/test_layers.py tests/test_names.py tests/test_words.py \
		tests/test_documents.py tests/figures/test_curves.py tests/figures/test_levels.py tests/figures/test_step.py

# What the tests need beside Python's packages: a browser, nginx, a Valkey or Redis server.
system: $(VENV)/dev
	$(BIN)/python -m tests.equipment

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmarks: $(VENV)/dev
	$(BIN)/python -m benchmarks.codec
	$(BIN)/python -m benchmarks.steps
	$(BIN)/python -m benchmarks.cold
	$(BIN)/python -m benchmarks.first_use
	$(BIN)/python -m benchmarks.keypress
	$(BIN)/python -m benchmarks.arena
	$(BIN)/python -m benchmarks.visit
	$(BIN)/python -m benchmarks.proxy
	$(BIN)/python -m benchmarks.typed
	$(BIN)/python -m benchmarks.sweep
	$(BIN)/python -m benchmarks.maps
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.crowd
	$(BIN)/python -m benchmarks.classroom
	$(BIN)/python -m benchmarks.rooms

# The pictures of the README, taken again.
pictures: $(VENV)/dev
	$(BIN)/python -m benchmarks.pictures

fuzz: $(VENV)/dev
	$(BIN)/python -m pip install -q --require-hashes -r requirements-fuzz.txt
	$(BIN)/python -m tests.fuzz --runs 100000

words: $(VENV)/dev
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ --no-location --sort-output --omit-header -o locale/ravine.pot .
	$(BIN)/pybabel -q update -D ravine -i locale/ravine.pot -d locale --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete
	$(BIN)/pybabel -q compile -D ravine -d locale

lock: $(VENV)/dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.txt -o requirements-dev.txt pyproject.toml requirements-dev.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.txt -o deploy/requirements-valkey.txt deploy/requirements-valkey.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements-fuzz.txt requirements-fuzz.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements-audit.txt requirements-audit.in

# Known vulnerabilities of what runs the app. It needs the network; what it could not ask about is an error.
audit: $(VENV)/audit/done
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.txt -r deploy/requirements-valkey.txt

# The bill of materials, CycloneDX: every package of requirements.txt with its version and hashes.
sbom: $(VENV)/audit/done
	$(VENV)/audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o deploy/sbom.json requirements.txt

$(VENV)/app: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/app
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/audit/done: requirements-audit.txt
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install -q --require-hashes -r requirements-audit.txt
	@touch $@

clean:
	rm -rf $(VENV)
