"""One open gradebook for a whole class: one engine, one session, few commits."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.converters import autograde
from nbgrader.preprocessors import latesubmissions, overwritecells, overwritekernelspec
from nbgrader.preprocessors import saveautogrades as saving
from nbgrader.utils import is_grade, is_locked, is_solution, is_task, parse_utc
from sqlalchemy import create_engine, inspect, make_url, select

from autograder.bundle import Bundle
from autograder.course import Course, CourseError
from autograder.files import sweep

# Modules of nbgrader that open a gradebook of their own for each thing they do.
OPENERS: tuple[Any, ...] = (autograde, latesubmissions, overwritecells, overwritekernelspec, saving)
COMMIT_SECONDS = 1.0  # others wait for us no longer than this


class OpenGradebook(Gradebook):
    """nbgrader's gradebook, kept open; its many commits are gathered into one a second."""

    def __init__(self, course: Course) -> None:
        super().__init__(_patient(course.directory.db_url), course.directory.course_id)
        self.really_commit = self.db.commit
        self.db.commit = lambda: None  # what is added waits in `_found` until `save` writes it
        self._committed = time.monotonic()
        self._grades: dict[tuple[str, str, str], dict[str, Grade]] = {}
        self._comments: dict[tuple[str, str, str], dict[str, Comment]] = {}
        self._found: dict[tuple[Any, ...], Any] = {}
        self._new: list[Grade | Comment] = []  # not in the session

    def close(self) -> None:
        """Nothing: `leave` closes it."""

    def leave(self) -> None:
        """Close it; what has not been saved by now is given up."""
        super().close()

    def save(self) -> None:
        """Write what has gathered, and forget it, so that memory stays flat."""
        self._write_new()
        self.really_commit()
        self.forget()
        self._committed = time.monotonic()

    def forget(self) -> None:
        """Drop what is not written."""
        self.db.rollback()
        self.db.expunge_all()
        self._grades.clear()
        self._comments.clear()
        self._found.clear()
        self._new.clear()

    def _write_new(self) -> None:
        """Write new rows; whoever wants their grades and comments now gets the database's."""
        self.db.flush()
        self.db.bulk_save_objects(self._new)
        self._new.clear()
        self._grades.clear()
        self._comments.clear()

    @property
    def is_due(self) -> bool:
        return time.monotonic() - self._committed > COMMIT_SECONDS

    def add_student(self, student_id: str, **kwargs: Any) -> Student:
        """As nbgrader's, found from now on though not written yet."""
        made = self._found[Student, student_id] = super().add_student(student_id, **kwargs)
        return made

    def add_submission(self, assignment: str, student: str, **kwargs: Any) -> SubmittedAssignment:
        """As nbgrader's; found from now on though not written yet.

        Grades and comments are kept out of the session, which takes long over so many rows.
        """
        if "timestamp" in kwargs:
            kwargs["timestamp"] = parse_utc(kwargs["timestamp"])
        of, who = self.find_assignment(assignment), self.find_student(student)
        with self.db.no_autoflush:
            made = SubmittedAssignment(assignment=of, student=who, **kwargs)
            for notebook in of.notebooks:
                row = SubmittedNotebook(id=new_uuid(), notebook=notebook, assignment=made)
                graded = [*notebook.grade_cells, *notebook.task_cells]
                answered = [*notebook.solution_cells, *notebook.task_cells]
                grades = {c.name: Grade(cell_id=c.id, notebook_id=row.id) for c in graded}
                comments = {c.name: Comment(cell_id=c.id, notebook_id=row.id) for c in answered}
                where = (notebook.name, assignment, student)
                self._found[SubmittedNotebook, *where] = row
                self._grades[where], self._comments[where] = grades, comments
                self._new += [*grades.values(), *comments.values()]
            self.db.add(made)
        self._found[SubmittedAssignment, assignment, student] = made
        return made

    def find_student(self, student_id: str) -> Student:
        """As nbgrader's, with one query a student."""
        return self._once(super().find_student, Student, student_id)

    def find_assignment(self, name: str) -> Assignment:
        """As nbgrader's, with one query a commit."""
        return self._once(super().find_assignment, Assignment, name)

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        """As nbgrader's, with one query a student instead of one for each thing asked."""
        return self._once(super().find_submission, SubmittedAssignment, assignment, student)

    def find_submission_notebook(
        self, notebook: str, assignment: str, student: str
    ) -> SubmittedNotebook:
        """As nbgrader's, with one query a notebook instead of one for each thing asked."""
        self.find_submission(assignment, student)  # without one, there is nothing to ask for
        where = (notebook, assignment, student)
        row = self._once(super().find_submission_notebook, SubmittedNotebook, *where)
        if inspect(row).pending and row.assignment.total_seconds_late:
            self._write_new()  # its score is a sum that the database makes
        return row

    def _once(self, find: Callable[..., Any], kind: type, *where: str) -> Any:
        """What is not there is asked for once as well."""
        if (kind, *where) not in self._found:
            self._found[kind, *where] = None
            with suppress(MissingEntry), self.db.no_autoflush:  # what was added is found above
                self._found[kind, *where] = find(*where)
        if self._found[kind, *where] is None:
            raise MissingEntry(f"No such {kind.__name__}: {'/'.join(where)}")
        return self._found[kind, *where]

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Grade:
        """As nbgrader's, with one query a notebook instead of one a cell."""
        found = self._of(self._grades, Grade, notebook, assignment, student)
        if grade_cell not in found:
            raise MissingEntry(f"No such grade: {assignment}/{notebook}/{grade_cell} for {student}")
        return found[grade_cell]

    def grades(self, notebook: str, assignment: str, student: str) -> dict[str, Grade]:
        """Every grade of one submitted notebook by grade_id.

        Raises:
            MissingEntry: there is no such submission.
        """
        return self._of(self._grades, Grade, notebook, assignment, student)

    def find_comment(
        self, solution_cell: str, notebook: str, assignment: str, student: str
    ) -> Comment:
        """As nbgrader's, with one query a notebook instead of one a cell."""
        found = self._of(self._comments, Comment, notebook, assignment, student)
        if solution_cell not in found:
            where = f"{assignment}/{notebook}/{solution_cell}"
            raise MissingEntry(f"No such comment: {where} for {student}")
        return found[solution_cell]

    def _of(
        self, cache: dict[tuple[str, str, str], dict[str, Any]], kind: Any, *where: str
    ) -> dict[str, Any]:
        if where not in cache:
            notebook = self.find_submission_notebook(*where)
            query = self.db.query(BaseCell.name, kind).select_from(kind)
            query = query.join(BaseCell, BaseCell.id == kind.cell_id)
            # there is an index by cell and notebook, none by notebook: or it would read the class
            own = select(BaseCell.id).where(BaseCell.notebook_id == notebook.notebook_id)
            query = query.filter(kind.cell_id.in_(own), kind.notebook_id == notebook.id)
            with self.db.no_autoflush:
                cache[where] = dict(query.all())  # type: ignore[index]
        return cache[where]  # type: ignore[index]


