"""The whole course once, on this machine: prove, release, hand in, grade, feed back, lecture.

Works on a copy in build/demo, so that it can be run again and changes nothing.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import lectures
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sample_class import Sample, write_class

from autograder import feedback, prove, release, results
from autograder.bundle import load_bundles
from autograder.course import Course
from autograder.grade import grade
from autograder.overview import Row, rows
from autograder.sandbox.layers import mandatory_ok
from autograder.status import named
from autograder.submissions import Options

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "build" / "demo"
LECTURE = ROOT / "notebooks" / "02_feedforward_language_model.ipynb"
COPIED = (
    *("assignments/source", "assignments/proof", "assignments/labconfig"),
    "assignments/nbgrader_config.py",
)
COPIED += ("notebooks", "course_lib", "autograder", "pyproject.toml", "requirements.lock")
COPIED += ("environment.yml", "LICENSE", "Makefile", "docs/student.md", "docs/self_study.md")
COPIED += ("docs/notation.md", "docs/glossary.md")
SETTINGS = """
c.Autograder.cell_seconds = 10  # there is an endless loop in the class
c.StudentTree.folder = "student"
"""


@dataclass
class Demo:
    """One run of everything; `failed` names the steps that did not do what they should."""

    course: Course
    assignment: str
    console: Console
    samples: dict[str, Sample] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def step(self, title: str, work: Callable[[], bool]) -> None:
        self.console.rule(f"[bold]{title}", align="left")
        start = time.perf_counter()
        if not work():
            self.failed.append(title)
        self.console.print(f"[dim]{time.perf_counter() - start:.1f} s[/]\n")

    @property
    def options(self) -> Options:
        return Options.of(self.course)

    def prove(self) -> bool:
        proof = prove.prove(self.course, self.assignment, self.options, self.console)
        prove.report(proof, self.console, short=True)
        return proof.holds

    def release(self) -> bool:
        release.generate(self.course, self.assignment)
        tree, _ = release.build_tree(self.course)
        leaks = release.check_tree(self.course, tree)
        count = sum(1 for path in tree.rglob("*") if path.is_file())
        self.console.print(f"{shown(tree)}: {count} files, {len(leaks)} leaks")
        for leak in leaks:
            self.console.print(str(leak), markup=False, style="red")
        return not leaks

    def hand_in(self) -> bool:
        self.samples = write_class(self.course, self.assignment)
        self.console.print(f"{len(self.samples)} submissions, from honest to hostile")
        return True

    def grade(self) -> bool:
        students = self.course.students(self.assignment)
        code = grade(self.course, self.assignment, students, self.options, self.console)
        found = rows(self.course, self.assignment)
        self.console.print(gradebook(found, self.samples, self.said(found)))
        wrong = surprises(found, self.samples, self.most())
        for line in wrong:
            self.console.print(line, style="red", markup=False)
        return code == 0 and not wrong

    def said(self, found: list[Row]) -> dict[str, str]:
        """What was said about each submission: verdicts, or the first error in its own code."""
        return {row.student: named(row) or self.first_error(row.student) for row in found}

    def first_error(self, student: str) -> str:
        result = results.recorded(self.course, self.assignment, student, self.assignment)
        errors = [cell.error for cell in result.cells if cell.error] if result else []
        return errors[0].splitlines()[0][:80] if errors else ""

    def most(self) -> float:
        """What tests can give; a person grades the rest."""
        return sum(b.max_score for b in load_bundles(self.course, self.assignment).values())

    def feedback(self) -> bool:
        pages = feedback.write_all(self.course, self.assignment)
        self.console.print(f"{len(pages)} pages, for example {shown(pages[-1])}")
        return len(pages) == len(self.samples)

    def lecture(self) -> bool:
        os.environ["COURSE_FAST"] = "1"
        done = lectures.execute(LECTURE)
        self.console.print(lectures.table([done]))
        if done.problem:
            self.console.print(done.problem, style="red", markup=False)
        return not done.problem


def gradebook(found: list[Row], samples: dict[str, Sample], said: dict[str, str]) -> Table:
    """One line a student: what was handed in, what it got, what was said about it."""
    table = Table(title="Gradebook", title_justify="left")
    for name in ("student", "what was handed in"):
        table.add_column(name)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict, or first error")
    for row in found:
        sample = samples[row.student]
        color = {"attack": "red", "broken": "yellow", "honest": "white"}[sample.kind]
        words = (escape(row.student), escape(sample.about))
        table.add_row(*words, f"{row.total:g}", escape(said[row.student]), style=color)
    return table


def surprises(found: list[Row], samples: dict[str, Sample], most: float) -> list[str]:
    """Scores that must not be: the reference below full marks, points for nothing."""
    scores = {row.student: row.total for row in found}
    wrong = [f"{student} has no score" for student in samples.keys() - scores.keys()]
    for student, score in scores.items():
        sample = samples[student]
        if sample.name == "reference" and score != most:
            wrong.append(f"{student} has {score:g} of {most:g} points")
        if (sample.name == "blank" or sample.kind == "attack") and score != 0:
            wrong.append(f"{student} has {score:g} points for nothing")
    return wrong


def copy_of_the_course() -> Course:
    """A fresh copy of what the demo needs, with its own settings."""
    shutil.rmtree(DEMO, ignore_errors=True)
    leave_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COPIED:
        source, target = ROOT / name, DEMO / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=leave_out)
        else:
            shutil.copy2(source, target)
    with (DEMO / "assignments" / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(SETTINGS)
    return Course.open(DEMO / "assignments")


def shown(path: Path) -> str:
    return os.path.relpath(path)


def program() -> str:
    """`autograder` as a shell finds it in which the repository's .venv is not active."""
    folder = Path(sys.executable).parent
    return shown(folder / "autograder") if folder.is_relative_to(ROOT) else "autograder"


