"""Grades one class in a process of its own, and watches what that takes."""

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from light_class import NAME, check_scores, make_course

from autograder.course import Course

BUILD = Path(__file__).resolve().parents[1] / "build" / "class_size"
LOOK_SECONDS = 2.0  # each look costs the engine some time: the kernel walks its memory


@dataclass(frozen=True)
class Run:
    """One command: wall seconds, CPU seconds by part, memory in MB.

    Attributes:
        main_mb: the main process' peak.
        zygotes_mb: the sum of the zygotes' peaks; all other engine processes are forked from them,
            and end with their submission.
        engine_mb: of all engine processes (proportional set size, in which shared pages count
            once), the mean over the run: it depends on how many are there when one looks.
    """

    size: int
    seconds: float
    engine: float
    handoff: float
    rest: float
    main_mb: float
    zygotes_mb: float
    engine_mb: float


class Watch:
    """The engine's processes below a process: their CPU seconds, and their memory at each look."""

    def __init__(self, pid: int) -> None:
        self.main = psutil.Process(pid)
        self.cpu: dict[int, float] = {}  # by zygote: its own, and of the children it waited for
        self.peaks: dict[int, float] = {}  # by zygote, in MB
        self.megabytes: list[float] = []  # of all of them, at each look that found one at work

    def look(self) -> None:
        megabytes = 0.0
        with suppress(psutil.Error):
            for process in self.main.children(recursive=True):
                with suppress(psutil.Error):
                    if "autograder.zygote_server" in process.cmdline():
                        self._count(process)
                        megabytes += process.memory_full_info().pss / 2**20
        if self.cpu:
            self.megabytes.append(megabytes)

    def _count(self, process: psutil.Process) -> None:
        """A zygote's children cannot have any, so that whoever has some is a zygote."""
        if process.pid in self.cpu or process.children():
            self.cpu[process.pid] = sum(process.cpu_times()[:4])
            with suppress(OSError):  # it has ended
                status = Path(f"/proc/{process.pid}/status").read_text()
                if peak := re.search(r"VmHWM:\s+(\d+) kB", status):
                    self.peaks[process.pid] = int(peak[1]) / 1024


def measured(size: int, part: str, how: tuple[str, ...], on_done: Callable[[int], object]) -> Run:
    """Grade a fresh class; `on_done` hears how many results there are.

    Raises:
        RuntimeError: grading failed.
        AssertionError: a score in the gradebook is not the one that was earned.
    """
    where = BUILD / f"{part}{size}"
    make_course(where, size)
    command = [sys.executable, __file__, str(where), part, *how]
    results = where / ".autograder" / "results"
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        watch = Watch(process.pid)
        while True:
            watch.look()
            with suppress(subprocess.TimeoutExpired):
                said, errors = process.communicate(timeout=LOOK_SECONDS)
                break
            on_done(len(os.listdir(results)) if results.is_dir() else 0)
        seconds = time.perf_counter() - start
    took = json.loads(said.splitlines()[-1]) if said else {"code": process.returncode}
    if took.pop("code") != 0:
        raise RuntimeError(f"grading {size} failed: {errors.decode()[-2000:]}")
    if part == "whole":
        check_scores(where, size)
    shutil.rmtree(where)
    on_done(size)
    mean = statistics.fmean(watch.megabytes or [0.0])  # a class may be done between two looks
    zygotes = sum(watch.peaks.values())
    engine = sum(watch.cpu.values())
    return Run(size, seconds, engine, zygotes_mb=zygotes, engine_mb=mean, **took)


# ---- in the measured process ----


def child(where: str, part: str, processors: str, *how: str) -> None:
    """Grade ("whole"), or only run ("engine"); prints what it took of this process.

    Args:
        processors: how many it and all below it may use; "0" for all.
    """
    if processors != "0":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(processors)])
    from autograder import cli
    from autograder.giving import Giver

    spent = [0.0]
    Giver.give = _timed(Giver.give, spent)  # type: ignore[method-assign]
    command = ["grade", NAME, "--course", where, *how]
    code = cli.main(command) if part == "whole" else run_only(where, int(how[-1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    handoff, cpu = spent[0], time.process_time()
    print(json.dumps({"code": code, "handoff": handoff, "rest": cpu - handoff, "main_mb": peak}))


def run_only(where: str, workers: int) -> int:
    """The first half of `autograder grade`: results in the store, nothing in the gradebook."""
    from autograder.start import head_start
    from autograder.submissions import Options, Submissions

    with head_start():
        course = Course.open(where)
        submissions = Submissions(course, NAME, Options.of(course, workers=workers))
        for _ in submissions.run(submissions.missing(course.students(NAME))):
            pass
    return 0


def _timed(act: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*args: Any) -> Any:
        began = time.thread_time()
        try:
            return act(*args)
        finally:
            spent[0] += time.thread_time() - began

    return timed


if __name__ == "__main__":
    child(*sys.argv[1:])
