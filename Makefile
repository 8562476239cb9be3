# `make` builds the publication, `make test` proves it. Both install what they need.
.DEFAULT_GOAL := build
.PHONY: build test test-fast lint verify pictures bench clean help

bin := .venv/bin

build: ## install what is missing, then build the publication into dist/
	@scripts/setup build
	@$(bin)/ketapub build

test: ## install the test tools, then run every test, the slow ones too
	@scripts/setup test
	@$(bin)/python -m pytest -n 2 --dist loadgroup

test-fast: ## only the fast tests
	@scripts/setup test
	@$(bin)/python -m pytest -m "not slow"

lint: ## ruff and mypy --strict
	@scripts/setup test
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy

verify: ## read dist/ back and check every number
	@$(bin)/ketapub verify

pictures: build ## make the README's pictures from dist/
	@scripts/setup test
	@$(bin)/python scripts/pictures.py

bench: ## measure beside peers into bench/RESULTS.md (ONLY=pages: one subject; QUICK=1: just try)
	@scripts/setup bench
	@$(bin)/python bench/run.py $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick)

clean: ## delete what make built (not .venv)
	rm -rf dist .ketapub build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
