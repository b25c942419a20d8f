"""What may be handed in, on the whole way from a folder to nbgrader and to a student's page."""

import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat

from fuzzing.chaos import Chaos
from fuzzing.handed_in import WORDS, content
from fuzzing.trial import Fault

ROOT = Path(__file__).resolve().parents[2]
for _folder in ("attacks", "autograder"):
    sys.path.append(str(ROOT / "tests" / _folder))
from hostile.pages import active  # noqa: E402
from small_course import make_course  # noqa: E402

from autograder import scratch  # noqa: E402
from autograder.batch import Handoff, handing  # noqa: E402
from autograder.course import Course  # noqa: E402
from autograder.feedback import Writer  # noqa: E402
from autograder.job import Job, Role  # noqa: E402
from autograder.rebuild import Rebuilt  # noqa: E402
from autograder.release import generate  # noqa: E402
from autograder.results import Result  # noqa: E402
from autograder.split import wire  # noqa: E402
from autograder.submissions import Options, Submissions  # noqa: E402
from autograder.verdicts import received  # noqa: E402

NAME, STUDENT = "hw1_means", "somebody"
NOBODY = 65534
ALLOWED = ["*.py", "*.txt", "data/*"]
FILE_NAMES = (
    *(b"timestamp.txt", b"numbers.csv", b"a.py", b"torch.py", b"data/a", b"data/b/c", b"a.ipynb"),
    *(b"notes.txt", b"\xff\xfe.py", b"a\nb.txt", b"\x1b[31m.txt", b"-rf.txt", b" .txt", b"\\.py"),
    *(b"x" * 251 + b".txt", b"[red].txt", "é\u202e.py".encode(), b"d/e/f/g.py", b"submission.txt"),
    *(b"autograder.txt", b"..txt", b"...py", b".hidden.py", b"%s.py", b"<script>.txt", b"'\".py"),
)
STAMPS = (
    *(b"2026-01-01 00:00:00 UTC", b"", b"9999-12-31 23:59:59 -1200", b"0001-01-01 +14:00"),
    *(b"now", b"\xff", b"1" * 500, b"2026-13-45", b"00:00:00 " * 9, b"2026-01-01T00:00:00.1Z\n\n"),
)
KINDS = ("file", "file", "file", "file", "link", "hard link", "fifo", "folder", "closed", "huge")
KINDS_OF_NOTEBOOK = (*("file",) * 30, "link", "hard link", "fifo", "folder", "closed", "missing")
OUTPUTS: list[dict[str, Any]] = [
    {"output_type": "stream", "name": "stdout", "text": "a"},
    {"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": 1},
    {"output_type": "display_data", "data": {"text/html": "<b>x</b>", "image/png": "QQ=="}},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31ma", "b"]},
]


