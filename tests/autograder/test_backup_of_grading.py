"""Backups taken while `autograder grade` is at work: each is whole, and grading goes on from it."""

import io
import multiprocessing
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from corrections import grade, scores
from fake_engine import GOOD, FakeEngine, hand_in
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder import audit
from autograder import grade as grading
from autograder.course import Course
from autograder.submissions import Options
from hub import backup, restore

STUDENTS = [f"s{number:02}" for number in range(14)]
fork = multiprocessing.get_context("fork")


def grade_in_step(course: Course, step: Any) -> None:
    """Waits for its watcher before each student; a few at a time go into the gradebook."""
    engine = FakeEngine()
    engine.before = lambda _: step.wait(60)
    quiet = Console(file=io.StringIO())
    sys.exit(grading.grade(course, "hw1_means", STUDENTS, Options.of(course), quiet, engine))


def graded(course: Course) -> set[str]:
    """Students of whom the gradebook has a submission, if it is sound."""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
        return {name for (name,) in database.execute("select student_id from submitted_assignment")}


def test_each_backup_is_of_one_moment_and_can_be_graded_to_its_end(
    released: Course, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    for student in STUDENTS:  # no two are equal, so that all have to run
        hand_in(released, student, {"mean": f"{GOOD}  # {student}", "why": f"Reason {student}."})
    step, archives = fork.Barrier(2), list[Path]()
    grader = fork.Process(target=grade_in_step, args=(released, step))
    grader.start()
    for _ in STUDENTS:
        step.wait(60)
        while step.n_waiting == 0 and grader.is_alive():  # he runs one more, and may write a few
            archives.append(tmp_path / f"{len(archives)}.tar")
            backup.back_up(released, archives[-1])
    grader.join(60)
    assert grader.exitcode == 0
    expected = scores(released)
    assert set(expected) == set(STUDENTS)
    stages = {}
    for archive in archives:
        restore.restore(released.root, archive)
        found = graded(released)
        records = {path.stem for path in (released.hidden / "handed").rglob("*.json")}
        log = audit.read(released)
        assert records == found == {entry.student for entry in log.entries}
        assert log.broken is None
        stages[len(found)] = archive
    half = [count for count in stages if 0 < count < len(STUDENTS)]
    assert half, "no backup fell into the grading"
    restore.restore(released.root, stages[half[0]])
    code, said = grade(released, fake_engine)
    assert code == 0, said
    assert 0 < len(fake_engine.ran) < len(STUDENTS), "what had a result was not run again"
    assert graded(released) == set(STUDENTS)
    assert scores(released) == expected
