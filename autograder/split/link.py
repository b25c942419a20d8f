"""One end of the connection between checker and student: questions, answers, shared state."""

import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch

from autograder.split import wire
from autograder.split.errors import StudentGone
from autograder.split.graph import Graph
from autograder.split.leaves import Leaves
from autograder.split.modules import MirrorModule
from autograder.split.objects import Objects
from autograder.split.packer import Packer
from autograder.split.rng import Lender
from autograder.split.unpacker import Unpacker

MAX_NESTED = 25  # questions within questions

Handler = Callable[..., Any]


class Link:
    """Asks the other process and answers it; questions may come while an answer is awaited.

    Args:
        sock: connected to the other process.
        home: "c" for the checker, "s" for the student.
        handlers: what the other process may ask, by name.
        max_body: the largest frame that is accepted.
    """

    trusted = False
    max_sent = wire.MAX_FRAME

    def __init__(
        self, sock: socket.socket, home: str, handlers: dict[str, Handler], max_body: int
    ) -> None:
        self.sock, self.home, self.handlers = sock, home, handlers
        self.frames = wire.Frames(sock, max_body)
        self.objects, self.leaves, self.graph = Objects(), Leaves(home), Graph()
        self.structures: dict[int, Any] = {}  # of our modules, as the other side knows them
        self.proxies: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.mirrors: weakref.WeakValueDictionary[int, MirrorModule] = weakref.WeakValueDictionary()
        self.received: dict[int, int] = {}
        self.gone: list[list[int]] = []
        self.lender = Lender()
        self.depth = 0
        self.end: StudentGone | None = None
        self.writing = threading.RLock()  # a student's thread may print

    def ask(self, op: str, *args: Any) -> Any:
        """Let the other process do something; returns its value or raises its exception."""
        self.send("ask", list(args), op=op)
        return self.wait()

    def order(self, op: str, *args: Any) -> Any:
        """Ask for what an honest process always does: an exception is no answer."""
        self.send("ask", list(args), op=op)
        try:
            return self.wait()
        except Exception as error:
            self.broken(f"{type(error).__name__} instead of an answer to {op!r}")

    def wait(self) -> Any:
        """Serve the other process until it answers."""
        while True:
            frame, bulk = self.receive()
            kind = frame.get("k")
            if kind == "ask":
                self.answer(frame, bulk)
            elif kind == "out":
                self.output(frame)
            elif kind in ("ok", "raise"):
                value = self.unpack(frame, bulk)
                if kind == "ok":
                    return value
                self.expect(isinstance(value, Exception))
                raise value
            else:
                self.broken(f"no such frame: {kind!r}"[:200])

    def answer(self, frame: dict[str, Any], bulk: bytearray) -> None:
        """Do what was asked and send the result or the exception."""
        op = frame.get("op")
        handler = self.handlers.get(op) if isinstance(op, str) else None
        self.expect(handler is not None and self.depth < MAX_NESTED)
        assert handler is not None
        self.depth += 1
        try:
            args = self.unpack(frame, bulk)
            self.expect(type(args) is list)
            with torch.set_grad_enabled(frame.get("grad", True) is True):
                value = handler(*args)
            self.send("ok", value)
        except StudentGone:
            raise
        except BaseException as error:
            self.send("raise", error)
        finally:
            self.depth -= 1

    def call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function, class or module of the other process."""
        value, changed, returned = self.ask("call", target, args, kwargs)
        self.changed_inputs(target, args, kwargs, changed)
        if returned is None:
            return value
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        self.expect(type(returned) in (int, str) and returned in given)
        return given[returned]

    def iterate(self, target: Any) -> Iterator[Any]:
        """A for loop over an object of the other process."""
        found = self.ask("iter", target)
        return iter(found) if found is not target else found

    def step(self, target: Any) -> Any:
        """The next item of an iterator of the other process."""
        more, item = self.ask("next", target)
        if not more:
            raise StopIteration(item)
        return item

    # --- frames ---

    def send(self, kind: str, value: Any, **more: Any) -> None:
        """Send one frame; where its value cannot cross, a question raises, an answer says so."""
        packer = Packer(self, asking=kind == "ask")
        try:
            frame, bulk = packer.frame(kind, value, grad=torch.is_grad_enabled(), **more)
            self.write(frame, bulk)
            self.lender.arrived()
        except OSError as error:
            self.lost(error)
        except Exception as error:
            self.lender.take_back()
            if isinstance(error, wire.TooLarge):
                self.not_sent(frame)
            if kind != "ok":
                raise
            self.send("raise", error)

    def not_sent(self, frame: dict[str, Any]) -> None:
        """Nor were the news in the frame: all of it is news again."""
        self.leaves.forget_agreement()
        self.structures = dict.fromkeys(self.structures)
        graph, leaves = self.graph, self.leaves
        lists: list[list[Any]] = [self.gone, leaves.gone, graph.gone_cuts, graph.gone_outs]
        for entries, lost in zip(lists, frame["drop"], strict=False):
            entries.extend(lost)

    def write(self, frame: Any, bulk: bytes | bytearray = b"") -> None:
        with self.writing:
            wire.send(self.sock, frame, bulk=bulk, max_body=self.max_sent)

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        try:
            frame, bulk = self.frames.recv()
        except (EOFError, OSError) as error:
            self.lost(error)
        except wire.BrokenFrame as error:
            self.broken(str(error))
        self.expect(isinstance(frame, dict))
        return frame, bulk

    def unpack(self, frame: dict[str, Any], bulk: bytearray) -> Any:
        try:
            return Unpacker(self, frame, bulk).value()
        except Exception as error:
            self.broken(f"{type(error).__name__}: {error}"[:300])

    def expect(self, right: bool) -> None:
        """What an honest other side always makes true."""
        if not right:
            self.broken("an answer that fits no question")

    def broken(self, why: str) -> Any:
        """The other side does not keep to the protocol."""
        self.end = StudentGone(f"the program sent what is no answer: {why}", "protocol")
        raise self.end

    def lost(self, error: BaseException) -> Any:
        """The other side is gone."""
        self.end = StudentGone("the program ended", "exited")
        raise self.end from error

    # --- references that live and die ---

    def adopt(self, number: int, proxy: Any) -> None:
        """Remember a proxy for as long as something else does."""
        self.proxies[number] = proxy
        if isinstance(proxy, MirrorModule):
            self.mirrors[number] = proxy
        weakref.finalize(proxy, self._forget, number).atexit = False

    def _forget(self, number: int) -> None:
        copies = self.received.pop(number, 0)
        if copies:
            self.gone.append([number, copies])

    def dropped(self) -> list[Any]:
        """References that died since the last frame."""
        graph, leaves = self.graph, self.leaves
        lists: list[list[Any]] = [self.gone, leaves.gone, graph.gone_cuts, graph.gone_outs]
        if not any(lists):
            return []
        found = [entries[:] for entries in lists]
        for entries, taken in zip(lists, found, strict=True):
            del entries[: len(taken)]
        return found

    def released(self, dropped: list[Any]) -> None:
        """The other side's list of such references."""
        objects, leaves, cuts, outs = dropped or ([], [], [], [])
        for number, copies in objects:
            self.objects.release(number, copies)
        for number, copies in leaves:
            self.leaves.release(number, copies)
        for number in cuts:
            self.graph.cuts.pop(number, None)
        for number in outs:
            self.graph.outs.pop(number, None)

    # --- what the two sides do differently ---

    def mode(self, encode: Any) -> dict[str, Any]:
        """State that the other side must take over with a frame."""
        return {}

    def set_mode(self, mode: Any, decode: Any) -> None:
        """Take it over."""

    def output(self, frame: dict[str, Any]) -> None:
        """Something printed in the other process."""
        self.broken("output from this side")

    def may_change(self, leaf: Any, content: Any, grad: Any) -> bool:
        """Whether the other side may change a tensor of ours."""
        return True

    def may_restructure(self, module: Any, new: Any) -> bool:
        """Whether the other side may change the structure of a module of ours."""
        return True

    def changed_inputs(self, target: Any, args: Any, kwargs: Any, changed: Any) -> None:
        """A call edited its arguments in place."""

    def from_checker(self, item: list[Any], decoder: Any) -> Any:
        """What only a checker may send."""
        raise ValueError("no such kind of value")
