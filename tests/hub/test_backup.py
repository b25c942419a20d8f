"""A backup taken while somebody writes, everything lost, and all of it back."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder import audit
from autograder.course import Course, CourseError
from autograder.locks import only_one, writing
from hub import backup, restore

STUDENTS = 40


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with STUDENTS; to make one costs seconds (nbgrader starts alembic)."""
    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        with Gradebook(f"sqlite:///{path}", "rnn") as book:
            for number in range(STUDENTS):
                book.add_student(f"s{number}", first_name="before")
    return path


@pytest.fixture
def course(tmp_path: Path, gradebook: Path) -> Course:
    """A course with grades, results and an exchange into which a student has put traps."""
    root, exchange = tmp_path / "course", tmp_path / "exchange"
    inbound = exchange / "rnn" / "inbound"
    for folder in (root / "source" / "hw1", root / ".autograder" / "results", inbound / "a+hw1+t"):
        folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'rnn'\nc.Exchange.root = '{exchange}'\n"
    )
    (root / "source" / "hw1" / "hw1.ipynb").write_text("{}")
    (root / ".autograder" / "results" / "0a.json").write_text("a result")
    (inbound / "a+hw1+t" / "hw1.ipynb").write_text("work")
    (inbound / "a+hw1+t" / "all").symlink_to("/etc")
    (inbound / "a+hw1+t" / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(inbound / "pipe")
    inbound.chmod(0o1733)
    shutil.copy(gradebook, root)
    return Course.open(root)


def names(root: Path) -> set[tuple[str, str]]:
    with sqlite3.connect(root / "gradebook.db") as database:
        return set(database.execute("select id, first_name from student"))


def picture(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_uid,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
        if not path.is_symlink() and (path.is_file() or path.is_dir())
        if path.name != "gradebook.db" and "locks" not in path.parts
    }


def test_everything_comes_back(course: Course, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path / "exchange/rnn/inbound/a+hw1+t", 1, 1)
    before = picture(course.root), picture(tmp_path / "exchange/rnn"), names(course.root)
    archive = tmp_path / "b.tar"
    said = backup.back_up(course, archive)
    assert sum("left out" in line for line in said) == 3  # two links, a pipe
    assert archive.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(course.root)
    shutil.rmtree(tmp_path / "exchange")
    assert backup.main([str(course.root), "--restore", str(archive)]) == 0
    after = picture(course.root), picture(tmp_path / "exchange/rnn"), names(course.root)
    assert after == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "course", "exchange"]


def test_taken_while_a_grader_writes_it_is_of_one_moment(course: Course, tmp_path: Path) -> None:
    """Each write changes every student and the log together, under the lock that grading takes."""
    stop, log = threading.Event(), course.hidden / "round"

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(course), sqlite3.connect(course.root / "gradebook.db") as database:
                database.execute("update student set first_name = ?", [f"round {number}"])
                database.commit()
                log.write_text(f"round {number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup.back_up(course, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        writer.join()
    seen = set()
    for number in range(5):
        restore.restore(course.root, tmp_path / f"{number}.tar")
        (words,) = {name for _, name in names(course.root)}
        assert words in (log.read_text() if log.exists() else "before", "before")
        assert len(names(course.root)) == STUDENTS
        seen.add(words)
    assert len(seen) > 1  # it wrote in between


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
def test_a_damaged_archive_changes_nothing(course: Course, tmp_path: Path, place: float) -> None:
    archive = tmp_path / "b.tar"
    backup.back_up(course, archive)
    content = bytearray(archive.read_bytes())
    where = content.index(b"SQLite format 3") + 64 if place < 0.5 else 0
    where = where or content.index(b"a result" if place < 0.9 else b'"sha256"')
    content[where] ^= 1
    archive.write_bytes(content)
    before = picture(course.root), names(course.root)
    with pytest.raises(CourseError, match="damaged"):
        restore.restore(course.root, archive)
    assert (picture(course.root), names(course.root)) == before


def test_half_an_archive_is_refused(course: Course, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    backup.back_up(course, archive)
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(CourseError, match="damaged"):
        restore.verify(archive)


def test_what_was_there_is_kept(course: Course, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    backup.back_up(course, archive)
    (course.root / "new").write_text("since then")
    kept = restore.restore(course.root, archive)
    assert not (course.root / "new").exists()
    assert [(path / "new").exists() for path in kept].count(True) == 1


def test_nothing_is_restored_under_a_grader(course: Course, tmp_path: Path, capsys) -> None:
    archive = tmp_path / "b.tar"
    backup.back_up(course, archive)
    with only_one(course, "hw1"):
        assert backup.main([str(course.root), "--restore", str(archive)]) == 2
    assert "at work" in capsys.readouterr().err


def test_another_database_is_named(course: Course, tmp_path: Path) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.db_url = 'postgresql://x/y'\n")
    said = backup.back_up(Course.open(course.root), tmp_path / "b.tar")
    assert any("pg_dump" in line for line in said)


def test_the_command(course: Course, tmp_path: Path) -> None:
    command = [sys.executable, str(Path(backup.__file__)), str(course.root)]
    done = subprocess.run([*command, "--to", str(tmp_path / "b.tar")], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert audit.path_of(course).name == "log.jsonl"
    done = subprocess.run([*command, "--to", str(tmp_path / "no/b.tar")], capture_output=True)
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
