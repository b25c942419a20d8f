"""The zygote process: it has the libraries loaded, and forks a fresh one on request.

It runs as `python -m autograder.zygote_server FD` with an environment of its own, has one thread,
holds no job, and ends with its children when the other end of FD is closed.
"""

import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from autograder import child, sandbox, scratch, warm
from autograder.job import Limits
from autograder.split import wire
from autograder.versions import versions

ROLES = {
    "student": "autograder.split.student:serve",
    "checker": "autograder.split.checker:serve",
    "plain": "autograder.split.plain:serve",
}


class Server:
    """Answers `fork` and `kill`, reports every child's end."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.folder = Path.cwd()
        self.children: dict[int, int] = {}  # process id to its pidfd
        self.others: set[int] = set()  # those of them that are zygotes
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, None)
        self.serve: dict[str, Callable[..., Any]] = {}
        self.birth = child.Birth("", Path(), Limits(), (), False, False)

    def configure(self, message: dict[str, Any]) -> None:
        """Load and warm everything; says "ready", or why not."""
        os.environ.update(message["environment"])
        sys.path += message["path"]
        roles = {**ROLES, **message["roles"]}
        warm.load([*message["preload"], *(where.partition(":")[0] for where in roles.values())])
        for role, where in roles.items():
            module, _, function = where.partition(":")
            self.serve[role] = getattr(import_module(module), function)
        warm.warm()
        sandbox.prepare()
        if warm.threads() > 1:
            raise RuntimeError("a library started threads at its first use")
        read = (*warm.source_folders(), *map(Path, message["read"]))
        gpu = os.environ.get("COURSE_DEVICE", "cpu").startswith("cuda")
        if gpu:
            warm.find_gpu()
        self.birth = replace(self.birth, read=read, gpu=gpu)
        gc.collect()
        gc.freeze()
        if message["huge_pages"]:
            warm.use_huge_pages()

    def run(self) -> None:
        """Until the other side is gone; then leave nothing behind."""
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.data is None:
                        self.answer()
                    else:
                        self.report(key.data)
        except (EOFError, OSError, wire.BrokenFrame):
            pass
        finally:
            self.end()

    def answer(self) -> None:
        message, fds = wire.recv(self.control, max_fds=1)
        if message["op"] == "kill":
            if message["pid"] in self.children:
                kill(message["pid"])
            return
        act = self.fork if message["op"] == "fork" else self.another
        pid = act(message, fds[0])
        os.close(fds[0])
        self.children[pid] = os.pidfd_open(pid)
        self.selector.register(self.children[pid], selectors.EVENT_READ, pid)
        wire.send(self.control, {"op": "forked", "pid": pid})

    def fork(self, message: dict[str, Any], sock: int) -> int:
        """A process of a submission."""
        role = message["role"]
        birth = replace(
            self.birth,
            role=role,
            folder=Path(message["folder"]),
            limits=Limits(**message["limits"]),
            unsafe=message["unsafe"],
        )
        parent = os.getpid()
        if pid := os.fork():
            return pid
        child.live(birth, self.serve[role], sock, parent)
        raise AssertionError("a child never comes here")

    def another(self, message: dict[str, Any], sock: int) -> int:
        """A zygote that has all that this one has loaded, and may outlive it."""
        if pid := os.fork():
            self.others.add(pid)
            return pid
        try:
            os.setsid()
            self.selector.close()
            self.control.detach()
            os.chdir(message["folder"])
            log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 2)
            server = Server(child.only(sock, quiet=False))
            server.serve, server.birth = self.serve, self.birth
            server.run()
        finally:
            os._exit(0)

    def report(self, pid: int) -> None:
        """A child has ended."""
        _, status, usage = os.wait4(pid, 0)
        handle = self.children.pop(pid)
        self.selector.unregister(handle)
        os.close(handle)
        if pid in self.others:
            self.others.remove(pid)
            return
        report = {"op": "exit", "pid": pid, "code": os.waitstatus_to_exitcode(status)}
        report |= {"memory_kb": usage.ru_maxrss, "seconds": usage.ru_utime + usage.ru_stime}
        wire.send(self.control, report)

    def end(self) -> None:
        own = [pid for pid in self.children if pid not in self.others]
        for pid in own:
            kill(pid)
        for pid in own:
            os.waitpid(pid, 0)
        scratch.remove(self.folder)


def kill(pid: int) -> None:
    """The process and its group; it may not have made its own group yet."""
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def main(descriptor: int) -> None:
    """Serve until the main process closes its end, then leave nothing behind."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # the main process stops, and then we do
        signal.signal(stop, signal.SIG_IGN)
    server = Server(socket.socket(fileno=descriptor))
    with suppress(Exception):  # `configure` comes across it again, and says so
        warm.load(())
        warm.libraries()
    try:
        message, _ = wire.recv(server.control)
    except (EOFError, OSError):
        return server.end()
    try:
        server.configure(message)
        answer = {"op": "ready", "versions": versions()}
    except Exception as error:
        answer = {"op": "failed", "error": f"{type(error).__name__}: {error}"}
    wire.send(server.control, answer)
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
    os._exit(0)  # at once: there is nothing that the libraries should tidy up
