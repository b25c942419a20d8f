"""Grades of our engine against stock nbgrader's, test by test, over the whole proof bank.

    python tools/parity.py [N]    N solutions, evenly spread over hw1's bank; all by default

Compared is what a test gives with the student's own earlier parts; that ours may count the
reference's is extra. Scores may differ only where stock is wrong, as `REASONS` lists.
"""

import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import endings
import nbformat
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder import results
from autograder.bundle import load_bundles
from autograder.cases import cases_of
from autograder.course import Course
from autograder.grade import grade
from autograder.release import generate
from autograder.submissions import Options

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "parity"
STOCK_WORKERS = 2
REASONS = {
    "stderr": "stock gives 0 to a test during which anything is written to stderr",
    "ending": "stock gives full marks to a test that ends in NaN, below 0, or not in a number",
    "skipped": "stock gives full marks to a test that was never run",
    "edited": "stock lets the tested code change the test's own data",
    "state": "stock runs a test with gradients off, or another dtype, where a cell has left it so",
}
STATE = re.compile(r"\btorch\.set_(grad_enabled|default_dtype)\(")
Scores = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Difference:
    """One test that scores otherwise; `reason` is a key of REASONS, or "" where there is none."""

    student: str
    test: str
    stock: float
    ours: float
    reason: str


def prepare(where: Path, assignments: Path, names: list[str]) -> Course:
    """A fresh course with these assignments, released."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    for name in names:
        shutil.copytree(assignments / "source" / name, where / "source" / name)
    (where / "nbgrader_config.py").write_text(
        "from autograder.handoff import use_engine\n\nc = get_config()\n"
        "c.CourseDirectory.course_id = 'parity'\nuse_engine(c)\n"
        "c.Autograder.preload = ['numpy', 'torch', 'course_lib.checks']\n"
    )
    course = Course.open(where)
    for name in names:
        generate(course, name)
    return course


def hand_in(course: Course, assignment: str, work: Mapping[str, nbformat.NotebookNode]) -> None:
    for student, notebook in work.items():
        folder = course.folder("submitted", assignment, student)
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{assignment}.ipynb")


def by_stock(course: Course, assignment: str, students: list[str]) -> None:
    """Stock nbgrader, several processes at once, each in a copy of the course."""
    parts = [students[number::STOCK_WORKERS] for number in range(STOCK_WORKERS)]
    running: list[subprocess.Popen[bytes]] = []
    for number, part in enumerate(filter(None, parts)):
        copy = course.root.with_name(f"{course.root.name}_{number}")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(course.root, copy)
        command = [sys.executable, "-m", "autograder.cli", "grade", assignment, "--mode", "stock"]
        command += ["--course", str(copy), "--students", ",".join(part)]
        with open(copy / "stock.log", "w") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=log))
    for process in running:
        process.wait()


def stock_courses(course: Course) -> list[Course]:
    copies = [course.root.with_name(f"{course.root.name}_{n}") for n in range(STOCK_WORKERS)]
    return [Course.open(copy) for copy in copies if copy.is_dir()]


def stock_scores(course: Course, assignment: str) -> Scores:
    """What the gradebook says of each test that stock nbgrader could grade."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {
            (submission.student.id, grade.name): float(grade.auto_score)
            for submission in gradebook.find_assignment(assignment).submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.auto_score is not None
        }


def our_scores(course: Course, assignment: str) -> Scores:
    """What our engine gave with the student's own earlier parts."""
    tests = {t.id for b in load_bundles(course, assignment).values() for t in b.tests}
    found: Scores = {}
    for student in course.students(assignment):
        result = results.recorded(course, assignment, student, assignment)
        for cell in result.cells if result else ():
            if cell.id in tests:
                found[student, cell.id] = cell.score or 0.0
    return found


