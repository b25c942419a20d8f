"""Test by test: what each student got for it, and what was said about it."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from nbgrader.api import Gradebook, MissingEntry

from autograder import misconceptions, results
from autograder.bundle import Bundle, load_bundles
from autograder.course import Course, CourseError
from autograder.exports.fields import number, plain
from autograder.gradebook import check_exists
from autograder.misconceptions import Known
from autograder.overview import Row
from autograder.results import Result

COLUMNS = (
    *("student", "assignment", "notebook", "test", "points", "of"),
    *("message", "misconception", "seconds", "verdict"),
)


@dataclass(frozen=True)
class Outcome:
    """One graded cell of one student: a test, or a written answer.

    Attributes:
        points: from the gradebook; None while a person has to give them.
        message: why it failed, or what it printed where it gave a part of the points.
        misconception: the known mistake that fails with the same message.
        seconds: wall time of the test; None where none ran.
        verdict: names of verdicts on the cell; on the whole submission where nothing of it ran.
    """

    student: str
    assignment: str
    notebook: str
    test: str
    points: float | None
    of: float
    message: str = ""
    misconception: str = ""
    seconds: float | None = None
    verdict: str = ""


def outcomes(course: Course, assignment: str, found: Iterable[Row]) -> Iterator[Outcome]:
    """Every graded cell of everybody who is graded, in the order of the instructor's notebook.

    Raises:
        CourseError: the gradebook does not know the assignment.
    """
    most = max_scores(course, assignment)
    bundles = load_bundles(course, assignment)
    path = misconceptions.file_of(course.root, assignment)
    known = {name: misconceptions.load(path, b.digest) for name, b in bundles.items()}
    for row in found:
        for name, bundle in bundles.items() if row.tasks is not None else ():
            result = results.recorded(course, assignment, row.student, name)
            of = {task: points for (notebook, task), points in most.items() if notebook == name}
            yield from _notebook(row, bundle, of, known[name], result)


def _notebook(
    row: Row, bundle: Bundle, most: dict[str, float], known: Known, result: Result | None
) -> Iterator[Outcome]:
    name, tasks = bundle.notebook, row.tasks or {}
    points = {task: given for (notebook, task), given in tasks.items() if notebook == name}
    cells = {cell.id: cell for cell in result.cells} if result else {}
    messages = result.messages if result else {}
    lost = {t: text for t, text in messages.items() if (points.get(t) or 0.0) < most.get(t, 0.0)}
    like = known.match(lost)
    said = _verdicts(result)
    for test in _in_order(points, bundle):
        verdicts = [*said.get(test, ()), *(() if cells else said.get("", ()))]
        yield Outcome(
            *(row.student, row.assignment, name, test, points[test]),
            of=most.get(test, 0.0),
            message=messages.get(test, ""),
            misconception=like.get(test, ""),
            seconds=cells[test].seconds if test in cells else None,
            verdict=", ".join(verdicts),
        )


def max_scores(course: Course, assignment: str) -> dict[tuple[str, str], float]:
    """What each graded cell can give, by (notebook, grade_id), as the gradebook has it.

    Raises:
        CourseError: it does not know the assignment.
    """
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry as error:
            fix = f"run `autograder release {assignment}` first"
            raise CourseError(f"{assignment} is not in the gradebook: {fix}") from error
        return {
            (notebook.name, cell.name): cell.max_score
            for notebook in notebooks
            for cell in (*notebook.grade_cells, *notebook.task_cells)
        }


def registered(course: Course) -> list[str]:
    """The course's assignments that the gradebook knows; what is not released yet is said."""
    names = course.assignments()
    for name in names[:1]:
        check_exists(course, name)
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        known = {assignment.name for assignment in gradebook.assignments}
    for name in names:
        if name not in known:
            print(f"{name} is left out: it is not released yet", file=sys.stderr)
    return [name for name in names if name in known]


def write(found: Iterable[Outcome], file: TextIO) -> None:
    """Write a header and one line an outcome."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        names = map(plain, (one.student, one.assignment, one.notebook, one.test))
        words = (plain(one.message), plain(one.misconception))
        seconds = "" if one.seconds is None else f"{one.seconds:.3f}"
        numbers = (number(one.points), number(one.of))
        writer.writerow([*names, *numbers, *words, seconds, plain(one.verdict)])


def _in_order(points: Mapping[str, float | None], bundle: Bundle) -> list[str]:
    """As in the instructor's notebook; what is only in the gradebook comes last."""
    here = [id for id in bundle.by_id if id in points]
    return here + sorted(points.keys() - set(here))


def _verdicts(result: Result | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for verdict in result.verdicts if result else ():
        found.setdefault(verdict.cell or "", []).append(verdict.name)
    return found
