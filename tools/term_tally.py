"""Who deserves what, reckoned from the plan of the term alone: without the autograder."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

RATE = 2  # points off in each notebook for each day that has begun
DAY = 86400


@dataclass(frozen=True)
class Paper:
    """One submission as it is planned.

    Attributes:
        loses: tests by id that its answers must lose, by what the proof bank or the plan declares.
        notebooks: those that were handed in; none of the others' points are earned.
    """

    student: str
    assignment: str
    at: datetime
    loses: frozenset[str]
    notebooks: frozenset[str]


@dataclass
class Tally:
    """The term so far.

    Attributes:
        points: of each test, by assignment, notebook and test.
        due: by assignment.
        extended: the student's own due date, by student and assignment.
        broken: tests that nobody can pass as they are, by assignment.
        by_hand: what people gave, by student, assignment, notebook and task.
    """

    points: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    extended: dict[tuple[str, str], datetime] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=dict)
    by_hand: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)

    def totals(self) -> dict[tuple[str, str], float]:
        """What the gradebook must say, by student and assignment: the best paper counts."""
        found: dict[tuple[str, str], float] = {}
        for paper in self.papers:
            key = (paper.student, paper.assignment)
            found[key] = max(found.get(key, 0.0), self.worth(paper))
        return found

    def worth(self, paper: Paper) -> float:
        due = self.extended.get((paper.student, paper.assignment), self.due[paper.assignment])
        days = math.ceil(max(0.0, (paper.at - due).total_seconds()) / DAY)
        total = 0.0
        for notebook, tests in self.points[paper.assignment].items():
            earned = self._by_people(paper, notebook)
            if notebook in paper.notebooks:
                lost = paper.loses | self.broken.get(paper.assignment, set())
                earned += sum(points for test, points in tests.items() if test not in lost)
            total += max(0.0, earned - RATE * days)
        return total

    def _by_people(self, paper: Paper, notebook: str) -> float:
        where = (paper.student, paper.assignment, notebook)
        return sum(points for key, points in self.by_hand.items() if key[:3] == where)


def points_of(notebook: Mapping[str, list[dict]]) -> dict[str, float]:
    """Points of each test, read from the instructor's notebook as JSON."""
    known = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    return {
        about["grade_id"]: float(about["points"])
        for about in known
        if about.get("grade") and not about.get("solution")
    }


def declared(proofs: Path) -> dict[str, frozenset[str]]:
    """What each solution of a proof bank must lose, by `wrong/NAME` or `right/NAME`."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(proofs.glob("*/*.py")):
        loses = re.search(r"^# loses: (.+)$", path.read_text(), re.MULTILINE)
        found[f"{path.parent.name}/{path.stem}"] = frozenset(loses[1].split() if loses else ())
    return found


def mismatches(
    expected: Mapping[tuple[str, str], float], found: Mapping[tuple[str, str], float]
) -> Iterable[str]:
    """One sentence for each grade that is not what it has to be."""
    for key in sorted({*expected, *found}):
        want, have = expected.get(key), found.get(key)
        if want is None or have is None or abs(want - have) > 1e-6:
            yield f"{' '.join(key)}: the gradebook says {have}, the tally {want}"
