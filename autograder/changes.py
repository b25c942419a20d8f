"""What a hand-over will change in the gradebook, worked out before anything is written."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Assignment, Grade, MissingEntry, Student, SubmittedAssignment
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import determine_grade, is_grade, parse_utc

from autograder.audit import Change
from autograder.course import Course
from autograder.extensions import Extensions, read
from autograder.gradebook import OpenGradebook

PENALTY = "late penalty"  # no grade_id has a space in it
NEARLY = 1e-9  # nbgrader adds scores up in its database

Scores = dict[tuple[str, str], float | None]
QUIET = logging.getLogger("autograder.changes")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


@dataclass(frozen=True)
class Due:
    """When one student's work was due, extension included, and how that is said to nbgrader."""

    at: datetime | None
    extension: timedelta | None

    def seconds_late(self, stamp: datetime | None) -> float:
        if stamp is None or self.at is None:
            return 0.0
        return max(0.0, (stamp - self.at).total_seconds())


class Forecast:
    """What nbgrader will say of one assignment's submissions: its rules, without its writing."""

    def __init__(
        self, course: Course, assignment: str, converter: Autograde, gradebook: OpenGradebook
    ) -> None:
        self.assignment, self.gradebook = assignment, gradebook
        self.extensions: Extensions | None = read(course, assignment)
        row: Assignment = gradebook.find_assignment(assignment)
        self.duedate: datetime | None = row.duedate
        for student in self.extensions.due if self.extensions else ():
            self.due(student)  # says what is wrong before anything is graded
        late = AssignLatePenalties(parent=converter, config=converter.config)
        late.init_plugin()
        names = (getattr(step, "__name__", str(step)) for step in converter.autograde_preprocessors)
        self.is_used = any(name.endswith("AssignLatePenalties") for name in names)
        self.plugin: Any = late.plugin_inst

    def due(self, student: str) -> Due:
        """The course's file of extensions says it where there is one, else the gradebook."""
        if self.extensions is not None:
            extension = self.extensions.until(student, self.duedate)
        else:
            row = self._row(student)
            extension = row.extension if row else None
        at = self.duedate + (extension or timedelta(0)) if self.duedate else None
        return Due(at, extension)

    def strangers(self, students: Iterable[str]) -> list[str]:
        """Names in the file of extensions that nobody has: are they misspelt?"""
        names = set(self.extensions.due if self.extensions else ()) - {*students}
        known = {id for (id,) in self.gradebook.db.query(Student.id)} if names else set()
        return sorted(names - known)

    def now(self, student: str, notebooks: Iterable[str]) -> Scores | None:
        """Scores as the gradebook has them; None if it has no submission of this student."""
        found: Scores = {}
        try:
            for name in notebooks:
                for id, grade in self._grades(name, student).items():
                    found[name, id] = _score(grade, grade.auto_score)
                row = self.gradebook.find_submission_notebook(name, self.assignment, student)
                found[name, PENALTY] = row.late_submission_penalty or 0.0
        except MissingEntry:
            return None
        return found

    def then(
        self, student: str, autos: Mapping[str, Mapping[str, float | None]], stamp: str | None
    ) -> Scores:
        """Scores after a hand-over: what people gave stays, the late penalty follows the sum."""
        row = self._row(student)
        known = row.timestamp if row else None  # which nbgrader keeps where there is no other
        late = self.due(student).seconds_late(parse_utc(stamp) if stamp else known)
        found: Scores = {}
        for name, scores in autos.items():
            try:
                grades = self._grades(name, student)
            except MissingEntry:
                grades = {}
            for id, auto in scores.items():
                found[name, id] = _score(grades[id], auto) if id in grades else auto
            for id in grades.keys() - scores.keys():  # nbgrader's tasks: only people grade them
                found[name, id] = _score(grades[id], grades[id].auto_score)
            total = sum(points or 0.0 for (of, _), points in found.items() if of == name)
            found[name, PENALTY] = self._penalty(student, total, late)
        return found

    def _penalty(self, student: str, score: float, late: float) -> float:
        if not (late > 0 and self.is_used):
            return 0.0
        penalty = self.plugin.late_submission_penalty(student, score, late)
        return min(max(penalty or 0.0, 0.0), score)

    def _row(self, student: str) -> SubmittedAssignment | None:
        try:
            return self.gradebook.find_submission(self.assignment, student)
        except MissingEntry:
            return None

    def _grades(self, notebook: str, student: str) -> dict[str, Grade]:
        return self.gradebook.grades(notebook, self.assignment, student)


def auto_scores(notebook: NotebookNode, readable: bool = True) -> dict[str, float | None]:
    """What nbgrader reads off a filled notebook, by grade_id; None is for a person to say."""
    return {
        cell.metadata.nbgrader.grade_id: determine_grade(cell, QUIET)[0] if readable else 0.0
        for cell in notebook.cells
        if is_grade(cell)
    }


def _score(grade: Grade, auto: float | None) -> float | None:
    """As nbgrader adds it up: a person's score goes before a test's."""
    own = grade.manual_score if grade.manual_score is not None else auto
    return None if own is None else own + (grade.extra_credit or 0.0)


def total(scores: Scores) -> float:
    """What the student gets."""
    return sum(
        -(points or 0.0) if task == PENALTY else points or 0.0
        for (_, task), points in scores.items()
    )


def differences(old: Scores | None, new: Scores) -> Iterator[Change]:
    """Every score that is another one."""
    for (notebook, task), points in new.items():
        before = (old or {}).get((notebook, task), 0.0 if task == PENALTY else None)
        same = before is None and points is None
        if before is not None and points is not None:
            same = abs(before - points) < NEARLY
        if not same:
            yield Change(notebook, task, before, points)
