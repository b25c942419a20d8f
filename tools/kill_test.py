"""`kill -9` of any process of a grading run, at random moments, until nothing is left to kill.

    python tools/kill_test.py                     at least 200 kills
    python tools/kill_test.py --kills 20 --seed 7

Each round grades a copy of the same class with the real command, kills what it comes across, and
runs the command again whenever the main process was hit. Then the course must be exactly as after
a run that nobody disturbed: every submission once in the store and once in the gradebook, with
the same scores, messages and outputs; and no process and no temporary file may be left.

Only root sees what sandboxed processes work on: for others they are left out of it.

It kills the processes of one submission once in a run, and once one that has no submission yet: a
cell whose process is killed again and again may be what makes the machine do that, and loses.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kill_class import NAME, facts, make_class
from rich.console import Console

from autograder import audit
from autograder.course import Course
from autograder.progress import progress
from autograder.scratch import OURS

ROOT = Path(__file__).resolve().parents[1]
CHILDREN = ("student", "checker")
WEIGHTS = {"main": 1, "server": 1, "zygote": 2, "newborn": 2, "student": 4, "checker": 4}
MOST = {"main": 2, "server": 2, "zygote": 3, "newborn": 4}  # in one round, so that it ends
PAUSE = 0.2  # seconds between two kills, on average
GONE = 20.0  # seconds in which what a killed process leaves behind has to go


@dataclass
class Run:
    """One course graded in one scratch folder, disturbed until enough of it was killed."""

    course: Course
    scratch: Path
    chance: random.Random
    most: Mapping[str, int]
    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0

    def undisturbed(self) -> None:
        with self._start() as main:
            said = main.communicate()[0]
        if main.returncode:
            raise SystemExit(f"grading failed without any kill:\n{said}")

    def disturbed(self) -> Iterator[str]:
        """Kill until the command ends well; yields the kind of each process killed."""
        code, said = None, ""
        while code != 0 or "engine" in said:  # it names what it could not finish
            hit = set[str]()
            with self._start() as main:
                while main.poll() is None:
                    time.sleep(self.chance.expovariate(1 / PAUSE))
                    if main.poll() is None and (kind := self._kill_one(main, hit)):
                        self.kills[kind] += 1
                        yield kind
                said = main.communicate()[0]
            self.runs += 1
            code = main.returncode
            if code not in (0, 1, -signal.SIGKILL):
                raise SystemExit(f"the command ended with {code}:\n{said}")
            self._all_gone()

    def _start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "autograder.cli", "grade", "hw1", "--workers", "2"]
        environment = {**os.environ, "TMPDIR": str(self.scratch)}
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        where = ["--course", str(self.course.root)]
        return subprocess.Popen([*command, *where], cwd=ROOT, env=environment, **pipe)  # type: ignore[call-overload]

    def _kill_one(self, main: "subprocess.Popen[str]", hit: set[str]) -> str | None:
        """Any process, chosen by kind first; the kind, or None if there was nothing to kill."""
        kinds: dict[str, list[tuple[int, str]]] = {"main": [(main.pid, "")]}
        for pid, kind, whose in self._family(main.pid):
            if whose not in hit:
                kinds.setdefault(kind, []).append((pid, whose))
        allowed = [kind for kind in kinds if self.kills[kind] < self.most.get(kind, 10**9)]
        if not allowed:
            return None
        kind = self.chance.choices(allowed, [WEIGHTS[kind] for kind in allowed])[0]
        pid, whose = self.chance.choice(kinds[kind])
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return None
        if kind == "main" and main.wait() != -signal.SIGKILL:
            return None  # it had ended by itself
        hit |= {whose} - {""}
        return kind

    def _family(self, main: int) -> Iterator[tuple[int, str, str]]:
        """(process, kind, submission) of everybody who works in our scratch folder."""
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            with suppress(OSError, StopIteration):
                where = os.readlink(f"{entry.path}/cwd")
                if not where.startswith(f"{self.scratch}/"):
                    continue
                parent = _parent(entry.path)
                if "/" in where[len(str(self.scratch)) + 1 :]:
                    judged = os.readlink(f"{entry.path}/fd/2") == os.devnull
                    whose = Path(entry.path, "cwd", NAME).read_text()
                    yield int(entry.name), CHILDREN[not judged], whose
                elif parent == main:
                    yield int(entry.name), "server", ""
                else:
                    with suppress(OSError):
                        of_parent = os.readlink(f"/proc/{parent}/cwd")
                        newborn = of_parent == where
                        yield int(entry.name), *(("newborn", "?") if newborn else ("zygote", ""))

    def _all_gone(self) -> None:
        until = time.monotonic() + GONE
        while left := [*self._family(-1)]:
            if time.monotonic() > until:
                raise SystemExit(f"these processes were left: {left}")
            time.sleep(0.05)

    def left_over(self) -> list[str]:
        """Temporary files that nobody has removed."""
        found = [path for path in self.scratch.iterdir() if path.name.startswith(OURS)]
        for sign in ("*.tmp", "*-journal", "*-wal", "*-shm"):
            found += self.course.root.rglob(sign)
        return [f"{path} was left" for path in found]


def _parent(process: str) -> int:
    with open(f"{process}/stat", "rb") as stat:
        return int(stat.read().rpartition(b")")[2].split()[1])


@dataclass
class KillTest:
    """Rounds on copies of one class."""

    base: Path
    seed: int
    size: int = 24
    most: Mapping[str, int] = field(default_factory=lambda: MOST)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.kills: Counter[str] = Counter()
        self.runs = self.rounds = 0
        self.original = make_class(self.base / "original", self.size)
        self.last = self.copy_of(self.original)
        self.last.undisturbed()
        self.expected = facts(self.last.course)
        self.faults = self.last.left_over()

    def round(self) -> Iterator[str]:
        """One class, killed and graded to its end; adds to `faults` what is not as it should be."""
        self.last = run = self.copy_of(self.original)
        yield from run.disturbed()
        self.kills += run.kills
        self.runs += run.runs
        self.rounds += 1
        self.faults += [f"round {self.rounds}: {fault}" for fault in self.differences(run)]

    def differences(self, run: Run) -> list[str]:
        """What is not as an undisturbed run leaves it."""
        found, expected = facts(run.course), self.expected
        names = sorted(found.keys() | expected.keys())
        wrong = [name for name in names if found.get(name) != expected.get(name)]
        faults = [f"{name} in {run.course.root} differs" for name in wrong]
        if audit.read(run.course).broken is not None:
            faults.append(f"the log in {run.course.root} does not hold together")
        return faults + run.left_over()

    def copy_of(self, course: Course) -> Run:
        """A copy of a course, with a scratch folder of its own."""
        base = self.base / f"copy-{self.chance.getrandbits(64):x}"
        shutil.copytree(course.root.parent, base / "course")
        (base / "scratch").mkdir()
        copy = Course.open(base / "course" / course.root.name)
        return Run(copy, base / "scratch", self.chance, self.most)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="at least so many")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    args = parser.parse_args()
    console = Console()
    console.print(f"seed {args.seed}")
    base = Path(tempfile.mkdtemp(prefix="kill-test-"))
    with progress(console) as bar:
        task = bar.add_task("killed", total=args.kills)
        test = KillTest(base, args.seed)
        while test.kills.total() < args.kills and not test.faults:
            for _ in test.round():
                bar.advance(task)
    kinds = ", ".join(f"{kind} {test.kills[kind]}" for kind in WEIGHTS)
    console.print(f"{test.kills.total()} kills ({kinds}) in {test.rounds} classes of {test.size}")
    console.print(f"submissions and {test.runs} runs of the command")
    for fault in test.faults:
        console.print(fault, style="red", markup=False)
    if not test.faults:
        shutil.rmtree(base)
    return 1 if test.faults else 0


if __name__ == "__main__":
    sys.exit(main())
