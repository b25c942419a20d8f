"""The learner pack: what is in it, and that a folder made from it is a course."""

import itertools
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook
from small_course import a_run_notebook, links_of

from autograder import cli, learner, misconceptions, pack
from autograder.course import Course, CourseError


@pytest.fixture
def course(small_course: Course) -> Course:
    lectures = small_course.root.parent / "notebooks"
    lectures.mkdir()
    nbformat.write(new_notebook(), lectures / "00_start_here.ipynb")
    misconceptions.record(misconceptions.file_of(small_course.root, "hw1_means"), {})
    (small_course.root / "submitted" / "ada" / "hw1_means").mkdir(parents=True)
    (small_course.root / "submitted" / "ada" / "hw1_means" / "hw1_means.ipynb").write_text("{}")
    (small_course.root / "gradebook.db").write_text("secret")
    return small_course


def test_a_pack_has_what_learning_needs_and_no_trace_of_a_class(course, tmp_path):
    file = pack.build(course, tmp_path / "new" / "learner.zip")
    assert set(zipfile.ZipFile(file).namelist()) == {
        "notebooks/00_start_here.ipynb",
        "assignments/nbgrader_config.py",
        "assignments/source/hw1_means/hw1_means.ipynb",
        "assignments/source/hw1_means/numbers.csv",
        "assignments/.autograder/misconceptions/hw1_means.json",
        "handout.md",
    }
    again = pack.build(course, tmp_path / "again.zip")
    assert again.read_bytes() == file.read_bytes()
    assert [path.name for path in file.parent.iterdir()] == ["learner.zip"]


def test_the_command_names_the_file_and_says_whom_it_is_for(course, capsys):
    assert cli.main(["pack", "--course", str(course.root)]) == 0
    shown = capsys.readouterr().out
    assert "learner_pack.zip: hw1_means" in shown
    assert "not for a class" in shown
    assert (course.root.parent / "build" / "learner_pack.zip").exists()


def test_a_folder_made_from_it_is_a_course(course, tmp_path, monkeypatch, capsys):
    file = pack.build(course, tmp_path / "learner.zip")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr(learner.subprocess, "call", lambda command, env: 0)
    assert learner.main(["start", "--pack", str(file), "hw1"]) == 0
    assert "Unpacked assignments, handout.md, notebooks" in capsys.readouterr().out
    home = learner.Home.find()
    assert home.assignments() == ["hw1_means"]
    assert home.mine("hw1_means").exists()
    source = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    assert home.source("hw1_means").read_bytes() == source.read_bytes()
    home.mine("hw1_means").write_text("years of work")
    assert learner.main(["start", "--pack", str(file)]) == 1
    assert "has assignments, handout.md, notebooks already" in capsys.readouterr().err
    assert home.mine("hw1_means").read_text() == "years of work"
    there = {path.name for path in empty.iterdir()}
    assert there == {"assignments", "notebooks", "my_work", "handout.md"}


def test_what_is_no_pack_is_refused_and_leaves_nothing(tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    (tmp_path / "text.zip").write_text("no archive")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("thesis.txt", "other")
    for name, why in (("text.zip", "not a learner pack"), ("other.zip", "00_start_here")):
        with pytest.raises(CourseError, match=why):
            pack.unpack(tmp_path / name, into)
    with pytest.raises(CourseError, match=r"missing\.zip: there is no such file"):
        pack.unpack(tmp_path / "missing.zip", into)
    assert list(into.iterdir()) == []


def test_of_a_damaged_pack_each_file_is_whole_or_nothing_is_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    into = tmp_path / "into"
    into.mkdir()
    contents = {"00_start_here.ipynb": "a first lecture " * 9, "01_next.ipynb": "another " * 9}
    with zipfile.ZipFile("whole.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in contents.items():
            file.writestr(f"notebooks/{name}", text)
    whole = Path("whole.zip").read_bytes()
    refused = 0
    for at, bit in itertools.product(range(len(whole)), (1, 4, 64)):
        damaged = bytearray(whole)
        damaged[at] ^= bit
        Path("damaged.zip").write_bytes(damaged)
        try:
            pack.unpack(Path("damaged.zip"), into)
        except CourseError:
            refused += 1
        else:  # a date, say, or a length that hides a file's name
            for path in (into / "notebooks").iterdir():
                assert path.read_text() == contents[path.name]
            shutil.rmtree(into / "notebooks")
        assert list(into.iterdir()) == [], (at, bit)
    assert refused > len(whole)
    middle = whole.index(b"00_start_here.ipynb") + 30
    Path("damaged.zip").write_bytes(whole[:middle] + b"\xff" * 9 + whole[middle + 9 :])
    assert learner.main(["start", "--pack", "damaged.zip"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("course: damaged.zip is not a learner pack, or a damaged one")


def test_what_the_publisher_has_run_is_not_in_it(course, tmp_path):
    base = course.root.parent
    nbformat.write(a_run_notebook(), base / "notebooks" / "00_start_here.ipynb")
    source = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(source, 4)
    notebook.cells[1].update(a_run_notebook().cells[0], source=notebook.cells[1].source)
    nbformat.write(notebook, source)
    file = zipfile.ZipFile(pack.build(course, tmp_path / "p.zip"))
    for name in file.namelist():
        assert b"/exam/prof" not in file.read(name), name
    given = nbformat.reads(file.read("notebooks/00_start_here.ipynb").decode(), 4)
    assert [cell.source for cell in given.cells] == ["print(secret)", "# Why?"]


def test_each_link_of_our_own_pack_leads_to_a_file_in_it(tmp_path):
    course = Course.open(Path(__file__).resolve().parents[2] / "assignments")
    into = tmp_path / "into"
    into.mkdir()
    pack.unpack(pack.build(course, tmp_path / "p.zip"), into)
    links, dead = links_of(into)
    assert ("notebooks/00_start_here.ipynb", "../docs/glossary.md") in links
    assert dead == []
    assert (into / "docs" / "notation.md").is_file(), "lecture 00 names it"


def test_names_that_lead_out_of_the_folder_stay_in_it(tmp_path):
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as file:
        file.writestr("notebooks/00_start_here.ipynb", "{}")
        file.writestr("../../outside.txt", "out")
    with pytest.raises(CourseError):
        pack.unpack(tmp_path / "bad.zip", into)
    assert not (tmp_path / "outside.txt").exists()
    assert list(into.iterdir()) == []


def test_an_empty_course_is_not_packed(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.raises(CourseError, match="no assignment to pack"):
        pack.build(Course.open(tmp_path), tmp_path / "p.zip")
    assert not (tmp_path / "p.zip").exists()


def test_a_course_without_a_first_lecture_is_not_packed(small_course, tmp_path):
    with pytest.raises(CourseError, match="00_start_here"):
        pack.build(small_course, tmp_path / "p.zip")
    assert list(tmp_path.glob("*.zip*")) == []
