"""`autograder forget STUDENT`: delete everything that the course holds of one person.

What accountability needs stays in the log: that a score was changed, by whom and when. A run that
was killed is finished by the same command.
"""

import argparse
import csv
import io
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from nbgrader.api import Gradebook, MissingEntry

from autograder import audit, extensions, holdings, privacy
from autograder.course import Course, CourseError
from autograder.files import write_whole
from autograder.gradebook import check_exists, opened
from autograder.locks import none_at_work, writing

Step = tuple[str, Callable[[], object]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("student", help="the student's id, in full")
    parser.add_argument("--yes", action="store_true", help="delete; without it, only say what")


def run(args: argparse.Namespace) -> int:
    """List what there is, and delete it if told to; 0 if nothing is left to be done."""
    course, student = Course.open(args.course), args.student
    if not student or student in (".", "..") or os.sep in student or "\0" in student:
        raise CourseError(f"{student!r} is no student's id")
    with none_at_work(course):
        started = course.hidden / "forgetting" / privacy.pseudonym(course, student)
        found = steps(course, student)
        if not found and not started.exists():
            raise CourseError(f"nothing here belongs to a student {student!r}: is the id right?")
        for words, _ in found:
            print(words)
        print(f"not looked at: {_outside(course)}")
        if not args.yes:
            print("nothing was deleted: add --yes to do it", file=sys.stderr)
            return 1
        started.parent.mkdir(exist_ok=True)
        started.touch()  # from here on a killed run can be taken up, whatever is left
        for _, act in found:
            act()
        clean_up(course)
        started.unlink()
    print("all of this is gone")
    return 0


def clean_up(course: Course) -> None:
    """What is not found by a name: results that nobody's record names, and freed rows."""
    for path in holdings.unreferenced(course):
        holdings.remove(path)
    holdings.rewrite_gradebook(course)


def steps(course: Course, student: str) -> list[Step]:
    """What there is, in words, and how to delete it; submissions first, or they would come back."""
    found: list[Step] = []
    for path in holdings.of_student(course, student):
        size = holdings.size([path])
        words = f"{os.path.relpath(path, course.root)} ({size / 1000:.1f} kB)"
        found.append((words, partial(holdings.remove, path)))
    if rows := _rows(course, student):
        found.append((f"gradebook: {rows} submissions", partial(_from_gradebook, course, student)))
    if lines := _without_extensions(course, student):
        path = course.root / extensions.FILE
        found.append((f"{extensions.FILE}: lines of theirs", partial(write_whole, path, lines)))
    entries = [entry for entry in audit.read(course).entries if entry.student == student]
    if entries:
        words = f"log: {len(entries)} entries, which keep only who acted and when"
        found.append((words, partial(_from_log, course, student)))
    return found


def _rows(course: Course, student: str) -> str | None:
    """How many submissions the gradebook has; None if it does not know the student."""
    try:
        check_exists(course, "ASSIGNMENT")
    except CourseError:
        return None
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        with suppress(MissingEntry):
            return str(len(gradebook.find_student(student).submissions))
        return None


def _from_gradebook(course: Course, student: str) -> None:
    with writing(course), opened(course) as gradebook:  # one transaction
        gradebook.remove_student(student)
        gradebook.save()


def _without_extensions(course: Course, student: str) -> str | None:
    """The file without the student's lines; None if there are none."""
    path = course.root / extensions.FILE
    if not path.is_file():
        return None
    lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    kept = [line for line in lines if not line or line[0].strip() != student]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(kept)
    return text.getvalue() if len(kept) < len(lines) else None


def _from_log(course: Course, student: str) -> None:
    """Who changed a score and when stays; whose it was, the score, and what was said of it go."""
    log, hidden = audit.read(course), f"forgotten-{secrets.token_hex(4)}"
    entries = [
        replace(entry, student=hidden, why="", changes=()) if entry.student == student else entry
        for entry in log.entries
    ]
    broken = f"; it did not hold together from line {log.broken} on" if log.broken else ""
    why = f"a student was forgotten; before that the log ended with {log.head}{broken}"
    audit.rewrite(course, [*entries, audit.entry("", hidden, why, ())])


def _outside(course: Course) -> str:
    """Where else copies may be, which are not the course's to delete."""
    exchange = course.config.Exchange.get("root") or "nbgrader's exchange"
    return f"{exchange}, backups, and what was exported"
