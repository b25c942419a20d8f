"""The learner's one file: whatever is in it, however many write it, nothing is lost silently."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import learner_state
from autograder.course import CourseError
from autograder.learner_state import Work


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return learner_state.file().parent


def test_what_is_written_is_read_and_nothing_else_is_left(data):
    assert learner_state.read() == learner_state.Progress()
    with learner_state.changing() as progress:
        progress.lectures["00_start_here"] = "2026-01-02 03:04"
        work = progress.work.setdefault("hw1", Work())
        work.add(3.5, 10, {"a": "1", "b": "1"}, ["a", "c"])
    assert learner_state.read() == progress
    assert learner_state.read().work["hw1"].failed == {"a": learner_state.Failed("1", 1)}
    assert {path.name for path in data.iterdir()} == {"progress.json", "progress.lock"}


DAMAGED = [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000]
DAMAGED += [
    b'{"version": 2, "work": {}, "lectures": {}}',
    b'{"version": 1, "work": {"hw1": {"best": 3}}, "lectures": {}}',
    b'{"version": 1, "work": {"hw1": null}, "lectures": {}}',
    b'{"version": 1, "work": {}, "lectures": ["00"]}',
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_kept_aside_and_told(data, content, capsys):
    data.mkdir(parents=True)
    for number in (1, 2):
        learner_state.file().write_bytes(content)
        assert learner_state.read() == learner_state.Progress()
        assert (data / f"progress.damaged-{number}.json").read_bytes() == content
        assert f"progress.damaged-{number}.json" in capsys.readouterr().err
    with learner_state.changing() as progress:
        progress.lectures["00"] = "now"
    assert learner_state.read().lectures == {"00": "now"}


def test_an_error_in_between_changes_nothing():
    with learner_state.changing() as progress:
        progress.lectures["00"] = "now"
    with pytest.raises(ZeroDivisionError), learner_state.changing() as progress:
        progress.lectures["01"] = str(1 // 0)
    assert learner_state.read().lectures == {"00": "now"}


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match="cannot be written"), learner_state.changing():
        pass


COUNT = """
from autograder import learner_state
for _ in range(25):
    with learner_state.changing() as progress:
        progress.work.setdefault("hw1", learner_state.Work()).add(1, 2, {"a": "x"}, [])
"""


def test_two_commands_at_once_lose_nothing():
    both = [subprocess.Popen([sys.executable, "-c", COUNT]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert learner_state.read().work["hw1"].checks == 50


answers = st.lists(
    st.tuples(st.integers(0, 10), st.sampled_from("xyz"), st.booleans()), min_size=1, max_size=12
)


@given(answers)
def test_a_hint_is_due_for_each_change_since_the_test_last_passed(history):
    work = Work()
    for points, answer, failed in history:
        work.add(points, 10, {"a": answer}, ["a"] if failed else [])
    since = [answer for _, answer, _ in history]
    for index, (_, _, failed) in enumerate(history):
        if not failed:
            since = [answer for _, answer, _ in history[index + 1 :]]
    changes = sum(now != before for before, now in zip([None, *since], since, strict=False))
    assert (work.failed["a"].times if "a" in work.failed else 0) == changes
    assert work.best == max(points for points, _, _ in history)
    assert work.checks == len(history)
