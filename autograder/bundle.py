"""What grading needs of an assignment, read from the instructor's own notebook."""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from autograder import ownership
from autograder.beside import allowed_files, files_beside
from autograder.course import Course, CourseError
from autograder.job import Role
from autograder.notebook import read_source, running_tags

RELEASE = (ClearSolutions, ClearHiddenTests, ClearMarkScheme)  # of solutions, tests, tasks
STOCK = "grade it with --mode stock"
KEPT = ("kernelspec", "language_info")
IMPORTS = "imports:"  # begins the ids of cells that we add for the checker


@dataclass(frozen=True)
class SourceCell:
    """One cell of the instructor's notebook.

    Attributes:
        id: nbgrader's grade_id, or the notebook's own cell id where there is none.
        type: "code", "markdown" or "raw".
        source: the instructor's, with solution and hidden tests.
        released: what students are given: a stub for a solution, no hidden tests.
        role: where it runs; None if it is not code.
        metadata: nbgrader's, None for a cell that nbgrader does not know.
        points: of a graded cell, by test or by hand.
        tags: that other programs obey, and students have from here; the engine ignores them.
        former: what students were given in earlier versions of the assignment.
        came_later: copies of some earlier version do not have it.
    """

    id: str
    type: str
    source: str
    released: str
    role: Role | None = None
    metadata: dict[str, Any] | None = None
    points: float = 0.0
    student_only: bool = False
    reference: tuple[str, ...] = ()
    may_change_inputs: bool = False
    tags: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    came_later: bool = False

    def was_given(self, source: str) -> bool:
        """Whether some release had this text here; spaces do not count."""
        known = self.released, *self.former
        return source in known or any(source.split() == text.split() for text in known)

    def checksum(self) -> str:
        """nbgrader's, of the cell as it is released."""
        source = self.released if self.is_solution else self.source
        known = {"cell_type": self.type, "source": source, "metadata": {"nbgrader": self.metadata}}
        return str(compute_checksum(from_dict(known)))

    @property
    def fingerprint(self) -> list[Any]:
        """All that can change a score; a cell's own id may differ from one reading to the next."""
        id = self.id if self.metadata else ""
        tags = [self.student_only, self.reference, self.may_change_inputs]
        return [id, self.type, self.source, self.role, self.points, *tags]

    @property
    def is_solution(self) -> bool:
        return bool(self.metadata and self.metadata.get("solution"))

    @property
    def is_manual(self) -> bool:
        """A person grades it: a graded answer, or nbgrader's task cell."""
        known = self.metadata or {}
        return bool(known.get("task") or (known.get("grade") and known.get("solution")))

    @property
    def is_test(self) -> bool:
        return self.role is Role.TEST and not self.id.startswith(IMPORTS)


@dataclass(frozen=True)
class Bundle:
    """One notebook of an assignment, as the engine needs it.

    Attributes:
        notebook: its name, without ".ipynb".
        cells: in the instructor's order, markdown too, with the checker's import cells added.
        student_names: names whose values live in the student's process.
        files: what lies beside the notebook, relative path to content.
        metadata: the notebook's (kernel, language).
    """

    notebook: str
    cells: tuple[SourceCell, ...]
    student_names: frozenset[str] = frozenset()
    files: dict[str, bytes] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Changes with anything that can change a test's score; prose cannot."""
        content = {
            "cells": [c.fingerprint for c in self.cells if c.role],
            "names": sorted(self.student_names),
            "files": {k: hashlib.sha256(v).hexdigest() for k, v in sorted(self.files.items())},
        }
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, SourceCell]:
        """Cells that nbgrader knows, by grade_id."""
        return {cell.id: cell for cell in self.cells if cell.metadata}

    @cached_property
    def checksums(self) -> dict[str, str]:
        """What nbgrader's `generate_assignment` computes for each cell it knows."""
        return {id: cell.checksum() for id, cell in self.by_id.items()}

    @property
    def tests(self) -> tuple[SourceCell, ...]:
        return tuple(cell for cell in self.cells if cell.is_test)

    @property
    def solutions(self) -> tuple[SourceCell, ...]:
        """Solution cells that hold code."""
        return tuple(c for c in self.cells if c.is_solution and c.role is Role.STUDENT)

    @property
    def secret_lines(self) -> frozenset[str]:
        """Lines of solutions and hidden tests, stripped: no student may ever see one."""
        shown = {line.strip() for cell in self.cells for line in cell.released.splitlines()}
        every = {line.strip() for cell in self.cells for line in cell.source.splitlines()}
        return frozenset(every - shown)

    @property
    def max_score(self) -> float:
        """What tests can give; manual points are not in it."""
        return sum(cell.points for cell in self.tests)


