"""Runs cells as the checker does: student cells over there, tests here, locked cells in both."""

import ast
import contextlib
import socket
import sys
import time
from dataclasses import replace
from typing import Any

import torch

from autograder.job import Cell, CellResult, Job, Role
from autograder.names import bound, loaded, parse, plain_python
from autograder.split import guard, rng, wire
from autograder.split.errors import ChangedInput, StudentGone
from autograder.split.link import Link
from autograder.split.scoring import message, score, verdict
from autograder.split.shell import Outlet, Stream, bundle, joining

Space = dict[str, Any]


class CheckerLink(Link):
    """The checker's end: gives its state, takes nothing but values."""

    trusted = True

    def __init__(self, sock: socket.socket, limit: int) -> None:
        super().__init__(sock, "c", {}, wire.MAX_HOSTILE_FRAME)
        self.handlers = guard.handlers(self)
        self.outputs: list[dict[str, Any]] = []
        self.outlet = Outlet(joining(self.outputs), limit)
        self.testing = self.changes_allowed = self.changed = False
        self.errors: dict[int, BaseException] = {}

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
        if not self.changes_allowed and not fresh:
            self.changed = True
        return self.changes_allowed or fresh

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

    def end_test(self) -> None:
        """Forget what only one test needed."""
        self.testing = self.changes_allowed = self.changed = False
        self.errors.clear()
        self.lender.end_of_cell()


class Teacher:
    """The checker's namespace and the student's process."""

    def __init__(self, student: socket.socket, job: Job, reference: frozenset[str]) -> None:
        self.job, self.reference = job, reference
        self.link = CheckerLink(student, job.limits.output_kb * 1024)
        self.space, self.model = _space(), _space()  # `model`: with the reference's answers
        self.tests_own: set[str] = set()  # student's names that a test has bound since
        rng.seed_all("notebook")

    def cell(self, cell: Cell) -> CellResult:
        """Run one cell; raises StudentGone."""
        self.link.outputs.clear()
        self.link.outlet.start()
        start = time.monotonic()
        result = self.test(cell) if cell.role is Role.TEST else self.other(cell)
        outputs = tuple(self.link.outputs)
        return replace(result, outputs=outputs, seconds=time.monotonic() - start)

    def other(self, cell: Cell) -> CellResult:
        """A student's cell, or a locked one, which runs here as well."""
        error = self.link.ask("run", cell.source)
        self.tests_own -= bound(cell.source)
        text = kind = None
        if error is not None:
            self.link.expect(isinstance(error, list) and len(error) == 3)
            text, kind = f"{error[0]}: {error[1]}"[:2000], error[2] and "output"
        own = None
        if cell.role is Role.LOCKED and not cell.student_only:
            own = _run_quietly(cell.source, self.space)
        if self.reference:
            self.use_reference(cell)
        return CellResult(cell.id, error=text or own, verdict=kind)

    def use_reference(self, cell: Cell) -> None:
        """Define the reference's version here; the student's process gets ways to call it."""
        locked = cell.role is Role.LOCKED
        source = cell.source if locked else self.job.reference_cells.get(cell.id)
        if source is None:
            return
        _run_quietly(source, self.model)
        names = bound(source) & self.reference
        values = {name: self.model[name] for name in sorted(names) if name in self.model}
        if values and not locked:
            self.link.ask("bind", values)

    def test(self, cell: Cell) -> CellResult:
        """Run a test here; its score."""
        link = self.link
        with contextlib.redirect_stdout(Stream(link.outlet, "stdout")):
            try:
                rng.seed_all(cell.id)
                link.ask("begin")
                link.testing, link.changes_allowed = True, cell.may_change_inputs
                self.fetch(cell)
                value = _run(cell.source, self.space)
                points, wrong = score(cell.points, value)
                failure = None
            except StudentGone:
                raise
            except BaseException as error:
                points, failure = 0.0, verdict(error)
                wrong = message(error, self.job.student_names)
            finally:
                link.end_test()
        self.tests_own |= bound(cell.source) & self.job.student_names
        link.outlet.flush()
        link.ask("end")
        return CellResult(cell.id, error=wrong, verdict=failure, score=points)

    def fetch(self, cell: Cell) -> None:
        """Bind the student's names that the test uses."""
        wanted = loaded(cell.source) & self.job.student_names
        for name in sorted(wanted - self.tests_own):
            if name in self.reference and name in self.model:
                self.space[name] = self.model[name]
                continue
            found, value = self.link.ask("name", name)
            self.space.pop(name, None)
            if found is True:
                self.space[name] = value


def _space() -> Space:
    return {"__name__": "__main__", "display": print, "get_ipython": _NoShell}


class _NoShell:
    """IPython's magics do nothing in the checker."""

    def run_line_magic(self, *_: Any) -> None:
        pass

    run_cell_magic = system = getoutput = run_line_magic


def _run(source: str, space: Space) -> Any:
    """Execute a cell; the value of its last line if that is an expression."""
    tree = parse(source)
    if tree is None:
        raise SyntaxError("invalid cell")
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not plain_python(source).rstrip().endswith(";")
    if not (shown and isinstance(last, ast.Expr)):
        exec(compile(tree, "<test>", "exec"), space)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<test>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<test>", "eval"), space)


def _run_quietly(source: str, space: Space) -> str | None:
    """Execute a set-up cell, whose output the student's run has shown; what went wrong."""
    saved = sys.stdout, sys.stderr
    try:
        with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
            _run(source, space)
    except StudentGone:
        raise
    except BaseException as error:
        return f"this cell failed beside the tests: {message(error)}"
    finally:
        sys.stdout, sys.stderr = saved
    return None


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
        old[:] = new
    elif isinstance(old, (dict, set)) and type(new) is type(old):
        old.clear()
        old.update(new)
    elif hasattr(old, "__array__") and getattr(old, "shape", None) == getattr(new, "shape", 0):
        old[...] = new
