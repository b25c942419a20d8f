"""`autograder retain`: of finished assignments, delete the work and keep the scores.

Finished: due, and last graded, before the date. The gradebook and the log stay as they are, and so
do assignments of which neither is known.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder import extensions, holdings
from autograder.course import Course, CourseError
from autograder.forget import clean_up
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
    with none_at_work(course):
        found = {name: holdings.of_assignment(course, name) for name in finished(course, limit)}
        found = {name: paths for name, paths in found.items() if paths}
        Console(width=None if sys.stdout.isatty() else 160).print(table(limit, found))
        if found and not args.yes:
            print("nothing was deleted: add --yes to do it", file=sys.stderr)
            return 1
        for path in (path for paths in found.values() for path in paths):
            holdings.remove(path)
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


def _last(due: datetime | None, records: Path) -> datetime | None:
    """By our own clock: what students hand in carries the times that they like."""
    graded = [path.stat().st_mtime for path in records.glob("*.json")]
    moments = [datetime.fromtimestamp(max(graded), UTC).replace(tzinfo=None)] if graded else []
    return max([*moments, *([due] if due else [])], default=None)


def table(limit: datetime, found: dict[str, list[Path]]) -> Table:
    """One line an assignment."""
    title = f"finished before {limit:%Y-%m-%d %H:%M} UTC: work that goes, scores that stay"
    shown = Table(title=title, title_justify="left")
    for name in ("assignment", "files and folders", "MB"):
        shown.add_column(name, justify="left" if name == "assignment" else "right")
    for name, paths in found.items():
        shown.add_row(name, str(len(paths)), f"{holdings.size(paths) / 1e6:.1f}")
    return shown
