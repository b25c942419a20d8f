"""A gradebook in PostgreSQL, on a real server. Oracle: the same class with SQLite."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader import dbutil
from nbgrader.api import Gradebook, SubmittedAssignment
from postgres import Server, programs
from rich.console import Console
from sqlalchemy import create_engine, inspect, text

from autograder import cli, export, feedback
from autograder import grade as grading
from autograder.batch import Handoff
from autograder.course import Course, CourseError
from autograder.gradebook import check_exists
from autograder.overview import Row, rows
from autograder.release import generate
from autograder.submissions import Options


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    where = programs()
    if where is None:
        why = "no PostgreSQL server here: install the package postgresql"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with closing(Server(where)) as made:
        yield made


def moved(course: Course, url: str) -> Course:
    """The same course with its gradebook at this URL."""
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")
    return Course.open(course.root)


@pytest.fixture(scope="module")
def template(server: Server, released_once: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with `hw1_means` released into it, by our own command."""
    import shutil

    base = tmp_path_factory.mktemp("postgres")
    shutil.copytree(released_once, base / "course")
    course = Course.open(base / "course" / "assignments")
    (course.root / "gradebook.db").unlink()
    generate(moved(course, server.create("released")), "hw1_means")
    return "released"


@pytest.fixture
def course(
    server: Server, template: str, released: Course, request: pytest.FixtureRequest
) -> Course:
    """The small course, released; its gradebook in a database of its own."""
    (released.root / "gradebook.db").unlink()
    name = request.node.name.partition("[")[0].lower()
    return moved(released, server.create(name[:60], like=template))


def fill(course: Course) -> None:
    path = hand_in(course, "ada", {"mean": GOOD, "why": "It balances."})
    (path.parent / "timestamp.txt").write_text("2030-01-02 10:20:30.123456 UTC")
    hand_in(course, "bob", {"mean": HALF, "why": "Do not know: \x01 '; DROP TABLE grade; --"})
    hand_in(course, "d'Arc é", {"mean": GOOD + "\n# mine"})
    hand_in(course, "eve", raw=b"{")
    hand_in(course, "zoe")


def run(course: Course, engine: FakeEngine) -> int:
    shown = Console(file=io.StringIO(), width=200)
    students = course.students("hw1_means")
    return grading.grade(course, "hw1_means", students, Options.of(course), shown, engine)


def found(course: Course) -> list[Row]:
    return rows(course, "hw1_means")


