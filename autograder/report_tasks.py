"""What a class's points say of each task: how hard it is, and what it tells apart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograder import statistics
from autograder.exports.per_test import Outcome
from autograder.feedback_page import title
from autograder.statistics import Estimate


@dataclass(frozen=True)
class Task:
    """One graded cell over the class.

    Attributes:
        n: students with points for it; full: with all of them; none: with none.
        waiting: students whom a person has to grade; until then, the others say nothing.
        notebook: where two of them have a task of this name, else "".
    """

    name: str
    notebook: str
    points: float
    n: int
    full: int
    none: int
    waiting: int
    share: Estimate | None
    discrimination: Estimate | None

    @property
    def title(self) -> str:
        return title(self.name)

    @property
    def remark(self) -> str:
        """What stands out, in words."""
        if self.waiting or not self.n:
            return ""
        if self.full == self.n:
            return "everybody has all points"
        if self.none == self.n:
            return "nobody has a point"
        return "" if self.full else "nobody has all points"


def tasks(outcomes: Sequence[Outcome]) -> list[Task]:
    """Every graded cell, in the notebook's order.

    What a task is compared with is the sum of all others of which nobody waits for points.
    """
    by_task: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    totals: dict[str, float] = defaultdict(float)
    for one in outcomes:
        by_task[one.notebook, one.test].append(one)
    complete = {key for key, ones in by_task.items() if all(o.points is not None for o in ones)}
    for one in outcomes:
        if (one.notebook, one.test) in complete:
            totals[one.student] += one.points or 0.0
    tests = [test for _, test in by_task]
    return [_task(ones, totals, tests.count(test) > 1) for (_, test), ones in by_task.items()]


def _task(ones: Sequence[Outcome], totals: dict[str, float], ambiguous: bool) -> Task:
    points = {one.student: one.points for one in ones if one.points is not None}
    most = max(one.of for one in ones)
    shares = [min(max(p / most, 0.0), 1.0) for p in points.values()] if most > 0 else []
    rest = [totals[student] - p for student, p in points.items()]
    waiting = len(ones) - len(points)
    return Task(
        name=ones[0].test,
        notebook=ones[0].notebook if ambiguous else "",
        points=most,
        n=len(points),
        full=sum(p >= most for p in points.values()),
        none=sum(p <= 0 for p in points.values()),
        waiting=waiting,
        share=None if waiting else statistics.mean_share(shares),
        discrimination=None if waiting else statistics.discrimination([*points.values()], rest),
    )