class Notebooks:
    """The law: a named verdict or a gradable notebook, the instructor's tests, no harm.

    Args:
        base: a folder of its own, for as long as it is used.
    """

    name = "notebooks"

    def __init__(self, base: Path) -> None:
        self.base = base
        os.chmod(base, 0o755)  # for `NOBODY`
        course = make_course(base / "template")
        with open(course.root / "nbgrader_config.py", "a") as config:
            config.write(f"c.Autograder.allowed_files = {ALLOWED}\n")
        generate(Course.open(course.root), NAME)
        released = course.folder("release", NAME) / f"{NAME}.ipynb"
        self.template = json.loads(released.read_bytes())
        self.open = ExitStack()

    def start(self) -> None:
        place = Path(tempfile.mkdtemp(dir=self.base))
        shutil.copytree(self.base / "template", place, dirs_exist_ok=True)
        os.chmod(place, 0o755)
        self.course = Course.open(place / "course" / "assignments")
        self.submissions = Submissions(self.course, NAME, Options.of(self.course))
        (self.bundle,) = self.submissions.bundles.values()
        self.handoff: Handoff = self.open.enter_context(handing(self.submissions))
        self.writer = Writer(self.course, NAME)
        self.other = place / "other.py"
        self.other.write_text("secret = 4711")

    def make(self, seed: str) -> Any:
        chaos = Chaos(seed, WORDS)
        files = [self._file(chaos) for _ in range(chaos.pick((0, 0, 0, 1, 2, 5)))]
        shown = json.loads(json.dumps(OUTPUTS))
        for _ in range(chaos.random.randrange(4)):
            chaos.spoil(shown)
        return {
            "notebook": chaos.pick(KINDS_OF_NOTEBOOK),
            "content": content(chaos, json.loads(json.dumps(self.template))),
            "files": files,
            "shut": chaos.chance(0.02),
            "stamp": chaos.pick(STAMPS) if chaos.chance(0.3) else None,
            "outputs": shown,
        }

    def _file(self, chaos: Chaos) -> list[Any]:
        name = chaos.pick(FILE_NAMES)
        return [name, chaos.pick(KINDS), chaos.bytes(200)]

    def check(self, case: Any) -> None:
        folder = self.course.folder("submitted", NAME, STUDENT)
        self._hand_in(folder, case)
        kinds = (case["notebook"], *(file[1] for file in case["files"]))
        closed = case["shut"] or "closed" in kinds
        if closed and os.geteuid() == 0:  # whom nothing is closed to
            os.seteuid(NOBODY)
        try:
            rebuilt, job, key = self.submissions.read(STUDENT, NAME)
        finally:
            if os.geteuid() == NOBODY:
                os.seteuid(0)
        if closed:
            os.chmod(folder, 0o755)
        _verdicts_right(rebuilt)
        self._tests_are_ours(rebuilt, job)
        if not closed:
            self._handed_over(rebuilt, job, key, case["outputs"])

    def _hand_in(self, folder: Path, case: Any) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        notebook = [f"{NAME}.ipynb".encode(), case["notebook"], case["content"]]
        stamp = [[b"timestamp.txt", "file", case["stamp"]]] if case["stamp"] is not None else []
        for name, kind, data in (notebook, *case["files"], *stamp):
            with suppress(OSError):  # a folder where a file of that name is, ...
                _made(folder, name, kind, data, self.other)
        os.chmod(folder, 0 if case["shut"] else 0o755)

    def _tests_are_ours(self, rebuilt: Rebuilt, job: Job | None) -> None:
        if job is None:
            if rebuilt.readable:
                raise Fault("job: none for a notebook that was read")
            return
        tests = [cell for cell in job.cells if cell.role is Role.TEST]
        wanted = [cell for cell in self.bundle.cells if cell.role is Role.TEST]
        if [*map(_about, tests)] != [*map(_about, wanted)]:
            raise Fault("tests: not the instructor's, or not all, or not in order")
        if not self.bundle.files.items() <= job.files.items():
            raise Fault("files: the instructor's were replaced")
        if b"4711" in b"".join(job.files.values()):
            raise Fault("files: another one's content")
        plain = asdict(job) | {"files": {}, "student_names": sorted(job.student_names)}
        wire.packed(plain)  # as it goes to the engine
        made = scratch.make(self.base, job.files)
        scratch.remove(made)

    def _handed_over(self, rebuilt: Rebuilt, job: Job | None, key: str, shown: Any) -> None:
        fields = {"outputs": shown, "score": 1.5, "error": str(shown)[:500]}
        cells = [received(cell, fields, 0.1) for cell in job.cells] if job else []
        result = self.submissions._made(key, rebuilt, cells)
        self.submissions.store.put(result)
        if self.submissions.read(STUDENT, NAME)[2] != key:
            raise Fault("key: the same submission has another one")
        if self.handoff.give(STUDENT, force=True) is None:
            raise Fault("result: it is not found again")
        self.handoff.save()
        path = self.course.folder("autograded", NAME, STUDENT) / f"{NAME}.ipynb"
        written = nbformat.read(path, as_version=4)
        nbformat.validate(written)
        self._nothing_runs(written)
        self._graded(written, result)
        row = self.handoff.gradebook.find_submission_notebook(NAME, NAME, STUDENT)
        page = self.writer.page(row, written)
        page.encode()
        if found := [*active(page)]:
            raise Fault(f"page: it holds {found[:3]}")
        if any(line in page for line in self.writer.hidden[NAME]):
            raise Fault("page: it holds a line of a hidden test")

    def _graded(self, written: Any, result: Result) -> None:
        sources = {
            c.metadata.nbgrader.grade_id: c.source
            for c in written.cells
            if "nbgrader" in c.metadata
        }
        for test in self.bundle.tests:
            if sources.get(test.id) != test.source:
                raise Fault(f"tests: {test.id} of the autograded notebook is another one")
            row = self.handoff.gradebook.find_grade(test.id, NAME, NAME, STUDENT)
            if row.auto_score != result.score(test.id):
                raise Fault(
                    f"score: {row.auto_score} in the gradebook, {result.score(test.id)} here"
                )

    def _nothing_runs(self, written: Any) -> None:
        for cell in written.cells:
            for output in cell.get("outputs", ()):
                if found := [*active(output.get("data", {}).get("text/html", ""))]:
                    raise Fault(f"output: it holds {found[:3]}")


def _about(cell: Any) -> tuple[str, str, float]:
    return cell.id, cell.source, cell.points


def _verdicts_right(rebuilt: Rebuilt) -> None:
    if not rebuilt.readable and not rebuilt.verdicts:
        raise Fault("verdict: none for what cannot be read")
    for verdict in rebuilt.verdicts:
        verdict.text.encode()
        if not verdict.text.isprintable() or len(verdict.text) > 600:
            raise Fault(f"verdict: {verdict.name} says {verdict.text!r}")


def _made(folder: Path, name: bytes, kind: str, content: bytes, other: Path) -> None:
    path = os.path.join(os.fsencode(folder), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if kind == "folder":
        os.makedirs(path)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        os.symlink(os.fsencode(other) if len(content) % 2 else b"..", path)
    elif kind == "hard link":
        os.link(other, path)
    elif kind != "missing":
        with open(path, "xb") as file:
            file.write(content)
            if kind == "huge":
                file.truncate(65 * 2**20)
        os.chmod(path, 0 if kind == "closed" else 0o644)
