"""More time for some: `extensions.csv` in the course folder, one line a student and assignment.

    student,assignment,due
    ada,hw1,2026-10-12 23:59 UTC

While the file is there, it alone says who has an extension. nbgrader keeps it in the gradebook, and
its late penalties follow.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.course import Course, CourseError
from autograder.notebook import read_regular

FILE = "extensions.csv"
HEADER = ["student", "assignment", "due"]
MAX_BYTES = 2**22


@dataclass(frozen=True)
class Extensions:
    """Those of one assignment; `due` by student, in UTC without a zone, as nbgrader's gradebook."""

    due: dict[str, datetime]

    def until(self, student: str, duedate: datetime | None) -> timedelta | None:
        """What nbgrader adds to the assignment's due date for this student.

        Raises:
            CourseError: the assignment has no due date, or it is later than the student's own.
        """
        own = self.due.get(student)
        if own is None:
            return None
        if duedate is None:
            fix = "set one in the formgrader"
            raise CourseError(f"{FILE}: {student}'s assignment has no due date to extend: {fix}")
        if own < duedate:
            raise CourseError(
                f"{FILE}: {student} is due {own} UTC, before everybody else ({duedate} UTC)"
            )
        return own - duedate


def read(course: Course, assignment: str) -> Extensions | None:
    """The assignment's extensions; None if the course has no such file.

    Raises:
        CourseError: a line that cannot be read, a date without a zone, one student twice.
    """
    path = course.root / FILE
    if not path.exists() and not path.is_symlink():
        return None
    content, refused = read_regular(path, MAX_BYTES)
    if content is None:
        raise CourseError(f"{path}: {refused.text if refused else 'it cannot be read'}")
    try:
        lines = csv.reader(content.decode("utf-8-sig").splitlines(), strict=True)
        found = [(lines.line_num, [field.strip() for field in line]) for line in lines if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} is no CSV file in UTF-8: {error}") from error
    if not found or found[0][1] != HEADER:
        raise CourseError(f"{path}: the first line must be {','.join(HEADER)}")
    due: dict[tuple[str, str], datetime] = {}
    for number, line in found[1:]:
        where = f"{path}, line {number}"
        student, name, when = _fields(course, line, where)
        if (student, name) in due:
            raise CourseError(f"{where}: {student} has two extensions of {name}: keep one")
        due[student, name] = when
    return Extensions(
        {student: when for (student, name), when in due.items() if name == assignment}
    )


def _fields(course: Course, line: list[str], where: str) -> tuple[str, str, datetime]:
    if len(line) != len(HEADER) or not all(line):
        raise CourseError(f"{where}: needs {', '.join(HEADER)}; it has {','.join(line)!r}")
    try:
        return line[0], course.assignment(line[1]), moment(line[2])
    except CourseError as error:
        raise CourseError(f"{where}: {error}") from error


def moment(text: str) -> datetime:
    """A date and time with its zone, in UTC without a zone, as nbgrader keeps them.

    Raises:
        CourseError: it is no such thing; a date without a zone could be a day wrong.
    """
    fix = (
        "write it like 2026-10-12 23:59 UTC, 2026-10-12T23:59+02:00 or 2026-10-12 23:59 Asia/Tokyo"
    )
    when, _, zone = text.strip().rpartition(" ")
    named = bool(zone) and zone[0].isalpha()
    try:
        found = datetime.fromisoformat(when if named else text.strip())
        if named:
            found = found.replace(tzinfo=ZoneInfo(zone))
        if found.utcoffset() is not None:
            return found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError) as error:
        raise CourseError(f"{text[:80]!r} is no date and time with its zone: {fix}") from error
    raise CourseError(f"{text!r} has no time zone: {fix}")
