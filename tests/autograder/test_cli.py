"""The command line: quick to start, honest in its exit codes, never a traceback for a typo."""

import subprocess
import sys
from pathlib import Path

import pytest
from fake_engine import GOOD, FakeEngine, hand_in

from autograder import cli
from autograder.course import Course


def test_grade_status_and_export_in_a_row(
    released: Course,
    fake_engine: FakeEngine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand_in(released, "ada", {"mean": GOOD})
    monkeypatch.chdir(released.root)
    assert cli.main(["grade", "hw1"]) == 0
    assert "1 new in the gradebook" in " ".join(capsys.readouterr().err.split())
    assert cli.main(["status", "hw1"]) == 0
    assert "ada" in capsys.readouterr().out
    assert cli.main(["export"]) == 0
    assert "ada,hw1_means,graded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["status", "--course", "nowhere"], "there is no such folder"),
        (["grade", "exam"], "no assignment begins with 'exam'"),
        (["grade", "hw1"], "nobody has handed in hw1_means"),
        (["grade", "hw1", "--workers", "0"], "nobody has handed in"),
    ],
)
def test_mistakes_are_one_line_and_code_2(
    released: Course,
    words: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(released.root)
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("words", [["dance"], ["grade"], ["grade", "hw1", "--mode", "fast"]])
def test_unknown_words_end_with_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage: autograder" in capsys.readouterr().err


def test_no_command_shows_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.COMMANDS)


def test_what_the_engine_lacks_is_one_line(
    released: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograder.sandbox import SandboxError

    def refuse(*_: object, **__: object) -> None:
        raise SandboxError("no Landlock here")

    hand_in(released, "ada", {"mean": GOOD})
    monkeypatch.setattr("autograder.submissions._run_all", lambda: refuse)
    assert cli.main(["grade", "hw1", "--course", str(released.root)]) == 2
    assert "no Landlock here (see `autograder doctor`)" in capsys.readouterr().err


def test_a_broken_gradebook_is_one_line(
    released: Course, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(released, "ada", {"mean": GOOD})
    (released.root / "gradebook.db").write_bytes(b"this is no database" * 100)
    assert cli.main(["grade", "hw1", "--course", str(released.root)]) == 2
    says = "autograder grade: the gradebook: file is not a database (restore it from a backup)\n"
    assert capsys.readouterr().err == says


def test_other_commands_are_not_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from autograder import cli; cli.main(['status', '--course', 'nowhere']);"
        "print(*sys.modules)"
    )
    ask = [sys.executable, "-c", code]
    done = subprocess.run(ask, capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded = set(done.stdout.split())
    assert "autograder.status" in loaded
    assert not {"torch", "course_lib", "autograder.prove", "autograder.pool"} & loaded
