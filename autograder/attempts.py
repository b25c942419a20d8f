"""Which tests an answer was really tried at: an answer counts if its code is not the release's."""

import ast
import hashlib
from collections.abc import Iterable, Mapping

from autograder.bundle import Bundle


def tasks(bundle: Bundle) -> dict[str, tuple[str, ...]]:
    """The solution cells behind each test: those right above it, after the tests before."""
    found: dict[str, tuple[str, ...]] = {}
    above: tuple[str, ...] = ()
    closed = True  # whether a test has ended the run of solution cells
    solutions = {cell.id for cell in bundle.solutions}
    for cell in bundle.cells:
        if cell.id in solutions:
            above = (cell.id,) if closed else (*above, cell.id)
            closed = False
        elif cell.is_test:
            closed = True
            found[cell.id] = above
    return found


def tried(bundle: Bundle, answers: Mapping[str, str]) -> dict[str, str]:
    """A digest of the answer behind each test; tests without one of the learner's own are left out.

    Comments, spaces and blank lines are no answer, and change none.
    """
    given = {cell.id: _code(cell.released) for cell in bundle.solutions}
    codes = {id: _code(answers.get(id, "")) for id in given}
    return {
        test: _digest(codes[id] for id in task)
        for test, task in tasks(bundle).items()
        if any(codes[id] != given[id] for id in task)
    }


def first_of_each_task(bundle: Bundle, failed: Iterable[str]) -> list[str]:
    """The failed test that each task should mend first; the later ones often follow it."""
    task_of = tasks(bundle)
    first: dict[tuple[str, ...], str] = {}
    for test in failed:
        first.setdefault(task_of[test], test)
    return [*first.values()]


def _code(source: str) -> str:
    """What runs, however it is written down."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
