"""What leaves the course has no names, what is deleted is gone. Oracle: a search of every byte."""

import argparse
import csv
import io
import multiprocessing
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_engine import GOOD, FakeEngine, hand_in
from nbgrader.api import Gradebook

from autograder import audit, cli, export, feedback, forget, holdings, privacy, retain
from autograder.batch import Handoff
from autograder.course import Course, CourseError
from autograder.history import keep
from autograder.overview import rows
from autograder.results import read_handed

NAME = "quentin.zwicky"  # nowhere else
WORDS = f"print('I am {NAME}')\n"


@pytest.fixture(scope="module")
def graded_once(released_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who has left their name in all places, and two others."""
    base = tmp_path_factory.mktemp("graded")
    shutil.copytree(released_once, base / "course")
    released = Course.open(base / "course" / "assignments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.submissions._run_all", FakeEngine)
        patch.setattr(cli, "_head_start", lambda _: nullcontext())
        grade_twice(released)
    return base / "course"


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Course:
    shutil.copytree(graded_once, tmp_path / "course")
    return Course.open(tmp_path / "course" / "assignments")


def grade_twice(released: Course) -> None:
    for student, answer in [(NAME, "# first\n"), ("ada", ""), ("bob", "")]:
        hand_in(released, student, {"mean": WORDS + answer + GOOD if answer else GOOD})
    command(released, "grade", "hw1")
    with Gradebook(released.directory.db_url, released.directory.course_id) as gradebook:
        gradebook.update_or_create_assignment("hw1_means", duedate="2020-01-31 12:00:00 UTC")
        gradebook.update_or_create_student(NAME, first_name=NAME, email=f"{NAME}@campus.example")
        comment = gradebook.find_comment("why", "hw1_means", "hw1_means", NAME)
        comment.manual_comment = f"Dear {NAME}"
        gradebook.db.commit()
    (released.root / "extensions.csv").write_text(
        f"student,assignment,due\n{NAME},hw1,2020-02-12 23:59 UTC\nada,hw1,2020-02-12 23:59 UTC\n"
    )
    keep(released, "hw1_means", NAME, "digest", {})
    path = hand_in(released, NAME, {"mean": f"{WORDS}raise ValueError('{NAME}')", "why": NAME})
    (path.parent / f"{NAME}.csv").write_text(NAME)
    command(released, "grade", "hw1", "--yes")
    feedback.write_all(released, "hw1_means")
    reports = released.root / "reports"
    reports.mkdir()
    (reports / "hw1_means.html").write_text(f"<td>{NAME}</td>")


def command(course: Course, *words: str) -> None:
    assert cli.main([*words, "--course", str(course.root)]) == 0


def search(course: Course, name: str = NAME) -> list[str]:
    """Where the name still is: in paths and in the bytes of every file, the database's too."""
    found = []
    for path in course.root.rglob("*"):
        where = str(path.relative_to(course.root))
        if name in where or (path.is_file() and name.encode() in path.read_bytes()):
            found.append(where)
    return found


def exported(course: Course, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    command(course, "export", "--pseudonyms", *words)
    return capsys.readouterr().out


def test_an_export_has_pseudonyms_and_the_same_points(
    graded: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    text = exported(graded, capsys)
    lines = list(csv.DictReader(io.StringIO(text)))
    by_name = {line["student"]: float(line["total"]) for line in lines}
    named = {row.student: row.total for row in rows(graded, "hw1_means")}
    assert by_name == {privacy.pseudonym(graded, name): total for name, total in named.items()}
    assert list(by_name) == sorted(by_name)  # an order by name would tell
    assert {line["timestamp"] for line in lines} == {""}
    assert not any(name in text for name in named)
    tests = exported(graded, capsys, "--tests")
    assert not any(name in tests for name in named)
    assert len(tests.splitlines()) == 1 + 3 * 3
    assert {line["student"] for line in csv.DictReader(io.StringIO(tests))} == set(by_name)
    with pytest.raises(CourseError, match="knows no pseudonyms"):
        export.run(argparse.Namespace(pseudonyms=True, format="canvas"))


def test_a_pseudonym_is_the_keys_and_the_names(released: Course, tmp_path: Path) -> None:
    first = privacy.pseudonym(released, "ada")
    assert first == privacy.pseudonym(Course.open(released.root), "ada")
    names = [f"s{i}" for i in range(2000)]
    assert len({privacy.pseudonym(released, name) for name in names}) == len(names)
    assert privacy.shown(released, "ada", terminal=True) == "ada"
    assert privacy.shown(released, "ada", terminal=False) == first
    key = released.hidden / privacy.KEY
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in released.hidden.iterdir()] == [privacy.KEY]
    key.unlink()
    assert privacy.pseudonym(released, "ada") != first
    key.chmod(0o644)
    with pytest.raises(CourseError, match="chmod 600"):
        privacy.pseudonym(released, "ada")
    key.chmod(0o600)
    for damage in ("", "zz", "ab" * 31):
        key.write_text(damage)
        with pytest.raises(CourseError, match="damaged"):
            privacy.pseudonym(released, "ada")


def test_a_log_has_no_names(
    graded: Course,
    fake_engine: FakeEngine,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What goes to a terminal may name people; what goes to a file is read by others, and stays."""
    monkeypatch.setattr(cli, "_head_start", lambda _: nullcontext())
    hand_in(graded, NAME, {"mean": GOOD + "\n# third"})
    hand_in(graded, "bob", {"mean": GOOD, "why": "More."})
    write = Handoff._write

    def fails(self: Handoff, student: str, *rest: Any) -> None:
        write(self, student, *rest)
        if student == "bob":
            raise ValueError(f"no place for {student}")

    monkeypatch.setattr(Handoff, "_write", fails)
    words = ["grade", "hw1", "--yes", "--course", str(graded.root)]
    with caplog.at_level("WARNING"):
        assert cli.main(words) == 1
        said = "".join(capsys.readouterr()) + caplog.text
        assert privacy.pseudonym(graded, NAME) in said  # whose scores change
        assert f"no place for {privacy.pseudonym(graded, 'bob')}" in said
        assert NAME not in said
        assert not re.search(r"\b(ada|bob)\b", said)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert cli.main(words) == 1
    assert "no place for bob" in capsys.readouterr().err


def test_results_hold_no_name_of_a_student(graded: Course) -> None:
    """They are named by content: ada's and bob's equal work has one result."""
    results = list((graded.hidden / "results").iterdir())
    texts = [path.read_text() for path in results]
    assert len(results) == 3  # one of them replaced
    assert not any("ada" in text or "bob" in text for text in texts)
    assert any(NAME in text for text in texts)  # where it comes out of their own code


def test_forget_says_what_and_deletes_nothing_without_yes(
    graded: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    before = search(graded)
    assert cli.main(["forget", NAME, "--course", str(graded.root)]) == 1
    said = capsys.readouterr().out
    folders = ("submitted/", "autograded/", "feedback/", ".autograder/handed/", "history/")
    rest = ("gradebook: 1 submissions", "extensions.csv", "log: ", "reports/", "not looked at")
    assert [what for what in (*folders, *rest) if what not in said] == []
    assert search(graded) == before
    assert len(before) > 10


def test_forget_leaves_not_a_byte_and_nobody_else_is_touched(graded: Course) -> None:
    others = {row.student: row for row in rows(graded, "hw1_means") if row.student != NAME}
    command(graded, "forget", NAME, "--yes")
    assert search(graded) == []
    assert {row.student: row for row in rows(graded, "hw1_means")} == others
    assert "ada,hw1,2020-02-12" in (graded.root / "extensions.csv").read_text()
    assert len(list((graded.hidden / "results").iterdir())) == 1
    log = audit.read(graded)
    assert log.broken is None
    theirs = [entry for entry in log.entries if entry.student.startswith("forgotten-")]
    assert len(theirs) == 3  # graded, graded again, forgotten
    assert {entry.who for entry in theirs} == {audit.account()}
    assert [entry.changes for entry in theirs] == [()] * 3
    assert {entry.student for entry in log.entries if entry not in theirs} == {"ada", "bob"}
    with pytest.raises(CourseError, match="is the id right"):
        forget.run(argparse.Namespace(course=str(graded.root), student=NAME, yes=True))


def _forget_until(course: Course, at: int) -> None:
    seen = 0

    def count(act: Any) -> Any:
        def counted(*args: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*args)

        return counted

    holdings.remove = count(holdings.remove)  # type: ignore[assignment]
    for name in ("_from_gradebook", "_from_log"):
        setattr(forget, name, count(getattr(forget, name)))
    holdings.rewrite_gradebook = count(holdings.rewrite_gradebook)  # type: ignore[assignment]
    forget.run(argparse.Namespace(course=str(course.root), student=NAME, yes=True))


@pytest.mark.parametrize("at", [1, 4, 7, 9])
def test_a_forget_that_was_killed_is_finished_by_the_next(graded: Course, at: int) -> None:
    process = multiprocessing.get_context("fork").Process(target=_forget_until, args=(graded, at))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    command(graded, "forget", NAME, "--yes")
    assert search(graded) == []
    assert list((graded.hidden / "forgetting").iterdir()) == []


def test_forget_takes_an_id_and_nothing_else(graded: Course) -> None:
    assert cli.main(["forget", "nobody", "--course", str(graded.root)]) == 2  # makes key and lock
    before = sorted(graded.root.rglob("*"))
    for student in ("", ".", "..", "../source", "a/b", "a\0b", "*", "ad", "adaa"):
        with pytest.raises(CourseError):
            forget.run(argparse.Namespace(course=str(graded.root), student=student, yes=True))
    assert sorted(graded.root.rglob("*")) == before


def test_another_structure_of_folders(graded: Course) -> None:
    with open(graded.root / "nbgrader_config.py", "a") as file:
        file.write("c.CourseDirectory.directory_structure = ")
        file.write("'{nbgrader_step}/{assignment_id}/{student_id}'\n")
    for student in (NAME, "ada"):
        (graded.root / "submitted" / "hw1_means" / student).mkdir(parents=True)
    found = holdings.of_student(Course.open(graded.root), NAME)
    assert graded.root / "submitted" / "hw1_means" / NAME in found
    assert not [path for path in found if "ada" in path.parts]


def test_a_link_is_removed_and_not_what_it_points_to(graded: Course, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "file").touch()
    link = graded.root / "submitted" / "eve"
    link.symlink_to(secret)
    command(graded, "forget", "eve", "--yes")
    assert not link.is_symlink()
    assert (secret / "file").exists()


def arguments(course: Course, **given: Any) -> argparse.Namespace:
    chosen = {"course": str(course.root), "until": None, "older_than": None, "yes": False}
    return argparse.Namespace(**(chosen | given))


def work(course: Course) -> list[str]:
    """All that a finished assignment need not leave."""
    names = ("submitted", "autograded", "feedback", "results", "handed", "history")
    paths: Iterable[Path] = [*course.root.rglob("*"), *course.hidden.rglob("*")]
    return [str(path) for path in paths if path.is_file() and {*path.parts} & {*names}]


def test_retain_deletes_the_work_and_keeps_the_scores(
    graded: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    before, log = {r.student: r.total for r in rows(graded, "hw1_means")}, audit.read(graded)
    kept = work(graded)
    assert retain.run(arguments(graded, older_than=30)) == 0  # last graded just now
    assert "hw1_means" not in capsys.readouterr().out
    old = (datetime.now(UTC) - timedelta(days=90)).timestamp()
    for record in (graded.hidden / "handed").rglob("*.json"):
        os.utime(record, (old, old))
    assert retain.run(arguments(graded, until="2020-01-01 00:00 UTC", yes=True)) == 0
    assert retain.run(arguments(graded, older_than=30)) == 1
    assert "hw1_means" in capsys.readouterr().out
    gone = {*kept} - {*work(graded)}
    assert [Path(path).parent.name for path in gone] == ["results"]  # of what was replaced
    assert retain.run(arguments(graded, older_than=30, yes=True)) == 0
    assert work(graded) == []
    assert {row.student: row.total for row in rows(graded, "hw1_means")} == before
    assert audit.read(graded) == log
    assert read_handed(graded, "hw1_means", "ada") is None
    assert retain.run(arguments(graded, older_than=30, yes=True)) == 0


def test_what_is_not_known_to_be_finished_stays(graded: Course) -> None:
    for record in (graded.hidden / "handed").rglob("*.json"):
        record.unlink()
    with Gradebook(graded.directory.db_url, graded.directory.course_id) as gradebook:
        gradebook.find_assignment("hw1_means").duedate = None
        gradebook.db.commit()
    assert retain.finished(graded, datetime(2999, 1, 1)) == []


def test_a_date_that_cannot_be_meant_is_refused(graded: Course) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"until": "2999-01-01 00:00 UTC"}, "lies ahead"),
        ({"until": "2020-01-01"}, "zone"),
        ({"older_than": -1}, "lies ahead"),
        ({"older_than": 10**9}, "calendar"),
    ]
    before = work(graded)
    for given, says in cases:
        with pytest.raises(CourseError, match=says):
            retain.run(arguments(graded, yes=True, **given))
    assert work(graded) == before
