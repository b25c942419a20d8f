"""Handed in more than once. Oracle: the better of the sums, worked out by hand."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from corrections import WRONG, by_hand, correct, grade, scores, set_due
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader.apps.api import NbGraderAPI
from rich.console import Console
from test_extensions import PLUGIN

from autograder import audit, history, status
from autograder.course import Course, CourseError
from autograder.handoff import use_engine
from autograder.overview import rows
from autograder.results import read_handed

STRICT = "assert mean_of([-7, 4, 18]) == -5.0"
LENIENT = "assert mean_of([-7, 4, 18]) == 5.0"


def opened(released_once: Path, tmp_path: Path, more: str) -> Course:
    shutil.copytree(released_once, tmp_path / "course")
    root = tmp_path / "course" / "assignments"
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(more)
    return Course.open(root)


@pytest.fixture
def best(released_once: Path, tmp_path: Path) -> Course:
    return opened(released_once, tmp_path, "c.Autograder.resubmission = 'best'\n")


def attempt(course: Course, student: str, answer: str, stamp: str, **more: str) -> None:
    path = hand_in(course, student, {"mean": answer, **more})
    (path.parent / "timestamp.txt").write_text(stamp)


def text(course: Course, student: str) -> str:
    path = course.folder("autograded", "hw1_means", student) / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(cell.source for cell in notebook.cells)


FIRST, SECOND, THIRD = (f"2030-01-0{day} 10:00:00 UTC" for day in (1, 2, 3))


def test_the_last_one_counts_unless_told(
    released_once: Path, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    course = opened(released_once, tmp_path, "")
    attempt(course, "ada", GOOD, FIRST)
    grade(course, fake_engine)
    attempt(course, "ada", HALF, SECOND)
    assert grade(course, fake_engine)[0] == 0
    assert scores(course) == {"ada": 2.0}
    assert not (course.hidden / "history").exists()
    assert "counts" not in shown(course)


def shown(course: Course) -> str:
    console = Console(width=160)
    with console.capture() as said:
        console.print(status.table("hw1_means", rows(course, "hw1_means")))
    return said.get()


def test_the_best_one_counts(best: Course, fake_engine: FakeEngine) -> None:
    attempt(best, "ada", HALF, FIRST)
    grade(best, fake_engine)
    attempt(best, "ada", GOOD, SECOND)
    assert grade(best, fake_engine)[0] == 0
    assert scores(best) == {"ada": 5.0}
    attempt(best, "ada", WRONG, THIRD)
    code, said = grade(best, fake_engine)
    assert code == 0
    assert "scores that change" not in said
    assert scores(best) == {"ada": 5.0}
    assert GOOD in text(best, "ada")
    (row,) = rows(best, "hw1_means")
    assert str(row.timestamp) == "2030-01-02 10:00:00"
    assert row.state == "graded"
    assert row.counts == "2 of 3"
    assert "2 of 3" in shown(best)
    handed = read_handed(best, "hw1_means", "ada")
    assert handed is not None
    assert handed.attempt == "ada/2"
    assert audit.read(best).entries[-1].why == "handed in again; best of 3: ada/2"
    fake_engine.ran.clear()
    assert "0 new in the gradebook" in grade(best, fake_engine)[1]
    assert fake_engine.ran == []
    assert len(history.kept(best, "hw1_means", "ada")) == 3


def test_of_equal_ones_the_last_counts(best: Course, fake_engine: FakeEngine) -> None:
    attempt(best, "ada", GOOD, FIRST, why="First words.")
    grade(best, fake_engine)
    attempt(best, "ada", GOOD, SECOND, why="Second thoughts.")
    grade(best, fake_engine)
    assert "Second thoughts." in text(best, "ada")


def test_lateness_counts_for_the_one_that_counts(
    released_once: Path, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    """A point a day. First in time with 2; then two days late with 5 - 2; then four, 5 - 4."""
    more = PLUGIN + "c.Autograder.resubmission = 'best'\n"
    course = opened(released_once, tmp_path, more)
    set_due(course, "2030-01-01 12:00:00 UTC")
    for stamp, answer, left in [
        (FIRST, HALF, 2.0),
        (THIRD, GOOD, 3.0),
        ("2030-01-05 11:00:00 UTC", GOOD + "\n", 3.0),
    ]:
        attempt(course, "ada", answer, stamp)
        assert grade(course, fake_engine)[0] == 0
        assert scores(course) == {"ada": left}
    (row,) = rows(course, "hw1_means")
    assert (str(row.timestamp), row.penalty) == ("2030-01-03 10:00:00", 2.0)
    (course.root / "extensions.csv").write_text(
        "student,assignment,due\nada,hw1,2030-01-05 12:00 UTC\n"
    )
    assert grade(course, fake_engine, "yes")[0] == 0
    assert scores(course) == {"ada": 5.0}


def test_a_corrected_test_may_make_another_one_the_best(
    best: Course, fake_engine: FakeEngine
) -> None:
    """With the wrong test neither gets its points; with the right one the first is better."""
    correct(best, LENIENT, STRICT)
    attempt(best, "ada", GOOD, FIRST)
    grade(best, fake_engine)
    attempt(best, "ada", HALF, SECOND)
    grade(best, fake_engine)
    assert HALF in text(best, "ada")
    assert scores(best) == {"ada": 2.0}
    correct(best, STRICT, LENIENT)
    code, said = grade(best, fake_engine)
    assert code == 2
    assert "corrected in version 2: mean_hidden; best of 2: ada/1" in said
    grade(best, fake_engine, "yes")
    assert scores(best) == {"ada": 5.0}
    assert GOOD in text(best, "ada")


def test_points_by_hand_stay_when_another_one_counts(best: Course, fake_engine: FakeEngine) -> None:
    attempt(best, "ada", HALF, FIRST, why="It balances.")
    grade(best, fake_engine)
    by_hand(best, "ada", "why", 4.0)
    attempt(best, "ada", GOOD, SECOND, why="It balances, too.")
    grade(best, fake_engine)
    assert scores(best) == {"ada": 9.0}


def test_the_formgraders_button_takes_the_best(
    best: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(best.config)
    monkeypatch.chdir(best.root)
    attempt(best, "ada", GOOD, FIRST)
    grade(best, fake_engine)
    attempt(best, "ada", WRONG, SECOND)
    api = NbGraderAPI(coursedir=best.directory, config=best.config)
    outcome = api.autograde("hw1_means", "ada")
    assert outcome["success"], outcome
    assert scores(best) == {"ada": 5.0}
    (row,) = rows(best, "hw1_means")
    assert str(row.timestamp) == "2030-01-01 10:00:00"


def test_what_is_kept_is_what_was_handed_in(best: Course, tmp_path: Path) -> None:
    """Hostile folders are copied as far as they are read: no link is followed."""
    path = hand_in(best, "eve", {"mean": GOOD})
    (path.parent / "secret.ipynb").symlink_to(tmp_path / "course")
    os.mkfifo(path.parent / "pipe")
    (path.parent / "deep").mkdir()
    (path.parent / "deep" / "more.csv").write_bytes(b"\x00\xff")
    os.link(path, tmp_path / "second_name")
    history.keep(best, "hw1_means", "eve", "one", {})
    history.keep(best, "hw1_means", "eve", "one", {})
    (kept,) = history.kept(best, "hw1_means", "eve")
    names = {p.relative_to(kept.folder).as_posix() for p in kept.folder.rglob("*")}
    assert names == {"secret.ipynb", "deep", "deep/more.csv"}
    assert (kept.folder / "secret.ipynb").is_symlink()
    assert (kept.folder / "deep" / "more.csv").read_bytes() == b"\x00\xff"


def test_half_a_copy_does_not_count(best: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(best, "ada", {"mean": GOOD})
    folder = best.hidden / "history" / "hw1_means" / "ada"
    (folder / "0001.77.tmp" / "files").mkdir(parents=True)
    (folder / "0002" / "files").mkdir(parents=True)  # without its description
    assert history.kept(best, "hw1_means", "ada") == []
    shutil.rmtree(folder / "0002")
    history.keep(best, "hw1_means", "ada", "one", {"hw1_means": 1})
    assert [path.name for path in folder.iterdir()] == ["0001"]
    (kept,) = history.kept(best, "hw1_means", "ada")
    assert (kept.number, kept.digest, kept.versions) == (1, "one", {"hw1_means": 1})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CourseError, match="No space left"):
        history.keep(best, "hw1_means", "ada", "two", {})
    assert [path.name for path in folder.iterdir()] == ["0001"]
