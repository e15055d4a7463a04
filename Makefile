# make site   builds the site into site/
# make test   runs every test
# make format lays the Python code out
# make serve  shows the site while you edit it
# make changes prints every published figure, chart and file that moved since the last commit
# make verify URL=ADDRESS says whether a published site is the one that is built here
# make addresses adds what this site has to the list of addresses that never break
# make unused builds the site, then prints what no page shows, and assumptions unlike those of their neighbours
# make version VERSION=1.2.0 SITE_URL=ADDRESS keeps the site of a release on the branch `versions`
# make bench  prints the speed ratios, how long the page's own answers and builds take, and Lighthouse's scores
# make record renews the tests' records that the site shows
# make fit    fits what engines attain to the measurements, and judges the fit
# make mutants tries edits that make the project wrong: does a test see each of them?
# make zensical builds the same docs with the theme's successor: is every page's text the same?
# make attack edits a copy of the project at random: is what was remembered what a build from nothing gives?
# make test-emulator runs the fan script in an emulator of the board
# make lock   renews the locked requirements
# make help   prints this list
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export NO_MKDOCS_2_WARNING = 1

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

.PHONY: help site test format serve bench record fit mutants attack zensical changes addresses unused version verify needs-url test-emulator lock clean
.DELETE_ON_ERROR:

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/site.stamp: requirements/site.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/site.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

# The engine that runs Python in the page, and for tests the checker of its JavaScript's types.
NPM_CI = mkdir -p $(VENV)/$(1) && cp requirements/$(1)/package*.json $(VENV)/$(1)/ && \
  cd $(VENV)/$(1) && npm ci --silent --ignore-scripts --no-audit --no-fund

$(VENV)/npm.stamp: requirements/npm/package-lock.json | $(BIN)/python
	@command -v npm >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends npm >/dev/null; } || \
	  { echo "npm is needed; on Debian: apt-get install npm" >&2; exit 1; }
	@$(call NPM_CI,npm) --omit=dev
	@touch $@

$(VENV)/npm-test.stamp: $(VENV)/npm.stamp
	@$(call NPM_CI,npm)
	@touch $@

$(VENV)/npm-bench.stamp: requirements/npm-bench/package-lock.json | $(VENV)/npm.stamp
	@$(call NPM_CI,npm-bench)
	@touch $@

# A failed build leaves the last whole site alone.
site: $(VENV)/site.stamp $(VENV)/npm.stamp
	@env -u SITE_MISTAKES $(BIN)/python -m macros.building site site --whole || \
	  { echo "The site was not built; site/ is as it was before." >&2; exit 1; }
	@echo "The site is in $(CURDIR)/site; start with site/index.html or read it with 'make serve'."

# What a build would refuse is shown in every page, and the server goes on; AT=HOST:PORT names another address.
serve: $(VENV)/site.stamp $(VENV)/npm.stamp
	@$(BIN)/python -m macros.building serve $(AT)

test: $(VENV)/test.stamp $(VENV)/npm-test.stamp
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . || \
	  { echo "What ruff names above: 'make format' mends the layout, the rest is for you." >&2; exit 1; }
	@$(BIN)/python tests/browser.py --install
	@$(BIN)/python tests/server.py --install
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist loadscope --no-loadscope-reorder
	@$(BIN)/python tests/firmware/emulator.py --at-hand

format: $(VENV)/test.stamp
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

# Ratios, both sides measured in one run, and times of the page and of builds; printed, never asserted. Sites of 300
# and 1000 pages are built too, which takes an hour; `benchmarks/building.py 10 30` asks for less.
bench: $(VENV)/test.stamp $(VENV)/npm.stamp $(VENV)/npm-bench.stamp
	@$(BIN)/python tests/browser.py --install
	@for b in counting bound estimates page audit building; do $(BIN)/python benchmarks/$$b.py; done

# Renews what the tests record for the site: which counts were compared with what, and what the script has passed.
record: $(VENV)/test.stamp
	@$(BIN)/python -m tests.llmmath.evidence.record
	@$(BIN)/python -m tests.firmware.record_fan_trace
	@$(BIN)/python tests/firmware/record.py

# After a measurement, or a formula or record that predicts some, has changed; takes some minutes.
fit: $(VENV)/test.stamp
	@$(BIN)/python -m benchmarks.fit_engines

# On copies, two at a time; takes some five minutes on two cores and is no part of `make test`.
mutants: $(VENV)/test.stamp
	@$(BIN)/python -m tests.mutants.run

# Two builds after each of two hundred edits, which takes an hour; N=20 tries fewer, SEED=2 others.
attack: $(VENV)/test.stamp $(VENV)/npm.stamp
	@$(BIN)/python -m tests.site.attack $(or $(N),200) $(or $(SEED),1)

# Into build/zensical, of every page, which takes some two minutes; `make test` tries a few.
zensical: $(VENV)/test.stamp $(VENV)/npm.stamp
	@$(BIN)/python -m tests.site.zensical build/zensical

# Against the last commit, or AGAINST a commit, a tag, a values.json or its address; FORMAT=json is for programs,
# FORMAT=markdown for a pull request. Of downloads the firmware, sources and engine. Charts and circuits that differ
# stand side by side in build/changes/index.html. Status 1 where something moved, which make calls an error.
changes: $(VENV)/site.stamp $(VENV)/npm.stamp
	@$(BIN)/python -m macros.changes $(if $(FORMAT),--$(FORMAT)) --pictures build/changes $(AGAINST)

# An address that is listed and gone stops a build, until published/redirects.txt says where it leads.
addresses: site
	@$(BIN)/python -m macros.published.addresses site

unused: site
	@$(BIN)/python -m macros.unused site

# To be published below SITE_URL/VERSION/; the release does this. Nothing of what is kept is ever lost.
version: $(VENV)/test.stamp
	@test -n "$(VERSION)" && test -n "$(SITE_URL)" || \
	  { echo "expected make version VERSION=1.2.0 SITE_URL=https://…/, the address above all versions" >&2; exit 2; }
	@$(MAKE) --no-print-directory site SITE_URL=$(SITE_URL:/=)/$(VERSION)/ RELEASE=$(VERSION)
	@$(BIN)/python -m macros.building.versions $(VERSION) site

# Built into build/verify with the SITE_URL, REPOSITORY and RELEASE of the published one's build.json, which stand in
# its pages; what is set here goes before.
verify: needs-url $(VENV)/site.stamp $(VENV)/npm.stamp
	@env -u SITE_MISTAKES $(BIN)/python -m macros.building verify $(URL) build/verify

needs-url:
	@test -n "$(URL)" || { echo "no address to verify; expected make verify URL=https://…" >&2; exit 2; }

# Boots MicroPython's own firmware in an emulator of the chip and runs the script there; needs the image at PICO_UF2,
# or CHIP=RP2350 with PICO2_UF2 and RP2350JS: tests/firmware/emulator.py tells which.
test-emulator: $(VENV)/test.stamp
	@$(BIN)/python tests/firmware/emulator.py $(CHIP)

lock:
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet uv
	@for f in site test; do $(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --upgrade requirements/$$f.in -o requirements/$$f.txt; done
	@rm -rf $(VENV)-lock

clean:
	@rm -rf site build .cache
