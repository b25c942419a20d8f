"""`autograder similar`: pairs of submissions that share more than chance, for the instructor only.

Nothing else runs this, and nothing of it reaches students, scores or the gradebook.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from rich.console import Console
from rich.progress import track

from autograder.course import Course, CourseError
from autograder.feedback_page import title
from autograder.files import make_folder, write_whole
from autograder.report_page import render
from autograder.similar_pairs import COMMON, LEAST, MOST, Answers, Class, Shared, Task
from autograder.similar_prints import MAX_LETTERS
from autograder.submissions import Options, Submissions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", help="its name, or the beginning of it")
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help="default: reports/similar_ASSIGNMENT.html"
    )


def run(args: argparse.Namespace) -> int:
    """Write the page, and say where it is and how many pairs it shows."""
    course = Course.open(args.course)
    assignment = course.assignment(args.assignment)
    to = args.to
    if to is None:
        folder = course.root / "reports"
        make_folder(folder)
        to = folder / f"similar_{assignment}.html"
    found = of(course, assignment)
    write_whole(to, page(assignment, found))
    print(f"{os.path.relpath(to)}: {len(found.pairs())} pairs to look at")
    return 0


def of(course: Course, assignment: str) -> Class:
    """The class, read and indexed; nothing of it runs.

    Raises:
        CourseError: there are no two submissions.
    """
    submissions = Submissions(course, assignment, Options.of(course, device="cpu"))
    students = course.students(assignment)
    if len(students) < 2:
        raise CourseError(f"{assignment} has {len(students)} submissions: nothing to compare")
    answers: dict[str, Answers] = {}
    for student in track(students, f"reading {assignment}", console=Console(stderr=True)):
        answers[student] = {
            (name, cell.id): cell.source
            for name, bundle in submissions.bundles.items()
            for cell in submissions.read(student, name)[0].notebook_cells
            if cell.id in {solution.id for solution in bundle.solutions}
        }
    released: dict[Task, str] = {
        (name, cell.id): cell.released
        for name, bundle in submissions.bundles.items()
        for cell in bundle.solutions
    }
    return Class(answers, released)


def page(assignment: str, found: Class) -> str:
    """The pairs as one HTML page."""
    known = {
        "assignment": assignment,
        "students": len(found.students),
        "pairs": found.pairs(),
        "answers": found.answers,
        "common": COMMON,
        "least": LEAST,
        "most": MOST,
        "median": float(np.median(found.of_pairs)),
        "high": float(np.quantile(found.of_pairs, 0.99)),
    }
    filters: dict[str, Callable[..., Any]] = {}
    filters |= {"marked": marked, "percent": lambda share: f"{share:.0%}", "task_title": _title}
    return render("similar.html.j2", known, filters)


def marked(source: str, spans: list[tuple[int, int]]) -> Markup:
    """The source as HTML, with what is shared marked."""
    parts, last = [], 0
    for start, end in spans:
        parts += [escape(source[last:start]), Markup("<mark>%s</mark>") % source[start:end]]
        last = end
    rest = source[last:MAX_LETTERS]
    return Markup("").join([*parts, escape(rest), "" if len(source) <= MAX_LETTERS else "\n…"])


def _title(shared: Shared) -> str:
    return title(shared.task[1])
