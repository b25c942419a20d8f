"""Feedback finds its way back through nbgrader's exchange, whichever command graded."""

from pathlib import Path
from typing import Any

import pytest
from fake_engine import GOOD, hand_in
from nbgrader.apps.api import NbGraderAPI
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from autograder import feedback
from autograder.batch import handing
from autograder.course import Course
from autograder.handoff import use_engine
from autograder.submissions import Options, Submissions

SECRET = "5" * 128


@pytest.fixture
def handed_in(released: Course, fake_engine: Any, tmp_path: Path) -> Course:
    """A submission as it comes out of the exchange, and an exchange."""
    hand_in(released, "ada", {"mean": GOOD})
    folder = released.folder("submitted", "hw1_means", "ada")
    (folder / "timestamp.txt").write_text("2026-10-01 12:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text(SECRET)
    use_engine(released.config)
    exchange = tmp_path / "exchange"
    (exchange / released.directory.course_id / "feedback").mkdir(parents=True)
    released.config.Exchange.root = str(exchange)
    return released


def by_button(course: Course) -> None:
    api = NbGraderAPI(coursedir=course.directory, config=course.config)
    assert api.autograde("hw1_means", "ada")["success"]
    course.config.GenerateFeedback.exporter_class = "autograder.feedback.SafeFeedback"
    assert api.generate_feedback("hw1_means", "ada")["success"]


def by_command(course: Course) -> None:
    submissions = Submissions(course, "hw1_means", Options.of(course))
    list(submissions.run(submissions.missing(["ada"])))
    with handing(submissions) as handoff:
        assert handoff.give("ada") is not None
    feedback.write_all(course, "hw1_means", ["ada"])


@pytest.mark.filterwarnings("ignore:.*not in session:sqlalchemy.exc.SAWarning")  # nbgrader's own
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # a file it leaves open
@pytest.mark.parametrize("grade", [by_button, by_command])
def test_the_page_is_where_nbgrader_lets_its_student_find_it(
    grade: Any, handed_in: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(handed_in.root)
    grade(handed_in)
    handed_in.directory.assignment_id = "hw1_means"
    ExchangeReleaseFeedback(coursedir=handed_in.directory, config=handed_in.config).start()
    name = notebook_hash(secret=SECRET, notebook_id="hw1_means")
    exchange = Path(handed_in.config.Exchange.root) / handed_in.directory.course_id / "feedback"
    page = handed_in.folder("feedback", "hw1_means", "ada") / "hw1_means.html"
    assert (exchange / f"{name}.html").read_text("utf-8") == page.read_text("utf-8")
    assert SECRET not in page.read_text("utf-8")
