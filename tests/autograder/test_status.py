"""Who handed in, who is graded, what waits. Oracle: what the test itself handed in and graded."""

import argparse
from typing import Any

import pytest
from fake_engine import GOOD, FakeEngine, hand_in, hand_over
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import status
from autograder.course import Course, CourseError
from autograder.overview import ABSENT, CHANGED, GRADED, WAITING, Row, rows


@pytest.fixture
def mixed(released: Course, fake_engine: FakeEngine) -> Course:
    """One student in each state, one late, one unreadable."""
    path = hand_in(released, "ada", {"mean": GOOD, "why": "It balances."})
    (path.parent / "timestamp.txt").write_text("2030-01-02 10:20:30 UTC")
    hand_in(released, "bob", {"mean": GOOD})
    hand_in(released, "eve", raw=b"{")
    hand_over(released, "ada", "bob", "eve")
    hand_in(released, "bob", {"mean": GOOD, "why": "An afterthought."})
    hand_in(released, "new", {"mean": GOOD})
    with Gradebook(released.directory.db_url, released.directory.course_id) as gradebook:
        gradebook.add_student("zoe")
        late = gradebook.find_submission_notebook("hw1_means", "hw1_means", "ada")
        late.late_submission_penalty = 1.5
        gradebook.db.commit()
    return released


def test_every_student_is_in_one_state(mixed: Course) -> None:
    found = {row.student: row for row in rows(mixed, "hw1_means")}
    assert {name: row.state for name, row in found.items()} == {
        "ada": GRADED,
        "bob": CHANGED,
        "eve": GRADED,
        "new": WAITING,
        "zoe": ABSENT,
    }
    ada = found["ada"]
    assert (ada.raw, ada.penalty, ada.total, ada.max_score, ada.by_hand) == (5, 1.5, 3.5, 10, 1)
    assert str(ada.timestamp) == "2030-01-02 10:20:30"
    assert ada.tasks is not None
    assert ada.tasks["hw1_means", "why"] is None
    assert [verdict.name for verdict in found["eve"].verdicts] == ["not-json"]
    assert found["eve"].by_hand == 0


def text(shown: Any) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(shown)
    return capture.get()


def test_the_table_shows_it(mixed: Course) -> None:
    shown = text(status.table("hw1_means", rows(mixed, "hw1_means"))).splitlines()
    lines = {line.split()[1]: line for line in shown if line.startswith("│")}
    assert all(word in lines["ada"] for word in ("graded", "2030-01-02 10:20", "3.5", "-1.5"))
    assert "not-json" in lines["eve"]
    assert "changed since" in lines["bob"]
    assert "to grade" in lines["new"]
    assert status.outstanding("hw1_means", rows(mixed, "hw1_means")) == [
        "2 to grade: autograder grade hw1_means",
        "1 wait for a person: nbgrader's formgrader",
    ]


def test_a_name_cannot_style_the_table() -> None:
    row = Row("[red]x[/]", "hw1", GRADED, None, {}, 10)
    assert "[red]x[/]" in text(status.table("hw1", [row]))


def test_the_summary_counts(mixed: Course) -> None:
    shown = text(status.summary({"hw1_means": rows(mixed, "hw1_means")})).splitlines()
    numbers = next(line for line in shown if "hw1_means" in line)
    assert numbers.replace("│", " ").split() == ["hw1_means", "4", "2", "2", "1", "2.8", "10"]


def test_the_command(mixed: Course, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    status.add_arguments(parser)
    for words in (["hw1"], []):
        assert status.run(parser.parse_args([*words, "--course", str(mixed.root)])) == 0
        assert "hw1_means" in capsys.readouterr().out


def test_without_a_gradebook_it_says_so(small_course: Course) -> None:
    with pytest.raises(CourseError, match="autograder release hw1_means"):
        rows(small_course, "hw1_means")
    assert not (small_course.root / "gradebook.db").exists()
