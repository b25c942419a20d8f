"""A submission, put into the instructor's own notebook: only sources are taken from it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path, PurePosixPath

from autograder import unusual
from autograder.bundle import IMPORTS, Bundle, SourceCell
from autograder.job import Cell, Job, Limits, Role
from autograder.notebook import (
    Submitted,
    SubmittedCell,
    Verdict,
    read_regular,
    read_submitted,
    shown_name,
)

MAX_FILES = 200
MAX_NAME, DEEPEST = 255, 10  # bytes and slashes of a path: where it is copied, it has to fit
CODE = (".py", ".pyc", ".so")  # what Python imports
OWN_FILES = ("timestamp.txt", "submission_secret.txt")  # nbgrader's own, in every submission


@dataclass(frozen=True)
class RebuiltCell:
    """One cell of the rebuilt notebook; `origin` is None for a cell of the student's own."""

    id: str
    type: str
    source: str
    origin: SourceCell | None = None
    attachments: dict[str, dict[str, str]] | None = None

    @property
    def role(self) -> Role | None:
        if self.origin is not None:
            return self.origin.role
        return Role.STUDENT if self.type == "code" else None


@dataclass(frozen=True)
class Rebuilt:
    """What was handed in, in the instructor's order.

    Attributes:
        cells: of the whole notebook, prose too.
        verdicts: what was missing, doubled, refused, ...
        files: what the submission brought along and may use.
        readable: False if there was no notebook to take anything from.
    """

    bundle: Bundle
    cells: tuple[RebuiltCell, ...]
    verdicts: tuple[Verdict, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    readable: bool = True

    @cached_property
    def notebook_cells(self) -> tuple[RebuiltCell, ...]:
        """The cells that people see: without those added for the checker."""
        return tuple(cell for cell in self.cells if not cell.id.startswith(IMPORTS))

    def job(self, limits: Limits, mode: str) -> Job | None:
        """What the engine runs; None if there is no code to run."""
        if not self.readable or not any(cell.role is Role.STUDENT for cell in self.cells):
            return None
        return Job(
            cells=tuple(_job_cell(cell) for cell in self.cells if cell.role),
            student_names=self.bundle.student_names,
            reference_cells={cell.id: cell.source for cell in self.bundle.solutions},
            files={**dict(self.files), **self.bundle.files},
            student_code=tuple(n for n, _ in self.files if n.endswith(CODE)),
            limits=limits,
            mode=mode,
        )


def rebuild_folder(folder: Path, bundle: Bundle, allowed_files: tuple[str, ...] = ()) -> Rebuilt:
    """Read one notebook and its files from a student's submission folder."""
    rebuilt = rebuild(read_submitted(folder / f"{bundle.notebook}.ipynb"), bundle)
    if not rebuilt.readable:
        return rebuilt
    files, verdicts = brought_files(folder, bundle, allowed_files)
    return replace(rebuilt, files=files, verdicts=rebuilt.verdicts + verdicts)


def rebuild(submitted: Submitted, bundle: Bundle) -> Rebuilt:
    """Place a submission's sources by grade_id; everything else comes from the instructor."""
    if submitted.cells is None:
        cells = tuple(_blank(origin) for origin in bundle.cells)
        return Rebuilt(bundle, cells, submitted.verdicts, readable=False)
    placed, extras, verdicts = _sort(submitted.cells, bundle)
    cells_: list[RebuiltCell] = list(extras.get(None, ()))
    for origin in bundle.cells:
        if origin.metadata or origin.id.startswith(IMPORTS):
            cells_.append(_place(origin, placed.get(origin.id)))
            cells_ += extras.get(origin.id, ())
    verdicts += _differences(placed, bundle)
    verdicts += _unusual(cells_)
    kernel = bundle.metadata.get("kernelspec", {}).get("name")
    if submitted.kernel and kernel and submitted.kernel != kernel:
        text = f"the kernel was {submitted.kernel!r}; it was graded with {kernel!r}"
        verdicts.append(Verdict("kernel", text))
    return Rebuilt(bundle, tuple(cells_), submitted.verdicts + tuple(verdicts))


def _sort(
    cells: tuple[SubmittedCell, ...], bundle: Bundle
) -> tuple[dict[str, SubmittedCell], dict[str | None, list[RebuiltCell]], list[Verdict]]:
    """The first cell of each known grade_id, and all others by the known cell before them."""
    placed: dict[str, SubmittedCell] = {}
    extras: dict[str | None, list[RebuiltCell]] = {}
    verdicts: list[Verdict] = []
    anchor: str | None = None
    for cell in cells:
        id = cell.grade_id
        if id in bundle.by_id and id not in placed:
            placed[id] = cell
            anchor = id
            continue
        if id in placed:
            text = "there are two such cells: the first is graded, the second runs as an extra one"
            verdicts.append(Verdict("duplicate-cell", text, id))
        number = sum(map(len, extras.values())) + 1
        extra = RebuiltCell(f"extra:{number}", cell.type, cell.source, None, cell.attachments)
        extras.setdefault(anchor, []).append(extra)
    return placed, extras, verdicts


def _blank(origin: SourceCell) -> RebuiltCell:
    source = origin.released if origin.is_solution else origin.source
    return RebuiltCell(origin.id, origin.type, source, origin)


def _place(origin: SourceCell, cell: SubmittedCell | None) -> RebuiltCell:
    if not origin.is_solution:
        return RebuiltCell(origin.id, origin.type, origin.source, origin)
    if cell is None:
        # an answer that a person would grade counts as not given: nbgrader knows it by the stub
        source = origin.released if origin.is_manual else ""
        return RebuiltCell(origin.id, origin.type, source, origin)
    return RebuiltCell(origin.id, origin.type, cell.source, origin, cell.attachments)


def _differences(placed: dict[str, SubmittedCell], bundle: Bundle) -> Iterator[Verdict]:
    for id, origin in bundle.by_id.items():
        cell = placed.get(id)
        if cell is not None and (own := {*cell.tags} - {*origin.tags}):
            yield Verdict(
                "cell-tags", f"the cell was tagged {', '.join(sorted(own))}: no effect", id
            )
        if cell is None and origin.came_later and not (origin.is_solution or origin.points):
            continue  # set-up, and it may never have been there
        if cell is None:
            kept = "it counts as empty" if origin.is_solution else "the original was used"
            yield Verdict("missing-cell", f"the cell was deleted: {kept}", id)
        elif cell.type != origin.type:
            text = f"the cell was turned into {cell.type}; it was read as {origin.type}"
            yield Verdict("cell-type", text, id)
        elif any((origin.metadata or {}).get(k, v) != v for k, v in cell.flags):
            yield Verdict("edited-metadata", "what kind of cell it is was edited: no effect", id)
        elif not (origin.is_solution or origin.was_given(cell.source)):
            yield Verdict("edited-cell", "the cell was edited: the original was used", id)


def _unusual(cells: list[RebuiltCell]) -> list[Verdict]:
    """One verdict for each of the student's cells that an instructor may want to look at."""
    own = [c for c in cells if c.type == "code" and (c.origin is None or c.origin.is_solution)]
    words = [(cell.id, unusual.found(cell.source)) for cell in own]
    return [
        Verdict("unusual", f"the cell {', '.join(found)}: have a look", id)
        for id, found in words
        if found
    ][:20]


def _job_cell(cell: RebuiltCell) -> Cell:
    if cell.origin is None or cell.role is None:
        return Cell(cell.id, Role.STUDENT, cell.source)
    return Cell(
        id=cell.id,
        role=cell.role,
        source=cell.source,
        points=cell.origin.points if cell.role is Role.TEST else 0.0,
        student_only=cell.origin.student_only,
        reference=cell.origin.reference,
        may_change_inputs=cell.origin.may_change_inputs,
    )


def brought_files(
    folder: Path, bundle: Bundle, allowed: tuple[str, ...]
) -> tuple[tuple[tuple[str, bytes], ...], tuple[Verdict, ...]]:
    """Files that the submission may use: on the allow-list, ordinary, not the instructor's own."""
    files: list[tuple[str, bytes]] = []
    verdicts: list[Verdict] = []
    left = Limits().file_mb * 2**20  # all of them together
    ours = {*bundle.files, *OWN_FILES}
    folders = {str(folder) for name in ours for folder in PurePosixPath(name).parents}
    for path in submitted_files(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".ipynb" or name in OWN_FILES or name in bundle.files:
            continue
        shown = shown_name(name)
        if os.path.islink(path):
            verdicts.append(Verdict("link", f"{shown} is a link and was refused"))
        elif not name.isprintable() or _too_long(name):
            verdicts.append(Verdict("file-name", f"{shown} has a name that no test can use"))
        elif not any(fnmatch(name, pattern) for pattern in allowed):
            verdicts.append(Verdict("extra-file", f"{shown} was not asked for and was not used"))
        elif name in folders or any(_is_file(str(p), ours) for p in PurePosixPath(name).parents):
            text = f"{shown} takes the place of a file or folder of the assignment: it was not used"
            verdicts.append(Verdict("file-name", text))
        else:
            content, verdict = read_regular(path, left)
            verdicts += [verdict] if verdict else []
            if content is not None and len(files) < MAX_FILES:
                files.append((name, content))
                left -= len(content)
    return tuple(files), tuple(verdicts[:20])


def _is_file(name: str, ours: set[str]) -> bool:
    return name in ours or name.endswith(".ipynb")


def _too_long(name: str) -> bool:
    return len(os.fsencode(name)) > MAX_NAME or name.count("/") > DEEPEST


def submitted_files(folder: Path) -> Iterator[Path]:
    """Files and links below `folder`; a folder that is linked or too deep is named, not entered."""
    seen = 0
    for root, folders, files in os.walk(folder):
        here = Path(root).relative_to(folder)
        folders[:] = sorted(name for name in folders if name != ".ipynb_checkpoints")
        shut = [n for n in folders if os.path.islink(Path(root, n)) or _too_long(str(here / n))]
        folders[:] = [name for name in folders if name not in shut]
        for name in (*shut, *sorted(files)):
            seen += 1
            if seen > 10 * MAX_FILES:
                return
            yield Path(root) / name