def load_bundles(course: Course, assignment: str, stage: str = "source") -> dict[str, Bundle]:
    """Every notebook of the assignment by name; `assignment` is its full name.

    Args:
        stage: "release" for the notebooks as students have them, without any hidden test.

    Raises:
        CourseError: no notebook there, or one that cannot be graded here.
    """
    folder = course.folder(stage, assignment)
    paths = sorted(folder.glob("*.ipynb"))
    if not paths:
        first = f": release {assignment} first" if stage == "release" else ""
        raise CourseError(f"{folder} has no notebook{first}")
    files = files_beside(course, assignment, folder)
    allowed = allowed_files(course, assignment)
    return {
        p.stem: make_bundle(p.stem, read_source(p), files, course.config, allowed) for p in paths
    }


def make_bundle(
    name: str,
    notebook: NotebookNode,
    files: dict[str, bytes] | None = None,
    config: Config | None = None,
    allowed_files: tuple[str, ...] = (),
) -> Bundle:
    """The bundle of one notebook; `allowed_files` are patterns of files that students may bring.

    Raises:
        CourseError: two cells with one grade_id, or a language other than Python.
    """
    language = notebook.metadata.get("kernelspec", {}).get("language", "python").lower()
    if language not in ("python", "ipython"):
        raise CourseError(f"{name} is written in {language}: {STOCK}")
    release = [kind(config=config or Config()) for kind in RELEASE]
    try:
        cells = [_cell(cell, index, release) for index, cell in enumerate(notebook.cells)]
    except RuntimeError as error:  # e.g. BEGIN SOLUTION without an END
        raise CourseError(f"{name}: {error}") from error
    if any("AUTOTEST" in cell.source for cell in cells if cell.role is Role.TEST):
        raise CourseError(f"{name} has AUTOTEST lines, which only stock nbgrader fills in: {STOCK}")
    known = [cell.id for cell in cells if cell.metadata]
    twice = sorted({id for id in known if known.count(id) > 1})
    if twice:
        raise CourseError(f"{name}: more than one cell has the grade_id {', '.join(twice)}")
    student_names = ownership.student_names(cells, allowed_files, _modules(files or {}, config))
    cells = [replace(c, student_only=ownership.is_student_only(c, student_names)) for c in cells]
    cells = _with_imports(cells, student_names)
    metadata = {key: notebook.metadata[key] for key in KEPT if key in notebook.metadata}
    return Bundle(name, tuple(cells), student_names, files or {}, copy.deepcopy(metadata))


def _modules(files: Mapping[str, bytes], config: Config | None) -> set[str]:
    """Names of the instructor's own modules: beside the notebook, and in the course's folder."""
    root = config.CourseDirectory.get("root") if config else None
    beside = [Path(name) for name in files]
    common = [path.relative_to(root) for path in Path(root).glob("*.py")] if root else []
    return {path.parts[0].removesuffix(".py") for path in (*beside, *common)}


def _cell(cell: NotebookNode, index: int, release: list[Preprocessor]) -> SourceCell:
    known = bool(is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell))
    released = copy.deepcopy(cell)
    for applies, step in zip((is_solution, is_grade, is_task), release, strict=True):
        if applies(cell):
            released, _ = step.preprocess_cell(released, {"language": "python"}, index)
    tags = [tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str)]
    return SourceCell(
        id=str(cell.metadata.nbgrader["grade_id"] if known else cell.get("id") or f"cell-{index}"),
        type=cell.cell_type,
        source=cell.source,
        released=released.source,
        role=_role(cell),
        metadata=dict(cell.metadata.nbgrader) if known else None,
        points=float(cell.metadata.nbgrader.get("points", 0)) if known else 0.0,
        reference=tuple(t.partition(":")[2] for t in tags if t.startswith("reference:")),
        may_change_inputs="may-change-inputs" in tags,
        tags=running_tags(cell.metadata),
    )


def _role(cell: NotebookNode) -> Role | None:
    if cell.cell_type != "code":
        return None
    if is_grade(cell) and not is_solution(cell):
        return Role.TEST
    return Role.LOCKED if is_locked(cell) else Role.STUDENT


def _with_imports(cells: list[SourceCell], student_names: frozenset[str]) -> list[SourceCell]:
    """Add cells that run student cells' imports in the checker, from the libraries themselves."""
    used = ownership.used_by_checker(cells)
    result: list[SourceCell] = []
    for cell in cells:
        result.append(cell)
        wanted = ownership.checker_imports(cell, used, student_names)
        if wanted:
            source = "\n".join(wanted)
            result.append(SourceCell(IMPORTS + cell.id, "code", source, source, Role.TEST))
    return result
