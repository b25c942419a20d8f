"""Student, checker and plain processes, forked from one warm subprocess."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from autograder.job import Cell, Job, Limits
from autograder.pair import order
from autograder.split import wire
from autograder.split.teacher import Teacher

Start = Callable[..., socket.socket]


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """`start("student")` returns the socket of a fresh process."""
    ours, theirs = socket.socketpair()
    with theirs:
        launcher = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("launcher.py"))],
            stdin=theirs,
            env={**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"},
        )

    def started(role: str, limits: Limits | None = None) -> socket.socket:
        near, far = socket.socketpair()
        near.settimeout(120)
        with far:
            wire.send(ours, {"role": role, "limits": asdict(limits or Limits())}, (far.fileno(),))
        return near

    with ours:
        yield started
    launcher.wait(10)


@pytest.fixture
def student(start: Start) -> Iterator[Callable[..., Any]]:
    """`student(source)` runs a cell and returns its names as a test sees them."""
    sockets = []

    def run(source: str, **options: Any) -> Any:
        sock = start("student")
        sockets.append(sock)
        teacher = Teacher(sock, Job((), **options), frozenset())
        error = teacher.link.ask("run", source)
        assert error is None, error
        teacher.link.ask("begin", [])
        teacher.link.testing = True
        return Names(teacher)

    yield run
    for sock in sockets:
        sock.close()


class Names:
    """Attribute access to a student's names."""

    def __init__(self, teacher: Teacher) -> None:
        self.teacher, self.link = teacher, teacher.link

    def __getattr__(self, name: str) -> Any:
        values = self.link.ask("name", name)
        assert values, name
        return values[0]


@pytest.fixture
def grade(start: Start) -> Callable[..., dict[str, Any]]:
    """Run a job's cells; results by cell id, and whether the student was lost."""

    def graded(*cells: Cell, mode: str = "split", **options: Any) -> dict[str, Any]:
        more = {k: options.pop(k) for k in ("start", "skip", "reference", "stop") if k in options}
        job = Job(cells, mode=mode, **options)
        message = order(job, **more)
        results: dict[str, Any] = {}
        with start("checker" if mode == "split" else "plain") as main:
            if mode == "split":
                with start("student", job.limits) as other:
                    wire.send(main, message, (other.fileno(),))
            else:
                wire.send(main, message)
            while True:
                reply, _ = wire.recv(main)
                if reply["op"] == "done":
                    results[reply["result"]["id"]] = reply["result"]
                elif reply["op"] in ("finished", "lost"):
                    results["end"] = reply["op"]
                    return results

    return graded
