"""Execute every lecture in a clean kernel, and show time against budget and peak memory.

    python tools/lectures.py [NOTEBOOK ...]

A lecture states its budget in its metadata (`course.budget_seconds`). It fails on an error, on
text that a reader should not see (warnings), on a figure without alt text, beyond 1.5 GB, or
beyond twice its budget; the budget itself is for an idle machine. `COURSE_FAST=1` means fewer
training steps: lectures honour it themselves.

A lecture without a problem is kept, executed, where `make site` looks first: none runs twice. Its
code is the key, in a folder for the state of `course_lib` and `requirements.lock`: after a change
to any of them it runs again.
"""

import argparse
import hashlib
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from alt_text import weak
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from rich.console import Console
from rich.table import Table

from notebooks import ROOT

MEMORY_MB = 1536
PATIENCE = 2.0
NO_BUDGET = 'notebook metadata needs "course": {"budget_seconds": N}'
FAST = bool(os.environ.get("COURSE_FAST"))


def executed(root: Path) -> Path:
    """The cache of executed lectures; another one after any change to what they run on."""
    digest = hashlib.sha256()
    for path in [*sorted(root.glob("course_lib/**/*.py")), root / "requirements.lock"]:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    # results of hurried training must not end up in the book
    return root / "build" / ("executed_fast" if FAST else "executed") / digest.hexdigest()[:16]


EXECUTED = executed(ROOT)


def forget_others(cache: Path) -> None:
    """Remove the caches that lie beside this one: what they hold is stale."""
    for other in {*cache.parent.glob("*")} - {cache}:
        shutil.rmtree(other, ignore_errors=True)


@dataclass(frozen=True)
class Run:
    """One execution. `peak_mb` is None where the system does not tell; `problem` if it failed."""

    name: str
    budget: float
    seconds: float
    peak_mb: float | None
    problem: str | None


def execute(path: Path, patience: float = PATIENCE, kept_in: Path | None = None) -> Run:
    """Run a copy of the notebook in an empty folder, so that nothing in the repository changes.

    Args:
        patience: how many times its budget it may take; more where a machine is shared.
        kept_in: the cache (jupyter-cache's) for the executed notebook if it has no problem.
    """
    nb = nbformat.read(path, as_version=4)
    budget = nb.metadata.get("course", {}).get("budget_seconds")
    if not budget:
        return Run(path.stem, math.nan, 0, None, NO_BUDGET)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"IPYTHONDIR": str(Path(folder) / "ipython")}
        peaks: list[float | None] = [None]
        client = NotebookClient(
            nb,
            timeout=int(patience * budget),
            record_timing=False,  # in the cells' metadata, which are a part of the cache's key
            resources={"metadata": {"path": folder}},
            on_cell_executed=lambda **_: peaks.append(_peak_mb(client)),
        )
        start, problem = time.perf_counter(), None
        try:
            # what the kernel program itself says (about its sockets) is no part of the lecture
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            problem = str(error).strip()
        seconds = time.perf_counter() - start
    run = Run(path.stem, budget, seconds, peaks[-1], problem)
    run = replace(run, problem=problem or _beyond(run, patience) or seen_by_a_reader(nb))
    if kept_in and not run.problem:
        bundle = CacheBundleIn(nb, str(path), data={"execution_seconds": seconds})
        get_cache(kept_in).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return run


def _beyond(run: Run, patience: float = PATIENCE) -> str | None:
    if run.seconds > patience * run.budget:
        return f"took {run.seconds:.0f} s, over {patience:g} times its budget of {run.budget:.0f} s"
    if run.peak_mb and run.peak_mb > MEMORY_MB:
        return f"used {run.peak_mb:.0f} MB; {MEMORY_MB} are allowed"
    return None


def _peak_mb(client: NotebookClient) -> float | None:
    """The most memory that the kernel's process ever held at once; Linux only."""
    try:
        status = Path(f"/proc/{client.km.provisioner.pid}/status").read_text()
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(peak[1]) / 1024 if peak else None


def seen_by_a_reader(nb: nbformat.NotebookNode) -> str | None:
    """What is wrong with outputs: an error, a warning (no progress bar), no text for a figure."""
    for number, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {number} failed: {output.ename}: {output.evalue}"
            if output.output_type == "stream" and output.name == "stderr":
                lines = re.split(r"[\r\n]+", output.text.strip())
                if text := [line for line in lines if line.strip() and "%|" not in line]:
                    return f"cell {number} wrote to stderr: {' '.join(text)[:300]}"
            pictures = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
            texts = [output.metadata.get(kind, {}).get("alt", "") for kind in pictures]
            if not all(texts):
                return f"cell {number} shows a figure without alt text"
            if problem := next(filter(None, map(weak, texts)), None):
                return f"cell {number}: {problem}"
    return None


def table(runs: list[Run]) -> Table:
    """Time against budget and peak memory, one line a lecture."""
    grid = Table(title="Lectures" + (" (COURSE_FAST)" if FAST else ""))
    grid.add_column("lecture")
    for column in ("seconds", "budget", "of budget", "peak MB"):
        grid.add_column(column, justify="right")
    grid.add_column("verdict")
    for run in runs:
        share = run.seconds / run.budget
        verdict = "failed" if run.problem else "over budget" if share > 1 else "ok"
        colour = {"failed": "red", "over budget": "yellow", "ok": "green"}[verdict]
        peak = "?" if run.peak_mb is None else f"{run.peak_mb:.0f}"
        numbers = [f"{run.seconds:.1f}", f"{run.budget:.0f}", f"{share:.0%}", peak]
        grid.add_row(run.name, *numbers, f"[{colour}]{verdict}[/]")
    return grid


def main(arguments: list[str] | None = None) -> int:
    """Execute the lectures one after the other; 1 if any failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    paths = parser.parse_args(arguments).notebooks or sorted(ROOT.glob("notebooks/*.ipynb"))
    console = Console(width=None if sys.stdout.isatty() else 100)
    forget_others(EXECUTED)
    runs = []
    for path in paths:
        with console.status(f"{path.stem} …"):
            runs.append(execute(path, kept_in=EXECUTED))
    console.print(table(runs))
    for run in runs:
        if run.problem:
            console.print(f"{run.name}: {run.problem}", style="red", markup=False, highlight=False)
    return 1 if any(run.problem for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
