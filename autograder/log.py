"""`autograder log`: which scores changed, when, by whom, and why."""

import argparse
import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import audit
from autograder.course import Course


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="?", help="its name, or the beginning of it")
    parser.add_argument("--student", help="only this one")


def run(args: argparse.Namespace) -> int:
    """Print it; 1 if a line of it was changed."""
    course = Course.open(args.course)
    assignment = course.assignment(args.assignment) if args.assignment else None
    log = audit.read(course)
    found = [
        entry
        for entry in log.entries
        if assignment in (None, entry.assignment) and args.student in (None, entry.student)
    ]
    console = Console(width=None if sys.stdout.isatty() else 160)  # a file is not 80 wide
    console.print(table(found))
    if log.broken is not None:
        where = f"{audit.path_of(course)}, line {log.broken}"
        print(f"{where}: this line, or one before it, was edited or removed", file=sys.stderr)
        return 1
    print(f"{len(log.entries)} entries, unchanged up to {log.head or 'the beginning'}")
    return 0


def table(entries: list[audit.Entry]) -> Table:
    """One line for each time that a submission was given to the gradebook."""
    shown = Table("when", "who", "assignment", "student", "changes", "why")
    for entry in entries:
        changes = "\n".join(map(in_words, entry.changes)) or "none"
        words = (entry.when, entry.who, entry.assignment, entry.student, changes, entry.why)
        shown.add_row(*map(escape, words))
    return shown


def in_words(change: audit.Change) -> str:
    """For example `hw1_means/mean_hidden: 0 -> 3`."""
    old, new = ("-" if value is None else f"{value:g}" for value in (change.old, change.new))
    return f"{change.notebook}/{change.task}: {old} -> {new}"
