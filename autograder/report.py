"""`autograder report`: one page for the instructor on how an assignment went."""

import argparse
import os
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from rich.console import Console
from rich.progress import track

from autograder import privacy
from autograder.course import Course, CourseError
from autograder.exports.per_test import outcomes, registered
from autograder.files import make_folder, write_whole
from autograder.overview import rows
from autograder.report_page import index, page
from autograder.report_parts import Report, report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", nargs="?", help="default: all, and a page with links to them")
    parser.add_argument("--pseudonyms", action="store_true", help="no names, times or messages")
    parser.add_argument("--to", type=Path, metavar="FILE", help="default: reports/ASSIGNMENT.html")


def run(args: argparse.Namespace) -> int:
    """Write the page, or all of them, and say where."""
    course = Course.open(args.course)
    folder = course.root / "reports"
    if args.to is None:
        make_folder(folder)
    if args.assignment is None:
        if args.to:
            raise CourseError("--to names one file: say which assignment goes there")
        pages = []
        for name in track(registered(course), "reports", console=Console(stderr=True)):
            pages.append(of(course, name, args.pseudonyms))
            write_whole(folder / f"{name}.html", page(pages[-1]))
        write_whole(folder / "index.html", index(pages))
        print(os.path.relpath(folder / "index.html"))
        return 0
    assignment = course.assignment(args.assignment)
    to = args.to or folder / f"{assignment}.html"
    write_whole(to, page(of(course, assignment, args.pseudonyms)))
    print(os.path.relpath(to))
    return 0


def of(course: Course, assignment: str, pseudonyms: bool = False) -> Report:
    """Everything that the page shows, from the gradebook and the engine's results.

    Args:
        pseudonyms: no names, and no words that a student may have written.

    Raises:
        CourseError: there is no gradebook, or it does not know the assignment.
    """
    found = rows(course, assignment)
    ones = list(outcomes(course, assignment, found))
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        most = gradebook.find_assignment(assignment).max_score
        query = gradebook.db.query(SubmittedAssignment).join(
            Assignment, Assignment.id == SubmittedAssignment.assignment_id
        )
        known = query.filter(Assignment.name == assignment)
        late = {one.student_id: one.total_seconds_late for one in known}
    if pseudonyms:
        found, ones = privacy.rows(course, found), privacy.outcomes(course, ones)
        late = {privacy.pseudonym(course, student): seconds for student, seconds in late.items()}
    return report(assignment, found, ones, most, late)
