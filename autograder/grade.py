"""`autograder grade`: run what has not been run, then give everything to nbgrader."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from rich.console import Console

from autograder import privacy
from autograder.batch import handing
from autograder.course import DEVICES, MODES, Course, CourseError
from autograder.giving import Giver, agreed, show
from autograder.history import student_of
from autograder.locks import only_one
from autograder.progress import progress
from autograder.selection import chosen, handed_in_since, stopped
from autograder.stock import grade_stock
from autograder.submissions import Options, RunAll, Submissions

BUNCH = 5  # students at a time, while others are still to be run
SCHEDULER = (
    "grade on a Dask cluster: the address of its scheduler, or its scheduler file; "
    "'local' starts --workers processes here, which shows what a cluster will do (without it, a "
    "pool of this machine's own loads the libraries once for all workers, and is faster)"
)
SINCE = "only what was handed in since then, like '2026-10-12 23:59 UTC'; or since each one's 'due'"
FAILED = "run again only those in whose last result the engine stopped a cell (time, memory, crash)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", help="its name, or the beginning of it")
    parser.add_argument("--students", help="only these, separated by commas")
    parser.add_argument("--mode", choices=MODES, help="split: tests run in a process of their own")
    parser.add_argument("--workers", type=int, help="submissions graded at once on this machine")
    parser.add_argument("--scheduler", help=SCHEDULER)
    parser.add_argument("--device", choices=DEVICES, help="what tests run on")
    parser.add_argument("--unsafe", action="store_true", default=None, help="without a sandbox")
    parser.add_argument("--force", action="store_true", help="run again what has a result")
    parser.add_argument("--since", metavar="WHEN", help=SINCE)
    parser.add_argument("--failed-only", action="store_true", help=FAILED)
    answers = parser.add_mutually_exclusive_group()
    answers.add_argument("--yes", action="store_true", help="change scores that were given before")
    answers.add_argument("--dry-run", action="store_true", help="only show what would change")


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
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)
    answer = "yes" if args.yes else "dry-run" if args.dry_run else "ask"
    with only_one(course, assignment):
        if args.since is not None or args.failed_only:
            students = narrowed(Submissions(course, assignment, options), students, args)
        if not students:
            console.print(f"{assignment}: no submission is like that")
            return 0
        if options.mode == "stock":
            return grade_stock(course, assignment, students, options.force)
        options = replace(options, force=options.force or args.failed_only)
        shown = partial(privacy.shown, course, terminal=sys.stderr.isatty())
        return grade(course, assignment, students, options, console, answer=answer, shown=shown)


def narrowed(submissions: Submissions, students: list[str], args: argparse.Namespace) -> list[str]:
    """Those of the students that `--since` and `--failed-only` leave."""
    if args.since is not None:
        students = handed_in_since(submissions, students, args.since)
    return stopped(submissions, students) if args.failed_only else students


def grade(
    course: Course,
    assignment: str,
    students: list[str],
    options: Options,
    console: Console,
    run_all: RunAll | None = None,
    answer: str = "ask",
    shown: Callable[[str], str] = str,
) -> int:
    """Both halves; killed at any moment, another call finishes.

    Args:
        answer: to the question whether given scores may change: "yes", "ask", or "dry-run", which
            writes nothing but results.
        shown: what stands for a student in what is printed.

    Returns:
        0, or 1 if a submission changed while it was graded, or could not be graded to its end.

    Raises:
        CourseError: nobody has agreed that given scores change; all others are written.
    """
    start, dry = time.monotonic(), answer == "dry-run"
    submissions = Submissions(course, assignment, options, run_all)
    submissions.keep(students)
    missing = submissions.missing(students)
    with handing(submissions) as handoff:
        with progress(console) as bars:
            running = bars.add_task(f"running {assignment}", total=len(missing))
            giving = bars.add_task("into the gradebook", total=len(students))
            giver = Giver(handoff, options.force, partial(bars.advance, giving), dry)
            for bunch in _run(submissions, students, missing, partial(bars.advance, running)):
                giver.give(bunch)
            giver.give(giver.unready)  # what another one's run was needed for
        show(giver.held, console, shown)
        if not dry:
            giver.give_held(agreed(giver.held, console, answer))
        strangers = handoff.forecast.strangers(course.students(assignment))
    seconds = time.monotonic() - start
    new = Counter(giver.said.values())[True]
    console.print(
        f"{assignment}: {len(students)} submissions, {len(missing)} notebooks run, "
        f"{new} new in the gradebook, {seconds:.1f} s"
        + (" (a dry run: none of this was written)" if dry else "")
    )
    _tell(giver, options, console, shown)
    if strangers:
        names = ", ".join(map(shown, strangers))
        console.print(f"extensions.csv: nobody is called {names}", markup=False)
    if not dry:
        _refuse(giver)
    return 1 if giver.unready or giver.failed or giver.handoff.verdicts["engine"] else 0


def _tell(giver: Giver, options: Options, console: Console, shown: Callable[[str], str]) -> None:
    """What a grader should know of this run."""
    handoff = giver.handoff
    if options.unsafe:
        console.print("[bold]graded without a sandbox[/]: student code ran with your rights")
    if handoff.verdicts:
        said = ", ".join(f"{name} {count}" for name, count in handoff.verdicts.most_common())
        console.print(f"verdicts: {said} (see `autograder status {handoff.assignment}`)")
    if giver.unready:
        console.print(f"{len(giver.unready)} changed while they were graded: run the command again")
    for student, why in giver.failed.items():
        name, why = shown(student), why.replace(student, shown(student))
        console.print(f"{name} could not be given to nbgrader: {why}", markup=False)


def _refuse(giver: Giver) -> None:
    left = [who for who, one in giver.held.items() if one.surprises and not giver.said.get(who)]
    left = [who for who in left if who not in giver.unready and who not in giver.failed]
    if left:
        raise CourseError(
            f"given scores of {len(left)} students would change, as listed above, and were left "
            "as they are: --yes changes them"
        )


def _run(
    submissions: Submissions,
    students: list[str],
    missing: list[tuple[str, str]],
    on_each: Callable[[], object],
) -> Iterator[list[str]]:
    """Run what is missing; students of whom everything has been run, a few at a time.

    What is done with them costs no time where a processor is free, for the engine goes on.
    """
    left = Counter(student_of(who) for who, _ in missing)
    last = [student for student in students if not left[student]]
    to_run, ready = len(missing), []
    for who, _, _ in submissions.run(missing):
        student = student_of(who)
        on_each()
        to_run -= 1
        left[student] -= 1
        if not left[student]:
            ready.append(student)
        if len(ready) > min(to_run, BUNCH):
            yield ready
            ready = []
    yield ready + last
