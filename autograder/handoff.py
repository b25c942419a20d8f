"""Hand results to nbgrader: as one writer for a whole class, or from nbgrader's own commands.

`use_engine(c)` in nbgrader_config.py puts the engine in the place of nbgrader's `Execute`, so that
`nbgrader autograde` and the formgrader's Autograde button use it too.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import CheckCellMetadata, Execute, NbGraderPreprocessor
from nbgrader.utils import rmtree

from autograder.course import Course, CourseError
from autograder.filled import fill
from autograder.gradebook import OpenGradebook, check_exists, check_registered, checksums, opened
from autograder.rebuild import Rebuilt
from autograder.results import Handed, Result, read_handed, write_handed
from autograder.submissions import Options, Submissions

ENGINE = "autograder.handoff.Engine"


def use_engine(c: Any) -> None:
    """In nbgrader_config.py: `from autograder.handoff import use_engine; use_engine(c)`."""
    stock = Autograde.class_traits()["autograde_preprocessors"].default()
    c.Autograde.autograde_preprocessors = [ENGINE if p is Execute else p for p in stock]
    c.Autograde.exporter_class = "autograder.handoff.HostileExporter"
    c.HTMLExporter.sanitize_html = True  # answers are shown in the formgrader, on its own page


class Engine(NbGraderPreprocessor):
    """Fills a submission's notebook from the store, and runs the engine first where it must."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        about = resources["nbgrader"]
        course = _course_of(self)
        if course.settings.mode == "stock":
            return Execute(parent=self.parent).preprocess(nb, resources)
        submissions = Submissions(course, about["assignment"], Options.of(course))
        check(submissions)
        student, notebook = about["student"], about["notebook"]
        rebuilt, result = submissions.result(student, notebook)
        if result is None:
            # one start of the engine serves all that this command is going to ask for
            students = [s for s in course.students(about["assignment"]) if _wanted(course, s)]
            for _ in submissions.run(submissions.missing(students or [student])):
                pass
            rebuilt, result = submissions.result(student, notebook)
        if result is None:
            raise CourseError(f"{student}'s {notebook} changed while it was graded: try again")
        known = {
            cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.checksum
            for cell in nb.cells
            if cell.metadata.get("nbgrader", {}).get("checksum")
        }
        return fill(rebuilt, result, known), resources


class HostileExporter(NotebookExporter):
    """Reads whatever was handed in: a file that is no notebook becomes one without answers."""

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        about = resources["nbgrader"]
        course = _course_of(self)
        folder = course.folder("submitted", about["assignment"], about["student"])
        if Path(filename).parent != folder:
            return super().from_filename(filename, resources=resources, **kwargs)
        submissions = Submissions(course, about["assignment"], Options.of(course))
        rebuilt, _, key = submissions.read(about["student"], about["notebook"])
        _remove_strangers(course, about["assignment"], about["student"], rebuilt)
        empty = Result(key, (), (), rebuilt.bundle.digest, "", "")
        return self.from_notebook_node(fill(rebuilt, empty), resources=resources, **kwargs)


def _course_of(part: Any) -> Course:
    """The course of nbgrader's converter, which owns the exporter, which owns preprocessors."""
    while not isinstance(part, Autograde):
        part = part.parent
    return Course.of(part.coursedir, part.config)


def _wanted(course: Course, student: str) -> bool:
    return fnmatch(student, course.directory.student_id)


def _remove_strangers(course: Course, assignment: str, student: str, rebuilt: Rebuilt) -> None:
    """nbgrader has copied all files, and followed links: keep those that grading may use."""
    folder = course.folder("autograded", assignment, student)
    kept = {*dict(rebuilt.files), *rebuilt.bundle.files, "timestamp.txt"}
    for root, _, files in os.walk(folder):
        for file in files:
            path = Path(root) / file
            name = path.relative_to(folder).as_posix()
            if name not in kept and path.suffix != ".ipynb":
                path.unlink()


