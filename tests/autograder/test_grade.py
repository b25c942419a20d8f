"""`autograder grade` from folders to gradebook, undisturbed and disturbed."""

import argparse
import io
import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import HALF, FakeEngine, four, hand_in
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import grade as grading
from autograder import rebuild
from autograder.batch import Handoff
from autograder.course import Course, CourseError
from autograder.results import Store
from autograder.submissions import Options, Submissions, stamps

SCORES = {"ada": 5.0, "bob": 2.0, "eve": 0.0, "zoe": 5.0}


@pytest.fixture
def class_(released: Course) -> Course:
    return four(released)


def run(course: Course, engine: FakeEngine, **options: Any) -> tuple[int, str]:
    shown = Console(file=io.StringIO(), width=200)
    chosen = Options.of(course, **options)
    students = course.students("hw1_means")
    code = grading.grade(course, "hw1_means", students, chosen, shown, engine)
    assert isinstance(shown.file, io.StringIO)
    return code, shown.file.getvalue()


def scores(course: Course) -> dict[str, float]:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        found = gradebook.assignment_submissions("hw1_means")
        return {submission.student.id: submission.score for submission in found}


def test_a_class_is_graded_once(class_: Course, fake_engine: FakeEngine) -> None:
    code, said = run(class_, fake_engine)
    assert code == 0
    assert "4 submissions, 4 notebooks run, 4 new in the gradebook" in said
    assert scores(class_) == SCORES
    code, said = run(class_, fake_engine)
    assert "0 notebooks run, 0 new in the gradebook" in said
    assert len(fake_engine.ran) == 4


def test_force_runs_everything_again(class_: Course, fake_engine: FakeEngine) -> None:
    run(class_, fake_engine)
    run(class_, fake_engine, force=True)
    assert len(fake_engine.ran) == 8
    assert scores(class_) == SCORES


def test_only_what_changed_runs_again(class_: Course, fake_engine: FakeEngine) -> None:
    run(class_, fake_engine)
    hand_in(class_, "eve", {"mean": HALF})
    fake_engine.ran.clear()
    run(class_, fake_engine)
    assert fake_engine.ran == []  # bob's result: equal work, equal score
    assert scores(class_)["eve"] == 2.0
    hand_in(class_, "eve", {"mean": HALF + "  # mine"})
    run(class_, fake_engine)
    assert fake_engine.ran == ["eve/hw1_means"]