def _patient(url: str) -> str:
    """SQLite waits for other writers instead of failing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": "60"})
    return parsed.render_as_string(hide_password=False)


@contextmanager
def opened(course: Course) -> Iterator[OpenGradebook]:
    """The gradebook, which all of nbgrader's own code uses too until the block ends."""
    sweep(course.hidden)  # who writes the gradebook has the course to itself
    gradebook = OpenGradebook(course)
    before = [module.Gradebook for module in OPENERS]
    for module in OPENERS:
        module.Gradebook = lambda *args, **kwargs: gradebook
    try:
        yield gradebook
    finally:
        for module, original in zip(OPENERS, before, strict=True):
            module.Gradebook = original
        gradebook.leave()


def check_exists(course: Course, assignment: str) -> None:
    """Opening a gradebook that is not there would make an empty one.

    Raises:
        CourseError: there is none yet.
    """
    url = make_url(course.directory.db_url)
    if url.get_backend_name() == "sqlite":
        where = url.database or ""
        found = os.path.exists(where) and os.path.getsize(where) > 0  # or it would be filled
    else:
        where, engine = f"in {url!r}", create_engine(url)  # repr hides a password
        try:
            found = inspect(engine).has_table(Assignment.__tablename__)
        finally:
            engine.dispose()
    if not found:
        raise CourseError(
            f"there is no gradebook {where}: run `autograder release {assignment}` first"
        )


def check(course: Course, assignment: str, bundles: dict[str, Bundle]) -> None:
    """Ask nbgrader about the assignment before the work begins.

    Raises:
        CourseError: the gradebook does not know it, or not as the source notebooks have it.
    """
    check_exists(course, assignment)
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        check_registered(gradebook, assignment, bundles)


def check_registered(gradebook: Gradebook, assignment: str, bundles: dict[str, Bundle]) -> None:
    """Make sure that the gradebook and the source notebooks speak of the same tests and points.

    Raises:
        CourseError: the assignment is not in the gradebook, or was changed since.
    """
    fix = f"run `autograder release {assignment}`, then grade again"
    for name, bundle in bundles.items():
        try:
            notebook = gradebook.find_notebook(name, assignment)
        except MissingEntry as error:
            raise CourseError(f"{assignment}/{name} is not in the gradebook: {fix}") from error
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        sources = {cell.name: cell.source for cell in notebook.source_cells}
        changed = [
            cell.id
            for cell in bundle.tests
            if points.get(cell.id) != cell.points or sources.get(cell.id) != cell.source
        ]
        changed += sorted(points.keys() - bundle.by_id.keys())
        if changed:
            shown = ", ".join(changed[:5])
            raise CourseError(f"{assignment}/{name} changed after its release ({shown}): {fix}")


def check_same_tasks(course: Course, assignment: str, notebooks: dict[str, NotebookNode]) -> None:
    """nbgrader has one set of tasks for all; where it has submissions, none can come or go.

    Raises:
        CourseError: some would; nothing was touched.
    """
    try:
        check_exists(course, assignment)
    except CourseError:
        return
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        try:
            rows = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return
        before = {f"{row.name}/{cell.name}" for row in rows for cell in row.source_cells}
        taken = any(row.submissions for row in rows)
    after = {
        f"{name}/{cell.metadata.nbgrader.grade_id}"
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)
    }
    if taken and before != after:
        shown = ", ".join(sorted(before ^ after)[:5])
        raise CourseError(
            f"{assignment} has graded submissions, but cells came or went ({shown}): make another "
            "assignment of what is new, and leave the old ones in place"
        )


def checksums(gradebook: Gradebook, assignment: str, notebook: str) -> dict[str, str]:
    """nbgrader's checksum of each released cell, by grade_id."""
    cells = gradebook.find_notebook(notebook, assignment).source_cells
    return {cell.name: cell.checksum for cell in cells}
