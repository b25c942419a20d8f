"""Hand a whole class to nbgrader: one writer, one open gradebook, few commits."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import CheckCellMetadata, Execute
from nbgrader.utils import rmtree

from autograder.audit import Entry, append, entry
from autograder.changes import Forecast
from autograder.course import CourseError
from autograder.files import write_whole
from autograder.gradebook import OpenGradebook, check, checksums, opened
from autograder.handoff import ENGINE
from autograder.notebook import read_regular
from autograder.plan import Plan, Planner
from autograder.rebuild import Rebuilt
from autograder.results import Handed, write_handed
from autograder.scratch import place
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
        exporter = OwnExporter(parent=self.converter, config=self.converter.config)
        for step in self.converter.autograde_preprocessors:
            if step not in (Execute, ENGINE, CheckCellMetadata):  # the metadata is the release's
                exporter.register_preprocessor(step)
        self.exporter = self.converter.exporter = exporter
        self.checksums = {
            name: checksums(gradebook, self.assignment, name) for name in submissions.bundles
        }
        self.forecast = Forecast(self.course, self.assignment, self.converter, gradebook)
        self.planner = Planner(submissions, self.forecast, self.checksums)
        self.waiting: list[tuple[Handed, Entry]] = []
        self.verdicts: Counter[str] = Counter()

    def plan(self, student: str, force: bool = False) -> Plan | None:
        """What `write` would do; None if a result is missing."""
        return self.planner.plan(student, force)

    def give(self, student: str, force: bool = False) -> bool | None:
        """Hand over one student's work.

        Returns:
            True if nbgrader was given something, False if it had it all, None if a result is
            missing.
        """
        plan = self.plan(student, force)
        return None if plan is None else self.write(plan)

    def write(self, plan: Plan, why: str = "") -> bool:
        """Do as planned; `why` is noted in the place of the plan's own reason."""
        work = plan.counts.work
        self.verdicts.update(v.name for _, result in work.values() for v in result.verdicts)
        if plan.done:
            return False
        self._register(plan)
        folder = self._fresh_folder(plan)
        with self._as_looked_at(plan):
            for name, (rebuilt, _) in work.items():
                self._write(plan.student, folder, rebuilt, plan.counts.notebooks[name])
        self.converter.set_permissions(self.assignment, plan.student)
        noted = entry(self.assignment, plan.student, why or plan.why, plan.changes)
        self.waiting.append((plan.handed, noted))
        if self.gradebook.is_due:
            self.save()
        return True

    def save(self) -> None:
        """Commit; only then is it noted that nbgrader has it, so that a kill loses nothing."""
        append(self.course, [noted for _, noted in self.waiting])
        self.gradebook.save()
        for handed, noted in self.waiting:
            write_handed(self.course, self.assignment, noted.student, handed)
        self.waiting.clear()

    def undo(self) -> list[str]:
        """Drop what is not committed yet; returns the students to whom that happened."""
        self.gradebook.forget()
        lost = [noted.student for _, noted in self.waiting]
        self.waiting.clear()
        return lost

    @contextmanager
    def _as_looked_at(self, plan: Plan) -> Iterator[None]:
        """nbgrader wants every score by hand looked at again, even if nothing in it is new."""
        names = plan.counts.work if plan.same_work else ()
        where = (self.assignment, plan.student)
        rows = [row for name in names for row in self.gradebook.grades(name, *where).values()]
        settled = [
            (row, row.auto_score)
            for row in rows
            if row.manual_score is not None and not row.needs_manual_grade
        ]
        yield
        for row, auto in settled:
            if row.auto_score == auto:
                row.needs_manual_grade = False

    def _register(self, plan: Plan) -> None:
        student = plan.student
        if self.converter.create_student:
            self.gradebook.update_or_create_student(student)
        else:
            try:
                self.gradebook.find_student(student)
            except MissingEntry as error:
                raise CourseError(f"student {student} is not in the gradebook") from error
        self.planner.tell(plan)

    def _fresh_folder(self, plan: Plan) -> Path:
        folder = self.course.folder("autograded", self.assignment, plan.student)
        if folder.is_dir():
            rmtree(str(folder))
        folder.mkdir(parents=True)
        stamp, _ = self.submissions.timestamp(plan.counts.who)
        if stamp:
            (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
        handed_in = self.submissions.attempts.folder(plan.counts.who)
        secret, _ = read_regular(handed_in / "submission_secret.txt", 1024)
        if secret:  # by which nbgrader gives feedback back through the exchange
            (folder / "submission_secret.txt").write_bytes(secret)
        return folder

    def _write(self, student: str, folder: Path, rebuilt: Rebuilt, notebook: NotebookNode) -> None:
        place(folder, {**dict(rebuilt.files), **rebuilt.bundle.files})
        name = rebuilt.bundle.notebook
        about = {"student": student, "assignment": self.assignment, "notebook": name}
        about["db_url"] = self.course.directory.db_url
        resources: Any = {"unique_key": name}
        output, _ = self.exporter.from_notebook_node(
            notebook, resources={**resources, "nbgrader": about}
        )
        write_whole(folder / f"{name}.ipynb", output)
        if not rebuilt.readable:
            # as nbgrader does for a notebook that is not there: nothing is left to a person
            for grade in self.gradebook.grades(name, self.assignment, student).values():
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
