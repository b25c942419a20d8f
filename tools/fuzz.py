"""Feeds malformed notebooks and malformed protocol frames to the autograder's own code.

    python tools/fuzz.py                            all subjects in full (`make fuzz`)
    python tools/fuzz.py answers --count 5000       one subject, so many cases
    python tools/fuzz.py notebooks --seed 20261129  the cases of an earlier run
    python tools/fuzz.py --replay build/fuzz/F      one case that failed, again

A failing case is made as small as it goes and kept in build/fuzz. Exit code 1: there was one.
"""

import argparse
import pprint
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgpack
from fuzzing.trial import Found, Law, Run, attempt
from rich.console import Console
from rich.markup import escape

from autograder.progress import progress

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "fuzz"
COUNTS = {"notebooks": 10_000, "answers": 110_000, "reports": 20_000}
ABOUT = {
    "notebooks": "handed in, up to the gradebook and the feedback page",
    "answers": "conversations that a student's process may hold with the checker",
    "reports": "what a submission's processes may tell the supervisor",
}


@contextmanager
def law(name: str) -> Iterator[Law]:
    """One subject, ready to run."""
    if name == "notebooks":
        from fuzzing.notebooks import Notebooks

        with tempfile.TemporaryDirectory() as folder:
            yield Notebooks(Path(folder))
        return
    from fuzzing.answers import Answers

    answers = Answers()
    if name == "answers":
        yield answers
    else:
        from fuzzing.reports import Reports

        yield Reports(answers)


def fuzz(name: str, seed: str, count: int, found: Callable[[Found], None]) -> str:
    """Run one subject; a line that says what came of it."""
    began, faults = time.monotonic(), 0
    with law(name) as subject, progress(Console()) as bars:
        run, bar = Run(subject, seed, count), bars.add_task(name, total=count)
        for one in run.faults():
            bars.update(bar, completed=run.done)
            if one:
                faults += 1
                found(one)
        bars.update(bar, completed=run.done)
    took = time.monotonic() - began
    return f"{name}: {run.done:,} cases, {faults} faults, {took:.0f} s, seed {seed} ({ABOUT[name]})"


def keep(name: str, seed: str, one: Found) -> Path:
    """Save a failing case."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{name}-{seed}-{one.index}.msgpack"
    content = {"law": name, "fault": one.fault, "case": one.case}
    path.write_bytes(msgpack.packb(content, unicode_errors="surrogatepass"))
    return path


def replay(path: Path, console: Console) -> int:
    """Show one saved case, and try it again."""
    saved: dict[str, Any] = msgpack.unpackb(
        path.read_bytes(), strict_map_key=False, unicode_errors="surrogatepass"
    )
    console.print(escape(pprint.pformat(saved["case"], width=100)[:20_000]))
    with law(saved["law"]) as subject:
        fault = attempt(subject, saved["case"])
    console.print(escape(fault) or "it holds now")
    return int(bool(fault))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Fuzz the autograder.")
    parser.add_argument("subject", nargs="?", choices=COUNTS, help="default: all")
    parser.add_argument("--count", type=int, help="cases of each subject")
    parser.add_argument("--seed", help="equal seeds make equal cases; default: today's time")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="a case from build/fuzz")
    chosen = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 120)
    if chosen.replay:
        return replay(chosen.replay, console)
    seed = chosen.seed or time.strftime("%Y%m%d%H%M%S")
    console.print(f"seed {seed}")
    lines, failed = [], []
    for name in [chosen.subject] if chosen.subject else COUNTS:

        def found(one: Found, name: str = name) -> None:
            failed.append(one)
            path = keep(name, seed, one)
            console.print(f"[red]{name} {one.index}[/] {escape(one.fault)}")
            console.print(f"again: python tools/fuzz.py --replay {path.relative_to(ROOT)}")

        lines.append(fuzz(name, seed, chosen.count or COUNTS[name], found))
    console.print("\n".join(lines))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
