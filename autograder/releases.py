"""Every released version of an assignment, and which of them a submission was made from.

A copy's words about itself are the student's, so they decide little. They choose between versions
that were released to everybody, and of these the newest that has all that the copy shows: whoever
has a line of a newer one has the newer one, and nobody goes back who has once handed in a newer
one. Tests of a task whose text is unchanged are today's in every version (see `old_copies`).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder.bundle import SourceCell, load_bundles
from autograder.course import Course, CourseError
from autograder.notebook import Submitted, SubmittedCell, read_submitted
from autograder.results import read_json, write_json

ABOUT = "version.json"
NUMBER = "[0-9][0-9][0-9][0-9]"


@dataclass(frozen=True)
class Version:
    """What was released at one time.

    Attributes:
        number: counts from 1.
        released: when, in UTC.
        replaces: it takes the place of all before it; no copy counts as one of those any more.
        source: digest of the instructor's folder.
        marks: of each notebook, what tells a copy of it from copies of other versions.
        cells: of each notebook, a digest of each code cell by its id.
        folder: where the instructor's notebooks and files of that time are kept; beside it, in
            `release`, what students were given.
    """

    number: int
    released: str
    replaces: bool
    source: str
    marks: dict[str, frozenset[str]]
    cells: dict[str, dict[str, str]]
    folder: Path


def recorded(course: Course, assignment: str) -> list[Version]:
    """All versions, the first one first; none if it was released by other means."""
    found = []
    for path in sorted(_folder(course, assignment).glob(NUMBER)):
        about = read_json(path / ABOUT)
        if about:
            marks = {name: frozenset(of) for name, of in about.pop("marks").items()}
            found.append(Version(int(path.name), marks=marks, folder=path / "source", **about))
    return found


def live(versions: list[Version]) -> list[Version]:
    """Those that a copy may still count as."""
    first = max((i for i, version in enumerate(versions) if version.replaces), default=0)
    return versions[first:]


def record(course: Course, assignment: str, replaces: bool = False) -> list[Version]:
    """Keep what has just been released, unless it is as it was; returns all versions.

    Raises:
        CourseError: the disk is full, or the folder cannot be written.
    """
    before = recorded(course, assignment)
    source = _digest(course, course.folder("source", assignment))
    if before and before[-1].source == source:
        path = _folder(course, assignment) / f"{before[-1].number:04}" / ABOUT
        if replaces and not before[-1].replaces:
            write_json(path, {**read_json(path), "replaces": True})
        return recorded(course, assignment)
    taken = [int(path.name) for path in _folder(course, assignment).glob(NUMBER)]
    target = _folder(course, assignment) / f"{max(taken, default=0) + 1:04}"
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        for step in ("source", "release"):
            shutil.copytree(course.folder(step, assignment), draft / step)
        write_json(draft / ABOUT, _about(course, assignment, source, replaces))
        draft.rename(target)
    except (OSError, shutil.Error) as error:
        raise CourseError(f"{target} cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return recorded(course, assignment)


def _about(course: Course, assignment: str, source: str, replaces: bool) -> dict[str, object]:
    bundles = load_bundles(course, assignment)
    release = course.folder("release", assignment)
    return {
        "released": datetime.now(UTC).isoformat(timespec="seconds"),
        "replaces": replaces,
        "source": source,
        "marks": {
            name: sorted(marks(read_submitted(release / f"{name}.ipynb"))) for name in bundles
        },
        "cells": {
            name: {cell.id: _fingerprint(cell) for cell in bundle.cells if cell.role}
            for name, bundle in bundles.items()
        },
    }


def corrected(before: Version, after: Version, notebook: str) -> list[str]:
    """Ids of the code cells that differ between two versions."""
    old, new = before.cells.get(notebook, {}), after.cells.get(notebook, {})
    return [id for id in {**old, **new} if old.get(id) != new.get(id)]


def marks(submitted: Submitted) -> frozenset[str]:
    """What a copy shows of the version that it was made from, answers apart.

    A cell that nbgrader knows carries the checksum of its release, however it is edited; other
    cells, such as the task's text, are known by their words.
    """
    return frozenset(_mark(cell) for cell in submitted.cells or ())


def _mark(cell: SubmittedCell) -> str:
    if cell.grade_id and cell.checksum:
        return f"{cell.grade_id} {cell.checksum}"
    words = " ".join(cell.source.split())
    return f"text {hashlib.sha256(words.encode()).hexdigest()}"


def shown(submitted: Submitted, notebook: str, versions: list[Version]) -> tuple[int, int]:
    """Which version a copy counts as, and the newest of which it shows something of its own.

    Returns:
        The number of the newest version that has all that the copy shows; of the newest one, where
        it is mixed from several. And 0, where it shows nothing that tells versions apart.
    """
    having = [version.marks.get(notebook, frozenset()) for version in versions]
    common = frozenset.intersection(*having)
    seen = (marks(submitted) & frozenset().union(*having)) - common
    numbers = [version.number for version in versions]
    fits = [number for number, has in zip(numbers, having, strict=True) if seen <= has]
    since = [next(n for n, has in zip(numbers, having, strict=True) if m in has) for m in seen]
    return max(fits, default=numbers[-1]), max(since, default=0)


def _fingerprint(cell: SourceCell) -> str:
    return hashlib.sha256(json.dumps(cell.fingerprint).encode()).hexdigest()[:16]


def _digest(course: Course, folder: Path) -> str:
    files: Iterable[str] = sorted(find_all_files(str(folder), course.directory.ignore))
    content = [
        [os.path.relpath(name, folder), hashlib.sha256(Path(name).read_bytes()).hexdigest()]
        for name in files
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _folder(course: Course, assignment: str) -> Path:
    return course.hidden / "versions" / assignment
