"""What somebody is told of a checked notebook: decided here alone, for all who show it."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder import leaks
from autograder.bundle import Bundle
from autograder.hints import Hints
from autograder.job import CellResult
from autograder.misconceptions import Known
from autograder.results import best, with_reason

UNWRITTEN = "NotImplementedError"  # what stands in a task before an answer does


@dataclass(frozen=True)
class Advice:
    """What is told of one test.

    Attributes:
        test: its id, and the points it gave of those it can give.
        message: why it lost points, without a line of hidden code; empty if it lost none.
        written: whether there is an answer at all.
        here: False where a release has only the test's title, because its code is hidden.
        looks_like: the misconception that the message is known from; empty if none is.
        hints: as many as are due, the vaguest first.
        more: how many hints there are beyond those.
    """

    test: str
    points: float
    of: float
    message: str = ""
    written: bool = True
    here: bool = True
    looks_like: str = ""
    hints: tuple[str, ...] = ()
    more: int = 0

    @property
    def failed(self) -> bool:
        return self.here and self.points < self.of


def advise(
    bundle: Bundle,
    results: Iterable[CellResult],
    known: Known,
    hints: Hints | None = None,
    levels: Mapping[str, int] | None = None,
) -> tuple[Advice, ...]:
    """What is told of each test, in the notebook's order.

    Args:
        known: misconceptions recorded for this bundle.
        hints: by test id; none for students of a class.
        levels: how many hints are due, by test id; 0 for a test that is left out.
    """
    tests = {cell.id: cell for cell in bundle.tests}
    most = {id: cell.points for id, cell in tests.items()}
    ran = [with_reason(result, most) for result in results if result.id in tests]
    points = {result.id: best(result) for result in ran}
    lost = _why({r.id: r.error or "" for r in ran if points[r.id] < most[r.id]}, bundle)
    looks = known.match(lost)
    advice = []
    for id, cell in tests.items():
        here, message = has_code(cell.source), lost.get(id, "")
        texts = (hints or {}).get(id, ()) if id in lost else ()
        due = (levels or {}).get(id, 0)
        told = Advice(
            test=id,
            points=points.get(id, 0.0) if here else 0.0,
            of=cell.points,
            message=message,
            written=not message.startswith(UNWRITTEN),
            here=here,
            looks_like=looks.get(id, ""),
            hints=texts[:due],
            more=len(texts[due:]),
        )
        advice.append(told)
    return tuple(advice)


def _why(errors: Mapping[str, str], bundle: Bundle) -> dict[str, str]:
    """The messages, without a line of hidden code."""
    hidden = {line for line in map(leaks.normal, bundle.secret_lines) if leaks.telling(line)}
    return {id: leaks.redact(error.strip(), hidden) for id, error in errors.items()}


def has_code(source: str) -> bool:
    """Whether there is anything in a cell that runs: a hidden test's release is a comment."""
    try:
        return bool(ast.parse(source).body)
    except SyntaxError:
        return True
