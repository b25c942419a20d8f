"""Grades one attack as `autograder grade` and `feedback` would, and judges what came of it.

Only nbgrader's gradebook is left out, which takes longer than all of the rest.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import nbformat
from nbgrader.utils import determine_grade, is_grade

from autograder import feedback_page, misconceptions, supervisor
from autograder.feedback import Writer
from autograder.feedback_parts import Graded, Mark, parts
from autograder.filled import fill
from autograder.job import Job, Limits
from autograder.rebuild import Rebuilt
from autograder.results import Result, best
from autograder.submissions import Options, Submissions
from autograder.zygote import Zygote

from .attack import Attack
from .course import NAME, POINTS, SECRETS, Host, solutions
from .pages import active

SHOWN = {"text/plain", "text/html", "text/latex", "image/png", "image/jpeg", "image/gif"}
LIMITS = Limits(cell_seconds=10.0, total_seconds=60.0, memory_mb=384, output_kb=32, file_mb=1)
HONEST = Attack("honest", "answers everything", answers=solutions(), earns=POINTS)


@dataclass(frozen=True)
class Outcome:
    """What grading one submission came to."""

    result: Result
    page: str
    notebook: str

    @property
    def points(self) -> float:
        return sum(best(cell) for cell in self.result.cells)

    @property
    def told(self) -> str:
        """All that the instructor sees of it: verdicts, errors, outputs."""
        said = [f"{v.cell or 'submission'}: {v.text} [{v.name}]" for v in self.result.verdicts]
        said += [f"{cell.id}: {cell.error}" for cell in self.result.cells if cell.error]
        said += [json.dumps(cell.outputs) for cell in self.result.cells if cell.outputs]
        return "\n".join(said)


class Arena:
    """One host course and one zygote for many attacks."""

    def __init__(self, host: Host, zygote: Zygote) -> None:
        self.host, self.zygote = host, zygote
        self.submissions = Submissions(host.course, NAME, Options.of(host.course))
        (self.bundle,) = self.submissions.bundles.values()
        self.writer = Writer(host.course, NAME)
        self.untouched = host.state()

    def grade(self, attack: Attack, mode: str = "split") -> Outcome:
        """Hand in, run, record, and write both pages."""
        self.host.hand_in(attack.name, attack)
        rebuilt, job, key = self.submissions.read(attack.name, NAME)
        limits, cells = replace(LIMITS, **attack.limits), []
        if job is not None:
            cells = supervisor.run(self.zygote, replace(job, mode=mode, limits=limits))
        result = self.submissions._made(key, rebuilt, cells)
        self.submissions.store.put(result)
        return self._written(attack.name, rebuilt, result)

    def _written(self, student: str, rebuilt: Rebuilt, result: Result) -> Outcome:
        filled = fill(rebuilt, result)
        path = self.host.course.folder("autograded", NAME, student) / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(filled, path)
        marks = {cell.id: Mark(result.score(cell.id), cell.points) for cell in self.bundle.tests}
        known = misconceptions.load(
            misconceptions.file_of(self.host.root, NAME), self.bundle.digest
        )
        graded = Graded(filled, marks, {}, result.messages)
        page = feedback_page.render(
            feedback_page.Page(
                student=student,
                assignment=NAME,
                notebook=NAME,
                score=sum(mark.score or 0.0 for mark in marks.values()),
                max_score=POINTS,
                verdicts=tuple(verdict.text for verdict in result.verdicts),
                parts=parts(graded, self.bundle, known, self.writer.hidden[NAME]),
            )
        )
        target = self.host.course.folder("feedback", NAME, student) / f"{NAME}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
        return Outcome(result, page, nbformat.writes(filled))

    # --- what must hold afterwards ---

    def faults(self, attack: Attack, outcome: Outcome) -> Iterator[str]:
        """Everything that is not as it must be, in words."""
        if abs(outcome.points - attack.earns) > 1e-9:
            yield f"it got {outcome.points:g} points and deserves {attack.earns:g}"
        for what in self.leaked(attack.name):
            yield f"it shows {what}"
        if there := [*active(outcome.page)]:
            yield f"its page holds {there}"
        if there := [*self._active_outputs(outcome)]:
            yield f"its notebook holds {there}"
        if abs(self._read_by_nbgrader(outcome) - outcome.points) > 1e-9:
            yield "nbgrader reads other points off the notebook"
        if attack.shows and not re.search(attack.shows, outcome.told):
            yield f"nothing says {attack.shows!r}: {outcome.told[:3000]}"
        for name in {*attack.verdicts} - {verdict.name for verdict in outcome.result.verdicts}:
            yield f"no verdict {name!r}: {outcome.told[:3000]}"
        yield from self.harm()

    def _active_outputs(self, outcome: Outcome) -> Iterator[str]:
        """In outputs, which the formgrader shows as they are."""
        for cell in nbformat.reads(outcome.notebook, as_version=4).cells:
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                yield from active(data.get("text/html", ""))
                yield from {*data} - SHOWN

    def _read_by_nbgrader(self, outcome: Outcome) -> float:
        """Points as nbgrader's own code finds them in the filled notebook."""
        cells = nbformat.reads(outcome.notebook, as_version=4).cells
        graded = [cell for cell in cells if is_grade(cell)]
        return float(sum(determine_grade(cell)[0] or 0.0 for cell in graded))

    def leaked(self, student: str) -> set[str]:
        """Secrets in what grading wrote for this student, and in what it keeps for itself."""
        written = self._written_for(student)
        return {what for what, secret in SECRETS.items() if secret.encode() in written}

    def _written_for(self, student: str) -> bytes:
        """Outputs, feedback, and whatever its processes left in the zygote's folder.

        The instructor's copy of the notebook holds the tests' source, so its outputs alone count.
        """
        notebook = self.host.course.folder("autograded", NAME, student) / f"{NAME}.ipynb"
        cells = nbformat.read(notebook, as_version=4).cells
        shown = json.dumps([cell.get("outputs", []) for cell in cells]).encode()
        page = self.host.course.folder("feedback", NAME, student) / f"{NAME}.html"
        left = [path for path in self.zygote.folder.rglob("*") if path.is_file()]
        return shown + page.read_bytes() + b"".join(path.read_bytes() for path in left)

    def harm(self) -> Iterator[str]:
        """What is left over, and what is not as it was."""
        task = Path(f"/proc/{self.zygote.pid}/task/{self.zygote.pid}/children")
        if children := task.read_text().split():
            yield f"processes are left: {children}"
        if folders := [
            p.name for p in self.zygote.folder.iterdir() if p.name.startswith("scratch")
        ]:
            yield f"folders are left: {folders}"
        now = self.host.state()
        if changed := [path for path in {*now, *self.untouched} if not self._same(path, now)]:
            yield f"changed outside: {changed}"

    def _same(self, path: str, now: dict[str, tuple[int, bytes]]) -> bool:
        return now.get(path) == self.untouched.get(path)

    def plain_gain(self, attack: Attack) -> set[str]:
        """What it gets where tests run in its own process."""
        outcome = self.grade(attack, "plain")
        shown = [o for c in outcome.result.cells for o in c.outputs if o["output_type"] != "error"]
        said = [json.dumps(shown), *(str(cell.error) for cell in outcome.result.cells)]
        secret = any(value in text for value in SECRETS.values() for text in said)
        points = outcome.points > attack.earns
        return {name for name, got in (("points", points), ("secret", secret)) if got}

    def next_one(self) -> float:
        """Points of the next submission, of which the first task is enough: it is honest."""
        return sum(cell.score or 0.0 for cell in supervisor.run(self.zygote, self._honest))

    @cached_property
    def _honest(self) -> Job:
        self.host.hand_in(HONEST.name, HONEST)
        job = self.submissions.read(HONEST.name, NAME)[1]
        assert job is not None
        return replace(job, cells=job.cells[:4], limits=LIMITS)
