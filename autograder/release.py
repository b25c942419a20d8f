"""`autograder release`: nbgrader's release versions, and the tree that students may have."""

import argparse
import copy
import glob
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import nbgrader.api
from alembic.script import ScriptDirectory
from nbgrader.converters import GenerateAssignment
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import capture_log, temp_attrs
from traitlets import List, Unicode
from traitlets.config import Config, Configurable

from autograder import leaks, releases
from autograder.bundle import load_bundles
from autograder.course import Course, CourseError
from autograder.gradebook import check_same_tasks
from autograder.locks import only_one
from autograder.notebook import read_source
from autograder.old_copies import OldCopies

MARK = ".student-tree"  # a folder without it is never overwritten
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints", "*.pyc", "*.egg-info", ".autograder", "*.db")
LEFT_BY_RUNS = ("collapsed", "execution", "ExecuteTime", "scrolled")  # in a cell's metadata


class StudentTree(Configurable):
    """What students get beside the release versions (`c.StudentTree` in nbgrader_config.py)."""

    base = Unicode(".", help="Folder that the tree mirrors, relative to the course root").tag(
        config=True
    )
    include = List(
        Unicode(),
        help="Files, folders and globs to copy, relative to the base folder; notebooks go without "
        "their outputs",
    ).tag(config=True)
    readme = Unicode(help="Text of the tree's own README.md; without it there is none").tag(
        config=True
    )
    folder = Unicode("build/student", help="Where the tree is built, relative to the base").tag(
        config=True
    )


class ReleaseError(CourseError):
    """A release that must not or cannot be made."""


def release_version(
    source: nbformat.NotebookNode, config: Config | None = None
) -> nbformat.NotebookNode:
    """What nbgrader's generate_assignment makes of a notebook, without touching a gradebook."""
    notebook = copy.deepcopy(source)
    resources: dict[str, Any] = {"nbgrader": {}}
    for preprocessor in GenerateAssignment(config=config).preprocessors:
        if preprocessor is not SaveCells:
            notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def generate(course: Course, assignment: str) -> Path:
    """Run nbgrader's generate_assignment, gradebook entry included; returns the release folder.

    Raises:
        ReleaseError: nbgrader refuses; its own words are in the text, or what to rename.
        CourseError: tasks came or went after submissions were graded.
    """
    if glob.has_magic(folder := str(course.folder("source", assignment))):
        raise ReleaseError(f"{folder}: nbgrader finds nothing in a path with [, * or ?; rename it")
    check_same_tasks(course, assignment, sources(course, assignment))
    quick = mock.patch.object(nbgrader.api, "get_alembic_version", alembic_version)
    with quick, temp_attrs(course.directory, assignment_id=assignment):
        converter = GenerateAssignment(coursedir=course.directory, config=course.config)
        converter.force = True
        outcome = capture_log(converter)
    if not outcome["success"]:
        words = outcome.get("log") or outcome["error"]
        raise ReleaseError(f"nbgrader cannot release {assignment}:\n{words.strip()}")
    return course.folder("release", assignment)


def alembic_version() -> str:
    """The version of nbgrader's gradebook, which nbgrader starts a program (5 s) to ask for."""
    (head,) = ScriptDirectory(ALEMBIC_DIR).get_heads()
    return head


def build_tree(course: Course, into: Path | None = None) -> tuple[Path, list[str]]:
    """Build the student tree from what is released; returns its folder and the assignments in it.

    Raises:
        ReleaseError: the folder exists and is something else, or an included path is missing.
    """
    tree = StudentTree(config=course.config)
    root = course.root.resolve()
    base = (root / tree.base).resolve()
    target = (into or base / tree.folder).resolve()
    if target.exists() and any(target.iterdir()) and not (target / MARK).exists():
        raise ReleaseError(f"{target} is not a student tree: move it away, or name another folder")
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    draft.mkdir(parents=True)
    released = [name for name in course.assignments() if course.folder("release", name).is_dir()]
    try:
        for path in included(base, tree.include):
            _copy(path, draft / path.relative_to(base))
        for name in released:
            _copy(course.folder("release", name), draft / root.relative_to(base) / name)
        if tree.readme:
            (draft / "README.md").write_text(tree.readme, encoding="utf-8")
        (draft / MARK).write_text("Built by `autograder release`: changes here are lost.\n")
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target, released


