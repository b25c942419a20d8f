"""Runs cells as the checker does: student cells over there, tests here, locked cells in both."""

import contextlib
import socket
import time
from dataclasses import replace
from typing import Any

from autograder.job import Cell, CellResult, Job, Role
from autograder.names import bound, loaded, mentions, parts
from autograder.split import rng
from autograder.split.checker_link import CheckerLink
from autograder.split.errors import StudentGone
from autograder.split.execute import new_space, run, run_quietly
from autograder.split.outlet import Stream
from autograder.split.proxies import number_of
from autograder.split.scoring import message, score, verdict


class Teacher:
    """The checker's namespace and the student's process."""

    def __init__(self, student: socket.socket, job: Job, reference: frozenset[str]) -> None:
        self.job, self.reference = job, reference
        self.link = CheckerLink(student, job.limits.output_kb * 1024)
        self.space, self.model = new_space(), new_space()  # `model`: with the reference's answers
        self.tests_own: set[str] = set()  # student's names that a test has bound since
        self.functions: dict[str, Any] = {}
        shared = [c for c in job.cells if c.role is Role.LOCKED and not c.student_only]
        self.helpers = [part for cell in shared for part in parts(cell.source)]
        self.known: dict[str, list[Any]] = {}  # values of names that stay over there
        self.link.before_call = self.replace_functions
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
        error = self.link.order("run", cell.source)
        if mentions(cell.source, self.tests_own):
            self.tests_own -= bound(cell.source)
        text = kind = None
        if error is not None:
            self.link.expect(isinstance(error, list) and len(error) == 3)
            text, kind = f"{error[0]}: {error[1]}"[:2000], error[2] and "output"
        own = None
        if cell.role is Role.LOCKED and not cell.student_only:
            with contextlib.suppress(Exception):  # the cell itself says what it misses
                self.fetch(cell)
            own = run_quietly(cell.source, self.space)
        if self.reference:
            self.use_reference(cell)
        return CellResult(cell.id, error=text or own, verdict=kind)

    def use_reference(self, cell: Cell) -> None:
        """Define the reference's version here; the student's process gets ways to call it."""
        locked = cell.role is Role.LOCKED
        source = cell.source if locked else self.job.reference_cells.get(cell.id)
        if source is None:
            return
        run_quietly(source, self.model)
        names = bound(source) & self.reference
        values = {name: self.model[name] for name in sorted(names) if name in self.model}
        if values and not locked:
            self.link.order("bind", values)

    def test(self, cell: Cell) -> CellResult:
        """Run a test here; its score."""
        link = self.link
        with contextlib.redirect_stdout(Stream(link.outlet, "stdout")):
            try:
                link.lender.seed_all(cell.id)
                self.fetch(cell)
                link.testing, link.changes_allowed = True, cell.may_change_inputs
                self.watch(cell)
                value = run(cell.source, self.space)
                points, wrong = score(cell.points, value)
                failure = None
            except StudentGone:
                raise
            except BaseException as error:
                points, failure = 0.0, verdict(error)
                wrong = message(error, self.job.student_names)
            finally:
                link.end_test()
        self.replace_functions()
        self.tests_own |= bound(cell.source) & self.job.student_names
        link.outlet.flush()
        link.expect_alive()
        return CellResult(cell.id, error=wrong, verdict=failure, score=points)

    def fetch(self, cell: Cell) -> None:
        """Bind the student's names that the cell uses, be it through locked cells' functions."""
        wanted = self.used(cell) - self.tests_own
        models = wanted & self.reference & self.model.keys()
        self.space.update({name: self.model[name] for name in models})
        for name, values in self.values(wanted - models).items():
            self.space.pop(name, None)
            if values:
                self.space[name] = values[0]

    def used(self, cell: Cell) -> frozenset[str]:
        """The student's names among all that the cell's code and what it calls may read."""
        found, before = loaded(cell.source), -1
        while len(found) != before:
            before = len(found)
            found = found.union(*(reads for names, reads in self.helpers if names & found))
        return found & self.job.student_names

    def values(self, names: frozenset[str]) -> dict[str, list[Any]]:
        """The student's values of names, each in a list that is empty where there is none.

        What stays over there is asked for once, until a name may have been bound anew.
        """
        if self.link.rebound:
            self.known.clear()
        found = {name: self.known[name] for name in names & self.known.keys()}
        missing = sorted(names - self.known.keys())
        if missing or self.link.rebound:
            self.link.rebound = False
            found |= zip(missing, self.ask(missing), strict=True)
        self.known |= {n: v for n, v in found.items() if not v or number_of(v[0]) is not None}
        return found

    def ask(self, names: list[str]) -> list[list[Any]]:
        """The same in their order, from the other process, where the test begins."""
        try:
            found = self.link.ask("begin", names)
        except Exception:  # one of them cannot cross, or they are too much for one frame
            found = [self.link.ask("name", name) for name in names]
        self.link.expect(isinstance(found, list) and len(found) == len(names))
        for values in found:
            self.link.expect(isinstance(values, list) and len(values) <= 1)
        return found

    def watch(self, cell: Cell) -> None:
        """Remember the student's functions that the test binds anew or deletes."""
        names = bound(cell.source) & loaded(cell.source) & self.job.student_names
        values = {name: self.space.get(name) for name in names}
        self.functions = {name: value for name, value in values.items() if callable(value)}

    def replace_functions(self) -> None:
        """Let the student's code meet them, or miss them, as in one namespace."""
        for name, known in self.functions.items():
            now = self.space.get(name)
            if now is not known and (now is None or callable(now)):
                self.functions[name] = now
                self.link.order("bind", {name: now})
