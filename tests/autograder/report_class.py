"""A generated class for the report's tests: a table of points, and what the engine would say."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from autograder.exports.per_test import Outcome
from autograder.notebook import Verdict
from autograder.overview import ABSENT, GRADED, WAITING, Row
from autograder.report_parts import Report, report

MARK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TESTS = ("windows_test", "windows_hidden", "loss_hidden", "easy", "hard", "why")
POINTS = (2.0, 4.0, 3.0, 1.0, 5.0, 5.0)


def table(students: int, seed: int = 1) -> NDArray[np.float64]:
    """Points of `students` in each of `TESTS`: two say who can do it, one all pass, one nobody."""
    draw = np.random.default_rng(seed)
    skill = draw.normal(size=students)
    found = np.zeros((students, len(TESTS)))
    for column, level in ((0, -1.0), (1, 0.0), (2, 0.5)):
        shares = np.clip(0.5 + (skill - level + draw.normal(0, 0.7, students)) / 2, 0, 1)
        found[:, column] = np.round(shares * POINTS[column])
    found[:, 3] = POINTS[3]
    found[:, 5] = draw.integers(0, 6, students)
    return found


def class_report(points: NDArray[np.float64], waiting: int = 0, hostile: str = "") -> Report:
    """The report on a table; the last column of the first `waiting` students is not graded yet."""
    rows, outcomes = [], []
    for i, line in enumerate(points):
        student = f"{hostile}s{i:02}"
        given = [None if i < waiting and test == "why" else value
                 for test, value in zip(TESTS, line, strict=True)]  # fmt: skip
        tasks = {("hw", test): value for test, value in zip(TESTS, given, strict=True)}
        kernel = Verdict("kernel", f"the kernel was {hostile}'x'", "easy")
        verdicts = (kernel,) if i % 4 == 1 else ()
        penalty = 1.5 if i == 3 else 0.0
        stamp = datetime(2030, 1, 2, 10, 20)
        rows.append(Row(student, "hw", GRADED, stamp, tasks, 20.0, penalty, verdicts))
        for k, (test, value) in enumerate(zip(TESTS, given, strict=True)):
            lost = value is not None and value < POINTS[k]
            message = f"{hostile}expected {k}\nmore" if lost and test != "why" else ""
            like = "padding is counted" if message and test == "loss_hidden" else ""
            seconds = None if test == "why" else 0.01 * (k + 1) + 0.001 * i
            of = (student, "hw", "hw", test, value, POINTS[k])
            outcomes.append(Outcome(*of, message, like, seconds, ""))
    rows.append(Row(f"{hostile}absent", "hw", ABSENT))
    rows.append(Row(f"{hostile}new", "hw", WAITING))
    return report("hw", rows, outcomes, 20.0, {f"{hostile}s03": 7500.0})
