"""More time for some. Oracle: a real plugin's penalties, worked out by hand."""

import shutil
from pathlib import Path

import pytest
from corrections import by_hand, grade, scores, set_due
from fake_engine import GOOD, FakeEngine, hand_in
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from test_regrade import command

from autograder import audit
from autograder.course import Course, CourseError
from autograder.extensions import moment, read
from autograder.handoff import use_engine

PLUGIN = """
from nbgrader.plugins import BasePlugin

class PerDay(BasePlugin):
    "One point for each day that has begun."
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return -(-total_seconds_late // 86400)

c.AssignLatePenalties.plugin_class = PerDay
"""
DUE = "2030-01-01 00:00:00 UTC"


@pytest.fixture
def course(released_once: Path, tmp_path: Path) -> Course:
    """Due at the end of 2029; each day late costs a point. Three days late: 5 - 3."""
    shutil.copytree(released_once, tmp_path / "course")
    root = tmp_path / "course" / "assignments"
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(PLUGIN)
    opened = Course.open(root)
    set_due(opened, DUE)
    for student, stamp in [("ada", "2029-12-31 10:00:00 UTC"), ("bob", "2030-01-03 10:00:00 UTC")]:
        path = hand_in(opened, student, {"mean": GOOD})
        (path.parent / "timestamp.txt").write_text(stamp)
    return opened


def extend(course: Course, *lines: str) -> None:
    content = "\n".join(["student,assignment,due", *lines])
    (course.root / "extensions.csv").write_text(f"{content}\n")


def test_penalties_are_the_plugins(course: Course, fake_engine: FakeEngine) -> None:
    grade(course, fake_engine)
    assert scores(course) == {"ada": 5.0, "bob": 2.0}
    log = audit.read(course)
    changes = {(e.student, c.task): (c.old, c.new) for e in log.entries for c in e.changes}
    assert changes["bob", "late penalty"] == (0.0, 3.0)
    assert ("ada", "late penalty") not in changes


@pytest.mark.parametrize(
    ("until", "left"),
    [
        ("2030-01-03 10:00 UTC", 5.0),
        ("2030-01-03T09:59:59Z", 4.0),
        ("2030-01-03 10:59 Europe/Berlin", 4.0),
        ("2030-01-03 12:30+02:00", 5.0),
        ("2030-01-02 09:00 UTC", 3.0),
    ],
)
def test_an_extension_counts_to_the_second(
    course: Course, fake_engine: FakeEngine, until: str, left: float
) -> None:
    extend(course, f"bob,hw1,{until}")
    assert grade(course, fake_engine)[0] == 0
    assert scores(course) == {"ada": 5.0, "bob": left}


def test_an_extension_afterwards_is_a_change_to_agree_to(
    course: Course, fake_engine: FakeEngine
) -> None:
    grade(course, fake_engine)
    extend(course, "bob, hw1_means, 2030-01-04 00:00 UTC")
    code, said = grade(course, fake_engine)
    assert code == 2
    assert "late penalty │ 3   │ 0   │ the due date or an extension changed" in said
    assert scores(course)["bob"] == 2.0
    assert grade(course, fake_engine, "yes")[0] == 0
    assert scores(course)["bob"] == 5.0
    with Gradebook(course.directory.db_url, "means") as gradebook:
        assert gradebook.find_submission("hw1_means", "bob").extension.days == 3
    assert len(fake_engine.ran) == 1, "nothing runs for that, and equal work once"
    extend(course)
    grade(course, fake_engine, "yes")
    assert scores(course)["bob"] == 2.0, "the file says it alone"


def test_without_a_file_nbgraders_own_extension_stays(
    course: Course, fake_engine: FakeEngine
) -> None:
    grade(course, fake_engine)
    with Gradebook(course.directory.db_url, "means") as gradebook:
        gradebook.grant_extension("hw1_means", "bob", days=2)
    grade(course, fake_engine, "yes")
    assert scores(course)["bob"] == 4.0