def included(base: Path, patterns: Iterable[str]) -> list[Path]:
    """What the patterns of `c.StudentTree.include` match.

    Raises:
        ReleaseError: one of them matches nothing.
    """
    found: list[Path] = []
    for pattern in patterns:
        matches = sorted(base.glob(pattern))
        if not matches:
            raise ReleaseError(f"c.StudentTree.include: nothing matches {pattern!r} in {base}")
        found += matches
    return found


def _copy(source: str | Path, target: str | Path) -> None:
    source, target = Path(source), Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        ignore = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(source, target, ignore=ignore, copy_function=_copy, dirs_exist_ok=True)
    elif source.suffix == ".ipynb":
        target.write_bytes(to_give(source))
    else:
        shutil.copy2(source, target)


def to_give(path: Path) -> bytes:
    """A file as others may have it: a notebook without what running it and JupyterLab left in it.

    Raises:
        CourseError: it is called a notebook and is none.
    """
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = read_source(path)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for key in LEFT_BY_RUNS:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return f"{nbformat.writes(notebook)}\n".encode()


def sources(course: Course, assignment: str) -> dict[str, nbformat.NotebookNode]:
    """The instructor's notebooks by name."""
    paths = sorted(course.folder("source", assignment).glob("*.ipynb"))
    return {path.stem: read_source(path) for path in paths}


def secrets_of(course: Course) -> list[leaks.Secret]:
    """Protected lines of every assignment of the course."""
    found: list[leaks.Secret] = []
    for assignment in course.assignments():
        for path in sorted(course.folder("source", assignment).glob("*.ipynb")):
            found += leaks.secrets(read_source(path), path.stem, course.config)
    return found


def check_tree(course: Course, tree: Path) -> list[leaks.Leak]:
    """Protected lines of any assignment that stand in any file of the tree."""
    return leaks.search_tree(tree, secrets_of(course))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `autograder release`."""
    parser.add_argument(
        "assignment", nargs="*", help="assignments to release (or the start of a name); all if none"
    )
    parser.add_argument("--into", type=Path, help="folder of the student tree")
    parser.add_argument(
        "--replaces", action="store_true", help="only words changed: older copies count as this one"
    )


def run(args: argparse.Namespace) -> int:
    """Release, build the student tree, and search it for what must not be in it."""
    course = Course.open(args.course)
    names = [course.assignment(prefix) for prefix in args.assignment] or course.assignments()
    protected = secrets_of(course)  # a source that cannot be read stops us before anything changes
    for name in names:
        with only_one(course, name):
            print(f"released {name}: {_shown(generate(course, name))}")
    tree, released = build_tree(course, args.into)
    print(f"student tree with {', '.join(released) or 'no assignment'}: {_shown(tree)}")
    if found := _search(tree, protected):
        for leak in found:
            print(f"leak: {leak}", file=sys.stderr)
        shutil.rmtree(tree)
        print(f"the tree had {len(found)} protected lines; it is deleted", file=sys.stderr)
        return 1
    for name in names:
        versions = releases.record(course, name, args.replaces)
        print(f"{name}: version {versions[-1].number}")
        for line in OldCopies(course, name, load_bundles(course, name)).told():
            print(f"{name}: {line}")
    return 0


def _search(tree: Path, protected: list[leaks.Secret]) -> list[leaks.Leak]:
    try:
        return leaks.search_tree(tree, protected)
    except BaseException:  # Ctrl-C too: no tree that has not been searched
        shutil.rmtree(tree)
        raise


def _shown(path: Path) -> str:
    return os.path.relpath(path)
