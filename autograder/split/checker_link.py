"""The checker's end of the connection: gives its state, takes nothing but values."""

import operator
import socket
from collections.abc import Callable
from typing import Any

import torch

from autograder.split import guard, wire
from autograder.split.errors import ChangedInput, short
from autograder.split.link import Link
from autograder.split.outlet import Outlet, bundle, joining


class CheckerLink(Link):
    """The checker's end: gives its state, takes nothing but values."""

    trusted = True

    def __init__(self, sock: socket.socket, limit: int) -> None:
        super().__init__(sock, "c", {}, wire.MAX_HOSTILE_FRAME)
        self.handlers = guard.handlers(self)
        self.outputs: list[dict[str, Any]] = []
        self.outlet = Outlet(joining(self.outputs), limit)
        self.testing = self.changes_allowed = self.changed = False
        self.rebound = True  # names of the notebook may mean something else than before
        self.errors: dict[int, BaseException] = {}
        self.before_call: Callable[[], None] = lambda: None

    def call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.before_call()
        return super().call(target, args, kwargs)

    def ask(self, op: str, *args: Any) -> Any:
        """Never a StopIteration, which would end a test's `map` or `zip` as if it were done.

        An iterator's end comes as an answer. What is raised here is what Python makes of it in a
        generator (PEP 479).
        """
        try:
            return super().ask(op, *args)
        except (StopIteration, StopAsyncIteration) as error:
            said = ": ".join(filter(None, (type(error).__name__, short(error))))
            raise RuntimeError(f"this code raised {said}") from error

    def order(self, op: str, *args: Any) -> Any:
        self.rebound = True
        return super().order(op, *args)

    def set_mode(self, mode: Any, decode: Any) -> None:
        self.rebound |= mode is not None

    def mode(self, encode: Any) -> dict[str, Any]:
        if not self.testing:
            return {}
        states = {kind: encode(state) for kind, state in self.lender.news().items()}
        return {"mode": {"rng": states, "dtype": encode(torch.get_default_dtype())}}

    def output(self, frame: dict[str, Any]) -> None:
        """Keep what the student's cell shows, rebuilt field by field."""
        self.expect(isinstance(frame.get("o"), dict))
        kept = _output(frame["o"])
        if kept["output_type"] == "stream":
            self.outlet.seen += len(kept["text"])
            self.outlet.limited(kept, len(kept["text"]))
        else:
            self.outlet.show(kept)

    def keep_error(self, error: BaseException) -> int:
        """Remember what a test's own function raised, in case it comes back."""
        self.errors[len(self.errors)] = error
        return len(self.errors) - 1

    def kept_error(self, number: int) -> BaseException:
        return self.errors[number]

    def may_change(self, leaf: Any, content: Any, grad: Any) -> bool:
        fresh = content is None and leaf.grad is None
        right = self.changes_allowed or fresh or self._given_away(leaf.tensor())
        self.changed |= not right
        return right

    def _given_away(self, tensor: torch.Tensor | None) -> bool:
        """Whether the test has made it a parameter or a buffer of a student's module."""
        for module in list(self.mirrors.values()):
            slots = [*module.__dict__["_buffers"].values()]
            if isinstance(tensor, torch.nn.Parameter):
                slots += module.__dict__["_parameters"].values()
            if any(slot is tensor for slot in slots):
                return True
        return False

    def may_restructure(self, module: Any, new: Any) -> bool:
        if self.changes_allowed:
            return True
        module.train(new[0])
        return False

    def changed_inputs(self, target: Any, args: Any, kwargs: Any, changed: Any) -> None:
        self.expect(isinstance(changed, list) and len(changed) <= len(args) + len(kwargs))
        if not changed and not self.changed:
            return
        self.changed = False
        if not self.changes_allowed:
            label = str(changed[0][0])[:100] if changed else "one of its arguments"
            name = getattr(target, "__name__", None) or type(target).__name__
            raise ChangedInput(
                f"`{name}` changed its argument `{label}` in place: work on a copy, "
                "or compute a new value"
            )
        for _, place, value in changed:
            _copy_into(kwargs[place] if isinstance(place, str) else args[place], value)

    def expect_alive(self) -> None:
        """Raise StudentGone where a test has caught it, or where nobody waits for questions."""
        if self.end:
            raise self.end
        try:
            there = self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            self.lost(error)
        if not there:
            self.lost(EOFError())

    def end_test(self) -> None:
        """Forget what only one test needed."""
        self.testing = self.changes_allowed = self.changed = False
        self.errors.clear()
        self.lender.end_of_cell()


def _output(found: dict[str, Any]) -> dict[str, Any]:
    """One nbformat output from what the student's process claims is one."""
    kind = found.get("output_type")
    if kind == "stream":
        name = "stderr" if found.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": str(found.get("text"))}
    if kind == "error":
        lines = found.get("traceback")
        lines = [str(line) for line in lines[:500]] if isinstance(lines, list) else []
        about = {key: str(found.get(key))[:4000] for key in ("ename", "evalue")}
        return {"output_type": kind, **about, "traceback": lines}
    data = found.get("data")
    kept = bundle(data if isinstance(data, dict) else {})
    if kind != "execute_result":
        return {"output_type": "display_data", "data": kept, "metadata": {}}
    count = found.get("execution_count")
    count = count if type(count) is int else None
    return {"output_type": kind, "data": kept, "metadata": {}, "execution_count": count}


def _copy_into(old: Any, new: Any) -> None:
    """Give an argument the content that the student's code left in its copy."""
    if isinstance(old, torch.Tensor) and isinstance(new, torch.Tensor):
        if old is not new:
            old.data = new.detach()
    elif isinstance(old, list) and isinstance(new, list):
        old[:] = [*map(_kept, old, new), *new[len(old) :]]
    elif isinstance(old, tuple) and isinstance(new, tuple):
        _kept(old, new)
    elif isinstance(old, dict) and type(new) is type(old):
        kept = {key: _kept(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(kept)
    elif isinstance(old, set) and type(new) is type(old):
        old.clear()
        old.update(new)
    elif hasattr(old, "__array__") and getattr(old, "shape", None) == getattr(new, "shape", 0):
        old[...] = new


def _kept(mine: Any, theirs: Any) -> Any:
    """What the test holds, with the content of theirs where it can take that."""
    if type(mine) is not type(theirs):
        return theirs
    if isinstance(mine, tuple):
        parts = [*map(_kept, mine, theirs)]
        same = len(mine) == len(theirs) and all(map(operator.is_, parts, mine))
        return mine if same else theirs
    if isinstance(mine, (torch.Tensor, list, dict, set)):
        _copy_into(mine, theirs)
        return mine
    return theirs
