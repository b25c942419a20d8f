"""The student's process: runs cells and answers questions about what they made."""

import importlib
import os
import socket
from collections.abc import Callable
from typing import Any

import torch

from autograder.job import Limits
from autograder.split import rng, wire
from autograder.split.errors import StudentGone, short
from autograder.split.link import Link
from autograder.split.operations import OPERATIONS, for_link
from autograder.split.outlet import Outlet, OutputFlood
from autograder.split.shell import prepared, run

NOTHING = object()


class StudentLink(Link):
    """The student's end: follows the checker's state, shows its output."""

    max_sent = wire.MAX_HOSTILE_FRAME

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, "s", {}, wire.MAX_FRAME)
        self.borrower = rng.Borrower()
        self.rebound: Callable[[], bool] = lambda: False

    def mode(self, encode: Any) -> dict[str, Any]:
        return {"mode": "rebound"} if self.rebound() else {}

    def set_mode(self, mode: Any, decode: Any) -> None:
        if mode:
            self.borrower.take({kind: decode(state) for kind, state in mode["rng"].items()})
            dtype = decode(mode["dtype"])
            if dtype != torch.get_default_dtype():
                torch.set_default_dtype(dtype)

    def from_checker(self, item: list[Any], decoder: Any) -> Any:
        if item[0] == "library":
            return getattr(importlib.import_module(item[1]), item[2])
        if item[0] == "generator":
            return self.borrower.receive(item[1], item[2], decoder.decode(item[3]))
        return super().from_checker(item, decoder)

    def show(self, output: dict[str, Any]) -> None:
        """Send one nbformat output on its way at once."""
        try:
            self.write({"k": "out", "o": output})
        except OSError:
            os._exit(1)


class Notebook:
    """The student's cells and their names, in IPython."""

    def __init__(self, link: StudentLink, limits: Limits) -> None:
        self.shell = prepared()
        self.outlet = Outlet(link.show, limits.output_kb * 1024)
        self.state: dict[str, Any] = {}
        self.told: dict[str, Any] = {}  # by name, what the checker may still go by
        link.rebound = self.rebound

    def run(self, source: str) -> Any:
        """Run a cell: None, or its exception's name and message.

        Its random numbers go on where the student's own cells left them.
        """
        for kind, state in self.state.items():
            rng.write(kind, rng.GLOBAL[kind], state)
        self.state, self.told = {}, {}
        with torch.enable_grad():
            _, error = run(self.shell, source, self.outlet)
        self.shell.user_ns.pop("_", None)
        if error is None:
            return None
        flood = isinstance(error, OutputFlood)
        return [type(error).__name__, short(error), "output" if flood else None]

    def name(self, name: str) -> list[Any]:
        """The value of a name in the notebook, in a list; an empty one if it has none."""
        space = self.shell.user_ns
        return [space[name]] if name in space else []

    def bind(self, values: dict[str, Any]) -> None:
        """Give names other values, as the reference's; None takes a name away."""
        for name, value in values.items():
            if value is None:
                self.shell.user_ns.pop(name, None)
            else:
                self.shell.user_ns[name] = value

    def begin_test(self, names: list[str]) -> list[list[Any]]:
        """What the test uses; from here to the next cell the checker's random states hold."""
        if not self.state:
            self.state = {kind: rng.read(kind, source) for kind, source in rng.GLOBAL.items()}
        if self.rebound():
            self.told = {}
        self.told |= {name: self.shell.user_ns.get(name, NOTHING) for name in names}
        return [self.name(name) for name in names]

    def rebound(self) -> bool:
        """Whether a name means something else than the checker was told, as after a `global`."""
        space = self.shell.user_ns
        return any(space.get(name, NOTHING) is not value for name, value in self.told.items())


def serve(sock: socket.socket, limits: Limits) -> None:
    """Answer the checker until it goes away."""
    rng.seed_all("notebook")
    link = StudentLink(sock)
    notebook = Notebook(link, limits)
    link.handlers = {
        **OPERATIONS,
        **for_link(link),
        "run": notebook.run,
        "name": notebook.name,
        "bind": notebook.bind,
        "begin": notebook.begin_test,
    }
    try:
        while True:
            link.answer(*link.receive())
    except StudentGone as gone:  # here: the checker is gone
        if gone.verdict == "protocol":
            raise RuntimeError(f"the checker is not understood: {gone}") from gone
