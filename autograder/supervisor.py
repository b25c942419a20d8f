"""Runs one submission to its end, whatever its code does.

A pair of processes runs cell after cell. When a cell takes too long or takes the student's process
with it, the pair is replaced, what went before is run again, and the remaining cells still count.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from autograder.attempt import Attempt, EngineError, nothing
from autograder.job import CellResult, Job, Role
from autograder.pair import Pair
from autograder.replay import unneeded
from autograder.verdicts import without_run
from autograder.zygote import Zygote

FAILED_REPLAYS = 2

__all__ = ["EngineError", "run"]

OnCell = Callable[[int, CellResult], None]


def run(
    zygote: Zygote,
    job: Job,
    on_cell: OnCell | None = None,
    *,
    unsafe: bool = False,
    ahead: Pair | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[CellResult]:
    """One result per cell, in order; `on_cell` hears each with its index as soon as it is known.

    Args:
        ahead: the job's first pair, if it was prepared while another job ran.
        meanwhile: called once while the first pair is at work: the place to prepare the next job's.

    Raises:
        ZygoteDied: run it again on another zygote.
        EngineError: the processes ended before the first cell.
        SandboxError: there is no sandbox here, and not `unsafe`.
        ValueError: a file of the job is not inside its working folder.
    """
    results: dict[int, CellResult] = {}

    def keep(index: int, result: CellResult) -> None:
        results[index] = result
        if on_cell:
            on_cell(index, result)

    end = time.monotonic() + job.limits.total_seconds
    attempt = Attempt(zygote, job, keep, unsafe, end, ahead=ahead, meanwhile=meanwhile or nothing)
    _all_cells(attempt)
    for index, cell in enumerate(job.cells):
        if index not in results:
            keep(index, without_run(cell, "silent", job.limits))
    if job.mode == "split":
        _with_reference(attempt, results)
    if meanwhile is None:  # else the next pair sweeps, when all of these are long gone
        zygote.sweep()
    return [results[i] for i in range(len(job.cells))]


def _all_cells(attempt: Attempt) -> None:
    cells = attempt.job.cells
    start = 0
    while start < len(cells) and attempt.time_left() and attempt.failed_replays < FAILED_REPLAYS:
        start = attempt.go(start, last=len(cells) - 1)
    why = "replay" if attempt.time_left() else "total"
    for index in range(start, len(cells)):
        attempt.keep(index, without_run(cells[index], why, attempt.job.limits))


def _with_reference(attempt: Attempt, results: dict[int, CellResult]) -> None:
    """Failed tests again, with the reference's version of the names they declare."""
    groups: dict[tuple[str, ...], list[int]] = {}
    slow = {i for i, result in results.items() if result.verdict == "timeout"}
    for i, cell in enumerate(attempt.job.cells):
        if cell.role is Role.TEST and cell.reference and (results[i].score or 0) < cell.points:
            groups.setdefault(cell.reference, []).append(i)
    for names, tests in groups.items():
        found: dict[int, CellResult] = {}
        skip = unneeded(attempt.job, tests) | slow - {*tests}
        again = attempt.with_reference(names, found.__setitem__, skip=skip)
        start = tests[0]
        while start <= tests[-1] and again.time_left() and again.failed_replays < FAILED_REPLAYS:
            start = again.go(start, last=tests[-1])
        for i in tests:
            if i in found:
                results[i] = replace(results[i], reference_score=found[i].score)
