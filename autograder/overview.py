"""What the gradebook and the folders say of each student's submission."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from nbgrader.api import Assignment, Grade, Gradebook, Student, SubmittedAssignment

from autograder.course import Course
from autograder.gradebook import check_exists
from autograder.notebook import Verdict
from autograder.results import Handed, read_handed, recorded
from autograder.submissions import Options, Submissions

ABSENT, WAITING, CHANGED, GRADED = "not handed in", "to grade", "changed since", "graded"


@dataclass(frozen=True)
class Row:
    """One student and one assignment.

    Attributes:
        state: one of `ABSENT`, `WAITING`, `CHANGED`, `GRADED`.
        tasks: points by (notebook, grade_id), None where a person has to give them.
        penalty: taken off for lateness.
        counts: which of several submissions it is about, like "2 of 3"; "" for the only one.
    """

    student: str
    assignment: str
    state: str
    timestamp: datetime | None = None
    tasks: dict[tuple[str, str], float | None] | None = None
    max_score: float = 0.0
    penalty: float = 0.0
    verdicts: tuple[Verdict, ...] = ()
    counts: str = ""

    @property
    def raw(self) -> float:
        return sum(points or 0.0 for points in (self.tasks or {}).values())

    @property
    def total(self) -> float:
        return max(0.0, self.raw - self.penalty)

    @property
    def by_hand(self) -> int:
        """Tasks that still wait for a person."""
        return sum(points is None for points in (self.tasks or {}).values())


def rows(course: Course, assignment: str) -> list[Row]:
    """Every student who is in the gradebook or has handed in, sorted by name.

    Raises:
        CourseError: there is no gradebook.
    """
    check_exists(course, assignment)
    submissions = Submissions(course, assignment, Options.of(course, device="cpu"))
    handed_in = set(course.students(assignment))
    tasks = [(name, id) for name, bundle in submissions.bundles.items() for id in bundle.by_id]
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        known = {row.student: row for row in _graded(gradebook, assignment, tasks)}
        everybody = {id for (id,) in gradebook.db.query(Student.id)} | handed_in
    result = []
    for student in sorted(everybody):
        row = known.get(student)
        handed = read_handed(course, assignment, student)
        if student not in handed_in:
            state = GRADED if row else ABSENT
        elif row is None:
            state = WAITING
        elif handed and _changed(submissions, student, handed):
            state = CHANGED
        else:
            state = GRADED
        found = _row(course, assignment, student, state, row, list(submissions.bundles))
        result.append(replace(found, counts=_counts(submissions, student, handed)))
    return result


def _changed(submissions: Submissions, student: str, handed: Handed) -> bool:
    """Whether the student has handed in something else since, or the tests were corrected."""
    work = {name: submissions.read(student, name)[0] for name in submissions.bundles}
    if submissions.digest(student, work.values()) != handed.submission:
        return True
    if handed.attempt:  # one that was kept counts, which may be a copy of another version
        return handed.release != submissions.copies.newest
    course, assignment = submissions.course, submissions.assignment
    results = {name: recorded(course, assignment, student, name) for name in work}
    return any(
        result is not None and result.bundle != work[name].bundle.digest
        for name, result in results.items()
    )


def _counts(submissions: Submissions, student: str, handed: Handed | None) -> str:
    attempts = submissions.attempts.of(student)
    if handed is None or handed.attempt not in attempts or len(attempts) < 2:
        return ""
    return f"{attempts.index(handed.attempt) + 1} of {len(attempts)}"


def _row(
    course: Course, assignment: str, student: str, state: str, row: Row | None, notebooks: list[str]
) -> Row:
    found = [recorded(course, assignment, student, name) for name in notebooks]
    verdicts = tuple(verdict for result in found if result for verdict in result.verdicts)
    if row is None:
        return Row(student, assignment, state)
    kept = (row.timestamp, row.tasks, row.max_score, row.penalty)
    return Row(student, assignment, state, *kept, verdicts)


def _graded(gradebook: Gradebook, assignment: str, order: list[tuple[str, str]]) -> Iterator[Row]:
    """Submissions that nbgrader knows, in few queries; a database has no order of its own."""
    found = (
        gradebook.db.query(
            SubmittedAssignment,
            SubmittedAssignment.student_id,
            SubmittedAssignment.max_score,
            SubmittedAssignment.late_submission_penalty,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .filter(Assignment.name == assignment)
    )
    for submission, student, max_score, penalty in found:
        tasks = {
            (notebook.name, grade.name): _points(grade)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
        here = [task for task in order if task in tasks]
        tasks = {task: tasks[task] for task in (*here, *sorted(tasks.keys() - {*here}))}
        stamp = submission.timestamp
        yield Row(student, assignment, GRADED, stamp, tasks, max_score, penalty or 0.0)


def _points(grade: Grade) -> float | None:
    if grade.auto_score is None and grade.manual_score is None:
        return None
    return float(grade.score)
