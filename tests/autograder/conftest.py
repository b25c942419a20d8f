"""One zygote for all tests of the engine, with stand-ins for its roles."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder import scratch
from autograder.job import Limits
from autograder.split import wire
from autograder.zygote import Zygote

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from fake_engine import fake_engine  # noqa: E402, F401
from small_course import released, released_once, small_course  # noqa: E402, F401

STUBS = {role: f"stub_roles:{role}" for role in ("student", "checker", "plain")}


@pytest.fixture(scope="session")
def stub_zygote() -> Iterator[Zygote]:
    """Its student `exec`s what it is sent; its checker drives the student (see stub_roles)."""
    with Zygote(roles=STUBS, path=[str(HERE)]) as zygote:
        yield zygote


@pytest.fixture
def quick_start(
    stub_zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> Callable[[ModuleType], list[Zygote]]:
    """`quick_start(module)`: its new zygotes come from the session's, and are in the list."""

    def replaced(module: ModuleType) -> list[Zygote]:
        made: list[Zygote] = []

        def another(*_: object, **__: object) -> Zygote:
            made.append(stub_zygote.another())
            return made[-1]

        monkeypatch.setattr(module, "Zygote", another)
        return made

    return replaced


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
