# `make help` lists the targets.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
SOURCES = $(shell git ls-files --cached --others --exclude-standard 'src/*.h' 'src/*.cc')
FUZZ_SECONDS ?= 60

ONNX ?= var/onnx

.PHONY: help run test build check fix format-check tidy asan tsan fuzz bench docs golden-update install onnx

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

run: build ## Installs what is missing, builds, starts the gateway on :8080 with a first key (PORT=... for another port)
	@scripts/run.sh

test: build ## Installs what is missing, builds, runs every test
	@scripts/python-env.sh
	ctest --test-dir build/release --output-on-failure -j $(JOBS)
	.venv/bin/python -m pytest -q tests/e2e tests/tokenizers

install:
	@scripts/install-deps.sh

build: install ## Builds build/release/switchyard and the tests
	@[ -f build/release/build.ninja ] || cmake --preset release
	cmake --build --preset release -j $(JOBS)

check: format-check tidy asan ## Format, clang-tidy, and the tests under ASan and UBSan

format-check: install
	clang-format-19 --dry-run -Werror $(SOURCES)

fix: install ## Formats the sources
	clang-format-19 -i $(SOURCES)

tidy: build ## clang-tidy over the sources
	run-clang-tidy-19 -quiet -p build/release -j $(JOBS) '/src/.*\.cc$$'

asan: install ## The unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@[ -f build/asan/build.ninja ] || cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	ctest --test-dir build/asan --output-on-failure -j $(JOBS)

tsan: install ## The unit tests under ThreadSanitizer
	@[ -f build/tsan/build.ninja ] || cmake --preset tsan
	cmake --build --preset tsan -j $(JOBS)
	ctest --test-dir build/tsan --output-on-failure -j $(JOBS)

fuzz: install ## Every fuzz target for FUZZ_SECONDS each
	@[ -f build/fuzz/build.ninja ] || cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS)
	@scripts/fuzz.sh $(FUZZ_SECONDS)

onnx: build ## Fetches ONNX Runtime and MiniLM, builds var/onnx/{minilm,minilm-int8,lib}, compares the results with Python
	@scripts/python-env.sh tools/onnx-requirements.txt
	.venv/bin/python tools/minilm_onnx.py $(ONNX)
	SWITCHYARD_ONNX=$(abspath $(ONNX)) .venv/bin/python -m pytest -q tests/onnx

bench: build ## Switchyard against nginx on this machine: one table of ratios
	python3 bench/run.py

docs: build ## Writes the reference pages from the code's own tables
	build/release/switchyard docs environment > docs/reference/environment.md
	build/release/switchyard docs providers > docs/reference/providers.md
	build/release/switchyard docs dialects > docs/reference/dialects.md

golden-update: build ## Rewrites the golden files from what the code does now; read the diff
	SWITCHYARD_UPDATE_GOLDEN=1 ctest --test-dir build/release -R '^wire' --output-on-failure
