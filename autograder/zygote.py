"""The main process's side of a zygote: start one, have it fork, hear how its children ended."""

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder import scratch
from autograder.job import Limits
from autograder.split import wire
from autograder.start import WAITING, kept, start

ANSWER_SECONDS = 30.0  # a zygote that takes longer for a fork is lost
START_SECONDS = 300.0  # libraries may come from a slow disk
CLOSE_SECONDS = 5.0
END_SECONDS = 10.0  # for a killed process to be gone


class ZygoteDied(Exception):
    """The zygote is gone, and all its children with it."""


class ZygoteFailed(Exception):
    """The zygote could not load what it was told to; another one would fail as well."""


@dataclass(frozen=True)
class Exit:
    """How a child ended: exit code or minus the signal, largest memory (kB), CPU time (s)."""

    code: int
    memory_kb: int
    seconds: float


class Zygote:
    """A process that has loaded everything and forks on request. For one thread's use at a time.

    Args:
        preload: modules to load beside the usual ones.
        roles: for tests: "module:function" by role, instead of the engine's own.
        path: folders for `preload`'s modules.
        read: files and folders that children may read, such as the course's data.
        huge_pages: start most of a second later, and fork faster.

    Raises:
        ZygoteFailed: a module does not load.
        ZygoteDied: the process ended while it started.
    """

    def __init__(
        self,
        preload: Iterable[str] = (),
        *,
        roles: Mapping[str, str] | None = None,
        path: Iterable[str] = (),
        read: Iterable[str] = (),
        huge_pages: bool = False,
    ) -> None:
        process, sock, folder = WAITING.pop() if WAITING else start()
        self._begin(process.pid, sock, folder, process)
        data = [os.environ["COURSE_DATA_DIR"]] if os.environ.get("COURSE_DATA_DIR") else []
        folders = {"path": [*path], "read": [*read, *data]}
        setup = {
            "preload": [*preload],
            "roles": dict(roles or {}),
            "environment": kept(),
            "huge_pages": huge_pages,
        } | {name: [*map(os.path.abspath, paths)] for name, paths in folders.items()}
        try:
            self._send(setup)
            self.sock.settimeout(START_SECONDS)
            answer = self._receive()
            if answer["op"] == "failed":
                raise ZygoteFailed(answer["error"])
        except BaseException:
            self.close()
            raise
        self.sock.settimeout(ANSWER_SECONDS)
        self._versions: dict[str, str] = answer["versions"]

    def _begin(
        self,
        pid: int,
        sock: socket.socket,
        folder: Path,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.exits: dict[int, Exit] = {}
        self._left: list[tuple[list[int], list[Path]]] = []
        self.sock, self.folder = sock, folder
        self.pid, self.handle = pid, os.pidfd_open(pid)
        self.process = process

    def another(self) -> "Zygote":
        """A second zygote with the same libraries, in milliseconds; it may outlive this one."""
        sock, theirs = socket.socketpair()
        sock.settimeout(ANSWER_SECONDS)
        folder = scratch.private()
        with theirs:
            self._send({"op": "another", "folder": str(folder)}, (theirs.fileno(),))
            pid = self._forked()
        made = Zygote.__new__(Zygote)
        made._begin(pid, sock, folder)
        made._versions = self._versions
        return made

    def versions(self) -> dict[str, str]:
        """Of Python and the libraries in the zygote."""
        return self._versions

    def fork(
        self, role: str, sock: socket.socket, limits: Limits, folder: Path, unsafe: bool = False
    ) -> int:
        """A new child that serves `sock` (a copy of it) and works in `folder`; its process id."""
        order = {"op": "fork", "role": role, "limits": asdict(limits)}
        self._send(order | {"folder": str(folder), "unsafe": unsafe}, (sock.fileno(),))
        return self._forked()

    def _forked(self) -> int:
        while (answer := self._receive())["op"] != "forked":
            self._note(answer)
        return int(answer["pid"])

    def kill(self, pid: int) -> None:
        """End a child and its group; safe for one that has ended."""
        if pid not in self.exits:
            self._send({"op": "kill", "pid": pid})

    def wait(self, pid: int, seconds: float) -> Exit | None:
        """How the child ended; None if it has not within the time."""
        until = time.monotonic() + seconds
        while pid not in self.exits:
            left = until - time.monotonic()
            if not select.select([self.sock], [], [], max(left, 0.0))[0]:
                return None
            self.hear()
        return self.exits[pid]

    def hear(self) -> None:
        """Take one report from the zygote; blocks if there is none."""
        self._note(self._receive())

    def forget(self, pid: int) -> None:
        """The child is done with; its end will not be asked for again."""
        self.exits.pop(pid, None)

    def leave(self, pids: Iterable[int], folders: Iterable[Path]) -> None:
        """Children that are done with, and what they worked in: ended now, swept away later."""
        pids = [*pids]
        self._left.append((pids, [*folders]))
        for pid in pids:
            self.kill(pid)

    def sweep(self, seconds: float = END_SECONDS) -> None:
        """Remove what children have left that are gone, or will be within this time."""
        left, self._left = self._left, []
        for pids, folders in left:
            if None in [self.wait(pid, seconds) for pid in pids]:
                self._left.append((pids, folders))
                continue
            for pid in pids:
                self.forget(pid)
            for folder in folders:
                with suppress(OSError):  # if its owner is not gone: `close` sweeps again
                    scratch.remove(folder)

    def end(self) -> None:
        """Kill it from any thread; whoever uses it then sees `ZygoteDied`, and closes it."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        """End the zygote and every child; remove its folder."""
        self.sock.close()
        if not select.select([self.handle], [], [], CLOSE_SECONDS)[0]:
            self.end()
        if self.process:
            self.process.wait()
        os.close(self.handle)
        for pause in (0.01, 0.1, 1.0):  # children of a killed zygote die a moment later
            try:
                return scratch.remove(self.folder)
            except OSError:
                time.sleep(pause)

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        try:
            wire.send(self.sock, message, fds)
        except OSError as error:
            raise ZygoteDied(self.last_words()) from error

    def _receive(self) -> dict[str, Any]:
        try:
            return wire.recv(self.sock)[0]
        except (EOFError, OSError, wire.BrokenFrame) as error:
            raise ZygoteDied(self.last_words()) from error

    def _note(self, report: dict[str, Any]) -> None:
        self.exits[report["pid"]] = Exit(report["code"], report["memory_kb"], report["seconds"])

    def last_words(self) -> str:
        """The end of what the zygote and its checkers wrote to stderr."""
        with suppress(OSError), open(self.folder / "log", "rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - 2000))
            return log.read().decode(errors="replace").strip() or "it left no message"
        return "it left no message"
