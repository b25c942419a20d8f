"""Who has to wait for whom: one grading of an assignment at a time, one writer of the gradebook."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import told


@contextmanager
def only_one(course: Course, assignment: str) -> Iterator[None]:
    """Two gradings of one assignment at once would do everything twice.

    Raises:
        CourseError: another one is at work.
    """
    with _locked(course, f"{assignment}.lock", wait=False):
        yield


@contextmanager
def none_at_work(course: Course) -> Iterator[None]:
    """No assignment is graded while the block runs, for it takes things away.

    Raises:
        CourseError: one is being graded.
    """
    with ExitStack() as stack:
        for assignment in course.assignments():
            stack.enter_context(only_one(course, assignment))
        yield


@contextmanager
def writing(course: Course) -> Iterator[None]:
    """Gradings of several assignments take turns: each block is short, and ends in a commit."""
    with _locked(course, "writing.lock", wait=True):
        yield


@contextmanager
def noting(course: Course) -> Iterator[None]:
    """Whole lines go to the log, one command's after another's."""
    with _locked(course, "log.lock", wait=True):
        yield


@contextmanager
def _locked(course: Course, name: str, wait: bool) -> Iterator[None]:
    try:
        with held(course.hidden / "locks" / name, wait):
            yield
    except Busy as busy:
        words = f"another `autograder grade {name.removesuffix('.lock')}` is at work"
        raise CourseError(f"{words} in {course.root}") from busy


class Busy(Exception):
    """Another process holds the lock."""


@contextmanager
def held(file: Path, wait: bool = True) -> Iterator[None]:
    """One process at a time is in the block; on Windows, any number.

    Raises:
        Busy: another one is, and `wait` is False.
        CourseError: the file or its folder cannot be made.
    """
    with told(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with told(file):
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        raise Busy from error
    else:
        yield
    finally:
        os.close(lock)
