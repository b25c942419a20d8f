"""What happens to a course after its first release, in few words; the class is fake_engine's."""

import io
import json
from typing import Any

from fake_engine import FakeEngine
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import grade as grading
from autograder import releases
from autograder.course import Course, CourseError
from autograder.release import generate
from autograder.submissions import Options

WRONG = "def mean_of(values):\n    return 1"


def correct(course: Course, old: str, new: str, *, replaces: bool = False) -> None:
    """Replace text in the instructor's notebook, and release it."""
    path = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    content = path.read_text()
    assert json.dumps(old)[1:-1] in content
    path.write_text(content.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]))
    release(course, replaces=replaces)


def release(course: Course, *, replaces: bool = False) -> None:
    generate(course, "hw1_means")
    releases.record(course, "hw1_means", replaces)


def grade(
    course: Course, engine: FakeEngine, answer: str = "ask", **options: Any
) -> tuple[int, str]:
    """Exit code and everything that was said; 2 and the error's words where it was refused."""
    shown = io.StringIO()
    console = Console(file=shown, width=200)
    students = course.students("hw1_means")
    chosen = Options.of(course, **options)
    try:
        code = grading.grade(course, "hw1_means", students, chosen, console, engine, answer)
    except CourseError as error:
        return 2, f"{shown.getvalue()}{error}"
    return code, shown.getvalue()


def scores(course: Course) -> dict[str, float]:
    """nbgrader's own totals, late penalties taken off."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {
            row.student.id: row.score - (row.late_submission_penalty or 0.0)
            for row in gradebook.assignment_submissions("hw1_means")
        }


def by_hand(course: Course, student: str, task: str, points: float | None) -> None:
    """As the formgrader's page does it."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        row = gradebook.find_grade(task, "hw1_means", "hw1_means", student)
        row.manual_score = points
        row.needs_manual_grade = row.manual_score is None and row.auto_score is None
        gradebook.db.commit()


def set_due(course: Course, when: str) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.update_or_create_assignment("hw1_means", duedate=when)
