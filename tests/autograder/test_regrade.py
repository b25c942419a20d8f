"""A test is corrected: what runs again, what changes, who must agree. Oracle: counted by hand."""

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from corrections import WRONG, by_hand, correct, grade, release, scores
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import audit, batch, cli, regrade
from autograder import grade as grading
from autograder.course import Course, CourseError
from autograder.gradebook import OpenGradebook
from autograder.overview import CHANGED, GRADED, rows
from autograder.results import Store, read_handed
from autograder.submissions import Options, Submissions

BROKEN = "assert mean_of([-7, 4, 18]) == 5.0"
FIXED = "assert mean_of([-7, 4, 18]) == 5.0 and mean_of([1, 1]) == 1"
STRICT = "assert mean_of([-7, 4, 18]) == -5.0"
BEFORE = {"ada": 2.0, "bob": 2.0, "eve": 0.0, "zoe": 0.0}


@pytest.fixture(scope="module")
def graded_once(released_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded with a hidden test that nobody can pass: one deserves 3 points more."""
    base = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released_once, base)
    course = Course.open(base / "assignments")
    correct(course, BROKEN, STRICT)
    for student, answer in [("ada", GOOD), ("bob", HALF), ("zoe", WRONG)]:
        hand_in(course, student, {"mean": answer})
    hand_in(course, "eve", raw=b"{")
    code, said = grade(course, FakeEngine())
    assert code == 0
    assert "scores that change" not in said
    assert scores(course) == BEFORE
    return base


@pytest.fixture
def class_(graded_once: Path, tmp_path: Path, fake_engine: FakeEngine) -> Course:
    shutil.copytree(graded_once, tmp_path / "course")
    return Course.open(tmp_path / "course" / "assignments")


def lines(said: str, student: str) -> list[list[str]]:
    rows = [line.replace("│", " ").split() for line in said.splitlines() if line.startswith("│")]
    return [row for row in rows if row[0] == student]


def test_nothing_given_changes_before_somebody_agrees(
    class_: Course, fake_engine: FakeEngine
) -> None:
    correct(class_, STRICT, FIXED)
    hand_in(class_, "new", {"mean": GOOD})
    found = {row.student: row.state for row in rows(class_, "hw1_means")}
    assert found["ada"] == CHANGED
    code, said = grade(class_, fake_engine)
    assert code == 2
    (line,) = lines(said, "ada")
    assert " ".join(line) == "ada hw1_means/mean_hidden 0 3 corrected in version 2: mean_hidden"
    assert not lines(said, "bob")
    assert not lines(said, "eve")
    assert "given scores of 1 students would change" in said
    assert scores(class_) == {**BEFORE, "new": 5.0}, "a first grade waits for nobody"
    fake_engine.ran.clear()
    code, said = grade(class_, fake_engine, "yes")
    assert code == 0
    assert fake_engine.ran == [], "the results were kept"
    assert "0 -> " not in said
    assert scores(class_) == {**BEFORE, "new": 5.0, "ada": 5.0}
    assert {row.state for row in rows(class_, "hw1_means")} == {GRADED}
    assert "scores that change" not in grade(class_, fake_engine, "yes")[1]


def test_a_dry_run_writes_nothing(class_: Course, fake_engine: FakeEngine) -> None:
    correct(class_, STRICT, FIXED)
    hand_in(class_, "new", {"mean": GOOD})
    content = {path: path.read_bytes() for path in class_.root.rglob("*") if path.is_file()}
    code, said = grade(class_, fake_engine, "dry-run")
    assert code == 0
    assert len(lines(said, "ada")) == 1
    assert "4 new in the gradebook" in said  # three have other tests, with the same score
    assert "none of this was written" in said
    after = {path: path.read_bytes() for path in class_.root.rglob("*") if path.is_file()}
    new = {path.relative_to(class_.root).parts[:2] for path in after if path not in content}
    assert new <= {(".autograder", "results"), (".autograder", "locks")}
    assert {path for path, data in content.items() if after[path] != data} == set()


class Terminal(Console):
    """Somebody sits there."""

    def __init__(self, reply: str) -> None:
        super().__init__(force_terminal=True, width=200)
        self.reply = reply

    def input(self, *words: Any, **_: Any) -> str:
        self.print(*words)
        return self.reply


@pytest.mark.parametrize(("reply", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_whoever_sits_there_is_asked(
    class_: Course, fake_engine: FakeEngine, reply: str, code: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    correct(class_, STRICT, FIXED)
    students, options = class_.students("hw1_means"), Options.of(class_)
    words = (class_, "hw1_means", students, options, Terminal(reply), fake_engine)
    if code:
        with pytest.raises(CourseError, match="given scores of 1 students"):
            grading.grade(*words)
    else:
        assert grading.grade(*words) == 0
    assert scores(class_)["ada"] == (2.0 if code else 5.0)


def test_only_what_can_come_out_otherwise_runs_again(
    class_: Course, fake_engine: FakeEngine
) -> None:
    correct(class_, "# Means\n", "# The mean\n", replaces=True)  # prose
    correct(class_, "deviations of all values", "deviations of all")  # an answer for people
    assert grade(class_, fake_engine)[0] == 0
    assert fake_engine.ran == []
    correct(class_, STRICT, FIXED)
    hand_in(class_, "twin", {"mean": GOOD})
    grade(class_, fake_engine)
    # eve's is no notebook; ada's and twin's are equal
    assert sorted(fake_engine.ran) == ["ada/hw1_means", "bob/hw1_means", "zoe/hw1_means"]
    assert scores(class_)["twin"] == 5.0


def test_what_a_student_hands_in_anew_needs_no_consent(
    class_: Course, fake_engine: FakeEngine
) -> None:
    hand_in(class_, "zoe", {"mean": GOOD})
    code, said = grade(class_, fake_engine)
    assert code == 0
    (line,) = lines(said, "zoe")
    assert " ".join(line) == "zoe hw1_means/mean_visible 0 2 handed in again"
    assert scores(class_) == {**BEFORE, "zoe": 2.0}


def test_a_score_that_changes_while_it_is_looked_at_is_not_written(
    class_: Course, fake_engine: FakeEngine, monkeypatch: Any
) -> None:
    correct(class_, STRICT, FIXED)

    def meanwhile(*_: Any) -> list[str]:
        by_hand(class_, "ada", "mean_hidden", 1.5)
        return ["ada"]

    monkeypatch.setattr(grading, "agreed", meanwhile)
    code, said = grade(class_, fake_engine)
    assert code == 1
    assert "1 changed while they were graded" in said
    assert scores(class_)["ada"] == 3.5
    monkeypatch.undo()
    assert grade(class_, fake_engine)[0] == 0, "the score that a person gave does not change"
    assert scores(class_)["ada"] == 3.5


def to_look_at(course: Course, student: str) -> set[str]:
    with Gradebook(course.directory.db_url, "means") as gradebook:
        notebook = gradebook.find_submission_notebook("hw1_means", "hw1_means", student)
        return {row.name for row in notebook.grades if row.needs_manual_grade}


def test_points_by_hand_survive(class_: Course, fake_engine: FakeEngine) -> None:
    hand_in(class_, "ada", {"mean": GOOD, "why": "It balances."})
    grade(class_, fake_engine)
    by_hand(class_, "ada", "why", 4.0)
    by_hand(class_, "ada", "mean_visible", 1.0)
    by_hand(class_, "bob", "mean_hidden", 0.5)
    correct(class_, STRICT, FIXED)
    code, said = grade(class_, fake_engine, "yes")
    assert code == 0
    assert len(lines(said, "ada")) == 1
    assert scores(class_)["ada"] == 1.0 + 3.0 + 4.0
    assert scores(class_)["bob"] == 2.0 + 0.5
    with Gradebook(class_.directory.db_url, "means") as gradebook:
        row = gradebook.find_grade("mean_visible", "hw1_means", "hw1_means", "ada")
        assert (row.auto_score, row.manual_score) == (2.0, 1.0)
    assert to_look_at(class_, "ada") == set(), "nothing about them is new"
    assert to_look_at(class_, "bob") == set()
    by_hand(class_, "ada", "mean_hidden", 2.0)
    correct(class_, FIXED, STRICT)
    grade(class_, fake_engine, "yes")
    assert scores(class_)["ada"] == 1.0 + 2.0 + 4.0
    assert to_look_at(class_, "ada") == {"mean_hidden"}, "the test says something else now"
    hand_in(class_, "ada", {"mean": GOOD, "why": "It balances, I think."})
    grade(class_, fake_engine)
    assert scores(class_)["ada"] == 1.0 + 2.0 + 4.0
    assert to_look_at(class_, "ada") == {"why", "mean_visible", "mean_hidden"}


def test_every_change_is_in_the_log(class_: Course, fake_engine: FakeEngine) -> None:
    correct(class_, STRICT, FIXED)
    grade(class_, fake_engine, "yes")
    log = audit.read(class_)
    assert log.broken is None
    now: dict[str, dict[str, float | None]] = {}
    for entry in log.entries:
        for change in entry.changes:
            assert now.setdefault(entry.student, {}).get(change.task) == change.old
            now[entry.student][change.task] = change.new
    sums = {who: sum(points or 0 for points in tasks.values()) for who, tasks in now.items()}
    assert sums == scores(class_)
    last = [entry for entry in log.entries if entry.student == "ada"][-1]
    assert (last.why, last.who) == ("corrected in version 2: mean_hidden", audit.account())


def killed(course: Course, moment: str) -> None:
    """`autograder grade hw1 --yes`, which dies right after what it did at this moment."""
    where, name = {"log": (batch, "append"), "gradebook": (OpenGradebook, "save")}[moment]
    original = getattr(where, name)

    def last(*arguments: Any) -> None:
        original(*arguments)
        told = any(change.new == 3.0 for e in audit.read(course).entries for change in e.changes)
        if told and (moment == "log" or scores(course)["ada"] == 5.0):
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(where, name, last)
    grade(course, FakeEngine(), "yes")


@pytest.mark.parametrize(("moment", "given"), [("log", 2.0), ("gradebook", 5.0)])
def test_a_kill_loses_no_change_and_no_line(
    class_: Course, fake_engine: FakeEngine, moment: str, given: float
) -> None:
    correct(class_, STRICT, FIXED)
    process = multiprocessing.get_context("fork").Process(target=killed, args=(class_, moment))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert scores(class_)["ada"] == given
    assert grade(class_, fake_engine, "yes")[0] == 0
    assert scores(class_)["ada"] == 5.0
    log = audit.read(class_)
    assert log.broken is None
    told = [c for e in log.entries if e.student == "ada" for c in e.changes if c.old is not None]
    assert {(change.task, change.old, change.new) for change in told} == {("mean_hidden", 0.0, 3.0)}


def stopped(course: Course, student: str, verdict: str = "timeout") -> None:
    """As if the machine had been overloaded when this one ran."""
    from dataclasses import replace

    handed = read_handed(course, "hw1_means", student)
    assert handed is not None
    result = Store(course).get(handed.results["hw1_means"])
    assert result is not None
    last = replace(result.cells[-1], score=0.0, verdict=verdict, error="stopped")
    Store(course).put(replace(result, cells=(*result.cells[:-1], last)))


def command(course: Course, *words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    grading.add_arguments(parser)
    return grading.run(parser.parse_args([*words, "--course", str(course.root)]))


def test_failed_only_runs_what_the_engine_had_stopped(
    class_: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(class_, STRICT, FIXED)
    grade(class_, fake_engine, "yes")
    assert command(class_, "hw1", "--failed-only") == 0
    assert "no submission is like that" in capsys.readouterr().err
    stopped(class_, "ada")
    grade(class_, fake_engine, "yes")
    assert scores(class_)["ada"] == 2.0
    fake_engine.ran.clear()
    assert command(class_, "hw1", "--failed-only", "--yes") == 0
    assert fake_engine.ran == ["ada/hw1_means"]
    assert scores(class_)["ada"] == 5.0
    assert [e.why for e in audit.read(class_).entries][-1] == "run again"


@pytest.mark.parametrize(
    ("when", "who"),
    [
        ("2030-01-02 00:00 UTC", ["bob", "zoe"]),
        ("2030-01-02T00:00:01+00:00", ["zoe"]),
        ("2040-01-01 00:00 UTC", []),
    ],
)
def test_since(class_: Course, fake_engine: FakeEngine, when: str, who: list[str]) -> None:
    for student, stamp in [("ada", "2030-01-01"), ("bob", "2030-01-02"), ("zoe", "2030-01-03")]:
        folder = class_.folder("submitted", "hw1_means", student)
        (folder / "timestamp.txt").write_text(f"{stamp} 00:00:00 UTC")
    correct(class_, STRICT, FIXED)
    assert command(class_, "hw1", "--students", "ada,bob,zoe", "--since", when, "--yes") == 0
    assert fake_engine.ran == [f"{student}/hw1_means" for student in who]


def test_a_request_is_run_again_and_noted(
    class_: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand(class_, "ada", "mean_visible", 1.0)
    words = ["regrade", "ada", "hw1", "--course", str(class_.root), "--reason"]
    assert cli.main([*words, "ada asked:\n  is it right?"]) == 0
    assert fake_engine.ran == ["ada/hw1_means"]
    assert "no score changed" in capsys.readouterr().err
    last = audit.read(class_).entries[-1]
    assert (last.student, last.why, last.changes) == ("ada", "regrade: ada asked: is it right?", ())
    stopped(class_, "bob")
    grade(class_, fake_engine, "yes")
    correct(class_, STRICT, FIXED)
    assert cli.main([*words[:1], "bob", *words[2:], "the machine was slow"]) == 0
    assert audit.read(class_).entries[-1].changes == ()
    words[1] = "ada"
    assert cli.main([*words, "the test was wrong"]) == 0
    assert scores(class_)["ada"] == 4.0
    (change,) = audit.read(class_).entries[-1].changes
    assert (change.task, change.old, change.new) == ("mean_hidden", 0.0, 3.0)


@pytest.mark.parametrize(
    ("student", "reason", "says"),
    [("mallory", "x", "mallory has not handed in hw1_means"), ("ada", " \n", "--reason")],
)
def test_a_request_that_cannot_be_granted(
    class_: Course,
    fake_engine: FakeEngine,
    student: str,
    reason: str,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["regrade", student, "hw1", "--reason", reason, "--course", str(class_.root)]
    assert cli.main(words) == 2
    assert says in capsys.readouterr().err
    assert fake_engine.ran == []


def test_work_that_vanishes_is_not_regraded(class_: Course, fake_engine: FakeEngine) -> None:
    def change(_: str) -> None:
        hand_in(class_, "ada", {"mean": HALF + " + 0"})

    class Late(FakeEngine):
        def __call__(self, jobs: Any, *args: Any, **named: Any) -> Any:
            for found in super().__call__(jobs, *args, **named):
                change("ada")
                yield found

    options = Options.of(class_, force=True)
    with pytest.raises(CourseError, match="changed while it was graded"):
        regrade.regrade(class_, "hw1_means", "ada", "why", options, Console(quiet=True), Late())


def test_a_release_that_adds_a_task_after_grading_touches_nothing(
    class_: Course, fake_engine: FakeEngine
) -> None:
    path = class_.folder("source", "hw1_means") / "hw1_means.ipynb"
    path.write_text(path.read_text().replace('"mean_hidden"', '"mean_other"'))
    released = class_.folder("release", "hw1_means") / "hw1_means.ipynb"
    before = released.read_bytes()
    with pytest.raises(CourseError, match=r"cells came or went.*mean_hidden.*another assignment"):
        release(class_)
    assert released.read_bytes() == before
    assert Path(class_.root / "gradebook.db").exists()
    assert Submissions(class_, "hw1_means", Options.of(class_)).copies.newest == 1
