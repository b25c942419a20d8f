"""Whose a name is: the student's process has some, the checker has all others."""

from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from autograder import names
from autograder.job import Role

if TYPE_CHECKING:
    from autograder.bundle import SourceCell


def student_names(
    cells: list["SourceCell"], allowed_files: tuple[str, ...], given: Iterable[str] = ()
) -> frozenset[str]:
    """Names bound by student cells, and by locked cells that use such a name.

    A plain import binds no student name: a test that says `np.allclose` means numpy, whatever the
    student has bound to `np`. Unless the module itself is a file that the student may hand in: one
    that is not installed here, nor among the modules `given` by the instructor.
    """
    given = frozenset(given)
    found: set[str] = set()
    for cell in cells:
        if cell.role is Role.STUDENT:
            found |= names.bound(cell.source)
        if cell.role in (Role.STUDENT, Role.LOCKED):
            imported = names.imports(cell.source)
            found |= {n for m, n, _ in imported if _is_brought(m, allowed_files, given)}
    locked = [cell for cell in cells if cell.role is Role.LOCKED]
    before = -1
    while len(found) != before:
        before = len(found)
        for cell in locked:
            if names.loaded(cell.source) & found:
                found |= names.bound(cell.source)
    return frozenset(found)


def is_student_only(cell: "SourceCell", owned: frozenset[str]) -> bool:
    """Whether the checker cannot run this locked cell, because it uses a student's name."""
    uses = names.loaded(cell.source) | {name for _, name, _ in names.imports(cell.source)}
    return cell.role is Role.LOCKED and bool(uses & owned)


def used_by_checker(cells: Iterable["SourceCell"]) -> frozenset[str]:
    """Names that cells running in the checker read."""
    runs = [c for c in cells if c.role in (Role.TEST, Role.LOCKED) and not c.student_only]
    return frozenset().union(*(names.loaded(cell.source) for cell in runs))


def checker_imports(cell: "SourceCell", used: frozenset[str], owned: frozenset[str]) -> list[str]:
    """Imports of a cell that runs in the student only, as far as the checker uses them."""
    if cell.role is not Role.STUDENT and not cell.student_only:
        return []
    found = names.imports(cell.source)
    return [line for _, name, line in found if name == "*" or name in used - owned]


def _is_brought(module: str, allowed_files: tuple[str, ...], given: frozenset[str]) -> bool:
    top = module.split(".")[0]
    ends = (".py", "/__init__.py")
    named = any(fnmatch(f"{top}{end}", pattern) for pattern in allowed_files for end in ends)
    return named and top not in given and not _is_installed(top)


@cache
def _is_installed(module: str) -> bool:
    """Whether the engine's processes find it before they look into the working folder."""
    with suppress(ImportError, ValueError):
        return find_spec(module) is not None
    return False
