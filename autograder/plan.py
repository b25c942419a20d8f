"""One student's hand-over before it happens: which submission counts, what changes, and why."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.converters import Autograde

from autograder.audit import Change
from autograder.changes import Forecast, Scores, auto_scores, differences, total
from autograder.filled import fill
from autograder.gradebook import OpenGradebook, checksums
from autograder.rebuild import Rebuilt
from autograder.releases import corrected
from autograder.results import Handed, Result, read_handed
from autograder.submissions import Submissions

FIRST, AGAIN = "graded for the first time", "handed in again"
UNFINISHED = "the engine could not finish it before"


@dataclass(frozen=True)
class Attempt:
    """One submission with its results.

    Attributes:
        who: as `Submissions` calls it.
        notebooks: filled, so that nbgrader reads off our scores.
        scores: what the gradebook will say if this one counts.
    """

    who: str
    work: dict[str, tuple[Rebuilt, Result]]
    notebooks: dict[str, NotebookNode]
    scores: Scores

    @property
    def total(self) -> float:
        """Points, late penalty taken off; rounded, for sums of equal scores may differ a little."""
        return round(total(self.scores), 9)


@dataclass(frozen=True)
class Plan:
    """What a hand-over would do.

    Attributes:
        counts: the submission that counts.
        handed: what is noted of it afterwards.
        changes: of scores, in the gradebook's order.
        why: in a few words for the log.
        alters: it would change scores that were given before.
        surprises: it would, and not because of anything new from the student.
        same_work: the gradebook was given the same submission before.
        done: there is nothing to do.
    """

    student: str
    counts: Attempt
    handed: Handed
    changes: tuple[Change, ...]
    why: str
    alters: bool
    surprises: bool
    same_work: bool
    done: bool


class Planner:
    """Plans hand-overs of one assignment; `checksums` are the gradebook's, by notebook."""

    def __init__(
        self,
        submissions: Submissions,
        forecast: Forecast,
        checksums: Mapping[str, dict[str, str]],
    ) -> None:
        self.submissions, self.forecast, self.checksums = submissions, forecast, checksums
        self.course, self.assignment = submissions.course, submissions.assignment

    def plan(self, student: str, force: bool = False) -> Plan | None:
        """None if a result is missing."""
        attempts: list[Attempt] = []
        for who in self.submissions.attempts.of(student):
            attempt = self._attempt(student, who)
            if attempt is None:
                return None
            attempts.append(attempt)
        counts = max(enumerate(attempts), key=lambda pair: (pair[1].total, pair[0]))[1]
        handed = self._handed(student, counts, attempts)
        before = read_handed(self.course, self.assignment, student)
        now = self.forecast.now(student, self.submissions.bundles)
        changes = tuple(differences(now, counts.scores))
        why = self._why(before, handed, now)
        folder = self.course.folder("autograded", self.assignment, student)
        there = all((folder / f"{name}.ipynb").is_file() for name in counts.work)
        return Plan(
            student=student,
            counts=counts,
            handed=handed,
            changes=changes,
            why=f"{why}; best of {len(attempts)}: {counts.who}" if len(attempts) > 1 else why,
            alters=bool(changes) and why != FIRST,
            surprises=bool(changes) and why not in (FIRST, AGAIN, UNFINISHED),
            same_work=bool(before) and _work(before) == _work(handed),
            done=before == handed and there and not changes and not force,
        )

    def tell(self, plan: Plan) -> None:
        """Note in the gradebook when the submission that counts was handed in, and was due."""
        stamp, _ = self.submissions.timestamp(plan.counts.who)
        gradebook = self.forecast.gradebook
        when = {"timestamp": stamp} if stamp else {}
        row = gradebook.update_or_create_submission(self.assignment, plan.student, **when)
        row.extension = self.forecast.due(plan.student).extension

    def _attempt(self, student: str, who: str) -> Attempt | None:
        work: dict[str, tuple[Rebuilt, Result]] = {}
        for name in self.submissions.bundles:
            rebuilt, result = self.submissions.result(who, name)
            if result is None:
                return None
            work[name] = rebuilt, result
        notebooks = {
            name: fill(rebuilt, result, self.checksums[name])
            for name, (rebuilt, result) in work.items()
        }
        autos = {name: auto_scores(nb, work[name][0].readable) for name, nb in notebooks.items()}
        stamp, _ = self.submissions.timestamp(who)
        return Attempt(who, work, notebooks, self.forecast.then(student, autos, stamp))

    def _handed(self, student: str, counts: Attempt, attempts: list[Attempt]) -> Handed:
        one = counts.who == student
        notebooks = [rebuilt for rebuilt, _ in counts.work.values()] if one else None
        due = self.forecast.due(student).at
        return Handed(
            results={name: result.key for name, (_, result) in counts.work.items()},
            submission=self.submissions.digest(student, notebooks),
            due=due.isoformat() if due else "",
            attempt="" if one else counts.who,
            versions=self.submissions.shown(attempts[-1].who),
            release=self.submissions.copies.newest,
            unfinished=any(result.unfinished for _, result in counts.work.values()),
        )

    def _why(self, before: Handed | None, after: Handed, now: Scores | None) -> str:
        if now is None:
            return FIRST
        if before is None:
            return "graded by other means before"
        if before.submission != after.submission:
            return AGAIN
        if before.unfinished:
            return UNFINISHED
        if before.results != after.results and before.release != after.release:
            return self._corrected(before)
        if before.attempt != after.attempt:
            return "another submission counts"
        if before.results != after.results:
            return "the tests or the engine's settings changed"
        return "run again" if before.due == after.due else "the due date or an extension changed"

    def _corrected(self, before: Handed) -> str:
        every = {version.number: version for version in self.submissions.copies.every}
        cells: list[str] = []
        if before.release in every:
            for name in self.submissions.bundles:
                cells += corrected(
                    every[before.release], every[self.submissions.copies.newest], name
                )
        shown = ", ".join(cells[:5]) + (", ..." if len(cells) > 5 else "")
        return f"corrected in version {self.submissions.copies.newest}: {shown or 'the assignment'}"


def _work(handed: Handed | None) -> tuple[str, str] | None:
    return (handed.submission, handed.attempt) if handed else None


@contextmanager
def planning(submissions: Submissions, converter: Autograde) -> Iterator[Planner]:
    """Plans beside nbgrader's own work, with the gradebook open for this only."""
    gradebook = OpenGradebook(submissions.course)
    try:
        names = {name: checksums(gradebook, submissions.assignment, name)
                 for name in submissions.bundles}  # fmt: skip
        forecast = Forecast(submissions.course, submissions.assignment, converter, gradebook)
        yield Planner(submissions, forecast, names)
        gradebook.save()
    finally:
        gradebook.leave()
