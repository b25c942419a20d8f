"""`autograder feedback`: one safe page a student, by command or by nbgrader's own button.

nbgrader's `generate_feedback` and the formgrader use the same pages with this line in
nbgrader_config.py:

    c.GenerateFeedback.exporter_class = "autograder.feedback.SafeFeedback"
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from rich.progress import track
from sqlalchemy.exc import SQLAlchemyError

from autograder import leaks, misconceptions, privacy, results
from autograder.bundle import Bundle, load_bundles
from autograder.course import Course, CourseError
from autograder.feedback_page import Page, render, title
from autograder.feedback_parts import Graded, Mark, parts
from autograder.files import write_whole
from autograder.rebuild import OWN_FILES
from autograder.releases import recorded


@dataclass(frozen=True)
class Writer:
    """Makes the pages of one assignment."""

    course: Course
    assignment: str

    @cached_property
    def bundles(self) -> dict[str, Bundle]:
        return load_bundles(self.course, self.assignment)

    @cached_property
    def hidden(self) -> dict[str, dict[str, leaks.Secret]]:
        """Hidden-test lines by notebook, of earlier versions too: old copies are graded by them."""
        folders = [version.folder for version in recorded(self.course, self.assignment)]
        found: dict[str, dict[str, leaks.Secret]] = {}
        for folder in (*folders, self.course.folder("source", self.assignment)):
            for path in folder.glob("*.ipynb"):
                source = nbformat.read(path, as_version=4)
                secrets = leaks.secrets(source, path.stem, self.course.config)
                hidden = {s.line: s for s in secrets if s.kind == "hidden test"}
                found.setdefault(path.stem, {}).update(hidden)
        return found

    def page(self, submitted: SubmittedNotebook, notebook: nbformat.NotebookNode | None) -> str:
        """The page of one submitted notebook as HTML.

        Args:
            submitted: nbgrader's row, with grades and comments.
            notebook: the autograded notebook, None if there is none.
        """
        name, student = submitted.name, submitted.student.id
        bundle = self.bundles[name]
        result = results.recorded(self.course, self.assignment, student, name)
        penalty = submitted.late_submission_penalty or 0.0
        graded = self.graded(submitted, notebook, result)
        return render(
            Page(
                student=student,
                assignment=self.assignment,
                notebook=name,
                score=submitted.score - penalty,
                max_score=submitted.max_score,
                late_penalty=penalty,
                verdicts=_verdicts(result) if result else (),
                parts=parts(graded, bundle, self.known(name), self.hidden[name]),
            )
        )

    def graded(
        self,
        submitted: SubmittedNotebook,
        notebook: nbformat.NotebookNode | None,
        result: results.Result | None,
    ) -> Graded:
        """What gradebook and engine know of one submitted notebook."""
        messages = _messages(result) if result else {}
        return Graded(notebook, _marks(submitted), _comments(submitted), messages)

    def known(self, name: str) -> misconceptions.Known:
        """Known mistakes in one notebook of the assignment."""
        path = misconceptions.file_of(self.course.root, self.assignment)
        return misconceptions.load(path, self.bundles[name].digest)

    def write(self, submitted: SubmittedNotebook) -> Path:
        """Write the page into nbgrader's feedback folder; returns its path."""
        student, name = submitted.student.id, submitted.name
        path = self.course.folder("autograded", self.assignment, student) / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4) if path.is_file() else None
        target = self.course.folder("feedback", self.assignment, student) / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in OWN_FILES:  # `nbgrader release_feedback` reads whose page it is off them
            if (path.parent / file).is_file():
                write_whole(
                    target.parent / file, (path.parent / file).read_text("utf-8", "replace")
                )
        write_whole(target, self.page(submitted, notebook))
        return target


def _messages(result: results.Result) -> dict[str, str]:
    """Why tests failed, or that they passed with the reference's earlier parts only."""
    helped = {
        cell.id: "counted with our version of the earlier parts: an error costs once"
        for cell in result.cells
        if (cell.reference_score or 0.0) > (cell.score or 0.0)
    }
    return {**result.messages, **helped}


