"""The assignment under attack: small tasks, with tests of the kinds that people write."""

import copy
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.release import release_version

from .attack import Attack, Folder, Link, Pipe

NAME = "hw1_host"
SECRETS = {
    "the hidden tests": "canary-of-the-hidden-tests-5d41",
    "the grader's environment": "canary-of-the-environment-402a",
    "a file outside": "canary-of-a-file-outside-bc4b",
    "another student's work": "canary-of-another-student-2a76",
    "the gradebook": "canary-of-the-gradebook-b971",
}
HIDDEN = SECRETS["the hidden tests"]

GIVEN = "import numpy as np\nimport torch\nfrom course_lib import checks"
MEAN = """def mean_of(values):
    "The arithmetic mean, 0.0 of nothing."
    ### BEGIN SOLUTION
    return sum(values) / max(len(values), 1)
    ### END SOLUTION"""
CENTRE = """def centre(x):
    "x minus its mean, as a new tensor."
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION"""
GUESS = """def guess(n):
    "The number that follows."
    ### BEGIN SOLUTION
    return 3.0 * n + 1
    ### END SOLUTION"""
STEP = """def step(x, h, c, W, U, b):
    "One step of an LSTM: the new h and c. Gates i, f, g, o; write it yourself."
    ### BEGIN SOLUTION
    i, f, g, o = (x @ W.T + h @ U.T + b).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION"""
MEAN_TEST = "assert mean_of([1, 2, 3]) == 2"
MEAN_HIDDEN = f"""### BEGIN HIDDEN TESTS
marker = "{HIDDEN}"
assert mean_of([]) == 0.0, "the mean of nothing"
assert mean_of([-7, 4, 18]) == 5.0, "negative numbers"
### END HIDDEN TESTS"""
CENTRE_TEST = f"""### BEGIN HIDDEN TESTS
marker = "{HIDDEN}"
x = torch.tensor([3.0, -1.0, 7.0, 11.0])
y = centre(x)
assert torch.allclose(y, x - x.mean()), "not centred"
torch.testing.assert_close(y, x - x.mean())
assert torch.equal(y, x - x.mean()), "not exactly"
### END HIDDEN TESTS"""
NUMPY_TEST = f"""### BEGIN HIDDEN TESTS
marker = "{HIDDEN}"
values = torch.tensor([2.0, 5.0, 14.0])
seen = np.asarray(centre(values))
assert np.allclose(seen, [-5.0, -2.0, 7.0]), "not centred"
np.testing.assert_allclose(seen, [-5.0, -2.0, 7.0])
### END HIDDEN TESTS"""
GUESS_TEST = f"""### BEGIN HIDDEN TESTS
marker = "{HIDDEN}"
score = 2 - abs(guess(4) - 13)
### END HIDDEN TESTS
score"""
STEP_TEST = f"""### BEGIN HIDDEN TESTS
marker = "{HIDDEN}"
rng = checks.generator("step")
x, h, c, b = (checks.normal(rng, *s) for s in ((5, 3), (5, 4), (5, 4), (16,)))
W, U = checks.normal(rng, 16, 3), checks.normal(rng, 16, 4)
cell = torch.nn.LSTMCell(3, 4).double()
for parameter, value in zip(cell.parameters(), (W, U, b, torch.zeros_like(b)), strict=True):
    parameter.data = value
expected = cell(x, (h, c))
with checks.by_hand(step):
    found = step(x, h, c, W, U, b)
checks.close(found[0], expected[0], "h")
checks.close(found[1], expected[1], "c")
### END HIDDEN TESTS"""
TASKS = {"mean": MEAN, "centre": CENTRE, "guess": GUESS, "step": STEP}
TESTS = {
    "mean_test": ("mean", MEAN_TEST, 1),
    "mean_hidden": ("mean", MEAN_HIDDEN, 2),
    "centre_test": ("centre", CENTRE_TEST, 2),
    "numpy_test": ("centre", NUMPY_TEST, 1),
    "guess_test": ("guess", GUESS_TEST, 2),
    "step_test": ("step", STEP_TEST, 2),
}
POINTS = float(sum(points for _, _, points in TESTS.values()))
CONFIG = """c = get_config()
c.CourseDirectory.course_id = 'host'
c.Autograder.allowed_files = ['*.py', '*.csv', '*.pth', '*.npy']
c.Autograder.preload = ['numpy', 'torch', 'course_lib.checks']
c.GenerateFeedback.exporter_class = 'autograder.feedback.SafeFeedback'
c.Exchange.root = 'exchange'
"""


