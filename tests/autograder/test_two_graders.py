"""Several people at work on one SQLite gradebook, in processes of their own: nothing is lost."""

import io
import multiprocessing
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from corrections import correct, grade, scores
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader.api import Gradebook, MissingEntry
from rich.console import Console
from small_course import make_course

from autograder import audit, cli
from autograder import grade as grading
from autograder.course import Course
from autograder.locks import only_one
from autograder.release import generate
from autograder.submissions import Options

STUDENTS = [f"s{number:02}" for number in range(16)]
BROKEN = "assert mean_of([-7, 4, 18]) == 5.0"
STRICT = "assert mean_of([-7, 4, 18]) == -5.0"
fork = multiprocessing.get_context("fork")


def started(act: Callable[..., None], *arguments: Any) -> Any:
    process = fork.Process(target=act, args=arguments)
    process.start()
    return process


def done(*processes: Any) -> None:
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(processes)


@pytest.fixture
def class_(released: Course) -> Course:
    for number, student in enumerate(STUDENTS):
        hand_in(released, student, {"mean": GOOD, "why": f"Reason {number}."})
    return released


def slowly(course: Course, assignment: str, answer: str = "ask", step: Any = None) -> None:
    """`autograder grade` with an engine that takes its time, or goes in step with another."""
    engine = FakeEngine()
    engine.before = lambda _: step.wait(60) if step else time.sleep(0.01)
    students, options = course.students(assignment), Options.of(course)
    quiet = Console(file=io.StringIO())
    with only_one(course, assignment):
        code = grading.grade(course, assignment, students, options, quiet, engine, answer)
    sys.exit(code)


def give_points(course: Course, rounds: int = 1) -> None:
    """A person at the formgrader, as its handlers do it: as soon as there is something to grade."""
    for _ in range(rounds):
        left = dict.fromkeys(STUDENTS)
        while left:
            time.sleep(0.03)
            for student in [*left]:
                with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
                    try:
                        row = gradebook.find_grade("why", "hw1_means", "hw1_means", student)
                    except MissingEntry:
                        break  # this one is handed over later, and so are those after it
                    row.manual_score = points(student)
                    row.needs_manual_grade = False
                    comment = gradebook.find_comment("why", "hw1_means", "hw1_means", student)
                    comment.manual_comment = f"{student}: well said"
                    gradebook.db.commit()
                    del left[student]


def points(student: str) -> float:
    return 1 + int(student[1:]) % 4


def check(course: Course, auto: float) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        for student in STUDENTS:
            row = gradebook.find_grade("why", "hw1_means", "hw1_means", student)
            assert row.manual_score == points(student), student
            comment = gradebook.find_comment("why", "hw1_means", "hw1_means", student)
            assert comment.manual_comment == f"{student}: well said"
            notebook = gradebook.find_submission_notebook("hw1_means", "hw1_means", student)
            assert notebook.score == auto + points(student), student
    assert audit.read(course).broken is None


def test_points_given_while_a_class_is_graded_stay(class_: Course) -> None:
    done(started(slowly, class_, "hw1_means"), started(give_points, class_))
    check(class_, 5.0)


def test_points_given_while_a_class_is_graded_again_stay(
    class_: Course, fake_engine: FakeEngine
) -> None:
    for number, student in enumerate(STUDENTS):  # no two are equal, so that all have to run
        hand_in(class_, student, {"mean": f"{GOOD}  # {number}", "why": f"Reason {number}."})
    grade(class_, fake_engine)
    correct(class_, BROKEN, STRICT)
    done(started(slowly, class_, "hw1_means", "yes"), started(give_points, class_, 2))
    code, _ = grade(class_, fake_engine, "yes")  # where a person was quicker, once more
    assert code == 0
    check(class_, 2.0)


def test_two_assignments_at_once(released: Course) -> None:
    """Both meet the same students for the first time, whom only one of them can enter."""
    second = released.folder("source", "hw2_means")
    shutil.copytree(released.folder("source", "hw1_means"), second)
    (second / "hw1_means.ipynb").rename(second / "hw2_means.ipynb")
    generate(released, "hw2_means")
    for student in STUDENTS:
        path = hand_in(released, student, {"mean": f"{HALF}  # {student}"})
        other = released.folder("submitted", "hw2_means", student)
        other.mkdir(parents=True)
        shutil.copy(path, other / "hw2_means.ipynb")
    step = fork.Barrier(2)
    names = ("hw1_means", "hw2_means")
    done(*(started(slowly, released, name, "ask", step) for name in names))
    with Gradebook(released.directory.db_url, released.directory.course_id) as gradebook:
        assert {student.id for student in gradebook.students} == {*STUDENTS}
        for name in names:
            found = {row.student.id: row.score for row in gradebook.assignment_submissions(name)}
            assert found == dict.fromkeys(STUDENTS, 2.0)
    log = audit.read(released)
    assert log.broken is None
    assert len(log.entries) == 2 * len(STUDENTS)


def held(course: Course, ready: Any, over: Any) -> None:
    with only_one(course, "hw1_means"):
        ready.set()
        over.wait(60)


def test_the_same_assignment_twice_is_refused_in_one_line(
    class_: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    ready, over = fork.Event(), fork.Event()
    other = started(held, class_, ready, over)
    assert ready.wait(60)
    words = ["grade", "hw1", "--course", str(class_.root)]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert "another `autograder grade hw1_means` is at work" in said
    assert len(said.splitlines()) == 1
    over.set()
    done(other)
    assert cli.main(words) == 0


def test_an_assignment_of_several_notebooks(tmp_path: Path, fake_engine: FakeEngine) -> None:
    """A correction of one notebook runs that one alone; a missing one costs its own points."""
    course = make_course(tmp_path)
    folder = course.folder("source", "hw1_means")
    shutil.copy(folder / "hw1_means.ipynb", folder / "more.ipynb")
    generate(course, "hw1_means")
    for student, more in [("ada", GOOD), ("bob", HALF), ("eve", None)]:
        path = hand_in(course, student, {"mean": GOOD})
        if more:
            text = path.read_text().replace(GOOD.split("return")[1], more.split("return")[1])
            path.with_name("more.ipynb").write_text(text)
    grade(course, fake_engine)
    totals = {"ada": 10.0, "bob": 7.0, "eve": 5.0}
    assert scores(course) == totals
    fake_engine.ran.clear()
    path = folder / "more.ipynb"
    path.write_text(path.read_text().replace(BROKEN, STRICT))
    generate(course, "hw1_means")
    grade(course, fake_engine, "yes")
    assert {name.split("/")[1] for name in fake_engine.ran} == {"more"}
    assert scores(course) == {"ada": 7.0, "bob": 7.0, "eve": 5.0}
