"""Whose submissions a command is about."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime

from nbgrader.utils import parse_utc

from autograder.batch import handing
from autograder.course import Course, CourseError
from autograder.extensions import moment
from autograder.results import recorded
from autograder.submissions import Submissions

DUE = "due"


def chosen(course: Course, assignment: str, names: str | None) -> list[str]:
    """The students to grade.

    Raises:
        CourseError: nobody has handed in anything, or one of the names has not.
    """
    found = course.students(assignment)
    if not found:
        folder = course.folder("submitted", assignment, "STUDENT")
        raise CourseError(f"nobody has handed in {assignment}: {folder} would hold a submission")
    if names is None:
        return found
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in found]
    if unknown or not wanted:
        who = ", ".join(unknown) or "nobody"
        raise CourseError(f"--students: {who} has not handed in {assignment}")
    return wanted


def handed_in_since(submissions: Submissions, students: Iterable[str], when: str) -> list[str]:
    """Those who handed in at this time or later; "due" is each student's own due date.

    Raises:
        CourseError: `when` is no time, or there is no due date.
    """
    if when != DUE:
        start = moment(when)
        return [student for student in students if handed_in(submissions, student) >= start]
    late = []
    with handing(submissions) as handoff:
        for student in students:
            due = handoff.forecast.due(student).at
            if due is None:
                fix = "set one in the formgrader"
                raise CourseError(f"--since due: {submissions.assignment} has no due date: {fix}")
            late += [student] if handed_in(submissions, student) > due else []
    return late


def handed_in(submissions: Submissions, student: str) -> datetime:
    """The submission's own timestamp in UTC, else the time at which its folder was changed."""
    stamp, _ = submissions.timestamp(student)
    if stamp:
        return parse_utc(stamp)
    changed = os.stat(submissions.attempts.folder(student)).st_mtime
    return datetime.fromtimestamp(changed, UTC).replace(tzinfo=None)


def stopped(submissions: Submissions, students: Iterable[str]) -> list[str]:
    """Those in whose last result the engine had to stop a cell (time, memory, a crash).

    A wrong answer is wrong again when it runs again; these may come out otherwise.
    """
    course, assignment = submissions.course, submissions.assignment
    found = []
    for student in students:
        last = [recorded(course, assignment, student, name) for name in submissions.bundles]
        if any(cell.verdict for result in last if result for cell in result.cells):
            found.append(student)
    return found
