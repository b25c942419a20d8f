# Every target sets up its own .venv first; nothing else needs to be installed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# It holds absolute paths: in a copied or renamed folder it would run the old one's code, so .ready
# says where it was made. An empty one is of an earlier version, and taken to be in its place.
MOVED := $(shell test ! -s $(READY) || test "$$(cat $(READY))" = "$(CURDIR)" || echo moved)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# nbgrader calls alembic from PATH
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup demo test lab lectures prove site axe hub hub-test bench parity attack-table fuzz \
    kill-test term lint format clean $(MOVED)

help:
	@echo "make setup     nothing but .venv; every other command does this first"
	@echo "make demo      prove, release, grade and report a sample class, then run a lecture"
	@echo "make test      lint, types and all tests"
	@echo "make lab       JupyterLab with the lectures and assignments"
	@echo "make lectures  execute every lecture in full, with time and memory"
	@echo "make prove     try every assignment's wrong and right solutions"
	@echo "make site      build the book into build/site"
	@echo "make axe       accessibility of every page of build/site, as a table"
	@echo "make hub       a JupyterHub for the course on this machine"
	@echo "make hub-test  the tests that start one; as root"
	@echo "make bench     side-by-side measurements"
	@echo "make parity    grade hw1's proof bank, or N=10 of it, with stock nbgrader too"
	@echo "make attack-table  every attack against this engine and stock nbgrader, into docs/attacks.md"
	@echo "make fuzz      malformed notebooks and protocol frames, ten thousand and a hundred thousand"
	@echo "make kill-test kills processes of real grading runs, two hundred times; as root"
	@echo "make term      plays a term of forty students, every grade checked"
	@echo "make lint      ruff, mypy, import-linter, notebooks, prose, spelling"
	@echo "make clean     removes .venv and build, but not build/hub, where a Hub keeps its people's work"

# First a newer pip: the one that Python 3.11 brings takes twice as long.
# The lock needs no resolving; what only some platforms need (CUDA's libraries) comes second.
# Compiling is two thirds of an installation's work, and pip does it on one core.
$(READY): requirements.lock pyproject.toml $(MOVED)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] < (3, 14) else f"This course needs Python 3.11 to 3.13; {sys.executable} is {v.major}.{v.minor}. Try: make PYTHON=python3.11")'
	@echo "Setting up .venv: a few minutes, once"
	@$(if $(MOVED),rm -rf .venv)
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --no-compile pip==26.3
	@$(BIN)/pip install -qq --no-compile --no-deps -r requirements.lock
	@$(BIN)/pip install -qq --no-compile -r requirements.lock
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib autograder course_lib || true
	@$(BIN)/pip install -qq --no-deps -e .
	@echo "$(CURDIR)" > $@

setup: $(READY)

demo: $(READY)
	@$(BIN)/python tools/demo.py

# One process a core, and one thread a process.
test: lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal

lab: $(READY)
	@$(BIN)/course start

lectures: $(READY)
	$(BIN)/python tools/lectures.py

prove: $(READY)
	@for folder in assignments/source/*/; do \
	    $(BIN)/autograder prove $$(basename $$folder) --course assignments || exit 1; \
	done

site: $(READY)
	$(BIN)/sphinx-build -W --keep-going -q docs build/site
	@echo "open build/site/index.html"

axe: $(READY)
	$(BIN)/python tools/axe_table.py

hub: $(READY)
	@$(BIN)/python hub/serve.py

hub-test: $(READY)
	$(BIN)/pytest -m hub tests/hub

bench: $(READY)
	$(BIN)/python benchmarks/training_step.py
	$(BIN)/python benchmarks/decoding.py
	$(BIN)/python benchmarks/import_time.py
	$(BIN)/python benchmarks/grading.py
	$(BIN)/python benchmarks/class_size.py 100 300 1000

parity: $(READY)
	$(BIN)/python tools/parity.py $(N)

attack-table: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python tools/attack_table.py

fuzz: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python tools/fuzz.py

kill-test: $(READY)
	$(BIN)/python tools/kill_test.py

term: $(READY)
	$(BIN)/python tools/term.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/notebooks.py check
	$(BIN)/python tools/prose.py check
	$(BIN)/codespell

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/notebooks.py clean

clean:
	rm -rf .venv $(filter-out build/hub,$(wildcard build/*))
