"""The log keeps everything, and shows an edit. Oracle: its lines, and several processes."""

import argparse
import json
import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import audit, log
from autograder.audit import Change
from autograder.course import Course, CourseError


def some(student: str, *changes: Change, why: str = "a test was corrected") -> audit.Entry:
    return audit.entry("hw1_means", student, why, changes)


def written(course: Course, count: int = 4) -> list[audit.Entry]:
    entries = [some(f"s{n}", Change("hw1_means", "mean", n, n + 0.5)) for n in range(count)]
    for one in entries:
        audit.append(course, [one])
    return entries


def test_what_was_written_is_read_back(small_course: Course) -> None:
    assert audit.read(small_course) == audit.Log(())
    entries = written(small_course)
    found = audit.read(small_course)
    assert list(found.entries) == entries
    assert found.broken is None
    assert len(found.head) == 64


def test_who_is_the_account_and_not_a_variable(
    small_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    assert audit.account() != "somebody_else"
    assert audit.account() == Path("~").expanduser().owner() or audit.account().startswith("uid")


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("how", ["score", "why", "removed", "twice", "swapped", "not json"])
def test_an_edit_shows(small_course: Course, how: str, line: int) -> None:
    written(small_course)
    path = audit.path_of(small_course)
    lines = path.read_text().splitlines()
    if how == "score":
        lines[line] = lines[line].replace('"new": ', '"new": 1')
    elif how == "why":
        lines[line] = lines[line].replace("corrected", "deleted")
    elif how == "removed" and line < 3:
        del lines[line]
    elif how == "twice":
        lines.insert(line, lines[line])
    elif how == "swapped" and line < 3:
        lines[line], lines[line + 1] = lines[line + 1], lines[line]
    elif how == "not json":
        lines[line] = lines[line][:-2]
    else:
        pytest.skip("what is missing at the end does not show: the head's hash has to be kept")
    path.write_text("\n".join(lines) + "\n")
    broken = audit.read(small_course).broken
    assert broken == line + (2 if how == "twice" else 1)
    audit.append(small_course, [some("later")])
    assert audit.read(small_course).broken == broken, "writing on does not mend it"


def test_an_edit_shows_even_if_its_own_hash_is_made_anew(small_course: Course) -> None:
    written(small_course)
    path = audit.path_of(small_course)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[1]["entry"]["changes"][0]["new"] = 100.0
    lines[1]["hash"] = audit._hash(lines[0]["hash"], lines[1]["entry"])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert audit.read(small_course).broken == 3


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(1, 10**6), size=st.sampled_from([1, 90]))
def test_half_a_line_is_given_up(small_course: Course, cut: int, size: int) -> None:
    path = audit.path_of(small_course)
    path.unlink(missing_ok=True)
    big = tuple(Change("n", "t" * 30, None, float(i)) for i in range(size))
    audit.append(small_course, [some("a", *big), some("b")])
    content = path.read_bytes()
    last = content[:-1].rfind(b"\n") + 1
    os.truncate(path, last + cut % (len(content) - last))
    audit.append(small_course, [some("c", *big)])
    found = audit.read(small_course)
    assert [one.student for one in found.entries] == ["a", "c"]
    assert found.broken is None


def _append(course: Course, name: str) -> None:
    for number in range(20):
        audit.append(course, [some(f"{name}{number}"), some(f"{name}{number}'")])


def test_processes_write_whole_lines(small_course: Course) -> None:
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_append, args=(small_course, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = audit.read(small_course)
    assert found.broken is None
    assert len(found.entries) == 120
    for name in "abc":
        mine = [one.student for one in found.entries if one.student.startswith(name)]
        assert mine == [f"{name}{n}{p}" for n in range(20) for p in ("", "'")]


def test_a_log_that_cannot_be_written_is_an_error(small_course: Course) -> None:
    audit.path_of(small_course).mkdir(parents=True)
    with pytest.raises(CourseError, match=r"log\.jsonl cannot be written"):
        audit.append(small_course, [some("a")])
    with pytest.raises(CourseError, match=r"log\.jsonl cannot be read"):
        audit.read(small_course)


def shown(course: Course, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    log.add_arguments(parser)
    code = log.run(parser.parse_args([*words, "--course", str(course.root)]))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command(small_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    change = Change("hw1_means", "mean_hidden", None, 3.0)
    audit.append(small_course, [some("ada", change), some("[b]bob[/]", why="[red]late[/]")])
    code, out, _ = shown(small_course, capsys, "hw1")
    assert code == 0
    assert "hw1_means/mean_hidden: - -> 3" in out
    assert "[b]bob[/]" in out
    assert "[red]late[/]" in out
    assert f"2 entries, unchanged up to {audit.read(small_course).head}" in out
    _, out, _ = shown(small_course, capsys, "--student", "ada")
    assert "ada" in out
    assert "bob" not in out
    path = audit.path_of(small_course)
    path.write_text(path.read_text().replace("3.0", "5.0"))
    code, out, err = shown(small_course, capsys)
    assert code == 1
    assert "line 1: this line, or one before it, was edited" in err
    assert "ada" in out, "it is shown all the same"
