"""Which tests an answer was really tried at: an answer counts if its code is not the release's."""

import ast
import hashlib
from collections.abc import Iterable, Mapping

from autograder.bundle import Bundle


def tried(bundle: Bundle, answers: Mapping[str, str]) -> dict[str, str]:
    """A digest of the answer behind each test; tests without one of the learner's own are left out.

    Behind a test are the solution cells right above it, those after the tests before. Comments,
    spaces and blank lines are no answer, and change none.
    """
    found: dict[str, str] = {}
    above: list[str] = []
    fresh = False  # whether a test has closed the run of solution cells
    given = {cell.id: _code(cell.released) for cell in bundle.solutions}
    for cell in bundle.cells:
        if cell.id in given:
            above = above if fresh else []
            above.append(cell.id)
            fresh = True
        elif cell.is_test:
            fresh = False
            codes = [_code(answers.get(id, "")) for id in above]
            if any(code != given[id] for id, code in zip(above, codes, strict=True)):
                found[cell.id] = _digest(codes)
    return found


def _code(source: str) -> str:
    """What runs, however it is written down."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
