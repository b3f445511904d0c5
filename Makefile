# Everything a fresh 64-bit Debian or Ubuntu needs: `make demo` to see it, `make test` to check it.
# ARGS goes to the program behind a target, e.g. `make demo ARGS=--once`, `make test ARGS='-k labels'`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Empty is off: the tests and the demo start hundreds of programs, and each would compile this source anew.
export PYTHONDONTWRITEBYTECODE :=
SETUP  := PYTHON='$(PYTHON)' config/setup.sh $(VENV)

.DEFAULT_GOAL := help
.PHONY: help venv demo test check bench shift worlds card lock clean

help: ## Show the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

venv: $(VENV)/.runtime ## Set up .venv with what the service, the agent and the demo need

demo: $(VENV)/.runtime ## Run the whole chain of custody once, then stay up (ARGS=--once: end instead)
	$(BIN)/python -m custody.simulation.demo $(ARGS)

test: check ## Set up and run every test
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## Format, lint, strict types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## Run the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

shift: $(VENV)/.dev ## Read 10,000 labels through one agent with two readers at once
	$(BIN)/python -m tests.agent.shift $(ARGS)

worlds: $(VENV)/.dev ## Hold the ledger's tables and the auditor against the rules in hundreds of random worlds
	$(BIN)/python -m tests.many_worlds $(ARGS)

card: $(VENV)/.runtime ## Typeset the handler's card in both languages, to build/
	mkdir -p build
	$(BIN)/python -c 'import typst; [typst.compile(f"docs/{name}.typ", output=f"build/{name}.pdf", ignore_system_fonts=True) \
		for name in ("kartu-petugas", "handler-card")]'

lock: ## Resolve the locks again (needs uv; an unchanged requirement keeps its version)
	uv pip compile $(LOCKING) --extra setup --extra demo pyproject.toml -o requirements.lock
	uv pip compile $(LOCKING) --extra setup --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment, caches and what the demo wrote
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find custody scanner_agent tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# No address goes into a lock, so that it installs from any mirror.
LOCKING := --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11

# A stamp is written last, and is older than its lock whenever something has to be installed.
$(VENV)/.runtime: requirements.lock pyproject.toml config/setup.sh
	$(SETUP) requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml config/setup.sh
	$(SETUP) requirements-dev.lock
	touch $@ $(VENV)/.runtime
