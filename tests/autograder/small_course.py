"""A small real nbgrader course: one task, a visible and a hidden test, one question for people."""

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.course import Course
from autograder.release import generate

SOLUTION = """def mean_of(values):
    "The arithmetic mean, 0.0 of nothing."
    ### BEGIN SOLUTION
    running_total = sum(float(value) for value in values)
    return running_total / max(len(values), 1)
    ### END SOLUTION"""
VISIBLE = "assert mean_of([1, 2, 3]) == 2, 'the mean of 1, 2, 3 is 2'"
HIDDEN = """### BEGIN HIDDEN TESTS
assert mean_of([]) == 0.0, f"the mean of nothing: expected 0.0, got {mean_of([])}"
assert mean_of([-7, 4, 18]) == 5.0, "negative numbers: expected 5.0"
### END HIDDEN TESTS"""


def nbgrader_cell(source: str, grade_id: str, points: float | None = None, **flags: bool) -> Any:
    make = new_markdown_cell if flags.pop("markdown", False) else new_code_cell
    fields = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **flags}
    if points is not None:
        fields["points"] = points
    return make(source, metadata={"nbgrader": {"grade_id": grade_id, **fields}})


def source_notebook() -> nbformat.NotebookNode:
    test = {"grade": True, "locked": True}
    cells = [
        new_markdown_cell("# Means\nThe mean is $\\bar{x} = \\frac{1}{N} \\sum_i x_i$."),
        nbgrader_cell(SOLUTION, "mean", solution=True),
        nbgrader_cell(VISIBLE, "mean_visible", 2, **test),
        nbgrader_cell(HIDDEN, "mean_hidden", 3, **test),
        nbgrader_cell("Because it balances the deviations of all values", "why", 5, grade=True,
                      solution=True, markdown=True),
    ]  # fmt: skip
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_course(base: Path) -> Course:
    root = base / "course" / "assignments"
    (root / "source" / "hw1_means").mkdir(parents=True)
    nbformat.write(source_notebook(), root / "source" / "hw1_means" / "hw1_means.ipynb")
    (root / "source" / "hw1_means" / "numbers.csv").write_text("1,2,3\n")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'means'\n"
        "c.StudentTree.base = '..'\n"
        "c.StudentTree.include = ['handout.md', 'library']\n"
        "c.GenerateFeedback.exporter_class = 'autograder.feedback.SafeFeedback'\n"
    )
    (root.parent / "handout.md").write_text("Read chapter 1.\n")
    (root.parent / "library").mkdir()
    (root.parent / "library" / "useful.py").write_text("def double(x):\n    return 2 * x\n")
    return Course.open(root)


def a_run_notebook() -> nbformat.NotebookNode:
    """As JupyterLab saves it behind the instructor who ran it."""
    output = new_output("stream", name="stdout", text="/exam/prof/secret\n")
    times = {"iopub.execute_input": "2026-01-02T03:04:05Z"}
    code = new_code_cell("print(secret)", id="a", execution_count=7, outputs=[output])
    code.metadata = {"tags": ["hide-input"], "execution": times, "scrolled": True}
    state = {"state": {"w": {"state": {"value": "/exam/prof/secret"}}}}
    widgets = {"application/vnd.jupyter.widget-state+json": state}
    cells = [code, new_markdown_cell("# Why?", id="b")]
    return new_notebook(cells=cells, metadata={"widgets": widgets})


def links_of(folder: Path) -> tuple[set[tuple[str, str]], list[tuple[str, str]]]:
    """Relative links of all pages and notebooks, each with its page; those that lead nowhere."""
    found = set()
    for page in [*folder.rglob("*.md"), *folder.rglob("*.ipynb")]:
        text = page.read_text(encoding="utf-8")
        if page.suffix == ".ipynb":
            cells = nbformat.reads(text, as_version=4).cells
            text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for target in re.findall(
            r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"(`+).*?\1", "", text, flags=re.S)
        ):
            if not re.match(r"[a-z]+:", target):
                found.add((page.relative_to(folder).as_posix(), target))
    dead = [
        (page, to) for page, to in sorted(found) if not (folder / page).parent.joinpath(to).exists()
    ]
    return found, dead


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """`hw1_means` in a course whose student tree has a handout and a library beside it."""
    return make_course(tmp_path)


@pytest.fixture(scope="session")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releasing costs seconds (nbgrader starts alembic), so that tests copy this one."""
    base = tmp_path_factory.mktemp("released")
    generate(make_course(base), "hw1_means")
    return base / "course"


@pytest.fixture
def released(released_once: Path, tmp_path: Path) -> Course:
    """The small course with `hw1_means` released and in the gradebook."""
    shutil.copytree(released_once, tmp_path / "course")
    return Course.open(tmp_path / "course" / "assignments")