def give(course: Course, student: str, points: float) -> None:
    """As a grader does in the formgrader, over a connection of its own."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        grade = gradebook.find_grade("why", "hw1_means", "hw1_means", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("why", "hw1_means", "hw1_means", student).manual_comment = "Hm."
        gradebook.db.commit()


def test_the_whole_loop_is_as_with_sqlite(
    course: Course, released_once: Path, tmp_path: Path, fake_engine: FakeEngine
) -> None:
    import shutil

    shutil.copytree(released_once, tmp_path / "other")
    other = Course.open(tmp_path / "other" / "assignments")
    said = []
    for each in (course, other):
        fill(each)
        assert run(each, fake_engine) == 0
        give(each, "ada", 4)
        hand_in(each, "zoe", {"mean": HALF})  # after a regrade request
        assert run(each, fake_engine) == 0
        pages = feedback.write_all(each, "hw1_means")
        table = io.StringIO()
        export.write(found(each), table)
        said.append((found(each), table.getvalue(), [page.read_text() for page in pages]))
    assert said[0] == said[1]
    totals = {row.student: row.total for row in said[0][0]}
    assert totals == {"ada": 9, "bob": 2, "d'Arc é": 5, "eve": 0, "zoe": 2}
    assert not (course.root / "gradebook.db").exists()
    assert "d'Arc é,hw1_means,graded" in said[0][1]


def test_a_person_grades_at_the_same_time(
    course: Course, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(course)
    assert run(course, fake_engine) == 0
    for student in ("ada", "bob"):
        hand_in(course, student, {"mean": HALF + "\n# changed", "why": "Another answer."})
    write, threads = Handoff._write, []

    def beside(self: Handoff, student: str, *rest: Any) -> None:
        write(self, student, *rest)
        self.gradebook.db.flush()  # ada's rows are changed, and not committed
        for other, points in [("ada", 3.0), ("d'Arc é", 5.0)] if student == "ada" else []:
            threads.append(threading.Thread(target=give, args=(course, other, points)))
            threads[-1].start()

    monkeypatch.setattr(Handoff, "_write", beside)
    assert run(course, fake_engine) == 0
    for thread in threads:
        thread.join(30)
    assert [thread.is_alive() for thread in threads] == [False, False]
    points = {row.student: (row.tasks or {}).get(("hw1_means", "why")) for row in found(course)}
    assert points == {"ada": 3, "bob": None, "d'Arc é": 5, "eve": 0, "zoe": 0}
    assert {row.student: row.raw for row in found(course)}["ada"] == 2 + 3


def test_a_server_that_stops_loses_nothing(
    course: Course, server: Server, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(course)
    command = ["grade", "hw1", "--course", str(course.root)]
    fake_engine.before = lambda name: server.stop() if name.startswith("zoe") else None
    try:
        assert cli.main(command) == 2
        said = capsys.readouterr().err.splitlines()
        assert said[-1].startswith("autograder grade: the gradebook: ")
        assert "nothing is lost" in said[-1]
        assert not any("Traceback" in line for line in said)
        assert cli.main(["status", "hw1", "--course", str(course.root)]) == 2
        assert "is the server up?" in capsys.readouterr().err.lower()
    finally:
        server.start()
    ran, fake_engine.before = len(fake_engine.ran), lambda name: None
    assert cli.main(command) == 0
    assert len(fake_engine.ran) - ran <= 1  # zoe's, whose result was not stored
    totals = {row.student: row.total for row in found(course)}
    assert totals == {"ada": 5, "bob": 2, "d'Arc é": 5, "eve": 0, "zoe": 0}


def test_an_empty_database_is_no_gradebook(server: Server, released: Course) -> None:
    url = server.create("empty").replace("grader@", "grader:secret@")
    course = moved(released, url)
    with pytest.raises(CourseError, match="autograder release hw1_means") as refused:
        check_exists(course, "hw1_means")
    assert "secret" not in str(refused.value)
    with pytest.raises(CourseError, match="no gradebook"):
        found(course)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_database_that_is_not_there_is_one_line(
    server: Server, released: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    course = moved(released, server.url("nowhere"))
    assert cli.main(["status", "hw1", "--course", str(course.root)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("autograder status: the gradebook: ")
    assert 'database "nowhere" does not exist' in said
    assert len(said.splitlines()) == 1


def test_a_student_is_forgotten(course: Course, fake_engine: FakeEngine) -> None:
    fill(course)
    assert run(course, fake_engine) == 0
    assert cli.main(["forget", "d'Arc é", "--yes", "--course", str(course.root)]) == 0
    left = {row.student: row.total for row in found(course)}
    assert left == {"ada": 5, "bob": 2, "eve": 0, "zoe": 0}
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        assert gradebook.db.query(SubmittedAssignment).count() == 4


def test_the_schema_is_nbgraders_newest_and_an_older_one_is_named(
    course: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(course)
    command = ["grade", "hw1", "--course", str(course.root)]
    assert cli.main(command) == 0
    dbutil.upgrade(course.directory.db_url)  # what `nbgrader db upgrade` calls: nothing to do
    assert {row.student: row.total for row in found(course)}["ada"] == 5
    engine = create_engine(course.directory.db_url)
    with engine.begin() as connection:  # as before nbgrader 0.6
        connection.execute(text("ALTER TABLE student DROP COLUMN lms_user_id"))
    engine.dispose()
    capsys.readouterr()
    assert cli.main([*command, "--force"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("autograder grade: the gradebook: ")
    assert "nbgrader db upgrade" in said