def look_next(demo: Demo, graded: bool) -> None:
    """Where the results are, and the commands that made them."""
    root, name = demo.course.root, demo.assignment
    broken = next((s for s, sample in demo.samples.items() if sample.kind == "broken"), "STUDENT")
    page = demo.course.folder("feedback", name, broken) / f"{name}.html"
    demo.console.rule("[bold]Where to look next", align="left")
    for what, where in (
        *([("a student's feedback", shown(page))] if graded else []),
        ("what students get", shown(DEMO / "student")),
        ("the gradebook", f"{program()} status hw1 --course {shown(root)}"),
        ("an answer to try", shown(ROOT / "assignments" / "proof" / name / "wrong")),
        ("the lectures", "make lab"),
    ):
        demo.console.print(f"  {what:22} {where}", markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    """Run the steps; 1 if one of them did not do what it should."""
    start = time.perf_counter()
    console = Console(width=None if sys.stdout.isatty() else 120)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    course = copy_of_the_course()
    demo = Demo(course, course.assignment("hw1"), console)
    sandboxed = sys.platform == "linux" and mandatory_ok()
    if not sandboxed:
        console.print("No sandbox here (see `autograder doctor`): proving and grading are skipped.")
    if sandboxed:
        demo.step("Prove: the tests of hw1 tell right from wrong", demo.prove)
    demo.step("Release: what students get", demo.release)
    demo.step("Hand in: a class of samples", demo.hand_in)
    if sandboxed:
        demo.step("Grade: each submission in processes of its own", demo.grade)
        demo.step("Feedback: a page for each student", demo.feedback)
    demo.step("Lecture 02, with fewer training steps", demo.lecture)
    look_next(demo, graded=sandboxed)
    took = time.perf_counter() - start
    console.print(f"\n{took:.0f} s in all; {', '.join(demo.failed) or 'nothing'} went wrong")
    return 1 if demo.failed else 0


if __name__ == "__main__":
    sys.exit(main())
