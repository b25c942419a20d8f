"""One zygote for all tests of the engine, with stand-ins for its roles."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import scratch
from autograder.job import Limits
from autograder.split import wire
from autograder.zygote import Zygote

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from small_course import released, released_once, small_course  # noqa: E402, F401

STUBS = {role: f"stub_roles:{role}" for role in ("student", "checker", "plain")}


@pytest.fixture(scope="session")
def stub_zygote() -> Iterator[Zygote]:
    """Its student `exec`s what it is sent; its checker drives the student (see stub_roles)."""
    with Zygote(roles=STUBS, path=[str(HERE)]) as zygote:
        yield zygote


@pytest.fixture
def inside(stub_zygote: Zygote) -> Iterator[Callable[..., object]]:
    """`inside(code, ask="None", **limits)`: the value of `ask` after `code`, in a fresh sandbox.

    Raises RuntimeError with the name and text of the exception there, or EOFError if it died.
    """
    made: list[tuple[int, Path]] = []

    def act(code: str, ask: str = "None", **limits: float) -> object:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            folder = scratch.make(stub_zygote.folder, {"data.txt": b"given"})
            made.append((stub_zygote.fork("student", theirs, Limits(**limits), folder), folder))
            theirs.close()
            ours.settimeout(20)
            wire.send(ours, {"run": code, "ask": ask})
            answer, _ = wire.recv(ours)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    yield act
    for pid, folder in made:
        stub_zygote.kill(pid)
        assert stub_zygote.wait(pid, 10) is not None
        stub_zygote.forget(pid)
        scratch.remove(folder)


@pytest.fixture
def script() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`script(code, *arguments)`: the code in a new Python that can import the stubs."""

    def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(HERE)!r})\n{code}"]
        return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60)

    return run


class FakeEngine:
    """Stands for `autograder.pool.run_all`: runs cells in this process, by `exec` and nothing else.

    `before` is called with the name of each job; it may raise, as a killed process would.
    """

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.before: Any = lambda name: None

    def __call__(
        self, jobs: Mapping[str, Job], workers: int | None = None, preload: Any = (), **_: Any
    ) -> Iterator[tuple[str, list[CellResult]]]:
        for name in jobs:
            self.before(name)
            self.ran.append(name)
            namespace: dict[str, Any] = {}
            yield name, [self._run(cell, namespace) for cell in jobs[name].cells]

    def _run(self, cell: Cell, namespace: dict[str, Any]) -> CellResult:
        error, value = None, None
        try:
            tree = ast.parse(cell.source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<cell>", "exec"), namespace)
            if last:
                value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
        except Exception as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
        if cell.role is not Role.TEST:
            shown = {"output_type": "stream", "name": "stdout", "text": f"ran {cell.id}\n"}
            return CellResult(cell.id, outputs=(shown,), error=error, seconds=0.01)
        full = value is None or isinstance(value, str)
        score = 0.0 if error else cell.points if full else float(value)
        return CellResult(cell.id, error=error, score=score, seconds=0.01)


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """In the place of the real one wherever the test asks for the engine."""
    engine = FakeEngine()
    monkeypatch.setattr("autograder.submissions._run_all", lambda: engine)
    return engine


def hand_in(
    course: Course, student: str, answers: dict[str, str] | None = None, *, raw: bytes | None = None
) -> Path:
    """Put a submission of `hw1_means` in place: the release with `answers` by grade_id, or `raw`."""
    folder = course.folder("submitted", "hw1_means", student)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hw1_means.ipynb"
    if raw is not None:
        path.write_bytes(raw)
        return path
    released = course.folder("release", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or {}).get(grade_id, cell.source)
    nbformat.write(notebook, path)
    return path


@pytest.fixture(name="hand_in")
def _hand_in() -> Any:
    return hand_in
