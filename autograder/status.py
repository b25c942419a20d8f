"""`autograder status`: who handed in, what they have, and what is left to do."""

import argparse
import sys
from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course import Course
from autograder.overview import ABSENT, CHANGED, GRADED, WAITING, Row, rows

COLORS = {ABSENT: "dim", WAITING: "yellow", CHANGED: "yellow", GRADED: "green"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="?", help="its name, or the beginning of it")


def run(args: argparse.Namespace) -> int:
    course = Course.open(args.course)
    console = Console(width=None if sys.stdout.isatty() else 160)  # a file is not 80 wide
    if args.assignment is None:
        console.print(summary({name: rows(course, name) for name in course.assignments()}))
        return 0
    assignment = course.assignment(args.assignment)
    found = rows(course, assignment)
    console.print(table(assignment, found))
    for line in outstanding(assignment, found):
        console.print(line, markup=False, highlight=False)
    return 0


def table(assignment: str, found: list[Row]) -> Table:
    """One line a student."""
    shown = Table(title=escape(assignment), title_justify="left")
    for name in ("student", "state", "handed in"):
        shown.add_column(name, no_wrap=True)
    several = any(row.counts for row in found)
    if several:
        shown.add_column("counts", no_wrap=True)
    for name in ("points", "of", "late", "by hand"):
        shown.add_column(name, justify="right")
    shown.add_column("verdicts")
    for row in found:
        late = f"-{row.penalty:g}" if row.penalty else ""
        points = [f"{row.total:g}", f"{row.max_score:g}", late, str(row.by_hand or "")]
        shown.add_row(
            escape(row.student),
            f"[{COLORS[row.state]}]{row.state}[/]",
            f"{row.timestamp:%Y-%m-%d %H:%M}" if row.timestamp else "",
            *([row.counts] if several else []),
            *(points if row.tasks is not None else [""] * 4),
            escape(named(row)),
        )
    return shown


def named(row: Row) -> str:
    """Verdicts by name, each with the cells that it is about."""
    cells: dict[str, list[str]] = {}
    for verdict in row.verdicts:
        cells.setdefault(verdict.name, []).extend([verdict.cell] if verdict.cell else [])
    return ", ".join(f"{name} ({' '.join(of)})" if of else name for name, of in cells.items())


def summary(found: dict[str, list[Row]]) -> Table:
    """One line an assignment."""
    shown = Table()
    shown.add_column("assignment")
    for name in ("handed in", "graded", "to grade", "by hand", "mean", "of"):
        shown.add_column(name, justify="right")
    for assignment, students in found.items():
        states = Counter(row.state for row in students)
        graded = [row for row in students if row.tasks is not None]
        mean = f"{sum(row.total for row in graded) / len(graded):.1f}" if graded else ""
        shown.add_row(
            escape(assignment),
            str(len(students) - states[ABSENT]),
            str(states[GRADED]),
            str(states[WAITING] + states[CHANGED]),
            str(sum(row.by_hand > 0 for row in students)),
            mean,
            f"{graded[0].max_score:g}" if graded else "",
        )
    return shown


def outstanding(assignment: str, found: list[Row]) -> list[str]:
    """What to do next, as commands."""
    waiting = sum(row.state in (WAITING, CHANGED) for row in found)
    by_hand = sum(row.by_hand > 0 for row in found)
    lines = [f"{waiting} to grade: autograder grade {assignment}"] if waiting else []
    lines += [f"{by_hand} wait for a person: nbgrader's formgrader"] if by_hand else []
    return lines
