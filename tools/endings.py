"""A small assignment in which stock nbgrader gives wrong scores, one test for each reason."""

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.release import release_version

NAME = "endings"
ANSWER = """import asyncio
import sys

import torch

waited = await asyncio.sleep(0, 3)
%time waited + 1
torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)


def warned():
    print("careful", file=sys.stderr)
    return 1


def doubled(value):
    return 2 * value


def grown(values):
    values.append(1)
    return values


async def later():
    return waited"""
# test: (source, stock's score, the right score)
TESTS = {
    "passes": ("assert doubled(3) == 6", 1.0, 1.0),
    "fails": ("assert warned() == 2, 'expected 2'", 0.0, 0.0),
    "half": ("0.5", 0.5, 0.5),
    "nothing": ("None", 1.0, 1.0),
    "notebook": ("assert waited == 3", 1.0, 1.0),
    "awaits": ("assert await later() == 3", 1.0, 1.0),
    "warns": ("assert warned() == 1", 0.0, 1.0),
    "nan": ("float('nan')", 1.0, 0.0),
    "negative": ("-1.0", 1.0, 0.0),
    "text": ("'done'", 1.0, 0.0),
    "false": ("1 == 2", 1.0, 0.0),
    "edits": ("given = [0]\nassert len(grown(given)) == 2", 1.0, 0.0),
    "gradients": (
        "import torch\nx = torch.ones(1, requires_grad=True)\nassert doubled(x).grad_fn",
        0.0,
        1.0,
    ),
    "dtype": ("import torch\nassert doubled(torch.ones(1)).dtype == torch.float32", 0.0, 1.0),
    "skipped": ("assert warned() == 2, 'expected 2'", 1.0, 0.0),
}


def _cell(source: str, grade_id: str, **fields: Any) -> Any:
    known = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **fields}
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, **known}})


def source() -> nbformat.NotebookNode:
    """The instructor's notebook."""
    answer = f"### BEGIN SOLUTION\n{ANSWER}\n### END SOLUTION"
    cells = [_cell(answer, "answer", solution=True)]
    for name, (test, _, _) in TESTS.items():
        cells.append(_cell(test, name, grade=True, locked=True, points=1.0))
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def work() -> dict[str, nbformat.NotebookNode]:
    """One submission: the answer, and a tag on one test."""
    notebook = copy.deepcopy(release_version(source()))
    notebook.cells[0].source = ANSWER
    notebook.cells[-1].metadata["tags"] = ["skip-execution"]
    return {"s001_endings": notebook}


def write(assignments: Path) -> None:
    """The assignment as a course has it."""
    folder = assignments / "source" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(source(), folder / f"{NAME}.ipynb")
