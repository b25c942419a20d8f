"""One process for a whole notebook: a learner's own check, with the same scores and limits."""

import dataclasses
import socket
import time
from typing import Any

from autograder.job import Cell, CellResult, Job, Role
from autograder.names import without_running_magics
from autograder.split import wire
from autograder.split.contract import job_from
from autograder.split.errors import StudentGone
from autograder.split.outlet import Outlet, OutputFlood, joining
from autograder.split.rng import seed_all
from autograder.split.scoring import message, score
from autograder.split.shell import prepared, run


class Plain:
    """Runs the cells of one job in this process's shell."""

    def __init__(self, job: Job) -> None:
        self.job, self.shell = job, prepared()
        self.outputs: list[dict[str, Any]] = []
        self.outlet = Outlet(joining(self.outputs), job.limits.output_kb * 1024)

    def cell(self, cell: Cell) -> CellResult:
        """The result of one cell."""
        start = time.monotonic()
        self.outputs.clear()
        source = cell.source
        if cell.role is Role.TEST:
            seed_all(cell.id)
            source = without_running_magics(source)  # they would keep its failure to themselves
        value, error = run(self.shell, source, self.outlet)
        text = None if error is None else message(error, self.job.student_names)
        points = None
        if cell.role is Role.TEST:
            points, wrong = (0.0, text) if error is not None else score(cell.points, value)
            text = text or wrong
        return CellResult(
            cell.id,
            tuple(self.outputs),
            text,
            "output" if isinstance(error, OutputFlood) else None,
            points,
            seconds=time.monotonic() - start,
        )


def serve(supervisor: socket.socket) -> None:
    """Receive one job, run it, report each cell."""
    order, _ = wire.recv(supervisor, max_fds=1)
    job = job_from(order["job"])
    seed_all("notebook")
    plain, skip = Plain(job), set(order.get("skip", ()))
    if order.get("wait"):
        wire.recv(supervisor)
    start, stop = order.get("start", 0), order.get("stop", len(job.cells))
    for i, cell in enumerate(job.cells[:stop]):
        if i in skip:
            continue
        if i < start:
            plain.cell(cell)
            continue
        wire.send(supervisor, {"op": "start", "cell": i})
        try:
            result = plain.cell(cell)
        except StudentGone as gone:
            result = CellResult(cell.id, error=str(gone), verdict=gone.verdict)
        wire.send(supervisor, {"op": "done", "cell": i, "result": dataclasses.asdict(result)})
    wire.send(supervisor, {"op": "finished"})
