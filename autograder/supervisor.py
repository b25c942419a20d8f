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
from autograder.scratch import Misplaced
from autograder.verdicts import Room, without_run
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
    room = Room()

    def keep(index: int, result: CellResult) -> None:
        results[index] = result = room.take(result)
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
    start, last, said = 0, len(cells) - 1, ""
    try:
        while start <= last and attempt.time_left() and attempt.failed_replays < FAILED_REPLAYS:
            start = attempt.go(start, last)
        why = "replay" if attempt.time_left() else "total"
    except Misplaced as error:
        why, said = "files", str(error)
    for index in range(start, len(cells)):
        attempt.keep(index, without_run(cells[index], why, attempt.job.limits, said))


def _with_reference(attempt: Attempt, results: dict[int, CellResult]) -> None:
    """Failed tests again, with the reference's version of the names they declare."""
    groups: dict[tuple[str, ...], list[int]] = {}
    slow = {i for i, result in results.items() if result.verdict == "timeout"}
    for i, cell in enumerate(attempt.job.cells):
        failed = (results[i].score or 0) < cell.points and results[i].verdict != "files"
        if cell.role is Role.TEST and cell.reference and failed:
            groups.setdefault(cell.reference, []).append(i)
    for names, tests in groups.items():
        skip = unneeded(attempt.job, tests) | slow - {*tests}
        for i, score in _scores_again(attempt, names, tests, skip).items():
            results[i] = replace(results[i], reference_score=score)


def _scores_again(
    attempt: Attempt, names: tuple[str, ...], tests: list[int], skip: set[int]
) -> dict[int, float | None]:
    """What the tests give with the reference's names; what is shown meanwhile, nobody keeps."""
    found: dict[int, float | None] = {}

    def note(index: int, result: CellResult) -> None:
        if index in tests:
            found[index] = result.score

    again = attempt.with_reference(names, note, skip=skip)
    start = tests[0]
    while start <= tests[-1] and again.time_left() and again.failed_replays < FAILED_REPLAYS:
        start = again.go(start, last=tests[-1])
    return found
