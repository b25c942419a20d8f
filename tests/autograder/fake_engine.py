"""An engine without processes, and submissions for it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.batch import handing
from autograder.course import Course
from autograder.job import Cell, CellResult, Job, Role
from autograder.submissions import Options, Submissions

# Answers to the small course's task: right, and one that fails for an empty list.
GOOD = "def mean_of(values):\n    return sum(values) / max(len(values), 1)"
HALF = "def mean_of(values):\n    return sum(values) / len(values)"


class FakeEngine:
    """Stands for `autograder.pool.run_all`: runs cells in this process, by `exec` and nothing else.

    `before` is called with the name of each job; it may raise, as a killed process would.
    """

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.before: Any = lambda name: None

    def __call__(
        self, jobs: Mapping[str, Job], workers: int | None = None, preload: Any = (), **_: Any
    ) -> Iterator[tuple[str, list[CellResult]]]:
        for name in jobs:
            self.before(name)
            self.ran.append(name)
            namespace: dict[str, Any] = {}
            yield name, [self._run(cell, namespace) for cell in jobs[name].cells]

    def _run(self, cell: Cell, namespace: dict[str, Any]) -> CellResult:
        error, value = None, None
        try:
            tree = ast.parse(cell.source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<cell>", "exec"), namespace)
            if last:
                value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
        except Exception as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
        if cell.role is not Role.TEST:
            shown = {"output_type": "stream", "name": "stdout", "text": f"ran {cell.id}\n"}
            return CellResult(cell.id, outputs=(shown,), error=error, seconds=0.01)
        full = value is None or isinstance(value, str)
        score = 0.0 if error else cell.points if full else float(value)
        return CellResult(cell.id, error=error, score=score, seconds=0.01)


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """In the place of the real one wherever the test asks for the engine."""
    engine = FakeEngine()
    monkeypatch.setattr("autograder.submissions._run_all", lambda: engine)
    return engine


def hand_in(
    course: Course, student: str, answers: dict[str, str] | None = None, *, raw: bytes | None = None
) -> Path:
    """Hand in `hw1_means`: the release with `answers` by grade_id, or the bytes `raw`."""
    folder = course.folder("submitted", "hw1_means", student)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hw1_means.ipynb"
    if raw is not None:
        path.write_bytes(raw)
        return path
    released = course.folder("release", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or {}).get(grade_id, cell.source)
    nbformat.write(notebook, path)
    return path


def four(course: Course) -> Course:
    """Ada is right, bob half right, eve has not begun, zoe is right in another way."""
    hand_in(course, "ada", {"mean": GOOD})
    hand_in(course, "bob", {"mean": HALF})
    hand_in(course, "eve")
    hand_in(course, "zoe", {"mean": GOOD + "\n# mine"})
    return course


def hand_over(course: Course, *students: str) -> None:
    """Run what these have handed in, and give it to nbgrader."""
    submissions = Submissions(course, "hw1_means", Options.of(course))
    list(submissions.run(submissions.missing(students)))
    with handing(submissions) as handoff:
        for student in students:
            handoff.give(student)
