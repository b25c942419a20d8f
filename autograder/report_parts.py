"""From the gradebook's rows and the engine's results to what a report shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from autograder import statistics
from autograder.exports.per_test import Outcome
from autograder.feedback_page import title
from autograder.overview import ABSENT, CHANGED, WAITING, Row
from autograder.report_tasks import Task, tasks

MOST = 10  # lines of a table of the most frequent


@dataclass(frozen=True)
class Scores:
    """Totals of everybody who is graded, as they stand.

    Attributes:
        complete: students by tenth of the points, nothing of whom waits for a person.
        partial: the others.
        by_hand: how many those are.
    """

    complete: list[int]
    partial: list[int]
    most: float
    mean: float
    median: float
    n: int
    by_hand: int


@dataclass(frozen=True)
class Frequent:
    """Something that happened to several students.

    Attributes:
        students: how many.
        tests: in which this was seen.
    """

    what: str
    students: int
    tests: list[str]


@dataclass(frozen=True)
class Slow:
    """Wall time of one test, in seconds."""

    name: str
    median: float
    longest: float
    n: int


@dataclass(frozen=True)
class Said:
    """A verdict of the engine, and who got it, each with the cells that it is about."""

    name: str
    text: str
    who: list[tuple[str, str]]


@dataclass(frozen=True)
class Late:
    """One late submission."""

    student: str
    when: datetime | None
    seconds: float
    penalty: float


@dataclass(frozen=True)
class Report:
    """All that the page of one assignment shows; students by id."""

    assignment: str
    states: dict[str, int]
    scores: Scores | None
    tasks: list[Task]
    misconceptions: list[Frequent]
    messages: list[Frequent]
    slow: list[Slow]
    verdicts: list[Said]
    late: list[Late]
    waiting: list[str]
    absent: list[str]


def report(
    assignment: str,
    found: Sequence[Row],
    outcomes: Sequence[Outcome],
    most: float,
    seconds_late: dict[str, float],
) -> Report:
    """The report of one assignment.

    Args:
        most: the assignment's points.
        seconds_late: by student, as nbgrader counts it, extensions included.
    """
    known = [one for one in outcomes if one.misconception]
    new = [one for one in outcomes if one.message and not one.misconception and _lost(one)]
    late = [
        Late(row.student, row.timestamp, seconds_late.get(row.student, 0.0), row.penalty)
        for row in found
        if row.penalty or seconds_late.get(row.student, 0.0) > 0
    ]
    return Report(
        assignment=assignment,
        states=dict(Counter(row.state for row in found)),
        scores=_scores([row for row in found if row.tasks is not None], most),
        tasks=tasks(outcomes),
        misconceptions=_frequent((one.misconception, one) for one in known)[:MOST],
        messages=[
            item
            for item in _frequent((_first_line(one.message), one) for one in new)
            if item.students > 1
        ][:MOST],
        slow=_slow(outcomes),
        verdicts=_verdicts(found),
        late=sorted(late, key=lambda one: -one.seconds),
        waiting=[row.student for row in found if row.state in (WAITING, CHANGED)],
        absent=[row.student for row in found if row.state == ABSENT],
    )


def _scores(graded: Sequence[Row], most: float) -> Scores | None:
    if not graded:
        return None
    totals = [row.total for row in graded]
    done = [row.total for row in graded if not row.by_hand]
    rest = [row.total for row in graded if row.by_hand]
    return Scores(
        statistics.histogram(done, most),
        statistics.histogram(rest, most),
        most,
        fmean(totals),
        median(totals),
        len(totals),
        len(rest),
    )


def _lost(one: Outcome) -> bool:
    return one.points is not None and one.points < one.of


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]


def _frequent(found: Iterable[tuple[str, Outcome]]) -> list[Frequent]:
    students: dict[str, set[str]] = defaultdict(set)
    tests: dict[str, dict[str, None]] = defaultdict(dict)
    for what, one in found:
        students[what].add(one.student)
        tests[what][title(one.test)] = None
    lines = [Frequent(what, len(who), list(tests[what])) for what, who in students.items()]
    return sorted(lines, key=lambda line: (-line.students, line.what))


def _slow(outcomes: Sequence[Outcome]) -> list[Slow]:
    times: dict[str, list[float]] = defaultdict(list)
    for one in outcomes:
        if one.seconds is not None:
            times[title(one.test)].append(one.seconds)
    lines = [Slow(name, median(t), max(t), len(t)) for name, t in times.items()]
    return sorted(lines, key=lambda line: -line.longest)[:MOST]


def _verdicts(found: Sequence[Row]) -> list[Said]:
    texts: dict[str, str] = {}
    who: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in found:
        for verdict in row.verdicts:
            texts.setdefault(verdict.name, verdict.text)
            cells = who[verdict.name].setdefault(row.student, [])
            cells += [title(verdict.cell)] if verdict.cell else []
    lines = [
        Said(name, texts[name], [(student, ", ".join(cells)) for student, cells in of.items()])
        for name, of in who.items()
    ]
    return sorted(lines, key=lambda line: (-len(line.who), line.name))
