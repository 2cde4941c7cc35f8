PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BENCH := .venv/.bench
FUZZ := .venv/.fuzz
DOCS := .venv/.docs
ZIG := .venv/.zig
CORE := dedup/native/core.so
SOURCES := $(wildcard dedup/native/core/*.* dedup/native/core/*/*.h) tools/package/build.py
SANITIZED := build/sanitize/core.so
BUILD := $(BIN)/python -m tools.package.build
TOOLS := build/supply
# What is installed is what the locks name, by hash; the package itself then needs nothing more.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes -r
LOCK := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command 'make lock'
# A worker for each core; tests/conftest.py says which tests stay together.
PARALLEL := -n auto --dist loadscope --no-loadscope-reorder
# AddressSanitizer has to be in the process before all else, and libstdc++ with it, or no library there can throw.
PRELOADED = $$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libstdc++.so)
# Of these, tests/formats/web is left out: extraction limits the memory of its processes, and the sanitizer reserves more;
# and tests/index/redis, which calls nothing of the core that the tests of a file do not call.
KERNELS := $(addprefix tests/,engines formats index matching native repeats text)

.DEFAULT_GOAL := help
.PHONY: help run test test-all sanitize unsafe wheels check structure format bench bench-quick bench-scale bench-spark \
  bench-index bench-redis bench-profile accuracy pictures browser redis docs release lock audit licences fuzz clean
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

run: $(CORE) ## clean the fixtures and show the report
	@mkdir -p build
	$(BIN)/dedup clean fixtures/articles.jsonl -o build/clean.jsonl --ledger build/ledger.jsonl

test: $(CORE) ## run the tests, but for the slow ones; three to four minutes on two cores
	@$(BIN)/python -m pytest $(PARALLEL) -m 'not slow'

test-all: $(CORE) ## run all tests: Spark, a browser, kills, bombs, benches, too; twenty minutes; lists the slowest
	@$(BIN)/python -m pytest $(PARALLEL) --durations 30 --durations-min 10

sanitize: $(SANITIZED) ## run the tests of the compiled core, and its fuzz, with gcc's sanitizers
	@DEDUP_CORE=$(abspath $(SANITIZED)) ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
	  LD_PRELOAD="$(PRELOADED)" $(BIN)/python -m pytest -q $(PARALLEL) --max-worker-restart 0 \
	  -m 'not slow' --ignore tests/formats/web --ignore tests/index/redis $(KERNELS)

unsafe: $(ZIG) ## refuse pointers in the compiled core outside slice.h, and all that clang warns of
	@$(BUILD) --unsafe

docs: $(DOCS) ## build the site of docs/ into build/site, without a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

release: $(ZIG) $(CORE) $(TOOLS)/.ready ## build wheels and sources into dist/, check and install them, write release notes; uploads nothing
	@$(BIN)/python -m tools.package.release $(TAG) $(if $(PLATFORMS),--platforms $(PLATFORMS))

wheels: $(ZIG) ## wheels in dist/ for Linux, macOS and Windows, x86-64 and arm64; the first time two minutes
	@$(BIN)/python -m tools.package.wheels dist

check: $(READY) unsafe ## lint, formatting, types, who imports whom, sizes, pointers in the compiled core
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.structure

structure: $(READY) ## the figures alone: circles of imports, files of a folder, lines of a file and of a function
	@$(BIN)/python -m tools.structure

format: $(READY) ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(CORE) ## speed beside other tools', 50,000 articles, 215 MB; writes the tables; half an hour
	@$(BIN)/python -m bench.speed.compare --write
	@$(BIN)/python -m bench.speed.signatures
	@$(BIN)/python -m bench.speed.startup
	@$(BIN)/python -m bench.speed.targets --write

bench-quick: $(CORE) ## speed beside other tools', 5,000 articles, once, without the slow tools; writes nothing
	@$(BIN)/python -m bench.speed.compare --documents 5000 --rounds 1 --quick

bench-scale: $(CORE) ## time and memory up to a million articles, 13 GB of disk; writes the table
	@$(BIN)/python -m bench.scale.growth --most 1000000 --write

bench-spark: $(CORE) ## Spark beside the local engine up to a million articles; 25 GB of disk; writes the tables
	@$(BIN)/python -m bench.scale.spark --most 1000000 --write

