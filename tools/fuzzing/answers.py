"""What a student's process may send to the checker that judges it.

Honest conversations are recorded first: a real student's process answers real tests. Then each case
is one of them with faults in it, and the checker's own code reads it to the end.
"""

import builtins
import itertools
import os
import socket
import sys
import threading
import warnings
from dataclasses import asdict
from functools import cache
from typing import Any

import msgpack
import numpy as np
import torch

from autograder.job import Cell, Job, Limits
from autograder.sandbox import limits
from autograder.split import errors, shell, student
from autograder.split.checker import Checker
from autograder.split.teacher import Teacher
from autograder.verdicts import received
from fuzzing.chaos import Chaos
from fuzzing.frames import Script, joined, split, spoiled
from fuzzing.scenario import SECRET, TESTS, WORDS, job_of
from fuzzing.trial import Fault

BARE = ("iter", "next", "repr", "str", "dir", "deepcopy", "enter", "exit", "len", "module")
OPERATIONS = (
    *(*BARE, "attr", "attr", "attr", "attr", "call", "item", "setattr", "isinstance", "contains"),
    *("leaf", "vjp", "library", "run", "name", "bind", "begin", "delattr"),
)
PRIVATE = (
    *("_key", "__dict__", "__globals__", "__closure__", "__self__", "__func__", "__init__"),
    *("__class__", "__code__", "gi_frame", "f_globals", "turn", "name"),
)
VERDICTS = {None, "protocol", "exited", "output", "mutated-input", "memory"}
HUNGRY = ("MemoryError", "DefaultCPUAllocator", "Unable to allocate", "Cannot allocate")


class Answers:
    """The law: whatever it is sent, the checker reports on its cells and gives nothing away."""

    name = "answers"

    def __init__(self) -> None:
        torch.set_num_threads(1)
        shell.warm()
        self.recorded = {name: split(_conversation(job_of(name))) for name in TESTS}
        for name, frames in self.recorded.items():  # what honest answers import is no surprise
            _check(job_of(name), Script(joined(frames)), Script(b""))
        self.donors = [frame for frames in self.recorded.values() for frame in frames]

    def start(self) -> None:
        limits.apply(Limits(memory_mb=512))
        warnings.simplefilter("ignore")  # torch's, on odd tensors

    def make(self, seed: str) -> Any:
        chaos = Chaos(seed, WORDS)
        name = chaos.pick([*TESTS])
        frames = [*self.recorded[name]]
        places = [at for at, (message, _) in enumerate(frames) if message.get("op") == "call"]
        asked = bool(places) and chaos.chance(0.5)
        if asked:
            at = chaos.pick(places)
            frames[at + 1 : at + 1] = [_question(chaos, frames[at][0]) for _ in range(3)]
        if not asked or chaos.chance(0.3):
            frames = spoiled(chaos, frames, self.donors)
        return {"test": name, "frames": frames}

    def check(self, case: Any) -> None:
        job, supervisor = job_of(case["test"]), Script(b"")
        checked(job, joined(case["frames"]), supervisor)
        for report in split(bytes(supervisor.sent)):
            message = report[0]
            if message["op"] == "done":
                _right(job.cells[message["cell"]], message["result"])


def _question(chaos: Chaos, call: dict[str, Any]) -> list[Any]:
    """What a student's code may want to know of the object that it calls, or do to it."""
    target = call["v"][1][0]
    if chaos.chance(0.2):
        target = chaos.pick((["yours", 2], ["leaf", "c", 1], ["ref", 1, ["object", "A", []]], 3))
    op, name = chaos.pick(OPERATIONS), chaos.pick((*PRIVATE, *PRIVATE, chaos.scalar()))
    more = [["tuple", [name]], ["dict", [], []]] if op == "call" else [name] * (op not in BARE)
    return [{"k": "ask", "op": op, "v": ["list", [target, *more]], "grad": True}, b""]


def checked(job: Job, data: bytes, supervisor: Script) -> None:
    """Let the checker read what a student's process has sent."""
    sock = Script(data)
    before, packages = _state(), _packages(len(sys.modules))
    _check(job, sock, supervisor)
    after = _state()
    if changed := [name for name in before if before[name] != after[name]]:
        raise Fault(f"state: of the checker, has changed: {changed}")
    if new := _packages(len(sys.modules)) - packages:
        raise Fault(f"import: of {sorted(new)}")
    if SECRET.encode() in sock.sent:
        raise Fault("secret: it was sent to the student's process")


def _check(job: Job, student_side: Any, supervisor: Any) -> None:
    Checker(supervisor, Teacher(student_side, job, frozenset()), {}).run()


def _right(cell: Cell, fields: dict[str, Any]) -> None:
    result = received(cell, fields, 0.0)
    if result.score:
        raise Fault(f"points: {result.score:g} for {cell.id}")
    if result.verdict not in VERDICTS:
        raise Fault(f"verdict: {result.verdict!r}")
    if any(sign in (result.error or "") for sign in HUNGRY):
        raise Fault(f"memory: {result.error}")
    msgpack.packb(asdict(result))


def _state() -> dict[str, Any]:
    """What a frame must not touch."""
    tables = (builtins, torch, torch.nn, torch.nn.functional, torch.Tensor, np, errors, itertools)
    return {
        "dtype": torch.get_default_dtype(),
        "grad": torch.is_grad_enabled(),
        "threads": threading.active_count(),
        "standard streams": (sys.stdout, sys.stderr),
        "folder": os.getcwd(),
        "recursion": sys.getrecursionlimit(),
        "libraries": [dict(vars(table)) for table in tables],
    }


@cache
def _packages(modules: int) -> set[str]:
    """What is imported, looked up again only where that has become more."""
    return {name.partition(".")[0] for name in sys.modules}


class _Recorder:
    """A socket that keeps what arrives."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.heard = sock, bytearray()

    def recv(self, most: int, flags: int = 0) -> bytes:
        part = self.sock.recv(most, flags)
        self.heard += b"" if flags else part
        return part

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


def _conversation(job: Job) -> bytes:
    """All that an honest student's process answers to the job's tests."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            student.serve(theirs, job.limits)
        finally:
            os._exit(0)
    theirs.close()
    recorder: Any = _Recorder(ours)
    reader, writer = os.pipe()
    if (checker := os.fork()) == 0:  # apart, so that all conversations begin in the same state
        try:
            _check(job, recorder, Script(b""))
            with open(writer, "wb") as pipe:
                pipe.write(recorder.heard)
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        heard = pipe.read()
    ours.close()
    os.waitpid(pid, 0)
    os.waitpid(checker, 0)
    return heard