def test_the_penalty_follows_points_by_hand(course: Course, fake_engine: FakeEngine) -> None:
    """Nobody gets less than nothing, and what a person adds later is reduced as the rest is."""
    path = hand_in(course, "eve", {"why": "It balances."})
    (path.parent / "timestamp.txt").write_text("2030-01-03 10:00:00 UTC")
    grade(course, fake_engine)
    assert scores(course)["eve"] == 0.0
    by_hand(course, "eve", "why", 5.0)
    assert scores(course)["eve"] == 5.0
    code, said = grade(course, fake_engine)
    assert code == 2
    assert "run again" in said
    grade(course, fake_engine, "yes")
    assert scores(course)["eve"] == 2.0


def test_since_due_takes_each_ones_own_date(course: Course, fake_engine: FakeEngine) -> None:
    path = hand_in(course, "cat", {"mean": GOOD + "\n# late"})
    (path.parent / "timestamp.txt").write_text("2030-01-03 10:00:00 UTC")
    extend(course, "bob,hw1,2030-01-03 10:00 UTC")
    assert command(course, "hw1", "--since", "due") == 0
    assert set(scores(course)) == {"cat"}
    set_due(course, None)  # type: ignore[arg-type]
    extend(course)
    with pytest.raises(CourseError, match=r"--since due: hw1_means has no due date"):
        command(course, "hw1", "--since", "due")


@pytest.mark.filterwarnings("ignore:.*not in session:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_the_formgraders_button_knows_extensions(
    course: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(course.config)
    monkeypatch.chdir(course.root)
    extend(course, "bob,hw1,2030-01-02 10:00 UTC")
    outcome = NbGraderAPI(coursedir=course.directory, config=course.config).autograde(
        "hw1_means", "bob"
    )
    assert outcome["success"], outcome
    assert scores(course) == {"bob": 4.0}
    last = audit.read(course).entries[-1]
    assert last.why.endswith(" (by nbgrader)")
    assert {c.task: c.new for c in last.changes}["late penalty"] == 1.0


def test_a_name_that_nobody_has_is_pointed_out(course: Course, fake_engine: FakeEngine) -> None:
    when = "2030-01-04 00:00 UTC"
    extend(course, f"bob,hw1,{when}", f"[b]adda,hw1,{when}", f"late,hw1,{when}")
    with Gradebook(course.directory.db_url, "means") as gradebook:
        gradebook.add_student("late")
    assert "extensions.csv: nobody is called [b]adda\n" in grade(course, fake_engine)[1]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["bob,hw1"], r"line 2: needs student, assignment, due; it has 'bob,hw1'"),
        (["bob,hw1,", ""], "line 2: needs"),
        (["bob,hw1,2030-01-04"], r"line 2: '2030-01-04' has no time zone: write it like"),
        (["", "bob,hw1,tomorrow"], "line 3: 'tomorrow' is no date"),
        (["bob,hw9,2030-01-04 00:00 UTC"], "line 2: no assignment begins with 'hw9'"),
        (["bob,hw1,2030-01-04 00:00 UTC", "bob,hw1_means,2030-01-05 00:00 UTC"], "line 3: bob has"),
        (["bob,hw1,2029-12-30 00:00 UTC"], "before everybody else"),
        (['bob,"hw1,2030'], "no CSV file"),
    ],
)
def test_mistakes_in_the_file_are_named(
    course: Course, fake_engine: FakeEngine, lines: list[str], says: str
) -> None:
    extend(course, *lines)
    with pytest.raises(CourseError, match=says):
        command(course, "hw1")
    assert scores(course) == {}


def test_a_file_without_its_header_is_refused(course: Course) -> None:
    path = course.root / "extensions.csv"
    path.write_text("bob,hw1,2030-01-04 00:00 UTC\n")
    with pytest.raises(CourseError, match="the first line must be student,assignment,due"):
        read(course, "hw1_means")
    line = "böb,hw1,2030-01-04 00:00 UTC\r\n".encode()
    path.write_bytes(b"\xef\xbb\xbfstudent,assignment,due\r\n" + line)  # as Excel saves it
    found = read(course, "hw1_means")
    assert found is not None
    assert found.due == {"böb": moment("2030-01-04 00:00 UTC")}
    path.unlink()
    assert read(course, "hw1_means") is None


def test_an_extension_of_nothing_is_refused(course: Course, fake_engine: FakeEngine) -> None:
    set_due(course, None)  # type: ignore[arg-type]
    extend(course, "bob,hw1,2030-01-04 00:00 UTC")
    with pytest.raises(CourseError, match="no due date to extend"):
        command(course, "hw1")