def _verdicts(result: results.Result) -> tuple[str, ...]:
    return tuple(
        f"{title(verdict.cell)}: {verdict.text}" if verdict.cell else _sentence(verdict.text)
        for verdict in result.verdicts
        if verdict.name != "unusual"  # for the instructor, who will know what it means
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _marks(submitted: SubmittedNotebook) -> dict[str, Mark]:
    return {
        grade.name: Mark(
            None if grade.auto_score is None and grade.manual_score is None else grade.score,
            grade.max_score,
        )
        for grade in submitted.grades
    }


def _comments(submitted: SubmittedNotebook) -> dict[str, str]:
    return {item.name: item.comment for item in submitted.comments if item.comment}


class SafeFeedback(Exporter):
    """Puts these pages in the place of nbgrader's, whoever asks for feedback."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: nbformat.NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """The page of the graded notebook that nbgrader is converting."""
        about = resources["nbgrader"]
        converter: Any = self.parent
        course = Course.of(converter.coursedir, converter.config)
        with Gradebook(about["db_url"], course.directory.course_id) as gradebook:
            submitted = gradebook.find_submission_notebook(
                about["notebook"], about["assignment"], about["student"]
            )
            page = Writer(course, about["assignment"]).page(submitted, nb)
        return page, {**resources, "output_extension": self.file_extension}


class Unwritten(Exception):
    """What went wrong, by student; the `pages` of all others are written."""

    def __init__(self, failed: dict[str, str], pages: list[Path]) -> None:
        super().__init__(failed)
        self.failed, self.pages = failed, pages


def write_all(course: Course, assignment: str, students: list[str] | None = None) -> list[Path]:
    """Write the pages of every graded submission, or of the students named.

    Raises:
        CourseError: the gradebook does not know the assignment, or a student in it.
        Unwritten: some pages could not be made.
    """
    writer = Writer(course, assignment)
    pages: list[Path] = []
    failed: dict[str, str] = {}
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        found = list(_submitted(gradebook, assignment, students))
        for item in track(found, f"feedback for {assignment}", transient=True):
            try:
                pages.append(writer.write(item))
            except (CourseError, OSError, SQLAlchemyError):
                raise  # not about this student
            except Exception as error:
                failed[item.student.id] = f"{type(error).__name__}: {error}"[:300]
    if failed:
        raise Unwritten(failed, pages)
    return pages


def _submitted(
    gradebook: Gradebook, assignment: str, students: list[str] | None
) -> Iterator[SubmittedNotebook]:
    try:
        submissions = gradebook.find_assignment(assignment).submissions
    except MissingEntry as error:
        raise CourseError(f"{assignment} is not in the gradebook: grade it first") from error
    by_student = {submission.student.id: submission for submission in submissions}
    for student in students or sorted(by_student):
        if student not in by_student:
            raise CourseError(f"{student} has no graded submission of {assignment}")
        yield from by_student[student].notebooks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `autograder feedback`."""
    parser.add_argument("assignment", help="the assignment, or the start of its name")
    parser.add_argument("student", nargs="*", help="students; everybody if none is named")


def run(args: argparse.Namespace) -> int:
    """Write the pages and say where they are; 1 if one could not be made."""
    course = Course.open(args.course)
    assignment = course.assignment(args.assignment)
    failed: dict[str, str] = {}
    try:
        pages = write_all(course, assignment, args.student)
    except Unwritten as error:
        failed, pages = error.failed, error.pages
    folder = course.folder("feedback", assignment, "STUDENT")
    print(f"{len(pages)} pages: {os.path.relpath(folder)}/NOTEBOOK.html")
    for student, why in failed.items():
        name = privacy.shown(course, student, terminal=sys.stderr.isatty())
        print(f"{name} has no new page: {why.replace(student, name)}", file=sys.stderr)
    return 1 if failed else 0