bench-index: $(CORE) ## an index of a million articles: building, size, checks; 10 GB of disk; writes the table
	@$(BIN)/python -m bench.scale.index --write

bench-redis: $(CORE) ## an index on a Redis server: four processes and kills, speed, memory; writes the tables
	@$(BIN)/python -m bench.redis.crawlers --write
	@$(BIN)/python -m bench.redis.speed --write

bench-profile: $(CORE) ## time by stage, and start-up time
	@$(BIN)/python -m bench.speed.stages
	@$(BIN)/python -m bench.speed.startup

accuracy: $(CORE) $(BENCH) ## precision and recall beside other tools'; writes the tables; needs DEDUP_DATA
	@$(BIN)/python -m bench.accuracy.compare --write

pictures: $(CORE) ## draw the pictures of the report in docs/, dark and light
	@$(BIN)/python -m tools.pictures docs/

browser: build/axe/package/axe.min.js ## what the tests of the HTML report need on Debian: chromium (by root), axe-core
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null

redis: ## what the tests and benches of an index on a server need on Debian: redis-server (by root)
	@command -v redis-server >/dev/null || { apt-get update -qq && apt-get install -y -qq redis-server; } >/dev/null

build/axe/package/axe.min.js:
	@mkdir -p build/axe
	@cd build/axe && npm pack --silent axe-core@4.14.1 >/dev/null && tar -xzf axe-core-*.tgz && rm axe-core-*.tgz

lock: $(TOOLS)/.ready ## pin anew what pyproject.toml asks for, with hashes; UPGRADE=1 takes newer releases, too
	@$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --extra dev -o requirements/dev.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt
	@for group in bench docs fuzz supply zig; do $(LOCK) $(if $(UPGRADE),--upgrade) --group $$group -c requirements/dev.txt \
	  -o requirements/$$group.txt || exit; done

audit: $(TOOLS)/.ready ## ask PyPI for known vulnerabilities of every release that is pinned
	@for lock in requirements/*.txt; do echo "$$lock"; $(TOOLS)/bin/pip-audit -r $$lock --require-hashes --disable-pip \
	  --progress-spinner off || exit; done

licences: $(READY) $(TOOLS)/.ready ## refuse licences that bind users of dedup (pyproject.toml has those allowed); writes docs/licences.md
	@mkdir -p build
	@printf '%s\n' '# Licences' '' 'What runs with dedup, as pinned in requirements/runtime.txt. `make licences` writes this.' \
	  'dedup itself is under the MIT licence.' '' > build/licences.md
	@$(TOOLS)/bin/pip-licenses --python $(BIN)/python --format markdown \
	  --packages $$(sed -n 's/^\([a-z0-9.-]*\)==.*/\1/p' requirements/runtime.txt) >> build/licences.md
	@mv build/licences.md docs/licences.md

fuzz: $(CORE) ## look for inputs that break dedup, for SECONDS=60
	@mkdir -p build
	@$(MAKE) --no-print-directory $(FUZZ) > build/fuzz.log 2>&1 || \
	  echo 'atheris cannot be installed (build/fuzz.log has the reason): only hypothesis runs' >&2
	@$(BIN)/python -m bench.faults.fuzz --seconds $(or $(SECONDS),60)

clean: ## remove what was built, .venv too
	rm -rf .venv build dist $(CORE) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'dedup needs Python 3.11 or later: name one with make PYTHON=/path/to/python3 $(MAKECMDGOALS)' >&2; exit 1; }
	@echo 'setting up .venv (once; about a minute)' >&2
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python $(INSTALL) requirements/dev.txt
	@$(BUILD) --compiler >/dev/null 2>&1 || $(BIN)/python $(INSTALL) requirements/zig.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(CORE): $(SOURCES) | $(READY)
	@$(BUILD)

$(SANITIZED): $(SOURCES) | $(READY)
	@$(BUILD) --sanitize $@

$(BENCH) $(DOCS) $(FUZZ) $(ZIG): .venv/.%: requirements/%.txt $(READY)
	@$(BIN)/python $(INSTALL) $<
	@touch $@

$(TOOLS)/.ready: requirements/supply.txt
	@rm -rf $(TOOLS)
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python $(INSTALL) $<
	@touch $@
