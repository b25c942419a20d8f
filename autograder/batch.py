"""Hand a whole class to nbgrader: one writer, one open gradebook, few commits."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import CheckCellMetadata, Execute
from nbgrader.utils import rmtree

from autograder.course import CourseError
from autograder.filled import fill
from autograder.gradebook import OpenGradebook, check, checksums, opened
from autograder.handoff import ENGINE
from autograder.rebuild import Rebuilt
from autograder.results import Handed, Result, read_handed, write_handed
from autograder.submissions import Submissions


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
        self.verdicts: Counter[str] = Counter()

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
        self.verdicts.update(v.name for result in results.values() for v in result.verdicts)
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

    def undo(self) -> list[str]:
        """Drop what is not committed yet; returns the students to whom that happened."""
        self.gradebook.forget()
        lost = [student for student, _ in self.waiting]
        self.waiting.clear()
        return lost

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
        stamp, _ = self.submissions.timestamp(student)
        if stamp:
            (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
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


@contextmanager
def handing(submissions: Submissions) -> Iterator[Handoff]:
    """A hand-off with the gradebook open; everything is committed when the block ends well."""
    check(submissions.course, submissions.assignment, submissions.bundles)
    with opened(submissions.course) as gradebook:
        handoff = Handoff(submissions, gradebook)
        gradebook.save()  # or others might have to wait until the first student is handed over
        yield handoff
        handoff.save()
