"""`autograder forget STUDENT`: delete everything that course and exchange hold of one person.

What accountability needs stays in the log: that a score was changed, by whom and when. A run that
was killed is finished by the same command.
"""

import argparse
import csv
import io
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder import audit, exchanged, extensions, holdings, privacy
from autograder.course import Course, CourseError
from autograder.files import write_whole
from autograder.gradebook import check_exists, opened
from autograder.locks import Busy, held, none_at_work, writing

Step = tuple[str, Callable[[], object]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("student", help="the student's id, in full")
    parser.add_argument("--yes", action="store_true", help="delete; without it, only say what")


def run(args: argparse.Namespace) -> int:
    """List what there is, and delete it if told to; 0 if nothing is left to be done."""
    course, student = Course.open(args.course), args.student
    if not student or student in (".", "..") or os.sep in student or "\0" in student:
        raise CourseError(f"{student!r} is no student's id")
    with none_at_work(course), no_receipts(course):
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


@contextmanager
def no_receipts(course: Course) -> Iterator[None]:
    """Nobody writes a receipt meanwhile for what is going away."""
    try:
        with held(course.hidden / "locks" / "receipts.lock", wait=False):
            yield
    except Busy as busy:
        raise CourseError("`autograder receipts` watches this course: stop it first") from busy


def steps(course: Course, student: str) -> list[Step]:
    """What there is, in words, and how to delete it.

    Pages in the exchange come first, for they are found by what was handed in. What lies in
    `inbound` comes last, for only its student may be allowed to remove it.
    """
    here, came = holdings.of_student(course, student), exchanged.handed_in(course, student=student)
    found = _files(course, exchanged.given_back(course, [*came, *here]), holdings.remove)
    found += _files(course, here, holdings.remove)
    if rows := _rows(course, student):
        found.append((f"gradebook: {rows} submissions", partial(_from_gradebook, course, student)))
    if lines := _without_extensions(course, student):
        path = course.root / extensions.FILE
        found.append((f"{extensions.FILE}: lines of theirs", partial(write_whole, path, lines)))
    entries = [entry for entry in audit.read(course).entries if entry.student == student]
    if entries:
        words = f"log: {len(entries)} entries, which keep only who acted and when"
        found.append((words, partial(_from_log, course, student)))
    return found + _files(course, came, exchanged.remove_submission)


def _files(course: Course, paths: list[Path], remove: Callable[[Path], None]) -> list[Step]:
    return [
        (
            f"{os.path.relpath(path, course.root)} ({holdings.size([path]) / 1000:.1f} kB)",
            partial(remove, path),
        )
        for path in paths
    ]


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
    """Where else copies may be, which cannot be told from others', or are not ours to delete."""
    if exchanged.place(course).is_dir():
        exchange = "pages in the exchange for work that is nowhere any more"
    else:
        exchange = f"an exchange (there is none in {exchanged.place(course)})"
    return f"{exchange}, homes of students, backups, and what was exported"
