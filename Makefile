# Every target does all it needs from nothing: `make demo` and `make test` set the machine up themselves.
# JOBS=N limits parallel compiling; PREFIX and DESTDIR say where install goes.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
BINARY := build/release/aegis-mcp
CCACHE := $(shell command -v ccache)
CONFIGURE := cmake $(if $(CCACHE),-DCMAKE_CXX_COMPILER_LAUNCHER=$(CCACHE)) -Wno-dev

.DEFAULT_GOAL := build
.PHONY: help setup build demo test bench format lint install clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup:  ## install what building and testing need (Debian 12; names the packages elsewhere)
	@scripts/setup test

build:  ## compile the release binary, build/release/aegis-mcp
	@scripts/setup build
	@$(CONFIGURE) --preset release -DAEGIS_TESTS=OFF -DAEGIS_BENCH=OFF >/dev/null
	@cmake --build --preset release -j $(JOBS) --target aegis-mcp

demo: build  ## a real agent session against a poisoned folder, unguarded and guarded
	@scripts/setup demo
	@scripts/demo

test:  ## everything: release, end-to-end and repository checks, ASan, TSan, bounded fuzzing
	@JOBS=$(JOBS) scripts/test

bench:  ## measure (bench/results.md says how the figures were made)
	@scripts/setup test
	@$(CONFIGURE) --preset release -DAEGIS_BENCH=ON >/dev/null
	@cmake --build --preset release -j $(JOBS)
	@bench/run

format:  ## rewrite the C++ sources in the house's format
	@scripts/lint format

lint:  ## clang-format and clang-tidy; any finding is an error
	@scripts/lint

install: build  ## copy the binary to $(DESTDIR)$(PREFIX)/bin
	@install -d $(DESTDIR)$(PREFIX)/bin
	@install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/aegis-mcp

clean:  ## remove the builds; what setup installed under build/ stays
	@rm -rf build/release build/dev build/asan build/tsan build/fuzz
