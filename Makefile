# Dialplan. `make help` lists the targets.
# Two build folders, each with one configuration, so that nothing is built twice:
#   .build       release, Swift runtime linked in      (make serve)
#   .build-test  release with testing enabled          (make test, make prove)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve build install deb test prove unit fuzz scenarios consumer format lint clean

SWIFT ?= swift
DATABASE ?= var/dialplan.sqlite
LISTEN ?= udp:127.0.0.1:5060
SERVE_FLAGS ?= --demo
PREFIX ?= /usr/local
DESTDIR ?=

# The flags must be the same in every command on .build-test: other flags build everything again.
TEST_FLAGS := -c release -Xswiftc -enable-testing --scratch-path .build-test
FORMATTED := Package.swift Sources Tests $(foreach example,Consumer PoolOfWorkers,\
    Examples/$(example)/Package.swift Examples/$(example)/Sources)
# Seconds of load at 100 calls a second in the scenario tests (make prove: 300).
DIALPLAN_LOAD_SECONDS ?= 60
LIBFUZZER_SECONDS ?= 30
scenarios prove: export DIALPLAN_LOAD_SECONDS := $(DIALPLAN_LOAD_SECONDS)

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

serve: build ## install what is missing, build, start the switch (LISTEN=…, DATABASE=…, SERVE_FLAGS=…)
	@mkdir -p $(dir $(DATABASE))
	@echo "==> dialplanctl serve --database $(DATABASE) --listen $(LISTEN) $(SERVE_FLAGS)"
	@exec .build/release/dialplanctl serve --database $(DATABASE) --listen $(LISTEN) $(SERVE_FLAGS)

build: ## install what is missing, build the one file that runs: .build/release/dialplanctl
	@Scripts/system-packages build
	@echo "==> building dialplanctl (release, one file)"
	@$(SWIFT) build -c release --static-swift-stdlib --product dialplanctl

install: build ## install the program, its unit and its configuration (DESTDIR=…, PREFIX=/usr/local)
	@DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) Scripts/install

deb: build ## make a Debian package of it: .build/deb/dialplan_….deb
	@Scripts/deb

test: lint unit fuzz consumer scenarios ## install what is missing, build once, run every test

prove: executions example language ## a longer load than `make test` (300 s or more), a million executions and call records, fuzzing
	@Scripts/fuzz-sip build && Scripts/fuzz-sip run 1500
	@if [ "$(DIALPLAN_LOAD_SECONDS)" -lt 300 ]; then export DIALPLAN_LOAD_SECONDS=300; fi; $(MAKE) scenarios
	@echo "==> a million call records: every filter within 200 ms (Docs/Benchmarks.md)"
	@DIALPLAN_PROVE_RECORDS=1000000 $(SWIFT) test $(TEST_FLAGS) --skip-build --disable-xctest --filter RecordProof

.PHONY: test-packages test-build
test-packages:
	@Scripts/system-packages test

test-build: test-packages
	@echo "==> building everything for the tests (release, testing enabled)"
	@$(SWIFT) build $(TEST_FLAGS) --build-tests

unit: test-build ## every test but the scenarios
	@echo "==> unit tests"
	@$(SWIFT) test $(TEST_FLAGS) --skip-build --disable-xctest --skip '^ScenarioTests\.'

scenarios: test-build ## the real switch, real workers and sipp phones, one scenario after the other
	@echo "==> scenarios: dialplanctl serve, its workers, and sipp ($(DIALPLAN_LOAD_SECONDS) s of load)"
	@$(SWIFT) test $(TEST_FLAGS) --skip-build --disable-xctest --no-parallel --filter '^ScenarioTests\.'

.PHONY: executions
executions: test-build
	@echo "==> 1,000,000 script executions through workers that are recycled and killed"
	@DIALPLAN_EXECUTIONS=1000000 $(SWIFT) test $(TEST_FLAGS) --skip-build --disable-xctest --filter ManyExecutionsTests

.PHONY: example
example: ## build and run Examples/PoolOfWorkers: ProcessPool for something that is not a switch
	@$(SWIFT) run --package-path Examples/PoolOfWorkers --scratch-path .build-pool PoolOfWorkers

.PHONY: language
# Seconds of libFuzzer on the language (make language LANGUAGE_FUZZ_SECONDS=60 for a look).
LANGUAGE_FUZZ_SECONDS ?= 3000
language: test-build
	@echo "==> the engine's tests in slices of 1, with a collection at every safe point, with the region moving at every reservation"
	@for mode in slices collections moves; do DIALPLAN_STRESS=$$mode $(SWIFT) test $(TEST_FLAGS) --skip-build \
	    --disable-xctest --filter '^DialplanCoreTests\.'; done
	@echo "==> sweeps of fuel and heap, ten million symbols, 1,000 repetitions of hostile scripts, CRuby as oracle"
	@DIALPLAN_PROVE_LANGUAGE=1 $(SWIFT) test $(TEST_FLAGS) --skip-build --disable-xctest --no-parallel \
	    --filter '^DialplanCoreTests\.(SweepTests|IsolationTests|HostileTests|RegexOracleTests|SyntaxErrorTests)'
	@echo "==> ends of regions under AddressSanitizer, damaged bytecode, libFuzzer ($(LANGUAGE_FUZZ_SECONDS) s)"
	@Scripts/fuzz-language edges
	@Scripts/fuzz-language build
	@Scripts/fuzz-language bytecode 1 1000000
	@Scripts/fuzz-language run $(LANGUAGE_FUZZ_SECONDS)

fuzz: test-packages ## build the coverage-guided fuzzer of SIPMessage and run it (LIBFUZZER_SECONDS=30)
	@echo "==> libFuzzer on SIPMessage ($(LIBFUZZER_SECONDS) s)"
	@Scripts/fuzz-sip build
	@Scripts/fuzz-sip run $(LIBFUZZER_SECONDS)

consumer: test-packages ## build and run the example package that uses the libraries as any user would
	@echo "==> Examples/Consumer: SIPMessage and DialplanCore as a user imports them"
	@$(SWIFT) run --package-path Examples/Consumer --scratch-path .build-consumer Consumer

format: ## rewrite the sources in the project's format
	@$(SWIFT) format format --in-place --parallel --recursive $(FORMATTED)

lint: ## check the format of the sources
	@echo "==> format of the sources"
	@$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)

clean: ## remove what was built (not var/, which holds the switch's data)
	rm -rf .build .build-test .build-consumer .build-pool
