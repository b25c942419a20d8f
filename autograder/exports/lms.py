"""What the files for Canvas and Moodle share: people, columns, and who has no grade yet.

Columns are named by a line in nbgrader_config.py, by the assignment's own name without it:

    c.GradeExport.columns = {"hw1_means": "Homework 1 (4711)"}
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbgrader.api import Gradebook, Student
from traitlets import Dict, TraitError, Unicode
from traitlets.config import Configurable

from autograder.course import Course, CourseError
from autograder.exports.fields import is_exact
from autograder.exports.per_test import max_scores
from autograder.overview import CHANGED, WAITING, Row


class GradeExport(Configurable):
    """Settings of `autograder export`: `c.GradeExport.NAME = VALUE` in nbgrader_config.py."""

    columns = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="what the campus system calls an assignment, by its name here",
    ).tag(config=True)


@dataclass(frozen=True)
class Person:
    """One student as the gradebook knows them; "" where it does not.

    Attributes:
        lms_id: nbgrader's `lms_user_id`.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""


@dataclass(frozen=True)
class Item:
    """One assignment as a column.

    Attributes:
        title: what the campus system calls it.
        rows: of every student, by id.
    """

    assignment: str
    title: str
    max_score: float
    rows: dict[str, Row]

    def grade(self, student: str) -> float | None:
        """The total; None where nothing was handed in or a part of it is not graded yet."""
        row = self.rows.get(student)
        if row is None or row.tasks is None or row.by_hand:
            return None
        return row.total

    def notes(self) -> Iterator[str]:
        """What the reader of a file should know of this column, one line each."""
        states = Counter(row.state for row in self.rows.values())
        by_hand = sum(row.by_hand > 0 for row in self.rows.values())
        if by_hand:
            yield f"{self.assignment}: {by_hand} left empty, they wait for a person (formgrader)"
        if states[WAITING]:
            yield f"{self.assignment}: {states[WAITING]} left empty, they are not graded yet"
        if states[CHANGED]:
            yield f"{self.assignment}: {states[CHANGED]} changed since they were graded"


def items(course: Course, found: dict[str, list[Row]]) -> list[Item]:
    """A column for each assignment.

    Raises:
        CourseError: two of them have one title, or one that is no plain line of text; the gradebook
            does not know one of them.
    """
    try:
        columns = GradeExport(config=course.config).columns
    except TraitError as error:
        raise CourseError(f"nbgrader_config.py: {error}") from error
    titles = {name: columns.get(name, name) for name in found}
    for name, title in titles.items():
        if not is_exact(title):
            raise CourseError(f"c.GradeExport.columns: {title!r} cannot be the title of {name}")
        if Counter(titles.values())[title] > 1:
            raise CourseError(f"c.GradeExport.columns: two assignments are called {title!r}")
    most = {name: sum(max_scores(course, name).values()) for name in found}
    return [
        Item(name, titles[name], most[name], {row.student: row for row in rows})
        for name, rows in found.items()
    ]


def people(course: Course, found: Iterable[Row]) -> list[Person]:
    """Everybody in these rows, sorted by id."""
    wanted = {row.student for row in found}
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        known = {student.id: _person(student) for student in gradebook.db.query(Student)}
    return [known.get(id, Person(id)) for id in sorted(wanted)]


def _person(row: Student) -> Person:
    kept = (row.first_name, row.last_name, row.email, row.lms_user_id)
    return Person(row.id, *(str(value or "").strip() for value in kept))


def check_distinct(ids: Iterable[str], name: str) -> None:
    """Two students under one id would overwrite each other's grades.

    Raises:
        CourseError: an id occurs twice.
    """
    twice = sorted(id for id, count in Counter(ids).items() if id and count > 1)
    if twice:
        raise CourseError(f"more than one student has the {name} {', '.join(twice[:5])}")
