"""`autograder receipts`: watch the exchange, run the visible tests of what arrives, and say so.

A receipt lies where nbgrader looks for feedback, under a name that only who has the submission's
secret can know; a student fetches it as feedback, whose place it leaves free for the real one.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rich.console import Console

from autograder import privacy
from autograder.course import Course, CourseError
from autograder.inbox import Refused
from autograder.job import CellResult, Job
from autograder.locks import Busy, held
from autograder.notebook import shown_name
from autograder.receipt import Desk, Order
from autograder.submissions import Options, RunAll

PAUSE_SECONDS = 60.0  # between two receipts of one student
SHARE = 10.0  # who took a second of the engine waits so many
ROUND = 20  # submissions at a time
TOTAL_SECONDS = 120.0  # of one notebook, for others wait behind it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    text = "seconds between two looks at the exchange (default 5)"
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help=text)
    parser.add_argument("--once", action="store_true", help="look once and end, as for cron")


def run(args: argparse.Namespace) -> int:
    """Until Ctrl-C, or once.

    Raises:
        CourseError: there is no exchange, or another one watches it.
    """
    course = Course.open(args.course)
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 160)
    service = Service(course, Desk(course), console)
    try:
        with held(course.hidden / "locks" / "receipts.lock", wait=False):
            while True:
                service.look()
                if args.once:
                    return 0
                time.sleep(max(args.every, 0.1))
    except Busy as busy:
        raise CourseError(f"another `autograder receipts` watches for {course.root}") from busy


class Service:
    """What one watch remembers: who has to wait, and what was said already."""

    def __init__(
        self, course: Course, desk: Desk, console: Console, run_all: RunAll | None = None
    ) -> None:
        self.course, self.desk, self.console, self.run_all = course, desk, console, run_all
        self.free_at: defaultdict[str, float] = defaultdict(float)  # by student
        self.said: set[str] = set()

    def look(self) -> int:
        """Give each student whose turn it is one receipt; how many were written."""
        turns: dict[str, Order] = {}
        for order in self.desk.waiting():
            if self.free_at[order.student] <= time.monotonic():
                turns.setdefault(order.student, order)
        with tempfile.TemporaryDirectory(prefix="autograder-receipts-") as folder:
            taken = [*islice(self._taken([*turns.values()], Path(folder)), ROUND)]
            return sum(self._run(taken))

    def _taken(self, orders: list[Order], folder: Path) -> Iterator[Order]:
        for number, order in enumerate(orders):
            try:
                if taken := self.desk.take(order, folder / str(number)):
                    yield taken
            except (Refused, CourseError) as reason:
                self._wait(order.student, PAUSE_SECONDS)
                if order.name not in self.said:
                    self.said.add(order.name)
                    student, terminal = shown_name(order.student), sys.stderr.isatty()
                    who = privacy.shown(self.course, student, terminal=terminal)
                    words = f"{order.assignment}: no receipt for {who}: {reason}"
                    self.console.print(words, markup=False)

    def _wait(self, student: str, seconds: float) -> None:
        self.free_at[student] = max(self.free_at[student], time.monotonic() + seconds)

    def _run(self, orders: list[Order]) -> Iterator[int]:
        """Run what can be run; a notebook that cannot be read has a receipt that says why."""
        jobs: dict[str, Job] = {}
        by_key: dict[str, tuple[Order, str]] = {}
        limits = self.course.settings.limits()
        limits = replace(limits, total_seconds=min(limits.total_seconds, TOTAL_SECONDS))
        for number, order in enumerate(orders):
            for name, rebuilt in order.work.items():
                job = rebuilt.job(limits, "split")
                if job is None:
                    yield self._give(order, name, [])
                else:
                    key = f"{number}/{name}"
                    jobs[key], by_key[key] = job, (order, name)
        if not jobs:
            return
        run_all, options = self.run_all or _pool(), Options.of(self.course)
        settings = self.course.settings
        done = run_all(
            jobs,
            options.workers,
            tuple(settings.preload),
            path=(str(self.course.root),),
            read=tuple(settings.read_paths),
        )
        for key, cells in done:
            order, name = by_key[key]
            yield self._give(order, name, cells)

    def _give(self, order: Order, notebook: str, cells: list[CellResult]) -> int:
        self._wait(order.student, max(PAUSE_SECONDS, SHARE * sum(c.seconds for c in cells)))
        if any(cell.verdict == "engine" for cell in cells):  # ours to mend, and to try again
            return 0
        return int(self.desk.give(order, notebook, cells))


def _pool() -> RunAll:
    from autograder.pool import run_all

    return run_all
