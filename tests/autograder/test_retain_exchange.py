"""`autograder retain` in the exchange: what is finished goes, what is not stays, kills or not."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FakeEngine, hand_in
from small_exchange import IDS, STAMPS, everything, exchange, filled, page_of, submit

from autograder import cli, exchanged, holdings
from autograder.course import Course, CourseError
from autograder.locks import held
from autograder.retain import work_of

LATER = "2026-10-03 09:00:00.000000 UTC"


@pytest.fixture
def course(
    released: Course, fake_engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Course:
    """Work of four students in the exchange; one is in the course too, and graded."""
    monkeypatch.setattr(cli, "_head_start", lambda _: nullcontext())
    course = filled(released, tmp_path)
    hand_in(course, "ada")
    assert command(course, "grade", "hw1") == 0
    return course


def command(course: Course, *words: str) -> int:
    return cli.main([*words, "--course", str(course.root)])


def retain(course: Course, *words: str) -> int:
    return command(course, "retain", "--older-than", "0", *words)


def test_what_was_handed_in_and_given_back_goes(course: Course, capsys: Any) -> None:
    before = everything(course)
    assert retain(course) == 1
    assert everything(course) == before
    assert retain(course, "--yes") == 0
    left = [path for path in everything(course) if path.is_file()]
    assert left == []
    capsys.readouterr()
    assert retain(course) == 0, "nothing is left to be done"
    assert "hw1_means" not in capsys.readouterr().out


def test_what_came_since_and_other_assignments_stay(course: Course) -> None:
    other = submit(course, "ada", LATER, "hw1_means_b")
    time.sleep(0.05)  # the file system's clock ticks a hundred times a second or so
    now = datetime.now(UTC).replace(tzinfo=None)
    time.sleep(0.05)
    new = submit(course, "ada.b", LATER)
    going = {*work_of(course, "hw1_means", now).paths}
    assert not going & {other, new, page_of(course, "ada", LATER), page_of(course, "ada.b", LATER)}
    inbound = {*(exchange(course) / "inbound").iterdir()}
    assert inbound - going == {other, new}
    assert {page_of(course, student, stamp) for student in IDS for stamp in STAMPS} <= going


class Killed(BaseException):
    pass


def until(left: Iterator[int], remove: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same until nothing is left."""

    def act(path: Path) -> None:
        if next(left, None) is None:
            raise Killed
        remove(path)

    return act


def test_whenever_it_is_killed_the_next_run_finishes_it(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each single deletion, in a course that knows no date of its own."""
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path / "exchange", kept / "exchange")
    shutil.copytree(tmp_path / "course", kept / "course")
    most = len(work_of(course, "hw1_means", datetime(2999, 1, 1)).paths)
    assert most == 8 + 8 + 3, "pages, submissions, and what the course holds"
    for last in range(most):
        for name in ("exchange", "course"):
            shutil.rmtree(tmp_path / name)
            shutil.copytree(kept / name, tmp_path / name)
        left = iter(range(last))
        with monkeypatch.context() as patch:
            patch.setattr(holdings, "remove", until(left, holdings.remove))
            patch.setattr(exchanged, "remove_submission", until(left, exchanged.remove_submission))
            with pytest.raises(Killed):
                retain(course, "--yes")
        assert retain(course, "--yes") == 0
        assert not [path for path in everything(course) if path.is_file()], f"after {last}"
        assert not (course.hidden / "handed" / "hw1_means").exists()


def test_what_only_its_student_can_remove_is_told_and_nothing_of_the_course_is_lost(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(exchanged.shutil, "rmtree", refused)
        assert retain(course, "--yes") == 2
    assert capsys.readouterr().err.count("remove it as root") == 8, "all of them at once"
    assert list((course.hidden / "handed" / "hw1_means").iterdir())
    assert course.folder("submitted", "hw1_means", "ada").is_dir()
    assert retain(course, "--yes") == 0


def test_nobody_may_write_receipts_meanwhile(course: Course) -> None:
    before = everything(course)
    with held(course.hidden / "locks" / "receipts.lock"):
        assert retain(course, "--yes") == 2
    assert everything(course) == before


def test_an_exchange_that_cannot_be_listed_is_no_empty_one(course: Course) -> None:
    shutil.rmtree(exchange(course) / "inbound")
    (exchange(course) / "inbound").touch()
    with pytest.raises(CourseError, match="cannot be listed"):
        work_of(course, "hw1_means", datetime(2999, 1, 1))
