"""A term with forty students, played through; every grade is checked against a tally of its own.

    python tools/term.py

The first homework is the course's own, with solutions of its proof bank; the others are small.
Works in build/term. Each command runs as people run it, in a process of its own.
"""

import csv
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent))
from term_course import ROOT, Making, make_course
from term_tally import Paper, Tally, mismatches
from term_weeks import WEEKS

from autograder import audit, cli
from autograder.changes import PENALTY
from autograder.course import Course

DATE = "%Y-%m-%d %H:%M:%S UTC"
START = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)  # the first due date
PATIENCE = 240.0  # seconds that a person waits for something to grade
fork = multiprocessing.get_context("fork")


@dataclass
class Term:
    """One term; `weeks` holds what happened, and `wrong` every grade that was not as it should."""

    making: Making
    size: int
    tally: Tally = field(default_factory=Tally)
    weeks: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    week: int = 0

    @property
    def course(self) -> Course:
        return self.making.course

    @property
    def students(self) -> list[str]:
        return [f"s{number:02}" for number in range(1, self.size + 1)]

    @property
    def log(self) -> Path:
        return self.course.root.parent / "commands.log"

    def note(self, what: str, outcome: str) -> None:
        self.weeks.append((str(self.week), what, outcome))

    def expect(self, what: str, holds: bool, outcome: str) -> None:
        """Note it; it is wrong unless it holds."""
        self.note(what, outcome if holds else f"NOT SO: {outcome}")
        if not holds:
            self.wrong.append(f"week {self.week}: {what}: {outcome}")

    def check(self) -> None:
        """All grades of all assignments, as nbgrader itself adds them up."""
        found = totals(self.course)
        bad = list(mismatches(self.tally.totals(), found))
        self.expect("the gradebook against the tally", not bad, f"{len(found)} grades equal")
        self.wrong += [f"week {self.week}: {line}" for line in bad]

    def start(self, *words: str) -> Any:
        """A command, running."""
        return self.child(_command, self.log, [*words, "--course", str(self.course.root)])

    def run(self, *words: str) -> int:
        """A command's exit code, when it has ended."""
        process = self.start(*words)
        process.join()
        return int(process.exitcode or 0)

    def grade(self, assignment: str, *words: str, expected: int = 0) -> None:
        before = totals(self.course)
        code = self.run("grade", assignment, *words)
        after = totals(self.course)
        new = len(after) - len(before)
        changed = sum(after[key] != points for key, points in before.items())
        shown = " ".join(["autograder grade", assignment, *words])
        outcome = f"exit code {code}: {new} new grades, {changed} changed"
        self.expect(shown, code == expected, outcome)

    def child(self, act: Callable[..., None], *arguments: Any) -> Any:
        process = fork.Process(target=act, args=arguments)
        process.start()
        return process

    def by_hand(self, assignment: str, notebook: str, task: str, given: Mapping[str, float]) -> Any:
        """A second grader, who gives these points while other things happen."""
        for student, points in given.items():
            self.tally.by_hand[student, assignment, notebook, task] = points
        return self.child(_give_points, self.course, assignment, notebook, task, dict(given))

    def set_due(self, assignment: str, due: datetime) -> None:
        self.tally.due[assignment] = due
        with Gradebook(self.course.directory.db_url, self.course.directory.course_id) as gradebook:
            gradebook.update_or_create_assignment(assignment, duedate=due.strftime(DATE))

    def hand_in(
        self,
        student: str,
        assignment: str,
        at: datetime,
        answers: Mapping[str, Mapping[str, str]],
        loses: frozenset[str],
        given: Path | None = None,
    ) -> None:
        self.making.hand_in(student, assignment, at.strftime(DATE), answers, given)
        paper = Paper(student, assignment, at, loses, frozenset(answers))
        self.tally.papers.append(paper)

    def results(self) -> int:
        """How many notebooks have been run so far."""
        return len(list((self.course.hidden / "results").glob("*.json")))


