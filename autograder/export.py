"""`autograder export`: the gradebook as CSV, one line for each student and assignment."""

import argparse
import csv
import os
import sys
from pathlib import Path
from typing import TextIO

from autograder.course import Course, CourseError
from autograder.overview import Row, rows
from autograder.status import named

FIRST = ("student", "assignment", "state", "timestamp")
LAST = ("raw", "late_penalty", "total", "max_score", "by_hand", "verdicts")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="*", help="names or beginnings; default: all")
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: standard output")


def run(args: argparse.Namespace) -> int:
    course = Course.open(args.course)
    names = [course.assignment(prefix) for prefix in args.assignment] or course.assignments()
    found = [row for name in names for row in rows(course, name)]
    if args.to is None:
        write(found, sys.stdout)
        return 0
    draft = args.to.with_name(f"{args.to.name}.{os.getpid()}.tmp")
    try:
        with open(draft, "w", encoding="utf-8", newline="") as file:
            write(found, file)
        draft.replace(args.to)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CourseError(f"--to {args.to} cannot be written: {error.strerror}") from error
    print(f"{len(found)} lines in {args.to}", file=sys.stderr)
    return 0


def write(found: list[Row], file: TextIO) -> None:
    """Write a header and one line a row; a task that waits for a person has an empty field."""
    tasks = list(dict.fromkeys(task for row in found for task in row.tasks or ()))
    names = [task for _, task in tasks]
    titles = [t if names.count(t) == 1 else f"{notebook}/{t}" for notebook, t in tasks]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*FIRST, *titles, *LAST])
    for row in found:
        points = [_number((row.tasks or {}).get(task)) for task in tasks]
        stamp = row.timestamp.isoformat(timespec="seconds") if row.timestamp else ""
        numbers = [_number(n) for n in (row.raw, row.penalty, row.total, row.max_score)]
        first = [_plain(row.student), _plain(row.assignment), row.state, stamp]
        writer.writerow([*first, *points, *numbers, row.by_hand, _plain(named(row))])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _plain(text: str) -> str:
    """Text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