def differences(
    stock: list[Course], ours: Course, assignment: str
) -> tuple[int, Iterator[Difference]]:
    """How many scores were compared, and those that differ."""
    own = our_scores(ours, assignment)
    theirs = [(course, stock_scores(course, assignment)) for course in stock]
    count = sum(len(scores.keys() & own.keys()) for _, scores in theirs)
    found = (
        Difference(*key, scores[key], own[key], _reason(course, ours, assignment, key, scores[key]))
        for course, scores in theirs
        for key in sorted(scores.keys() & own.keys())
        if not math.isclose(scores[key], own[key], abs_tol=1e-9)
    )
    return count, found


def _reason(
    stock: Course, ours: Course, assignment: str, key: tuple[str, str], score: float
) -> str:
    """Which of REASONS the stock notebook's own cell, or our verdict, shows."""
    student, test = key
    path = stock.folder("autograded", assignment, student) / f"{assignment}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    cell = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == test)
    kinds = [o.output_type if o.output_type != "stream" else o.name for o in cell.outputs]
    if score == 0:
        if "stderr" in kinds and "error" not in kinds:
            return "stderr"
        answers = (c for c in cells if not c.metadata.get("nbgrader", {}).get("grade"))
        return "state" if any(STATE.search(answer.source) for answer in answers) else ""
    if cell.execution_count is None:
        return "skipped"
    result = results.recorded(ours, assignment, student, assignment)
    if result and any(c.id == test and c.verdict == "mutated-input" for c in result.cells):
        return "edited"
    return "ending" if any(_is_odd(o) for o in cell.outputs) else ""


def _is_odd(output: Any) -> bool:
    if output.output_type != "execute_result":
        return False
    try:
        return not float(output.data["text/plain"]) >= 0
    except ValueError:
        return True


def run(
    assignments: Path, assignment: str, work: Mapping[str, nbformat.NotebookNode], build: Path
) -> tuple[int, list[Difference]]:
    """Grade the work both ways; how many scores were compared, and those that differ."""
    ours = prepare(build / "ours", assignments, [assignment])
    hand_in(ours, assignment, work)
    shutil.rmtree(build / "stock", ignore_errors=True)
    shutil.copytree(ours.root, build / "stock")
    stock = Course.open(build / "stock")
    by_stock(stock, assignment, list(work))
    grade(ours, assignment, list(work), Options.of(ours), Console(quiet=True))
    count, found = differences(stock_courses(stock), ours, assignment)
    return count, list(found)


def bank(assignment: str, limit: int | None = None) -> dict[str, nbformat.NotebookNode]:
    """Solutions of our own course by an invented student each, evenly spread where limited."""
    course = Course.open(ROOT / "assignments")
    cases = list(cases_of(course, assignment, load_bundles(course, assignment)))
    chosen = cases[:: max(1, len(cases) // limit)][:limit] if limit else cases
    return {
        f"s{i:03}_{case.label.replace('/', '_')}": case.answers for i, case in enumerate(chosen)
    }


def table(found: list[Difference]) -> Table:
    shown = Table("student", "test", "stock", "ours", "why")
    for item in found:
        why = REASONS.get(item.reason, "[red]no listed reason")
        shown.add_row(item.student, item.test, f"{item.stock:g}", f"{item.ours:g}", why)
    return shown


def main() -> int:
    """1 if any score differs without a listed reason."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else None
    console = Console(width=None if sys.stdout.isatty() else 140)
    assignment = Course.open(ROOT / "assignments").assignment("hw1")
    with console.status("grading twice: stock nbgrader takes about 4 s for each solution"):
        work = bank(assignment, limit)
        count, found = run(ROOT / "assignments", assignment, work, BUILD)
        endings.write(BUILD / "endings")
        extra = run(BUILD / "endings", endings.NAME, endings.work(), BUILD / "small")
    found += extra[1]
    console.print(table(found))
    bad = [item for item in found if not item.reason]
    console.print(
        f"{count + extra[0]} scores compared, {len(found)} differ, {len(bad)} unexplained"
    )
    return 1 if bad or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
