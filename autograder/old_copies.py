"""What a copy of an earlier version is graded against: its own tasks, today's tests of the rest.

A task is a run of cells up to its tests: text, set-up and answer, then what is graded. Where its
text is unchanged, its tests are today's, so that a corrected test counts for everybody and nobody
gains by showing an older one. Where it changed, the tests are those of the text that the student
had. A test of one task that reads what a changed one defines belongs to both.
"""

import copy
from collections.abc import Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from autograder.affected import tests_that_read
from autograder.beside import allowed_files, files_beside
from autograder.bundle import IMPORTS, Bundle, SourceCell, make_bundle
from autograder.course import Course
from autograder.notebook import Verdict, read_source, read_submitted
from autograder.releases import Version, live, recorded, shown


@dataclass
class OldCopies:
    """The bundles of one assignment: today's, and those of its earlier versions when needed."""

    course: Course
    assignment: str
    today: dict[str, Bundle]
    made: dict[tuple[int, str], Bundle] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.every = recorded(self.course, self.assignment)
        self.versions = live(self.every)
        self.today = {name: self._with_former(bundle) for name, bundle in self.today.items()}

    @property
    def newest(self) -> int:
        """Number of the newest version; 0 if none was recorded."""
        return self.every[-1].number if self.every else 0

    def bundle(
        self, notebook: str, folder: Path, floor: int = 0
    ) -> tuple[Bundle, tuple[Verdict, ...], int]:
        """What the copy in `folder` is graded against, and the version it has shown to have.

        Args:
            floor: the newest version that the student has shown before.
        """
        today = self.today[notebook]
        if len(self.versions) < 2:
            return today, (), floor
        number, own = shown(read_submitted(folder / f"{notebook}.ipynb"), notebook, self.versions)
        version = next(v for v in self.versions if v.number == number)
        if version is self.versions[-1]:
            return today, (), max(own, floor)
        said = f"a copy of version {number}, released {version.released[:10]}"
        if number < floor:
            text = f"{said}, but version {floor} was handed in before: graded as today's"
            return today, (Verdict("old-version", text),), floor
        old = self._old(version, notebook)
        if old.digest == today.digest:
            return today, (), max(own, floor)
        text = f"{said}: where the task has changed since, graded as it was then"
        return old, (Verdict("old-version", text),), max(own, floor)

    def _old(self, version: Version, notebook: str) -> Bundle:
        key = (version.number, notebook)
        if key not in self.made:
            self.made[key] = self._with_former(self._make(version, notebook))
        return self.made[key]

    def _make(self, version: Version, notebook: str) -> Bundle:
        """The old notebook with today's tests where they are due; today's if tasks came or went."""
        kept = self.kept(version, notebook)
        if kept is None:
            return self.today[notebook]
        folder = self.course.folder("source", self.assignment)
        cells = _by_id(read_source(folder / f"{notebook}.ipynb"))
        merged = read_source(version.folder / f"{notebook}.ipynb")
        merged.cells = [_cell(cell, cells, kept) for cell in merged.cells]
        return self._bundle(version, notebook, merged)

    def kept(self, version: Version, notebook: str) -> Set[str] | None:
        """Ids of the cells that its copies have as they were; None if other cells are graded."""
        path = version.folder / f"{notebook}.ipynb"
        if not path.is_file():
            return None
        before, today = self._bundle(version, notebook, read_source(path)), self.today[notebook]
        if _kinds(before) != _kinds(today):
            return None
        if before.files != today.files:
            return {*before.by_id}
        tasks = Tasks(before, today)
        return tasks.changed | tasks.tests_of_changed

    def _bundle(self, version: Version, name: str, notebook: NotebookNode) -> Bundle:
        files = files_beside(self.course, self.assignment, version.folder)
        allowed = allowed_files(self.course, self.assignment)
        return make_bundle(name, notebook, files, self.course.config, allowed)

    def told(self) -> list[str]:
        """What an instructor should know of copies that are out, in sentences."""
        lines = []
        for version in self.versions[:-1]:
            kept = [self.kept(version, name) for name in self.today]
            ids = {id for of in kept if of is not None for id in of}
            tests = [t.id for bundle in self.today.values() for t in bundle.tests if t.id in ids]
            if None in kept:
                lines.append(
                    f"version {version.number} had other tasks: its copies are graded as today's, "
                    "and what they lack counts as not answered"
                )
            elif tests:
                lines.append(
                    f"copies of version {version.number} keep its tests where the task changed: "
                    f"{', '.join(tests)}; if only words changed: --replaces"
                )
        return lines

    def _with_former(self, bundle: Bundle) -> Bundle:
        """An honest copy of any version was not edited by its student."""
        if len(self.every) < 2:
            return bundle
        given: dict[str, list[str]] = {}
        for version in self.every:
            path = version.folder.parent / "release" / f"{bundle.notebook}.ipynb"
            for cell in read_submitted(path).cells or ():
                given.setdefault(cell.grade_id or "", []).append(cell.source)

        def told(cell: SourceCell) -> SourceCell:
            former = tuple(given.get(cell.id, ()))
            return replace(cell, former=former, came_later=len(former) < len(self.every))

        return replace(bundle, cells=tuple(map(told, bundle.cells)))


