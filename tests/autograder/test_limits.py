"""What the admin guide says of memory and threads is so. Oracle: the kernel's own accounts."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import supervisor
from autograder.job import Cell, Job, Role
from autograder.pair import Pair, prepare
from autograder.zygote import Zygote

pytestmark = pytest.mark.sandbox

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "admin.md"
TOLERANCE = 1.25  # versions of libraries and kernels differ by so much
ROUNDING = 3.0  # MB

JOB = Job(
    cells=(
        Cell("given", Role.LOCKED, "import torch"),
        Cell("answer", Role.STUDENT, "def double(x):\n    return 2 * x"),
        Cell("test", Role.TEST, "assert double(torch.ones(3)).sum() == 6", points=1.0),
        Cell("wait", Role.TEST, "import time; time.sleep(60)", points=1.0),
    ),
    student_names=frozenset({"double"}),
)


@dataclass(frozen=True)
class Memory:
    """Of one process, in MB: all that is mapped, and what nobody shares."""

    all: float
    own: float

    @classmethod
    def of(cls, pid: int) -> "Memory":
        found: dict[str, float] = {}
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, number, _ = line.split()
            found[name.rstrip(":")] = int(number) / 1000
        return cls(found["Rss"], found["Private_Clean"] + found["Private_Dirty"])


def stated() -> dict[str, float]:
    """The table under "Memory" in the guide: MB by the first column."""
    part = GUIDE.read_text().partition("## Memory")[2].partition("\n## ")[0]
    return {name: float(mb) for name, mb in re.findall(r"^\| (.+?) \| (\d+) \|", part, re.M)}


@pytest.fixture(scope="module")
def engine() -> Iterator[tuple[list[Zygote], list[Pair]]]:
    """Two workers' zygotes, and the first one's pairs: one in its last test, one in wait."""
    with ExitStack() as stack:
        first = stack.enter_context(Zygote(["numpy", "torch"]))
        second = stack.enter_context(first.another())
        pairs = [prepare(first, JOB) for _ in range(2)]
        pairs[0].begin()
        for _ in range(60):
            message = pairs[0].receive(time.monotonic() + 60)
            if isinstance(message, dict) and (message["op"], message.get("cell")) == ("start", 3):
                break
        yield [first, second], pairs
        for pair in pairs:
            pair.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="sandboxed processes show their memory to root only")
def test_the_guide_states_what_is_used(engine: tuple[list[Zygote], list[Pair]]) -> None:
    (first, second), (busy, waiting) = engine
    ask = "import autograder.grade, autograder.pool; print(open('/proc/self/status').read())"
    status = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    peak = status.stdout.partition("VmHWM:")[2].split()[0]
    used = {
        "the main process, before it reads anything": int(peak) / 1000,
        "the libraries, once for all workers": Memory.of(first.pid).all,
        "each further worker": Memory.of(second.pid).own,
        "a student's process at work": Memory.of(busy.judged).own,
        "its checker": Memory.of(busy.checker).own,
        "the two that wait for the next submission": sum(
            Memory.of(pid).own for pid in waiting.pids
        ),
    }
    wrong = {
        name: (round(mb, 1), stated().get(name))
        for name, mb in used.items()
        if not mb / TOLERANCE - ROUNDING <= stated().get(name, -1e9) <= mb * TOLERANCE + ROUNDING
    }
    assert wrong == {}, "(measured, stated) in MB"
    assert stated().keys() == used.keys()


def test_every_process_has_one_thread(engine: tuple[list[Zygote], list[Pair]]) -> None:
    """So that the number of workers is the number of busy processors, whatever the host has."""
    (_, second), _ = engine
    use = "import torch\n(torch.ones(300, 300) @ torch.ones(300, 300)).sum()\n"
    test = f"{use}assert torch.get_num_threads() == 1"
    job = Job(
        cells=(
            Cell("answer", Role.STUDENT, f"{use}n = torch.get_num_threads()"),
            Cell("student", Role.TEST, "assert n == 1, n", points=1.0),
            Cell("checker", Role.TEST, test, points=1.0),
        ),
        student_names=frozenset({"n"}),
    )
    results = supervisor.run(second, job)
    assert [(cell.error, cell.score) for cell in results[1:]] == [(None, 1.0)] * 2
