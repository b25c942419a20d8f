"""`autograder regrade`: one submission once more, because somebody asked for it."""

import argparse
import sys

from rich.console import Console

from autograder.batch import handing
from autograder.course import Course, CourseError
from autograder.giving import Held, show
from autograder.locks import only_one, writing
from autograder.submissions import Options, RunAll, Submissions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("student", help="whose submission")
    parser.add_argument("assignment", help="its name, or the beginning of it")
    parser.add_argument("--reason", required=True, help="who asked for it, and why: for the log")
    parser.add_argument("--workers", type=int, help="notebooks graded at once")
    parser.add_argument("--unsafe", action="store_true", default=None, help="without a sandbox")


def run(args: argparse.Namespace) -> int:
    """Run it again, show what changes, write it, and note it, even if nothing changes."""
    course = Course.open(args.course)
    assignment = course.assignment(args.assignment)
    student = args.student
    if student not in course.students(assignment):
        raise CourseError(f"{student} has not handed in {assignment}")
    options = Options.of(course, workers=args.workers, unsafe=args.unsafe, force=True)
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)
    with only_one(course, assignment):
        return regrade(course, assignment, student, args.reason, options, console)


def regrade(
    course: Course,
    assignment: str,
    student: str,
    reason: str,
    options: Options,
    console: Console,
    run_all: RunAll | None = None,
) -> int:
    """What people gave by hand stays as it is.

    Raises:
        CourseError: there is no reason, or the submission changed while it was graded.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise CourseError("--reason: say who asked for it, and why")
    submissions = Submissions(course, assignment, options, run_all)
    submissions.keep([student])
    for _ in submissions.run(submissions.missing([student])):
        pass
    with handing(submissions) as handoff, writing(course):
        plan = handoff.plan(student, force=True)
        if plan is None:
            raise CourseError(f"{student}'s submission changed while it was graded: try again")
        show({student: Held.of(plan)}, console)
        handoff.write(plan, f"regrade: {reason}")
        handoff.save()
    changed = f"{len(plan.changes)} scores changed" if plan.changes else "no score changed"
    console.print(f"{student}, {assignment}: {changed} (see `autograder log`)", markup=False)
    return 0
