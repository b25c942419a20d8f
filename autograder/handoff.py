"""Put the engine into nbgrader's own commands.

`use_engine(c)` in nbgrader_config.py puts it in the place of nbgrader's `Execute`, so that
`nbgrader autograde` and the formgrader's Autograde button use it too.
"""

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from autograder import safe_html
from autograder.audit import append, entry
from autograder.course import Course, CourseError
from autograder.filled import fill
from autograder.gradebook import check
from autograder.plan import planning
from autograder.rebuild import OWN_FILES, Rebuilt
from autograder.results import Result
from autograder.submissions import Options, Submissions

ENGINE = "autograder.handoff.Engine"


def use_engine(c: Any) -> None:
    """In nbgrader_config.py: `from autograder.handoff import use_engine; use_engine(c)`."""
    stock = Autograde.class_traits()["autograde_preprocessors"].default()
    c.Autograde.autograde_preprocessors = [ENGINE if p is Execute else p for p in stock]
    c.Autograde.exporter_class = "autograder.handoff.HostileExporter"
    c.HTMLExporter.filters = {"markdown2html": "autograder.handoff.safe_markdown"}


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """The formgrader shows students' prose on its own page, where nothing in it may run."""
    return safe_html.markdown(source, context.get("cell", {}).get("attachments"))


class Engine(NbGraderPreprocessor):
    """Fills a submission's notebook from the store, and runs the engine first where it must."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        about = resources["nbgrader"]
        course = _course_of(self)
        if course.settings.mode == "stock":
            return Execute(parent=self.parent).preprocess(nb, resources)
        submissions = Submissions(course, about["assignment"], Options.of(course))
        check(course, about["assignment"], submissions.bundles)
        student, notebook = about["student"], about["notebook"]
        submissions.keep([student])
        if submissions.missing([student]):
            # one start of the engine serves all that this command is going to ask for
            students = [s for s in course.students(about["assignment"]) if _wanted(course, s)]
            for _ in submissions.run(submissions.missing(students or [student])):
                pass
        with planning(submissions, _converter_of(self)) as planner:
            plan = planner.plan(student)
            if plan is None:
                raise CourseError(f"{student}'s {notebook} changed while it was graded: try again")
            planner.tell(plan)
            own = [change for change in plan.changes if change.notebook == notebook]
            noted = entry(about["assignment"], student, f"{plan.why} (by nbgrader)", own)
            append(course, [noted])
        return plan.counts.notebooks[notebook], resources


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


def _converter_of(part: Any) -> Autograde:
    """nbgrader's converter, which owns the exporter, which owns preprocessors."""
    while not isinstance(part, Autograde):
        part = part.parent
    return part


def _course_of(part: Any) -> Course:
    converter = _converter_of(part)
    return Course.of(converter.coursedir, converter.config)


def _wanted(course: Course, student: str) -> bool:
    return fnmatch(student, course.directory.student_id)


def _remove_strangers(course: Course, assignment: str, student: str, rebuilt: Rebuilt) -> None:
    """nbgrader has copied all files, and followed links: keep those that grading may use."""
    folder = course.folder("autograded", assignment, student)
    kept = {*dict(rebuilt.files), *rebuilt.bundle.files}
    submitted = course.folder("submitted", assignment, student)
    kept |= {name for name in OWN_FILES if not (submitted / name).is_symlink()}
    for root, _, files in os.walk(folder):
        for file in files:
            path = Path(root) / file
            name = path.relative_to(folder).as_posix()
            if name not in kept and path.suffix != ".ipynb":
                path.unlink()
