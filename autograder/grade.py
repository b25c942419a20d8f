"""`autograder grade`: run what has not been run, then give everything to nbgrader."""

import argparse
import copy
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from sqlalchemy.exc import SQLAlchemyError

from autograder.batch import Handoff, handing
from autograder.course import DEVICES, MODES, Course, CourseError
from autograder.submissions import Options, RunAll, Submissions

BUNCH = 5  # students at a time, while others are still to be run
SCHEDULER = (
    "grade on a Dask cluster: the address of its scheduler, or its scheduler file; "
    "'local' starts --workers processes here, which shows what a cluster will do (without it, a "
    "pool of this machine's own loads the libraries once for all workers, and is faster)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", help="its name, or the beginning of it")
    parser.add_argument("--students", help="only these, separated by commas")
    parser.add_argument("--mode", choices=MODES, help="split: tests run in a process of their own")
    parser.add_argument("--workers", type=int, help="submissions graded at once on this machine")
    parser.add_argument("--scheduler", help=SCHEDULER)
    parser.add_argument("--device", choices=DEVICES, help="what tests run on")
    parser.add_argument("--unsafe", action="store_true", default=None, help="without a sandbox")
    parser.add_argument("--force", action="store_true", help="run again what has a result")


def run(args: argparse.Namespace) -> int:
    course = Course.open(args.course)
    assignment = course.assignment(args.assignment)
    students = chosen(course, assignment, args.students)
    options = Options.of(
        course,
        mode=args.mode,
        workers=args.workers,
        device=args.device,
        unsafe=args.unsafe,
        force=args.force,
        scheduler=args.scheduler,
    )
    console = Console(stderr=True)
    with only_one(course):
        if options.mode == "stock":
            return grade_stock(course, assignment, students, options.force)
        return grade(course, assignment, students, options, console)


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


def grade(
    course: Course,
    assignment: str,
    students: list[str],
    options: Options,
    console: Console,
    run_all: RunAll | None = None,
) -> int:
    """Both halves; killed at any moment, another call finishes.

    Returns:
        0, or 1 if a submission changed while it was graded.
    """
    start = time.monotonic()
    submissions = Submissions(course, assignment, options, run_all)
    missing = submissions.missing(students)
    with handing(submissions) as handoff, _progress(console) as progress:
        running = progress.add_task(f"running {assignment}", total=len(missing))
        giving = progress.add_task("into the gradebook", total=len(students))
        giver = Giver(handoff, options.force, partial(progress.advance, giving))
        for bunch in _run(submissions, students, missing, partial(progress.advance, running)):
            giver.give(bunch)
    given, failed = Counter(giver.said.values()), giver.failed
    seconds = time.monotonic() - start
    console.print(
        f"{assignment}: {len(students)} submissions, {len(missing)} notebooks run, "
        f"{given[True]} new in the gradebook, {seconds:.1f} s"
    )
    if options.unsafe:
        console.print("[bold]graded without a sandbox[/]: student code ran with your rights")
    if handoff.verdicts:
        said = ", ".join(f"{name} {count}" for name, count in handoff.verdicts.most_common())
        console.print(f"verdicts: {said} (see `autograder status {assignment}`)")
    if given[None]:
        console.print(f"{given[None]} changed while they were graded: run the command again")
    for student, why in failed.items():
        console.print(f"{student} could not be given to nbgrader: {why}", markup=False)
    return 1 if given[None] or failed else 0


def _run(
    submissions: Submissions,
    students: list[str],
    missing: list[tuple[str, str]],
    on_each: Callable[[], object],
) -> Iterator[list[str]]:
    """Run what is missing; students of whom everything has been run, a few at a time.

    What is done with them costs no time where a processor is free, for the engine goes on.
    """
    left = Counter(student for student, _ in missing)
    last = [student for student in students if not left[student]]
    to_run, ready = len(missing), []
    for student, _, _ in submissions.run(missing):
        on_each()
        to_run -= 1
        left[student] -= 1
        if not left[student]:
            ready.append(student)
        if len(ready) > min(to_run, BUNCH):
            yield ready
            ready = []
    yield ready + last


class Giver:
    """Hands over one student after the other: one that cannot be costs nobody else anything.

    Attributes:
        said: what `Handoff.give` said, by student.
        failed: what went wrong, by student.
    """

    def __init__(self, handoff: Handoff, force: bool, on_each: Callable[[], object]) -> None:
        self.handoff, self.force, self.on_each = handoff, force, on_each
        self.said: dict[str, bool | None] = {}
        self.failed: dict[str, str] = {}

    def give(self, students: list[str]) -> None:
        """Hand over these, and commit: nobody else waits for the gradebook while others run."""
        waiting = deque(students)
        while waiting:
            student = waiting.popleft()
            new = student not in self.said
            try:
                self.said[student] = self.handoff.give(student, self.force)
            except (CourseError, OSError, SQLAlchemyError):
                raise  # not about this student
            except Exception as error:
                self.said.pop(student, None)
                self.failed[student] = f"{type(error).__name__}: {error}"[:300]
                waiting.extendleft(reversed(self.handoff.undo()))
            if new:
                self.on_each()
        self.handoff.save()


def grade_stock(course: Course, assignment: str, students: list[str], force: bool) -> int:
    """nbgrader's own way, without any of ours.

    Raises:
        CourseError: nbgrader could not grade a submission; its log says why.
    """
    config = copy.deepcopy(course.config)
    for ours in ("autograde_preprocessors", "exporter_class"):
        config.Autograde.pop(ours, None)
    failed = []
    for student in students:
        directory = CourseDirectory(config=config)
        directory.assignment_id, directory.student_id = assignment, student
        converter = Autograde(coursedir=directory, config=config)
        converter.force = converter.force or force
        try:
            converter.start()
        except NbGraderException:
            failed.append(student)
    if failed:
        raise CourseError(f"nbgrader could not grade {', '.join(failed)}: see its messages above")
    return 0


@contextmanager
def only_one(course: Course) -> Iterator[None]:
    """Two gradings of one course at once would do everything twice."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        course.hidden.mkdir(exist_ok=True)
        file = os.open(course.hidden / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CourseError(f"{course.hidden} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CourseError(f"another `autograder grade` is at work in {course.root}") from error
    else:
        yield
    finally:
        os.close(file)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    return Progress(*columns, *times, console=console)
