"""What crosses from the course's side to the engine: one submission, ready to run."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_OUTPUT = 8 * 2**20  # bytes of a submission, as its results are stored; of a cell: `output_kb`


class Role(StrEnum):
    """Where a cell runs. It comes from the instructor's notebook, never from the submission."""

    STUDENT = "student"  # solution cells, and cells that nbgrader does not know
    LOCKED = "locked"  # the instructor's set-up: runs in the student, and in the checker too
    TEST = "test"  # runs in the checker only


@dataclass(frozen=True)
class Cell:
    """One code cell of the rebuilt notebook.

    Attributes:
        id: nbgrader's grade_id, or the notebook's own cell id where there is none.
        source: the student's for `STUDENT`, the instructor's otherwise.
        points: what a test can give; 0 for every other cell.
        student_only: a locked cell that uses a student's name, so that the checker cannot run it.
        reference: names that this test may take from the reference solution instead.
        may_change_inputs: the tested function is meant to edit its arguments in place.
    """

    id: str
    role: Role
    source: str
    points: float = 0.0
    student_only: bool = False
    reference: tuple[str, ...] = ()
    may_change_inputs: bool = False


@dataclass(frozen=True)
class Limits:
    """What one process of a submission may use; a cell over a limit fails, the rest still runs."""

    cell_seconds: float = 60.0
    total_seconds: float = 900.0
    memory_mb: int = 2048  # above what the zygote already holds
    output_kb: int = 256  # of one cell
    file_mb: int = 64  # of one file
    open_files: int = 128


@dataclass(frozen=True)
class Job:
    """A pure value: the engine's result depends on nothing else.

    Attributes:
        cells: in the instructor's order.
        student_names: names whose values live in the student's process.
        reference_cells: reference source of solution cells by id; only the checker sees them.
        files: read-only files for the working folder, relative path to content.
        mode: "split" or "plain".
        student_code: those of the files that the checker must never import, and does not get.
    """

    cells: tuple[Cell, ...]
    student_names: frozenset[str] = frozenset()
    reference_cells: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = Limits()
    mode: str = "split"
    student_code: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellResult:
    """What happened in one cell.

    Attributes:
        outputs: nbformat outputs, already capped.
        error: one message for people, None if the cell finished.
        verdict: why the engine ended the cell ("timeout", "memory", "exited", ...), else None.
        score: points earned, in [0, points]; None if the cell is no test.
        reference_score: the score with the reference's earlier parts, None if not run so.
    """

    id: str
    outputs: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    verdict: str | None = None
    score: float | None = None
    reference_score: float | None = None
    seconds: float = 0.0
