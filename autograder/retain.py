"""`autograder retain`: of finished assignments, delete the work and keep the scores.

Finished: due, and last graded, before the date. The gradebook and the log stay as they are, and so
do assignments of which neither is known, and what came into the exchange since that date. A run
that was killed is finished by the same command.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder import exchanged, extensions, holdings
from autograder.course import Course, CourseError
from autograder.forget import clean_up, no_receipts
from autograder.gradebook import check_exists
from autograder.locks import none_at_work


def add_arguments(parser: argparse.ArgumentParser) -> None:
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--until", metavar="DATE", help="with its zone, like 2026-03-31 23:59 UTC")
    when.add_argument("--older-than", type=int, metavar="DAYS", help="counted from now")
    parser.add_argument("--yes", action="store_true", help="delete; without it, only say what")


def run(args: argparse.Namespace) -> int:
    """List what would go, and delete it if told to; 0 if nothing is left to be done."""
    course = Course.open(args.course)
    limit = limit_of(args)
    with none_at_work(course), no_receipts(course):
        found = {name: work_of(course, name, limit) for name in finished(course, limit)}
        found = {name: work for name, work in found.items() if work.paths}
        Console(width=None if sys.stdout.isatty() else 160).print(table(limit, found))
        if found and not args.yes:
            print("nothing was deleted: add --yes to do it", file=sys.stderr)
            return 1
        for work in found.values():
            work.remove()
        if args.yes:
            clean_up(course)
    return 0


def limit_of(args: argparse.Namespace) -> datetime:
    """In UTC without a zone, as nbgrader's gradebook keeps times.

    Raises:
        CourseError: it is no date, or lies ahead.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        until = extensions.moment(args.until) if args.until else None
        limit = now - timedelta(days=args.older_than) if until is None else until
    except OverflowError as error:
        raise CourseError(f"--older-than {args.older_than}: no calendar goes there") from error
    if limit > now:
        raise CourseError(f"{limit:%Y-%m-%d %H:%M} UTC lies ahead: nothing is finished before then")
    return limit


def finished(course: Course, limit: datetime) -> list[str]:
    """Assignments whose last known moment lies before the limit."""
    names = course.assignments()
    if not names:
        return []
    check_exists(course, names[0])
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        due = {assignment.name: assignment.duedate for assignment in gradebook.assignments}
    last = {name: _last(due.get(name), course.hidden / "handed" / name) for name in due}
    return sorted(name for name, moment in last.items() if moment and moment < limit)


@dataclass(frozen=True)
class Work:
    """What there is of one assignment: pages and submissions in the exchange, and what is here."""

    given_back: list[Path]
    handed_in: list[Path]
    here: list[Path]

    @property
    def paths(self) -> list[Path]:
        return self.given_back + self.handed_in + self.here

    def remove(self) -> None:
        """So that a killed run can be taken up.

        Pages are found by what was handed in, and the assignment by the engine's records, which
        are the last of what is here.

        Raises:
            CourseError: submissions in the exchange can only be removed by their students; what is
                here stays until they are gone.
        """
        for path in self.given_back:
            holdings.remove(path)
        refused = []
        for path in self.handed_in:
            try:
                exchanged.remove_submission(path)
            except CourseError as error:
                refused.append(str(error))
        if refused:
            raise CourseError("\n".join(refused))
        for path in self.here:
            holdings.remove(path)


def work_of(course: Course, assignment: str, limit: datetime) -> Work:
    """Without what came into the exchange since `limit`: nobody has graded that."""
    begin = limit.replace(tzinfo=UTC).timestamp()
    came = exchanged.handed_in(course, assignment=assignment)
    came = [path for path in came if path.lstat().st_ctime < begin]  # no student can set this time
    here = holdings.of_assignment(course, assignment)
    return Work(exchanged.given_back(course, [*came, *here]), came, here)


def _last(due: datetime | None, records: Path) -> datetime | None:
    """By our own clock: what students hand in carries the times that they like."""
    graded = [path.stat().st_mtime for path in records.glob("*.json")]
    moments = [datetime.fromtimestamp(max(graded), UTC).replace(tzinfo=None)] if graded else []
    return max([*moments, *([due] if due else [])], default=None)


def table(limit: datetime, found: dict[str, Work]) -> Table:
    """One line an assignment."""
    title = f"finished before {limit:%Y-%m-%d %H:%M} UTC: work that goes, scores that stay"
    shown = Table(title=title, title_justify="left")
    for name in ("assignment", "files and folders", "MB"):
        shown.add_column(name, justify="left" if name == "assignment" else "right")
    for name, work in found.items():
        shown.add_row(name, str(len(work.paths)), f"{holdings.size(work.paths) / 1e6:.1f}")
    return shown