def test_what_was_just_run_is_handed_over_as_it_was_read(
    class_: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    submissions = Submissions(class_, "hw1_means", Options.of(class_), fake_engine)
    wanted = submissions.missing(class_.students("hw1_means"))
    made = {who: result for who, _, result in submissions.run(wanted)}
    read = Submissions.read
    again: list[str] = []
    monkeypatch.setattr(
        Submissions, "read", lambda self, who, name: again.append(who) or read(self, who, name)
    )
    first = {who: submissions.result(who, "hw1_means") for who in made}
    assert not again
    assert {who: submissions.result(who, "hw1_means") for who in made} == first
    assert again == list(made)
    assert {who: result for who, (_, result) in first.items()} == made


WRITES: dict[str, Callable[[Path], object]] = {
    "the same length": lambda path: path.write_bytes(path.read_bytes().swapcase()),
    "another file in its place": lambda path: shutil.copy2(path, "new") and os.replace("new", path),
    "one more file": lambda path: path.with_name("notes.txt").write_text(""),
    "a file less": lambda path: path.unlink(),
    "in a folder": lambda path: (path.parent / "data" / "a.txt").write_text("b"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_to_a_submission_is_noticed(
    write: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "data").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "work" / "hw1.ipynb"
    for file in (path, path.parent / "data" / "a.txt"):
        file.write_text("a")
        os.utime(file, (0, 0))  # a clock may be too coarse to tell two writes apart
    before = stamps(path.parent)
    path.read_text()
    assert stamps(path.parent) == before
    WRITES[write](path)
    assert stamps(path.parent) != before


def test_an_engine_failure_is_tried_again(class_: Course, fake_engine: FakeEngine) -> None:
    from dataclasses import replace

    run(class_, fake_engine)
    submissions = Submissions(class_, "hw1_means", Options.of(class_))
    _, result = submissions.result("ada", "hw1_means")
    assert result is not None
    cells = tuple(replace(cell, verdict="engine") for cell in result.cells)
    Store(class_).put(replace(result, cells=cells))
    assert submissions.missing(class_.students("hw1_means")) == [("ada", "hw1_means")]
    Store(class_).put(replace(result, unsafe=True))
    assert submissions.missing(class_.students("hw1_means")) == [("ada", "hw1_means")]


def test_work_that_vanishes_while_it_runs_is_said(class_: Course, fake_engine: FakeEngine) -> None:
    path = class_.folder("submitted", "hw1_means", "zoe") / "hw1_means.ipynb"

    def change(name: str) -> None:
        if name == "bob/hw1_means":
            path.write_text(path.read_text().replace("max(", "abs("))
        if name == "zoe/hw1_means":
            path.write_text(path.read_text().replace("abs(", "round("))

    class Late(FakeEngine):
        def __call__(self, jobs: Any, *args: Any, **named: Any) -> Any:
            for name, cells in super().__call__(jobs, *args, **named):
                change(name)
                yield name, cells

    code, said = run(class_, Late())
    assert code == 1
    assert "1 changed while they were graded" in said
    assert run(class_, fake_engine)[0] == 0
    assert "zoe" in scores(class_)


def _killed(course: Course, where: str, at: int) -> None:
    engine, seen = FakeEngine(), 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    if where == "engine":
        engine.before = count
    else:
        original = getattr(Handoff, where)

        def counted(self: Handoff, *args: Any, **named: Any) -> Any:
            count()
            return original(self, *args, **named)

        setattr(Handoff, where, counted)
    run(course, engine)


@pytest.mark.parametrize(
    ("where", "at"),
    [("engine", 1), ("engine", 3), ("_fresh_folder", 1), ("_write", 1), ("_write", 3), ("save", 1)],
)
def test_killed_at_any_moment_a_rerun_finishes(
    class_: Course, fake_engine: FakeEngine, where: str, at: int
) -> None:
    killed = multiprocessing.get_context("fork").Process(target=_killed, args=(class_, where, at))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert run(class_, fake_engine)[0] == 0
    assert scores(class_) == SCORES
    done = at - 1 if where == "engine" else 3  # the first are handed over while the last one runs
    assert len(fake_engine.ran) == 4 - done
    assert "0 new in the gradebook" in run(class_, fake_engine)[1]
    assert not list(class_.hidden.rglob("*.tmp"))


def test_one_that_cannot_be_handed_over_costs_nobody_else(
    class_: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Handoff._write

    def fails(self: Handoff, student: str, *rest: Any) -> None:
        write(self, student, *rest)
        if student == "eve":
            raise ValueError("[bold]no[/] such thing")

    monkeypatch.setattr(Handoff, "_write", fails)
    code, said = run(class_, fake_engine)
    assert code == 1
    assert "eve could not be given to nbgrader: ValueError: [bold]no[/] such thing" in said
    assert "3 new in the gradebook" in said
    assert scores(class_) == {name: score for name, score in SCORES.items() if name != "eve"}
    monkeypatch.undo()
    monkeypatch.setattr("autograder.submissions._run_all", lambda: fake_engine)
    assert run(class_, fake_engine)[0] == 0
    assert scores(class_) == SCORES


def test_two_gradings_do_not_run_at_once(class_: Course) -> None:
    with (
        grading.only_one(class_, "hw1_means"),
        pytest.raises(CourseError, match="another"),
        grading.only_one(class_, "hw1_means"),
    ):
        pass


@pytest.mark.parametrize(
    ("names", "chosen"), [(None, ["ada", "bob", "eve", "zoe"]), ("zoe, ada", ["zoe", "ada"])]
)
def test_students_can_be_chosen(class_: Course, names: str | None, chosen: list[str]) -> None:
    assert grading.chosen(class_, "hw1_means", names) == chosen


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda course: grading.chosen(course, "hw1_means", "ada,mallory"), "mallory"),
        (lambda course: grading.chosen(course, "hw1_means", ","), "nobody"),
        (lambda course: grading.chosen(course, "hw2", None), "nobody has handed in hw2"),
        (lambda course: Options.of(course, workers=0), "--workers 0"),
    ],
)
def test_wrong_words_are_answered(class_: Course, ask: Callable[[Course], Any], says: str) -> None:
    with pytest.raises(CourseError, match=says):
        ask(class_)


def test_the_command_line_reaches_the_engine(
    class_: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    grading.add_arguments(parser)
    words = ["hw1", "--course", str(class_.root), "--students", "ada", "--mode", "plain"]
    assert grading.run(parser.parse_args(words)) == 0
    assert scores(class_) == {"ada": 5.0}
    assert fake_engine.ran == ["ada/hw1_means"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # nbgrader's own way, with nbgrader's own warnings
def test_stock_mode_is_nbgraders_own(class_: Course, fake_engine: FakeEngine) -> None:
    class_.config.Autograde.autograde_preprocessors = ["autograder.handoff.Engine"]
    assert grading.grade_stock(class_, "hw1_means", ["ada", "bob"], force=False) == 0
    assert scores(class_) == {"ada": 5.0, "bob": 2.0}
    assert fake_engine.ran == []


def test_files_and_pictures_of_one_stop_nobody(released: Course, fake_engine: FakeEngine) -> None:
    four(released)
    released.settings.allowed_files = ["*.csv"]
    folder = released.folder("submitted", "hw1_means", "bob")
    (folder / "numbers.csv").mkdir()  # the instructor's file
    (folder / "numbers.csv" / "a.csv").write_text("1")
    path = released.folder("submitted", "hw1_means", "eve") / "hw1_means.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["attachments"] = {"x.png": {"image/png": "\ud800abc"}}
    path.write_text(json.dumps(notebook))
    code, said = run(released, fake_engine)
    assert code == 0, said
    assert scores(released) == SCORES
    numbers = released.folder("autograded", "hw1_means", "bob") / "numbers.csv"
    assert numbers.read_text() == "1,2,3\n"


def test_files_that_cannot_be_placed_are_one_students_failure(
    released: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when two notebooks of one submission are graded by versions with different files."""
    four(released)
    released.settings.allowed_files = ["*.csv"]
    folder = released.folder("submitted", "hw1_means", "bob")
    (folder / "numbers.csv").mkdir()
    (folder / "numbers.csv" / "a.csv").write_text("1")
    monkeypatch.setattr(rebuild, "_is_file", lambda *_: False)
    code, said = run(released, fake_engine)
    assert code == 1
    assert "bob could not be given to nbgrader: Misplaced: numbers.csv cannot be placed" in said
    assert scores(released) == {name: SCORES[name] for name in ("ada", "eve", "zoe")}
