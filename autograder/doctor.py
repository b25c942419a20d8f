"""`autograder doctor`: may this machine grade other people's code, and does the engine work?"""

import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.job import Cell, Job, Role
from autograder.sandbox import layers
from autograder.supervisor import EngineError, run
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


def report(secret: Iterable[Path] = ()) -> list[Finding]:
    """(what was tried, whether it is as it should be, in words); `secret` must be unreadable."""
    found = [(layer.name, layer.ok, layer.detail) for layer in layers.probe(secret)]
    return [*found, *_engine()]


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing is missing but layers that are welcome, not needed."""
    return all(ok or name in layers.OPTIONAL for name, ok, _ in findings)


def main(console: Console | None = None, secret: Iterable[Path] = ()) -> int:
    """Print the report; the exit code is 0 if other people's code may be graded here."""
    console = console or Console()
    findings = report(secret)
    table = Table("", "What was tried", "What happened", title="autograder doctor")
    for name, ok, detail in findings:
        bad = "[yellow]absent[/]" if name in layers.OPTIONAL else "[red]NO[/]"
        table.add_row("[green]ok[/]" if ok else bad, name, detail)
    console.print(table)
    if healthy(findings):
        console.print("Other people's code can be graded here.")
        return 0
    console.print("Do not grade other people's code here: see the lines marked NO.")
    return 1


def _engine() -> list[Finding]:
    began = time.monotonic()
    try:
        with Zygote() as zygote:
            libraries = ", ".join(f"{name} {v}" for name, v in zygote.versions().items())
            started = f"in {time.monotonic() - began:.1f} s, one thread: {libraries}"
            began = time.monotonic()
            test = run(zygote, TRIAL)[-1]
            took = f"in {time.monotonic() - began:.2f} s"
    except (ZygoteDied, ZygoteFailed, EngineError) as error:
        return [("start the engine", False, str(error)[-300:])]
    graded = ("grade a small submission", test.score == 1.0, test.error or took)
    return [("start the engine", True, started), graded]
