"""What a test gives, and what is said about it to people."""

import math
import sys
from typing import Any

from autograder.split.errors import ChangedInput, StudentGone, short

MAX_LINES, MAX_LETTERS = 12, 1500


def score(points: float, value: Any) -> tuple[float, str | None]:
    """Points for a test that ran to its end, and what is wrong with its last value, if anything.

    Nothing or None gives all points, True all, False none, a finite number itself in
    [0, points], NumPy's like Python's; anything else gives none, where stock nbgrader gives all.
    """
    numpy = sys.modules.get("numpy")
    if numpy and type(value) in numpy.sctypeDict.values():  # exactly: a student's may be derived
        value = value.item()
    if value is None or value is True:
        return points, None
    if value is False:
        return 0.0, "the test ended in False"
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        counted = float(min(max(value, 0), points))
        outside = not 0 <= value <= points
        return counted, f"the test ended in a number outside 0 to {points:g}" if outside else None
    return 0.0, f"the test ended in a {type(value).__name__} instead of points: no points given"


def message(error: BaseException, student_names: frozenset[str] = frozenset()) -> str:
    """One message for people; never a test's source or a traceback into it."""
    if isinstance(error, StudentGone):
        return str(error)
    text = _first_lines(short(error))
    if isinstance(error, AssertionError):
        return text or "a check of this test failed"
    name = getattr(error, "name", None)
    if isinstance(error, NameError) and name in student_names:
        return f"`{name}` is not defined: did its cell run without an error?"
    if isinstance(error, SyntaxError) and "student_place" not in error.__dict__:
        return "the test itself is not valid Python: please tell your instructor"
    full = f"{type(error).__name__}: {text}" if text else type(error).__name__
    place = getattr(error, "__dict__", {}).get("student_place")
    return f"{full}\n({place})" if place else full


def verdict(error: BaseException | None) -> str | None:
    """Why the engine, not the test, ended a cell."""
    if isinstance(error, StudentGone):
        return error.verdict
    return "mutated-input" if isinstance(error, ChangedInput) else None


def _first_lines(text: str) -> str:
    lines = text.strip().splitlines()[:MAX_LINES]
    return "\n".join(lines)[:MAX_LETTERS]
