# Two commands do all the set-up: `make demo` and `make test`. Each makes .venv from requirements.lock when it has to.

PORT ?= 3999
# The first of these that runs and is new enough; a version manager's placeholder does not count.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

# Without compiled bytecode every process that the demo and the tests start would compile its libraries anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test faults lint types imports agree mutants bench evals lock clean

demo: .venv/demo
	@$(BIN)/ari demo --port $(PORT) $(DEMO)

run: .venv/demo
	@$(BIN)/ari run

test: .venv/dev
	$(BIN)/pytest -n 2 --dist worksteal

# Kill runs and other long tests; ARI_CRASHES=20 makes the kill run as long as you like.
faults: .venv/dev
	$(BIN)/pytest -m long tests

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy

imports: .venv/dev
	$(BIN)/lint-imports

# A second calculator, written from docs/calculation.md alone, rates the same random cases; AGREE="--cases 2000 --seed 7" for others.
agree: .venv/dev
	$(BIN)/python -m tests.reference.agree $(or $(AGREE),--cases 100000 --seed 1 --jobs 2)

# Is a changed calculator noticed? MUTANTS="--sample 400 --seed 1" or names; all of them without (docs/mutants.md).
mutants: .venv/dev
	$(BIN)/python -m tests.mutants $(MUTANTS)

bench: .venv/dev
	$(BIN)/python -m bench

evals: .venv/dev
	$(BIN)/python -m evals.run --model offline

# What is installed is pinned by requirements.lock; uv installs it in seconds where pip takes minutes.
.venv/uv:
	@test -n "$(PYTHON)" || { echo "Ari needs Python 3.11 or newer; none was found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Ari needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0])'
	@echo "• making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(grep -E '^uv==[^ ;]+' -o requirements.lock)
	@touch $@

.venv/demo: .venv/uv pyproject.toml requirements.lock
	@echo "• installing what the demo needs (about 150 packages, once)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --editable '.[sandbox]'
	@touch $@

.venv/dev: .venv/uv pyproject.toml requirements.lock
	@echo "• installing what the tests need (once)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --editable '.[sandbox,dev]'
	@touch $@ .venv/demo

lock: .venv/uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-emit-index-url --no-header --quiet --output-file requirements.lock

clean:
	rm -rf .venv data build *.egg-info
