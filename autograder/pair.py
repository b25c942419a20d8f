"""The processes that run one submission: a student and its checker, or one for both."""

import select
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack

from autograder import names, scratch
from autograder.job import Job, Role
from autograder.replay import unneeded
from autograder.sandbox.limits import THREADS
from autograder.split import execute, wire
from autograder.zygote import Exit, Zygote, ZygoteDied

MOST_BYTES = 64 * 2**20  # of one message to the supervisor
WATCH_SECONDS = 0.25
SEND_SECONDS = 20.0
DISK_FILES = 4  # the working folder may hold this many files of the largest size


class Gone(Exception):
    """The checker closed its connection, or sent what is no message."""


class Pair:
    """Made by `prepare`; runs nothing before `begin`."""

    def __init__(self, zygote: Zygote, job: Job, sock: socket.socket) -> None:
        self.zygote, self.job, self.sock = zygote, job, sock
        self.limits = job.limits
        self.pids: list[int] = []
        self.folders: list[Path] = []
        self._unread = bytearray()
        self._looked = time.monotonic()
        sock.settimeout(SEND_SECONDS)

    @property
    def judged(self) -> int:
        """The process id of the one whose code is not trusted."""
        return self.pids[0]

    @property
    def checker(self) -> int:
        """The one that talks to us; the same process in "plain" mode."""
        return self.pids[-1]

    @property
    def folder(self) -> Path:
        """The judged process's."""
        return self.folders[0]

    def give_birth(self, role: str, sock: socket.socket, unsafe: bool) -> None:
        """Add a process that serves this socket."""
        files = self.job.files
        if role == "checker":
            files = {n: data for n, data in files.items() if n not in self.job.student_code}
        self.folders.append(scratch.make(self.zygote.folder, files))
        limits, folder = self.limits, self.folders[-1]
        self.pids.append(self.zygote.fork(role, sock, limits, folder, unsafe))

    def tell(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        """Send to the checker; if it is gone, `receive` will say so."""
        with suppress(OSError):
            wire.send(self.sock, message, fds)

    def begin(self) -> None:
        """Let it run its cells."""
        self._looked = time.monotonic()
        self.tell({"op": "begin"})

    def close(self) -> None:
        """End both processes, all at once; they are swept away at the zygote's next `sweep`."""
        with self.sock:
            self.zygote.leave(self.pids, self.folders)

    def kill(self, pid: int) -> None:
        """End one of the two."""
        self.zygote.kill(pid)

    def exit(self, pid: int, seconds: float) -> Exit | None:
        """How it ended; None if it is alive after this time."""
        return self.zygote.wait(pid, seconds)

    def receive(self, until: float) -> dict[str, Any] | str:
        """The checker's next message, or why there is none: "timeout", "threads" or "disk".

        Raises:
            Gone: the checker is.
        """
        while (message := self._message()) is None:
            now = time.monotonic()
            if now >= until:
                return "timeout"
            if now - self._looked > WATCH_SECONDS:
                self._looked = now
                if what := self._excess():
                    return what
            left = min(until - now, WATCH_SECONDS)
            ready, _, _ = select.select([self.sock, self.zygote.sock], [], [], left)
            if self.zygote.sock in ready:
                self.zygote.hear()
            if self.sock in ready:
                self._read()
        return message

    def _read(self) -> None:
        try:
            part = self.sock.recv(2**20)
        except OSError as error:
            raise Gone(str(error)) from error
        if not part:
            raise Gone("it closed its connection")
        self._unread += part

    def _message(self) -> dict[str, Any] | None:
        if len(self._unread) < wire.HEADER.size:
            return None
        end = wire.HEADER.size + wire.HEADER.unpack_from(self._unread)[0]
        if end > MOST_BYTES:
            raise Gone(f"it announced a message of {end} bytes")
        if len(self._unread) < end:
            return None
        body = bytes(self._unread[wire.HEADER.size : end])
        del self._unread[:end]
        try:
            message = msgpack.unpackb(body, raw=False)
        except (ValueError, msgpack.UnpackException) as error:
            raise Gone(f"it sent no message: {error}") from error
        if not isinstance(message, dict):
            raise Gone("it sent no message")
        return message

    def _excess(self) -> str | None:
        """What no resource limit bounds."""
        if scratch.over(self.folder, DISK_FILES * self.limits.file_mb):
            return "disk"
        with suppress(OSError), open(f"/proc/{self.judged}/status", "rb") as status:
            threads = status.read().partition(b"\nThreads:")[2].split(None, 1)
            if threads and int(threads[0]) > THREADS:
                return "threads"
        return None


def prepare(zygote: Zygote, job: Job, *, unsafe: bool = False, **part: Any) -> Pair:
    """Fresh processes that wait for the pair's `begin` to run the `part` that `order` names.

    Raises:
        ZygoteDied: so are they all.
    """
    zygote.sweep(seconds=0)
    message = order(job, **part) | {"wait": True}
    ours, theirs = socket.socketpair()
    pair = Pair(zygote, job, ours)
    try:
        with theirs:
            if job.mode == "plain":
                pair.give_birth("plain", theirs, unsafe)
                theirs.close()
                pair.tell(message)
                return pair
            to_student, students = socket.socketpair()
            with to_student:
                with students:
                    pair.give_birth("student", students, unsafe)
                pair.give_birth("checker", theirs, unsafe)
                theirs.close()
                pair.tell(message, (to_student.fileno(),))
    except BaseException:
        with suppress(ZygoteDied):
            pair.close()
        raise
    return pair


def order(
    job: Job,
    start: int = 0,
    stop: int | None = None,
    skip: Iterable[int] = (),
    reference: Iterable[str] = (),
) -> dict[str, Any]:
    """What a pair is told: to run the cells from `start` to `stop`, after what these need.

    Args:
        skip: cells that do not run.
        reference: names that are the reference's instead of the student's.
    """
    stop, skip = len(job.cells) if stop is None else stop, {*skip}
    if start:
        skip |= unneeded(job, {*range(start, stop)} - skip)
    plain = vars(job) | {"cells": [*map(vars, job.cells)], "limits": vars(job.limits)}
    # its files are in the working folders
    plain |= {"files": {}, "student_names": sorted(job.student_names)}
    message = {"op": "job", "job": plain, "start": start, "stop": stop, "skip": sorted(skip)}
    return message | {"reference": list(reference)} | _told(job, bool(reference))


def _told(job: Job, reference: bool) -> dict[str, Any]:
    """What the checker would have to find out about the instructor's cells in each of its lives."""
    told = {cell.source for cell in job.cells if cell.role is Role.TEST}
    # never a student's cell: the compiler itself may end on one
    told |= {c.source for c in job.cells if c.role is Role.LOCKED and not c.student_only}
    told |= {*job.reference_cells.values()} if reference else set()
    return {"names": names.known(told), "code": execute.known(told)}