def source() -> nbformat.NotebookNode:
    """The instructor's notebook."""
    cells = [_cell("given", GIVEN, locked=True)]
    for task, answer in TASKS.items():
        cells.append(_cell(task, answer, solution=True))
        for test, (of, code, points) in TESTS.items():
            if of == task:
                cells.append(_cell(test, code, points=points, grade=True, locked=True))
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _cell(grade_id: str, code: str, **more: Any) -> nbformat.NotebookNode:
    flags = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
    known = {"grade_id": grade_id, **flags, **more}
    return new_code_cell(code, id=grade_id.replace("_", "-"), metadata={"nbgrader": known})


@cache
def _released() -> nbformat.NotebookNode:
    return release_version(source())


def solutions() -> dict[str, str]:
    """The reference's answers by grade_id."""
    marks = ("### BEGIN", "### END")
    return {
        task: "\n".join(line for line in code.splitlines() if not line.strip().startswith(marks))
        for task, code in TASKS.items()
    }


@dataclass(frozen=True)
class Host:
    """The attacked course on disk, with secrets in every place that an attacker would look."""

    course: Course
    home: Path

    @property
    def root(self) -> Path:
        return self.course.root

    def state(self) -> dict[str, tuple[int, bytes]]:
        """Mode and content of all that no submission may change."""
        places = [self.root / name for name in ("source", "exchange", "submitted/other")]
        files = [path for place in (*places, self.home) for path in place.rglob("*")]
        files += [self.root / "gradebook.csv", self.root / "nbgrader_config.py"]
        return {
            str(path): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
            for path in files
        }

    def planted(self) -> dict[Path, str]:
        """Each place of a secret and what it held when it was made."""
        submitted = self.root / "submitted"
        token = SECRETS["a file outside"]
        return {
            submitted / "other" / NAME / f"{NAME}.ipynb": SECRETS["another student's work"],
            self.root / "exchange" / "host" / "inbound" / "other.txt": SECRETS["a file outside"],
            self.root / "gradebook.csv": SECRETS["the gradebook"],
            self.home / "secret.txt": token,
            self.home / ".local/share/jupyter/runtime/kernel-1.json": token,
            self.home / ".jupyter" / "token": token,
        }

    def folder(self, student: str) -> Path:
        return self.course.folder("submitted", NAME, student)

    def hand_in(self, student: str, attack: Attack) -> Path:
        """Write the submission; returns its folder."""
        folder = self.folder(student)
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.notebook(attack), folder / f"{NAME}.ipynb")
        for name, content in attack.files.items():
            self._write(folder / name, content)
        return folder

    def notebook(self, attack: Attack) -> nbformat.NotebookNode:
        """The release with the attack's answers, and its own cell before everything."""
        notebook = copy.deepcopy(_released())
        for cell in notebook.cells:
            answer = attack.answers.get(cell.metadata.nbgrader.grade_id)
            cell.source = self.known(cell.source if answer is None else answer)
        if attack.cell:
            notebook.cells.insert(0, new_code_cell(self.known(attack.cell), id="attack"))
        if attack.change:
            attack.change(notebook)
        return notebook

    def known(self, text: str) -> str:
        """Put in what an attacker may know of the place."""
        places = {"@COURSE@": self.root, "@HOME@": self.home, "@GRADER@": os.getpid()}
        for mark, place in places.items():
            text = text.replace(mark, str(place))
        return text

    def _write(self, path: Path, content: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if isinstance(content, Link):
            target = self.known(content.to)
            os.link(target, path) if content.hard else path.symlink_to(target)
        elif isinstance(content, Pipe):
            os.mkfifo(path)
        elif isinstance(content, Folder):
            path.mkdir()
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(self.known(content))


def make_host(base: Path, config: str = CONFIG) -> Host:
    """A fresh course below `base`, its secrets planted."""
    root = base / "course"
    (root / "source" / NAME).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(config)
    nbformat.write(source(), root / "source" / NAME / f"{NAME}.ipynb")
    (root / "source" / NAME / "given_data.py").write_text("VALUES = [1, 2, 3]\n")
    host = Host(Course.open(root), base / "home")
    for path, content in host.planted().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return host


def with_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment with the grader's own secret in it."""
    return {**environment, "GRADER_TOKEN": SECRETS["the grader's environment"]}


def plant_in_gradebook(host: Host) -> None:
    """A comment on another student, where a real gradebook keeps one."""
    with Gradebook(host.course.directory.db_url, host.course.directory.course_id) as gradebook:
        gradebook.update_or_create_student("other", first_name=SECRETS["the gradebook"])