class OwnExporter(NotebookExporter):
    """For notebooks that we made: no copies, one validation, JSON on one line: all for speed."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **_: Any) -> Any:
        resources = self._init_resources(resources)
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        nbformat.validate(nb, relax_add_props=True)
        return json.dumps(nb, ensure_ascii=False), resources


class Handoff:
    """nbgrader's autograding of one assignment, step by step, with the gradebook kept open."""

    def __init__(self, submissions: Submissions, gradebook: OpenGradebook) -> None:
        self.submissions, self.gradebook = submissions, gradebook
        self.course, self.assignment = submissions.course, submissions.assignment
        self.converter = Autograde(coursedir=self.course.directory, config=self.course.config)
        self.converter.log.setLevel("ERROR")
        self.converter.writer = FilesWriter(parent=self.converter, config=self.course.config)
        exporter = OwnExporter(parent=self.converter, config=self.converter.config)
        for step in self.converter.autograde_preprocessors:
            if step not in (Execute, ENGINE, CheckCellMetadata):  # the metadata is the release's
                exporter.register_preprocessor(step)
        self.exporter = self.converter.exporter = exporter
        self.checksums = {
            name: checksums(gradebook, self.assignment, name) for name in submissions.bundles
        }
        self.waiting: list[tuple[str, Handed]] = []

    def give(self, student: str, force: bool = False) -> bool | None:
        """Hand over one student's work.

        Returns:
            True if nbgrader was given something, False if it had it all, None if a result is
            missing.
        """
        work = {name: self.submissions.result(student, name) for name in self.submissions.bundles}
        results = {name: result for name, (_, result) in work.items() if result is not None}
        if len(results) < len(work):
            return None
        digest = self.submissions.digest(student, [rebuilt for rebuilt, _ in work.values()])
        handed = Handed({name: result.key for name, result in results.items()}, digest)
        known = read_handed(self.course, self.assignment, student) == handed
        if known and not force and self._is_there(student, results):
            return False
        self._register(student)
        folder = self._fresh_folder(student)
        for name, (rebuilt, _) in work.items():
            self._write(student, folder, rebuilt, results[name])
        self.converter.set_permissions(self.assignment, student)
        self.waiting.append((student, handed))
        if self.gradebook.is_due:
            self.save()
        return True

    def save(self) -> None:
        """Commit; only then is it noted that nbgrader has it, so that a kill loses nothing."""
        self.gradebook.save()
        for student, handed in self.waiting:
            write_handed(self.course, self.assignment, student, handed)
        self.waiting.clear()

    def _is_there(self, student: str, results: dict[str, Result]) -> bool:
        """Whether gradebook and folder hold what we gave: they may have been replaced since."""
        folder = self.course.folder("autograded", self.assignment, student)
        for name, result in results.items():
            if not (folder / f"{name}.ipynb").is_file():
                return False
            for test in self.submissions.bundles[name].tests:
                where = (test.id, name, self.assignment, student)
                try:
                    if self.gradebook.find_grade(*where).auto_score != result.score(test.id):
                        return False
                except MissingEntry:
                    return False
        return True

    def _register(self, student: str) -> None:
        if self.converter.create_student:
            self.gradebook.update_or_create_student(student)
        else:
            try:
                self.gradebook.find_student(student)
            except MissingEntry as error:
                raise CourseError(f"student {student} is not in the gradebook") from error
        stamp, _ = self.submissions.timestamp(student)
        when = {"timestamp": stamp} if stamp else {}
        self.gradebook.update_or_create_submission(self.assignment, student, **when)

    def _fresh_folder(self, student: str) -> Path:
        folder = self.course.folder("autograded", self.assignment, student)
        if folder.is_dir():
            rmtree(str(folder))
        folder.mkdir(parents=True)
        submitted = self.course.folder("submitted", self.assignment, student)
        if self.submissions.timestamp(student)[0]:
            shutil.copyfile(submitted / "timestamp.txt", folder / "timestamp.txt")
        return folder

    def _write(self, student: str, folder: Path, rebuilt: Rebuilt, result: Result) -> None:
        for file, content in {**dict(rebuilt.files), **rebuilt.bundle.files}.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        name = rebuilt.bundle.notebook
        about = {"student": student, "assignment": self.assignment, "notebook": name}
        about["db_url"] = self.course.directory.db_url
        resources: Any = {"unique_key": name, "output_files_dir": f"{name}_files"}
        notebook = fill(rebuilt, result, self.checksums[name])
        output, resources = self.exporter.from_notebook_node(
            notebook, resources={**resources, "nbgrader": about}
        )
        self.converter.write_single_notebook(output, resources)
        if not rebuilt.readable:
            # as nbgrader does for a notebook that is not there: nothing is left to a person
            row = self.gradebook.find_submission_notebook(name, self.assignment, student)
            for grade in row.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False


def check(submissions: Submissions) -> None:
    """Ask nbgrader about the assignment before the work begins.

    Raises:
        CourseError: the gradebook does not know it, or not as the source notebooks have it.
    """
    course, assignment = submissions.course, submissions.assignment
    check_exists(course, assignment)
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        check_registered(gradebook, assignment, submissions.bundles)


@contextmanager
def handing(submissions: Submissions) -> Iterator[Handoff]:
    """A hand-off with the gradebook open; everything is committed when the block ends well."""
    check(submissions)
    with opened(submissions.course) as gradebook:
        handoff = Handoff(submissions, gradebook)
        yield handoff
        handoff.save()
