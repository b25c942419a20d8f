"""A learner's own check: every test of an assignment on the learner's own notebook."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.bundle import Bundle
from autograder.job import Cell, CellResult, Job, Limits, Role
from autograder.rebuild import rebuild_folder

Run = Callable[[Job], Iterable[CellResult]]
NUMBER = re.compile(r"-?\d+(\.\d*)?(e-?\d+)?")


class CannotCheck(Exception):
    """There is nothing to run; the text says why."""


@dataclass(frozen=True)
class Checked:
    """What came of a check.

    Attributes:
        results: of the tests.
        where: they ran, in words.
        answers: the learner's source of each solution cell in code, by its id.
    """

    results: list[CellResult]
    where: str
    answers: dict[str, str]


def check(
    bundle: Bundle,
    folder: Path,
    run: Run | None = None,
    limits: Limits | None = None,
    allowed_files: tuple[str, ...] = (),
) -> Checked:
    """Run `folder`'s notebook against the bundle's tests.

    Args:
        run: an engine that is running already; None starts one.
        allowed_files: patterns of files beside the notebook that its cells may read.

    Raises:
        CannotCheck: the notebook cannot be read.
    """
    rebuilt = rebuild_folder(folder, bundle, allowed_files)
    job = rebuilt.job(limits or Limits(), "split")
    if job is None:
        raise CannotCheck("; ".join(verdict.text for verdict in rebuilt.verdicts))
    tests = {cell.id for cell in bundle.tests}
    tasks = {cell.id for cell in bundle.solutions}
    answers = {cell.id: cell.source for cell in rebuilt.cells if cell.id in tasks}
    results, where = _anywhere(job, run)
    return Checked([result for result in results if result.id in tests], where, answers)


def _anywhere(job: Job, run: Run | None) -> tuple[list[CellResult], str]:
    if sys.platform != "linux":
        return in_kernel(job), "in a kernel without a sandbox, which needs Linux"
    from autograder.sandbox import SandboxError

    try:
        return [*(run or _once)(job)], "in the sandbox, as a grader runs it"
    except SandboxError as error:
        return in_kernel(job), f"in a kernel without a sandbox: {error}"


def _once(job: Job) -> list[CellResult]:
    """On an engine that is started for it."""
    from autograder.pool import run_all

    ((_, results),) = run_all({"mine": job}, workers=1)
    return results


def in_kernel(job: Job) -> list[CellResult]:
    """Run all cells in one ordinary kernel: no isolation, so for one's own code only."""
    notebook = new_notebook(cells=[new_code_cell(cell.source) for cell in job.cells])
    with tempfile.TemporaryDirectory() as folder:
        for name, content in job.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        client = NotebookClient(
            notebook,
            timeout=int(job.limits.cell_seconds),
            interrupt_on_timeout=True,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        # a cell without an execution count did not run, and its result says so
        with suppress(DeadKernelError):
            client.execute()
    return [*_results(job, notebook)]


def _results(job: Job, notebook: NotebookNode) -> Iterator[CellResult]:
    for cell, run in zip(job.cells, notebook.cells, strict=True):
        error = None if run.execution_count else "it did not run: the kernel had died"
        for output in run.outputs:
            if output.output_type == "error":
                error = f"{output.ename}: {output.evalue}"
        score = _score(cell, run, error) if cell.role is Role.TEST else None
        yield CellResult(cell.id, tuple(run.outputs), error, None, score)


def _score(cell: Cell, run: NotebookNode, error: str | None) -> float:
    """Full points for a cell that ends well, or the number that it ends with."""
    if error:
        return 0.0
    ends = [output for output in run.outputs if output.output_type == "execute_result"]
    if not ends:
        return cell.points
    text = ends[-1].data.get("text/plain", "")
    if text in ("True", "False"):
        return cell.points if text == "True" else 0.0
    return min(max(float(text), 0.0), cell.points) if NUMBER.fullmatch(text) else 0.0