@dataclass(frozen=True)
class Tasks:
    """Two versions of a notebook with the same graded cells, task by task."""

    before: Bundle
    after: Bundle

    @cached_property
    def changed(self) -> frozenset[str]:
        """Ids of the cells of tasks whose text differs."""
        old, new = texts(self.before), texts(self.after)
        return frozenset(id for id in {**old, **new} if old.get(id) != new.get(id))

    @cached_property
    def tests_of_changed(self) -> frozenset[str]:
        """Tests that read what changed tasks define, in either version."""
        both = [cell for b in (self.before, self.after) for cell in b.cells if cell.role]
        sources = [c.source for c in both if c.id in self.changed and not c.is_test]
        own = tuple(replace(cell, reference=()) for cell in self.after.cells)  # it is old as well
        after = replace(self.after, cells=own)
        return tests_that_read(after, both, sources, sources)


def texts(bundle: Bundle) -> dict[str, tuple[str, ...]]:
    """Of each cell that nbgrader knows, the text of its task: all that is given but the tests."""
    found: dict[str, tuple[str, ...]] = {}
    ids: list[str] = []
    words: list[str] = []
    tested = False
    for cell in bundle.cells:
        if cell.id.startswith(IMPORTS):
            continue
        if tested and not cell.is_test:
            found.update(dict.fromkeys(ids, tuple(words)))
            ids, words, tested = [], [], False
        tested = tested or cell.is_test
        ids += [cell.id] if cell.metadata else []
        if not cell.is_test:
            words.append(" ".join(cell.released.split()))
    return found | dict.fromkeys(ids, tuple(words))


def _kinds(bundle: Bundle) -> dict[str, tuple[object, ...]]:
    """What nbgrader's gradebook holds rows for: it has one set of them for all versions."""
    flags = {
        id: [bool((cell.metadata or {}).get(key)) for key in ("grade", "solution", "task")]
        for id, cell in bundle.by_id.items()
    }
    return {id: (bundle.by_id[id].type, *kinds) for id, kinds in flags.items() if any(kinds)}


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    known = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id")]
    return {cell.metadata.nbgrader.grade_id: cell for cell in known}


def _cell(cell: NotebookNode, today: dict[str, NotebookNode], kept: Set[str]) -> NotebookNode:
    id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if id not in today:
        return cell
    if id not in kept:
        return copy.deepcopy(today[id])
    if is_grade(cell) or not is_solution(cell):
        points = today[id].metadata.nbgrader.get("points")
        if points is not None:  # the gradebook has one maximum for everybody
            cell.metadata.nbgrader["points"] = points
    return cell
