"""`autograder export`: the gradebook as CSV, for spreadsheets and for campus systems."""

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import TextIO

from autograder import privacy
from autograder.course import Course, CourseError
from autograder.exports import canvas, feedback_text, lms, moodle, per_test
from autograder.exports.fields import number, plain
from autograder.files import write_whole
from autograder.overview import Row, rows
from autograder.status import named

FIRST = ("student", "assignment", "state", "timestamp")
LAST = ("raw", "late_penalty", "total", "max_score", "by_hand", "verdicts")
FORMATS = ("canvas", "moodle")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="*", help="names or beginnings; default: all")
    parser.add_argument("--pseudonyms", action="store_true", help="no names, times or messages")
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: standard output")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--tests", action="store_true", help="one line for each student and test")
    kind.add_argument("--format", choices=FORMATS, help="a file that this campus system imports")


def run(args: argparse.Namespace) -> int:
    """Write the file; 1 if a campus system could not find somebody, who is left out."""
    if args.pseudonyms and args.format:
        raise CourseError(f"--format {args.format}: a campus system knows no pseudonyms")
    course = Course.open(args.course)
    names = [course.assignment(prefix) for prefix in args.assignment]
    names = names or per_test.registered(course)
    found = {name: rows(course, name) for name in names}
    text = io.StringIO()
    missing: list[str] = []
    if args.tests:
        ones = [one for name in names for one in per_test.outcomes(course, name, found[name])]
        per_test.write(privacy.outcomes(course, ones) if args.pseudonyms else ones, text)
    elif args.format:
        missing = for_lms(course, args.format, found, text)
    else:
        all_rows = [row for name in names for row in found[name]]
        write(privacy.rows(course, all_rows) if args.pseudonyms else all_rows, text)
    if args.to:
        write_whole(args.to, text.getvalue())
        print(f"{text.getvalue().count(chr(10))} lines in {args.to}", file=sys.stderr)
    else:
        sys.stdout.write(text.getvalue())
    for student in missing:
        print(
            f"{args.format}: {student!r} is left out: the gradebook has no id that is both exact "
            "and safe to open in a spreadsheet",
            file=sys.stderr,
        )
    return 1 if missing else 0


def for_lms(course: Course, format: str, found: dict[str, list[Row]], file: TextIO) -> list[str]:
    """Write one row a student for Canvas or Moodle, warn on stderr; returns who is left out."""
    items = lms.items(course, found)
    people = lms.people(course, (row for rows in found.values() for row in rows))
    warnings = [note for item in items for note in item.notes()]
    if format == "canvas":
        missing = canvas.write(items, people, file)
        warnings += canvas.notes(items)
    else:
        told = {item.assignment: feedback_text.lines(course, item.assignment) for item in items}
        missing = moodle.write(items, people, told, file)
        warnings += moodle.notes(items, [person for person in people if person.id not in missing])
    for warning in warnings:
        print(f"{format}: {warning}", file=sys.stderr)
    return missing


def write(found: list[Row], file: TextIO) -> None:
    """Write a header and one line a row; a task that waits for a person has an empty field."""
    tasks = list(dict.fromkeys(task for row in found for task in row.tasks or ()))
    names = [task for _, task in tasks]
    titles = [t if names.count(t) == 1 else f"{notebook}/{t}" for notebook, t in tasks]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*FIRST, *map(plain, titles), *LAST])
    for row in found:
        points = [number((row.tasks or {}).get(task)) for task in tasks]
        stamp = row.timestamp.isoformat(timespec="seconds") if row.timestamp else ""
        numbers = [number(n) for n in (row.raw, row.penalty, row.total, row.max_score)]
        first = [plain(row.student), plain(row.assignment), row.state, stamp]
        writer.writerow([*first, *points, *numbers, row.by_hand, plain(named(row))])
