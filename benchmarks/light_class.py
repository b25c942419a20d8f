"""A released course with a light notebook, and a class of any size whose scores are known."""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.release import generate

NAME = "line"
SETUP = "import torch"
TASK = '''def fit_line(x, y):
    """Slope and intercept (two floats) that fit y to x, vectors of one length, by descent."""
    ### BEGIN SOLUTION
{}
    ### END SOLUTION'''
BODY = """    weights = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr={lr})
    for _ in range({steps}):
        optimizer.zero_grad()
        loss = (({slope} * x + {intercept} - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return weights[0].item(), weights[1].item()  # of student {number}"""
VISIBLE = """x = torch.linspace(-1, 1, 20)
slope, intercept = fit_line(x, 3 * x)
assert abs(slope - 3) < 0.05, f"y = 3x has slope 3, yours is {slope:.2f}\""""
HIDDEN = """### BEGIN HIDDEN TESTS
x = torch.linspace(-1, 1, 30)
slope, intercept = fit_line(x, 1 - 2 * x)
assert abs(slope + 2) < 0.05
assert abs(intercept - 1) < 0.05, f"y = 1 - 2x has intercept 1, yours is {intercept:.2f}"
### END HIDDEN TESTS"""
RIGHT = {"slope": "weights[0]", "intercept": "weights[1]"}
# what an answer is made of, and the points that it earns
KINDS: tuple[tuple[dict[str, str], float], ...] = (
    *((RIGHT, 5.0),) * 8,
    (RIGHT | {"intercept": "0"}, 2.0),
    (RIGHT | {"slope": "weights[1]", "intercept": "weights[0]"}, 0.0),
)


def cell(source: str, grade_id: str, points: int | None = None, **flags: bool) -> Any:
    fields: dict[str, Any] = {"grade": False, "solution": False, "locked": False}
    fields |= {"schema_version": 3, "grade_id": grade_id, **flags}
    fields |= {} if points is None else {"points": points}
    return new_code_cell(source, metadata={"nbgrader": fields})


def source_notebook() -> nbformat.NotebookNode:
    test = {"grade": True, "locked": True}
    cells = [
        new_markdown_cell("# A line\nFit $y = wx + b$ by gradient descent."),
        cell(SETUP, "setup", locked=True),
        cell(TASK.format(answer(0)[0]), "fit", solution=True),
        cell(VISIBLE, "fit_visible", 2, **test),
        cell(HIDDEN, "fit_hidden", 3, **test),
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def answer(number: int) -> tuple[str, float]:
    """The body that this student hands in, and the points that it earns."""
    parts, points = KINDS[number % len(KINDS)]
    steps, lr = 60 + number % 7, 0.4 + number % 11 / 100
    return BODY.format(**parts, steps=steps, lr=lr, number=number), points


def make_course(where: Path, size: int) -> None:
    """A fresh released course in which `size` students have handed in."""
    shutil.rmtree(where, ignore_errors=True)
    (where / "source" / NAME).mkdir(parents=True)
    nbformat.write(source_notebook(), where / "source" / NAME / f"{NAME}.ipynb")
    (where / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'class_size'\n"
        "c.Autograder.preload = ['torch']\n"
    )
    course = Course.open(where)
    generate(course, NAME)
    notebook = json.loads((where / "release" / NAME / f"{NAME}.ipynb").read_text())
    fit = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution"))
    for number in range(size):
        folder = course.folder("submitted", NAME, student(number))
        folder.mkdir(parents=True)
        fit["source"] = TASK.format(answer(number)[0])
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))


def student(number: int) -> str:
    return f"s{number:05}"


def check_scores(where: Path, size: int) -> None:
    """
    Raises:
        AssertionError: the gradebook does not say what was earned, once for each student.
    """
    with Gradebook(f"sqlite:///{where}/gradebook.db", "class_size") as gradebook:
        found = sorted((s.student_id, s.score) for s in gradebook.assignment_submissions(NAME))
    earned = [(student(number), answer(number)[1]) for number in range(size)]
    differ = [pair for pair in zip(found, earned, strict=False) if pair[0] != pair[1]]
    assert found == earned, f"{len(found)} of {size} in the gradebook; wrong: {differ[:3]}"
