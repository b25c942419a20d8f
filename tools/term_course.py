"""The course of `term.py`: one real homework, and small ones that are corrected along the way."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import bank
from autograder.course import Course

ROOT = Path(__file__).resolve().parents[1]
REAL = "hw1_feedforward_lm"
CONFIG = """
from nbgrader.plugins import BasePlugin

class PerDay(BasePlugin):
    "Two points off for each day that has begun."
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * -(-total_seconds_late // 86400)

c = get_config()
c.CourseDirectory.course_id = "term"
c.AssignLatePenalties.plugin_class = PerDay
c.Autograder.resubmission = "best"
c.StudentTree.folder = "student"
"""
KERNEL = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}


@dataclass(frozen=True)
class Task:
    """One task of a small notebook: its text, its answer, and tests by id with their points."""

    text: str
    id: str
    answer: str
    tests: Mapping[str, tuple[float, str]]


TOP = Task(
    "# The largest\nOf some numbers.",
    "top",
    "def top(values):\n    return max(values)",
    {"top_test": (2, "assert top([1, 3]) == 3"), "top_hidden": (3, "assert top([5, 2]) == 5")},
)
MEAN = Task(
    "# The mean\nThe mean of nothing is 0.",
    "mean",
    "def mean(values):\n    return sum(values) / max(len(values), 1)",
    {"mean_test": (2, "assert mean([1, 3]) == 2"), "mean_hidden": (3, "assert mean([]) == 0")},
)
SPREADS = tuple(
    Task(
        f"# The spread\nThe sum of squared deviations, divided by {count} of values.",
        "spread",
        f"def spread(values):\n    centre = sum(values) / len(values)\n"
        f"    return sum((v - centre) ** 2 for v in values) / (len(values) - {less})",
        {"spread_hidden": (4, f"assert spread([1, 3]) == {value}")},
    )
    for count, less, value in (("the number", 0, 1), ("one less than the number", 1, 2))
)
DOUBLE = Task(
    "# Twice",
    "twice",
    "def twice(x):\n    return 2 * x",
    {"twice_test": (3, "assert twice(4) == 8")},
)
SQUARE = Task(
    "# Square",
    "square",
    "def square(x):\n    return x * x",
    {"square_test": (3, "assert square(3) == 9")},
)
HALF = "def mean(values):\n    return sum(values) / len(values)"
ANSWERS = {  # by kind, for each task; what is left out loses all of its tests
    "top": {"good": TOP.answer, "first": "def top(values):\n    return values[-1]"},
    "mean": {"good": MEAN.answer, "half": HALF},
    "spread": {"old": SPREADS[0].answer, "new": SPREADS[1].answer},
    "twice": {"good": DOUBLE.answer},
    "square": {"good": SQUARE.answer},
}
PASSED = {  # tests by kind of answer; the spread's depends on the version
    ("top", "good"): {"top_test", "top_hidden"},
    ("top", "first"): {"top_test"},
    ("mean", "good"): {"mean_test", "mean_hidden"},
    ("mean", "half"): {"mean_test"},
    ("twice", "good"): {"twice_test"},
    ("square", "good"): {"square_test"},
}


def answers_of(kinds: Mapping[str, str], student: str) -> dict[str, str]:
    """By grade_id; with a comment by which no two students' are equal."""
    found = {task: ANSWERS[task].get(kind, "pass") for task, kind in kinds.items()}
    return {task: f"{answer}  # {student}" for task, answer in found.items()}


def losses(tasks: list[Task], kinds: Mapping[str, str]) -> frozenset[str]:
    """Tests that these answers must lose."""
    every = {test for task in tasks for test in task.tests}
    passed = [PASSED.get((task, kind), set()) for task, kind in kinds.items()]
    return frozenset(every.difference(*passed))


def source_of(*tasks: Task) -> nbformat.NotebookNode:
    """The instructor's notebook, with a question for people at its end."""
    cells: list[Any] = []
    for task in tasks:
        cells.append(new_markdown_cell(task.text))
        solution = f"### BEGIN SOLUTION\n{task.answer}\n### END SOLUTION"
        cells.append(_known(new_code_cell(solution), task.id, solution=True))
        for id, (points, source) in task.tests.items():
            hidden = f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
            cell = new_code_cell(hidden if "hidden" in id else source)
            cells.append(_known(cell, id, grade=True, locked=True, points=points))
    question = new_markdown_cell("What did you find hard?")
    cells.append(_known(question, "words", grade=True, solution=True, points=4))
    return new_notebook(cells=cells, metadata=KERNEL)


def _known(cell: Any, id: str, **about: Any) -> Any:
    flags = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {"grade_id": id, **flags, **about}
    return cell


@dataclass
class Making:
    """Writes what instructors and students write.

    Attributes:
        first: name of the first assignment: the real one, or a small one in its place.
    """

    course: Course
    first: str
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def put_source(self, assignment: str, notebooks: Mapping[str, nbformat.NotebookNode]) -> None:
        folder = self.course.folder("source", assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for name, notebook in notebooks.items():
            nbformat.write(notebook, folder / f"{name}.ipynb")

    def real_answers(self, kind: str) -> dict[str, str]:
        """Of the homework: the reference's, those of the proof bank's file, or none."""
        if not self.answers:
            path = ROOT / "assignments" / "source" / REAL / f"{REAL}.ipynb"
            reference = bank.reference_sources(nbformat.read(path, as_version=4))
            self.answers = {"reference": reference, "blank": {}}
            for proof in bank.read_bank(ROOT / "assignments" / "proof" / REAL):
                self.answers[proof.label] = {**reference, **proof.sections}
        return self.answers[kind]

    def hand_in(
        self, student: str, assignment: str, at: str, answers: Mapping[str, Mapping[str, str]],
        given: Path | None = None,
    ) -> None:  # fmt: skip
        """Notebooks by name, each with its answers by grade_id, in what was `given` out."""
        folder = self.course.folder("submitted", assignment, student)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        given = given or self.course.folder("release", assignment)
        for name, of in answers.items():
            notebook = json.loads((given / f"{name}.ipynb").read_text())
            for cell in notebook["cells"]:
                id = cell["metadata"].get("nbgrader", {}).get("grade_id")
                cell["source"] = of.get(id, cell["source"])
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
        (folder / "timestamp.txt").write_text(at)


def make_course(base: Path, real: bool) -> Making:
    """An empty course; with the real homework's source in it, or the small one's."""
    shutil.rmtree(base, ignore_errors=True)
    root = base / "assignments"
    (root / "source").mkdir(parents=True)
    more = 'c.Autograder.preload = ["course_lib.checks"]\n' if real else ""
    (root / "nbgrader_config.py").write_text(CONFIG + more)
    if real:
        shutil.copytree(ROOT / "assignments" / "source" / REAL, root / "source" / REAL)
        return Making(Course.open(root), REAL)
    (root / "source" / "hw1_top").mkdir()
    nbformat.write(source_of(TOP), root / "source" / "hw1_top" / "hw1_top.ipynb")
    return Making(Course.open(root), "hw1_top")
