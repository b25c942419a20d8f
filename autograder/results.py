"""Results of graded notebooks: one file each, named by everything that decides the score."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import outputs
from autograder.bundle import IMPORTS
from autograder.course import Course
from autograder.files import told, write_whole
from autograder.job import CellResult, Job
from autograder.notebook import Verdict, as_id
from autograder.rebuild import Rebuilt
from autograder.versions import ENGINE, versions

SEED = "sha256 of the test's id"


@dataclass(frozen=True)
class Result:
    """What one notebook of one submission earned, and everything that says why.

    Attributes:
        key: names the file; equal keys mean equal results.
        cells: of all code cells, in the order in which they ran; none if nothing could run.
        verdicts: on the submission as a whole, and from the engine on single cells.
        bundle: digest of what it was graded against.
        seconds: wall time in the engine.
        unsafe: it ran without a sandbox.
    """

    key: str
    cells: tuple[CellResult, ...]
    verdicts: tuple[Verdict, ...]
    bundle: str
    mode: str
    device: str
    seconds: float = 0.0
    unsafe: bool = False
    versions: dict[str, str] = field(default_factory=dict)
    seed: str = SEED

    def score(self, id: str) -> float:
        """The better of a test's two scores; 0 for a test that never ran."""
        return max((best(cell) for cell in self.cells if cell.id == id), default=0.0)

    @property
    def unfinished(self) -> bool:
        """Whether the engine itself failed in it."""
        return any(cell.verdict == "engine" for cell in self.cells)

    @property
    def messages(self) -> dict[str, str]:
        """What went wrong, by test id."""
        return {c.id: c.error for c in self.cells if c.score is not None and c.error}


def best(cell: CellResult) -> float:
    """The better of two scores: with the student's own earlier parts, or with the reference's."""
    return max(cell.score or 0.0, cell.reference_score or 0.0)


def key_of(rebuilt: Rebuilt, job: Job | None, device: str) -> str:
    """Changes with anything that can change the result, and with nothing else."""
    content: dict[str, Any] = {
        "engine": ENGINE,
        "bundle": rebuilt.bundle.digest,
        "device": device,
        "verdicts": [dataclasses.astuple(verdict) for verdict in rebuilt.verdicts],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in rebuilt.files},
    }
    if job:
        content["cells"] = [[cell.id, cell.role, cell.source] for cell in job.cells]
        content["limits"] = dataclasses.asdict(job.limits)
        content["mode"] = job.mode
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def make_result(
    key: str, rebuilt: Rebuilt, cells: list[CellResult], mode: str, device: str, unsafe: bool
) -> Result:
    """The record of one run; outputs are cleaned here, once, for all who show them."""
    most = {cell.id: cell.points for cell in rebuilt.bundle.tests}
    own = [with_reason(cell, most) for cell in cells if not cell.id.startswith(IMPORTS)]
    said = [
        Verdict(c.verdict, f"stopped by the engine: {c.verdict}", c.id) for c in own if c.verdict
    ]
    if unsafe:
        said.insert(0, Verdict("unsafe", "this notebook was graded without a sandbox"))
    return Result(
        key=key,
        cells=tuple(dataclasses.replace(c, outputs=outputs.clean(c.outputs)) for c in own),
        verdicts=(*rebuilt.verdicts, *said),
        bundle=rebuilt.bundle.digest,
        mode=mode,
        device=device,
        seconds=sum(cell.seconds for cell in cells),
        unsafe=unsafe,
        versions=versions(),
    )


def with_reason(cell: CellResult, most: Mapping[str, float]) -> CellResult:
    """A test that gives a part of its points says why by what it prints."""
    if cell.error or cell.score is None or best(cell) >= most.get(cell.id, 0.0):
        return cell
    said = outputs.printed(cell.outputs)
    return dataclasses.replace(cell, error=said) if said else cell


@dataclass(frozen=True)
class Store:
    """The course's folder of results. A file that cannot be read counts as absent."""

    course: Course

    def get(self, key: str) -> Result | None:
        content = read_json(self._path(key))
        try:
            result = _from_dict(content["result"])
            return result if result.key == key and content["check"] == _check(content) else None
        except (KeyError, TypeError, AttributeError):
            return None

    def put(self, result: Result) -> None:
        content = {"result": vars(result)}
        write_json(self._path(result.key), {**content, "check": _check(content)})

    def inherit(self, key: str, other: str, said: tuple[Verdict, ...]) -> None:
        """Where only something is said in addition, nothing has to run again."""
        if self.get(key) is None and (result := self.get(other)):
            self.put(dataclasses.replace(result, key=key, verdicts=said + result.verdicts))

    def _path(self, key: str) -> Path:
        return self.course.hidden / "results" / f"{key}.json"


def _check(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content["result"], default=vars).encode()).hexdigest()


def _from_dict(content: dict[str, Any]) -> Result:
    cells = tuple(CellResult(**{**c, "outputs": tuple(c["outputs"])}) for c in content["cells"])
    # earlier engines kept any grade_id
    verdicts = tuple(Verdict(**{**v, "cell": as_id(v["cell"])}) for v in content["verdicts"])
    return Result(**{**content, "cells": cells, "verdicts": verdicts})


@dataclass(frozen=True)
class Handed:
    """What nbgrader was last given for one student: written after the gradebook has it.

    Attributes:
        results: key by notebook.
        submission: digest of what was handed in, answers in prose included.
        due: when it was due, extension included; empty if there was no such time.
        attempt: which of several submissions counts; empty if only the last one can.
        versions: of each notebook, the newest that the student has shown to have.
        release: the assignment's newest version at that time; 0 if none is known.
        unfinished: the engine failed in it, and it will be run again.
    """

    results: dict[str, str]
    submission: str
    due: str = ""
    attempt: str = ""
    versions: dict[str, int] = field(default_factory=dict)
    release: int = 0
    unfinished: bool = False


def read_handed(course: Course, assignment: str, student: str) -> Handed | None:
    """None if nothing was handed over yet."""
    try:
        return Handed(**read_json(_handed(course, assignment, student)))
    except TypeError:
        return None


def write_handed(course: Course, assignment: str, student: str, handed: Handed) -> None:
    write_json(_handed(course, assignment, student), handed)


def recorded(course: Course, assignment: str, student: str, notebook: str) -> Result | None:
    """The result behind what the gradebook says, None if the engine did not make it."""
    handed = read_handed(course, assignment, student)
    key = handed.results.get(notebook) if handed else None
    return Store(course).get(key) if key else None


def _handed(course: Course, assignment: str, student: str) -> Path:
    return course.hidden / "handed" / assignment / f"{student}.json"


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file; an empty one if it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: Any) -> None:
    """Write all or nothing; a dataclass becomes an object.

    Raises:
        CourseError: the disk is full, or the folder cannot be written.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(content, default=vars))
