"""Preloaded by Dask workers in tests: an engine without zygotes, so that only Dask is tried out.

A job that begins with the cell "die" takes its worker along; any other cell is `exec`ed.
"""

import os
import signal
from pathlib import Path

from autograder import cluster_worker
from autograder.job import CellResult, Role


def run(self, job):
    cluster_worker.check(self.setup)
    names = {"ended": lambda: self.stopped, "Path": Path}
    results = []
    for cell in job.cells:
        if cell.source == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        error = None
        try:
            exec(cell.source, names)
        except Exception as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
        score = None if cell.role is not Role.TEST else 0.0 if error else cell.points
        results.append(CellResult(cell.id, error=error, score=score, seconds=0.01))
    return results


cluster_worker.Engine.run = run
