"""Whose a name is: the student's process has some, the checker has all others."""

import ast
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

CONVERSIONS = ("double", "float", "to", "eval", "train")  # of a model, which they return


def student_names(
    cells: list["SourceCell"], allowed_files: tuple[str, ...], given: Iterable[str] = ()
) -> frozenset[str]:
    """Names bound by student cells, and by locked cells that read such a name as they run.

    A locked cell's function that only calls the student's is theirs too: what it returns is their
    answer, and on its way through the student's process it meets their objects. Any other is the
    checker's, which calls the student's code from there: it may hold what they should not decide.

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
            if is_student_only(cell, frozenset(found)):
                found |= names.bound(cell.source)
            elif names.loaded(cell.source) & found:
                found |= _only_calling(cell.source, found)
    return frozenset(found)


def is_student_only(cell: "SourceCell", owned: frozenset[str]) -> bool:
    """Whether the checker cannot run this locked cell, which uses a student's name as it runs."""
    if cell.role is not Role.LOCKED:
        return False
    imported = {name for _, name, _ in names.imports(cell.source)}
    return bool((names.loaded_at_once(cell.source) | imported) & owned)


def _only_calling(source: str, owned: set[str]) -> set[str]:
    """The cell's functions that do no more than return what a call of the student's code gives."""
    tree = names.parse(source)
    functions = (node for node in (tree.body if tree else []) if isinstance(node, ast.FunctionDef))
    return {function.name for function in functions if _only_calls(function, owned)}


def _only_calls(function: ast.FunctionDef, owned: set[str]) -> bool:
    theirs = owned & names.loaded(ast.unparse(function))  # not what it has itself under such a name
    first, last = function.body[0], function.body[-1]
    text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    steps = function.body[1 if text else 0 : -1]
    return (
        not function.decorator_list
        and all(isinstance(step, ast.Assign) and _is_free(step.value, theirs) for step in steps)
        and isinstance(last, ast.Return)
        and _is_answer(last.value, theirs)
    )


def _is_answer(node: ast.expr | None, owned: set[str]) -> bool:
    """Such as `f(x, g(x))`, with f and g the student's, or `Model(3).double()`."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr in CONVERSIONS:
        known = _is_answer(called.value, owned)
    else:
        known = isinstance(called, ast.Name) and called.id in owned
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    return known and all(_is_free(a, owned) or _is_answer(a, owned) for a in arguments)


def _is_free(node: ast.expr, owned: set[str]) -> bool:
    return not names.loaded(ast.unparse(node)) & owned


def decided_by_students(cells: Iterable["SourceCell"]) -> dict[str, frozenset[str]]:
    """Locked cells that run in the student's process alone, with what tests take from them."""
    cells = list(cells)
    tests = [names.loaded(cell.source) for cell in cells if cell.role is Role.TEST]
    used = frozenset().union(*tests)
    taken = {c.id: names.bound(c.source) & used for c in cells if c.student_only}
    return {id: found for id, found in taken.items() if found}


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