def _command(log: Path, words: list[str]) -> None:
    with open(log, "a") as file:
        print("$ autograder", *words, file=file, flush=True)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    with os.fdopen(1, "w") as sys.stdout, os.fdopen(2, "w") as sys.stderr:
        code = cli.main(words)  # multiprocessing gives it an empty standard input
    os._exit(code)


def _give_points(
    course: Course, assignment: str, notebook: str, task: str, left: dict[str, float]
) -> None:
    """As the formgrader's handlers do it: one student after the other, as soon as there is work."""
    end = time.monotonic() + PATIENCE
    url, name = course.directory.db_url, course.directory.course_id
    while left and time.monotonic() < end:
        for student, points in [*left.items()]:
            with Gradebook(url, name) as gradebook:
                try:
                    row = gradebook.find_grade(task, notebook, assignment, student)
                except MissingEntry:
                    continue
                row.manual_score, row.needs_manual_grade = points, False
                gradebook.db.commit()
                del left[student]
        time.sleep(0.5)
    os._exit(1 if left else 0)


def totals(course: Course) -> dict[tuple[str, str], float]:
    """What each student has of each assignment, lateness taken off, by nbgrader's own sums."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {
            (row.student.id, assignment.name): row.score - (row.late_submission_penalty or 0.0)
            for assignment in gradebook.assignments
            for row in assignment.submissions
        }


def last_week(term: Term) -> None:
    """Export, and whether the log tells the whole story."""
    term.week += 1
    path = term.course.root.parent / "grades.csv"
    code = term.run("export", "--to", str(path))
    with open(path, newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["total"]]
    found = {(line["student"], line["assignment"]): float(line["total"]) for line in lines}
    bad = list(mismatches(term.tally.totals(), found))
    term.wrong += bad
    term.expect("autograder export", code == 0 and not bad, f"{len(found)} grades equal in the CSV")
    code = term.run("log")
    told, gaps = retold(term)
    bad = list(mismatches(term.tally.totals(), told))
    term.wrong += bad
    words = f"{len(told)} grades follow from it, {gaps} gaps"
    term.expect("autograder log", not (code or gaps or bad), words)


def retold(term: Term) -> tuple[dict[tuple[str, str], float], int]:
    """Grades as the log tells them with what people gave, and changes that do not follow on."""
    last: dict[tuple[str, str, str, str], float | None] = {}
    gaps = 0
    for entry in audit.read(term.course).entries:
        for change in entry.changes:
            key = (entry.student, entry.assignment, change.notebook, change.task)
            gaps += last.get(key, 0.0 if change.task == PENALTY else None) != change.old
            last[key] = change.new
    found = dict.fromkeys(((student, name) for student, name, _, _ in last), 0.0)
    for key, points in {**last, **term.tally.by_hand}.items():
        found[key[:2]] += -(points or 0.0) if key[3] == PENALTY else points or 0.0
    return found, gaps


def play(base: Path, real: bool, size: int) -> Term:
    """The whole term in `base`."""
    for name in ("release", "grade", "regrade", "export", "log"):
        import_module(f"autograder.{name}")  # once for all commands, which are forked
    making = make_course(base, real)
    term = Term(making, size)
    for week in WEEKS:
        term.week += 1
        week(term, START)
        term.check()
    last_week(term)
    return term


def table(term: Term) -> Table:
    """What happened, week by week."""
    shown = Table("week", "what", "outcome", title=f"A term of {term.size} students")
    before = ""
    for week, what, outcome in term.weeks:
        shown.add_row("" if week == before else week, what, outcome)
        before = week
    return shown


def main() -> int:
    """Play, print, and 1 if a grade was wrong."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    start = time.monotonic()
    term = play(ROOT / "build" / "term", real=True, size=40)
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table(term))
    for line in term.wrong:
        console.print(line, style="red", markup=False)
    took = time.monotonic() - start
    console.print(f"{took:.0f} s; {len(term.wrong)} wrong; commands in {term.log}")
    return 1 if term.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
