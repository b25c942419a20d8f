"""`autograder doctor`: may this machine grade other people's code, and does the engine work?"""

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import supervisor
from autograder.course import Course, CourseError
from autograder.job import Cell, Job, Role
from autograder.sandbox import SandboxError, layers
from autograder.zygote import Zygote, ZygoteDied, ZygoteFailed

Finding = tuple[str, bool, str]

TRIAL = Job(
    cells=(
        Cell("given", Role.LOCKED, "a = 2"),
        Cell("answer", Role.STUDENT, "def double(x):\n    return a * x"),
        Cell("test", Role.TEST, "assert double(21) == 42", points=1.0),
    ),
    student_names=frozenset({"double"}),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It needs none of its own."""


def run(args: argparse.Namespace) -> int:
    """Print the report; 0 if other people's code may be graded here, else 1."""
    secret, readable = _folders(args.course)
    findings = report(secret, readable)
    table = Table("", "What was tried", "What happened", title="autograder doctor")
    for name, ok, detail in findings:
        bad = "[yellow]absent[/]" if name in layers.OPTIONAL else "[red]NO[/]"
        table.add_row("[green]ok[/]" if ok else bad, escape(name), escape(detail))
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
    if healthy(findings):
        console.print("Other people's code can be graded here.")
        return 0
    console.print("Do not grade other people's code here: see the lines marked NO.")
    return 1


def report(secret: Iterable[Path] = (), readable: Iterable[Path] = ()) -> list[Finding]:
    """(what was tried, whether it is as it should be, in words).

    Args:
        secret: folders that student code must not reach.
        readable: what the course's settings let it read.
    """
    secret, readable = [*secret], [*readable]
    found = [(layer.name, layer.ok, layer.detail) for layer in layers.probe(secret)]
    open_doors = [r for r in readable for s in secret if s.resolve().is_relative_to(r.resolve())]
    if open_doors:
        said = f"student code may read {', '.join(map(str, open_doors))}, where the course is"
        found.append(("read_paths", False, said))
    return [*found, *_engine()] if sys.platform == "linux" else found


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing is missing but layers that are welcome, not needed."""
    return all(ok or name in layers.OPTIONAL for name, ok, _ in findings)


def _folders(where: str | None) -> tuple[list[Path], list[Path]]:
    """What the course here must keep secret, and what it lets student code read."""
    try:
        course = Course.open(where)
    except CourseError:
        if where:
            raise
        return [], []
    return [course.root], [*map(Path, course.settings.read_paths)]


def _engine() -> list[Finding]:
    began = time.monotonic()
    try:
        with Zygote() as zygote:
            libraries = ", ".join(f"{name} {v}" for name, v in zygote.versions().items())
            started = f"in {time.monotonic() - began:.1f} s, one thread: {libraries}"
            began = time.monotonic()
            test = supervisor.run(zygote, TRIAL)[-1]
            took = f"in {time.monotonic() - began:.2f} s"
    except (ZygoteDied, ZygoteFailed, supervisor.EngineError, SandboxError) as error:
        return [("start the engine", False, str(error)[-300:])]
    graded = ("grade a small submission", test.score == 1.0, test.error or took)
    return [("start the engine", True, started), graded]
