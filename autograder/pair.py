"""The processes that run one submission: a student and its checker, or one for both."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack

from autograder import names, scratch
from autograder.job import Job, Role
from autograder.sandbox.limits import THREADS
from autograder.split import wire
from autograder.zygote import Exit, Zygote

MOST_BYTES = 64 * 2**20  # of one message to the supervisor
WATCH_SECONDS = 0.25
SEND_SECONDS = 20.0
END_SECONDS = 10.0  # for a killed process to be gone
DISK_FILES = 4  # the working folder may hold this many files of the largest size


class Gone(Exception):
    """The checker closed its connection, or sent what is no message."""


class Pair:
    """Made by `started`.

    Attributes:
        judged: the process id of the one whose code is not trusted.
        checker: the one that talks to us; the same process in "plain" mode.
    """

    def __init__(
        self, zygote: Zygote, job: Job, sock: socket.socket, checker: int, judged: int, folder: Path
    ) -> None:
        self.zygote, self.limits, self.folder = zygote, job.limits, folder
        self.sock, self.checker, self.judged = sock, checker, judged
        self._unread = bytearray()
        self._looked = time.monotonic()

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


@contextmanager
def started(
    zygote: Zygote,
    job: Job,
    *,
    unsafe: bool,
    start: int,
    stop: int,
    skip: set[int],
    reference: tuple[str, ...],
) -> Iterator[Pair]:
    """Fresh processes that are to run the cells from `start` to `stop`; swept away afterwards.

    Raises:
        ZygoteDied: so are they all.
        Gone: the checker ended before it had the job.
    """
    # its files are in the working folders
    plain = asdict(job) | {"files": {}, "student_names": sorted(job.student_names)}
    message = {"op": "job", "job": plain, "start": start, "stop": stop}
    message |= {"skip": sorted(skip), "reference": list(reference)}
    message["names"] = names.known({c.source for c in job.cells if c.role is Role.TEST})
    with ExitStack() as stack:
        born: list[int] = []

        def child(role: str, sock: socket.socket) -> tuple[int, Path]:
            folder = scratch.make(zygote.folder, job.files)
            stack.callback(_sweep, folder)
            born.append(zygote.fork(role, sock, job.limits, folder, unsafe))
            stack.callback(_end, zygote, born)
            return born[-1], folder

        ours, theirs = (stack.enter_context(end) for end in socket.socketpair())
        fds: tuple[int, ...] = ()
        if job.mode == "plain":
            judged, folder = child("plain", theirs)
            checker = judged
        else:
            to_student, students = (stack.enter_context(end) for end in socket.socketpair())
            judged, folder = child("student", students)
            checker, _ = child("checker", theirs)
            students.close()
            fds = (to_student.fileno(),)
        theirs.close()
        ours.settimeout(SEND_SECONDS)
        with suppress(OSError):  # then `receive` finds it gone
            wire.send(ours, message, fds)
        if fds:
            to_student.close()
        yield Pair(zygote, job, ours, checker, judged, folder)


def _end(zygote: Zygote, pids: list[int]) -> None:
    """All at once, which is quicker than one after the other; nothing is left for a second call."""
    for pid in pids:
        zygote.kill(pid)
    for pid in pids:
        zygote.wait(pid, END_SECONDS)
        zygote.forget(pid)
    pids.clear()


def _sweep(folder: Path) -> None:
    with suppress(OSError):  # its owner outlived a zygote for a moment: `Zygote.close` sweeps again
        scratch.remove(folder)
