"""Releases and student trees. Oracle: nbgrader's own output, and leaks planted by hand."""

import argparse
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import get_alembic_version
from small_course import a_run_notebook, links_of

from autograder import cli, leaks, release
from autograder.course import Course
from autograder.release import ReleaseError, build_tree, check_tree, generate, release_version

OWN = Path(__file__).resolve().parents[2] / "assignments"
SECRET = "running_total = sum(float(value) for value in values)"


def files(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}


def test_release_is_nbgraders_own(released: Course) -> None:
    by_nbgrader = nbformat.read(
        released.folder("release", "hw1_means") / "hw1_means.ipynb", as_version=4
    )
    source = nbformat.read(released.folder("source", "hw1_means") / "hw1_means.ipynb", as_version=4)
    ours = release_version(source, released.config)
    assert [cell.source for cell in ours.cells] == [cell.source for cell in by_nbgrader.cells]
    assert [cell.metadata for cell in ours.cells] == [cell.metadata for cell in by_nbgrader.cells]
    assert SECRET in source.cells[1].source, "the source itself must stay as it is"


def test_tree_has_what_students_need_and_nothing_else(released: Course) -> None:
    (released.root.parent / "library" / "__pycache__").mkdir()
    (released.root.parent / "library" / "__pycache__" / "useful.pyc").write_bytes(b"\0")
    tree, names = build_tree(released)
    assert names == ["hw1_means"]
    assert files(tree) == {
        release.MARK,
        "handout.md",
        "library/useful.py",
        "assignments/hw1_means/hw1_means.ipynb",
        "assignments/hw1_means/numbers.csv",
    }
    assert check_tree(released, tree) == []


def test_only_released_assignments_are_in_it(small_course: Course) -> None:
    tree, names = build_tree(small_course)
    assert names == []
    assert "assignments" not in {path.name for path in tree.iterdir()}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("library/copied.py", f"def f(values):\n\t{SECRET}\n"),
        ("notes.md", f"see `{SECRET}`"),
        ("out.ipynb", json.dumps({"cells": [{"outputs": [{"text": ["1\n", SECRET + "\n"]}]}]})),
        ("meta.ipynb", json.dumps({"metadata": {"old": f"x\n    {SECRET}"}})),
        ("hidden.txt", 'assert mean_of([-7, 4, 18]) == 5.0, "negative numbers: expected 5.0"'),
        ("essay.txt", "Because it balances the deviations of all values"),
        ("binary.bin", "\x00\x01 " + SECRET),
    ],
)
def test_search_finds_a_planted_leak(released: Course, path: str, content: str) -> None:
    tree, _ = build_tree(released)
    (tree / path).write_text(content)
    found = check_tree(released, tree)
    assert {leak.path for leak in found} == {path}
    assert found[0].secret.notebook == "hw1_means"


def test_release_without_markers_is_a_leak(released: Course) -> None:
    folder = released.folder("source", "hw1_means")
    source = (folder / "hw1_means.ipynb").read_text()
    visible = folder.parents[1] / "release" / "hw1_means" / "hw1_means.ipynb"
    visible.write_text(source)  # what an instructor gets who copies instead of releasing
    tree, _ = build_tree(released)
    kinds = {leak.secret.kind for leak in check_tree(released, tree)}
    assert kinds == {"solution", "hidden test"}


def test_everyday_lines_and_open_lines_are_no_secret() -> None:
    assert not leaks.telling("return x")
    assert not leaks.telling("for i in range(10):")
    assert not leaks.telling("for t in range(M - 1, len(padded)):")
    assert not leaks.telling("def forward(self, contexts):")
    assert not leaks.telling("x = 0")
    assert leaks.telling("return running_total / max(len(values), 1)")
    test = nbformat.v4.new_code_cell(
        "expected = oracle(values, base=3)\n### BEGIN HIDDEN TESTS\n"
        "expected = oracle(values, base=3)\nassert answer(values) == expected + 1\n"
        "### END HIDDEN TESTS",
        metadata={"nbgrader": {"grade_id": "t", "grade": True, "solution": False}},
    )
    found = leaks.secrets(nbformat.v4.new_notebook(cells=[test]), "n")
    assert [secret.line for secret in found] == ["assert answer(values) == expected + 1"]


def test_another_folder_is_never_overwritten(released: Course, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ReleaseError, match="not a student tree"):
        build_tree(released, tmp_path / "mine")
    assert files(tmp_path / "mine") == {"thesis.txt"}
    tree, _ = build_tree(released)
    assert build_tree(released)[0] == tree, "our own tree may be rebuilt"


def test_an_unreadable_source_releases_nothing_and_leaves_the_last_tree(
    released: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, _ = build_tree(released)
    (tree / "from_last_time").touch()
    broken = released.folder("source", "hw2") / "hw2.ipynb"
    broken.parent.mkdir()
    broken.write_text("<<<<<<< HEAD\n{}")
    assert cli.main(["release", "hw1", "--course", str(released.root)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{broken} is no notebook" in said.err
    assert len(said.err.splitlines()) == 1
    assert (tree / "from_last_time").exists()


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_tree_that_could_not_be_searched_is_gone(
    released: Course, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def interrupted(*_: object) -> None:
        raise error

    monkeypatch.setattr(leaks, "search_tree", interrupted)
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    release.add_arguments(parser)
    with pytest.raises(error):
        release.run(parser.parse_args(["--course", str(released.root)]))
    assert not any((released.root.parent / "build").iterdir())


def test_what_an_instructor_has_run_is_not_given_out(released: Course) -> None:
    lecture = released.root.parent / "library" / "lecture.ipynb"
    nbformat.write(a_run_notebook(), lecture)
    tree, _ = build_tree(released)
    text = (tree / "library" / "lecture.ipynb").read_text()
    assert "/exam/prof" not in text
    assert "2026-01" not in text
    given = nbformat.reads(text, as_version=4)
    kept = [(cell.id, cell.source, cell.metadata) for cell in given.cells]
    assert kept == [("a", "print(secret)", {"tags": ["hide-input"]}), ("b", "# Why?", {})]
    assert given.cells[0].execution_count is None
    assert "/exam/prof" in lecture.read_text(), "the instructor's own stays as it is"


def test_a_notebook_that_was_not_run_is_given_out_byte_for_byte(released: Course) -> None:
    path = released.root.parent / "library" / "lecture.ipynb"
    nbformat.write(
        new_notebook(cells=[new_code_cell("x = 'ä'\n\nx"), new_markdown_cell("y")]), path
    )
    assert release.to_give(path) == path.read_bytes()


def test_a_missing_include_names_the_setting(released: Course) -> None:
    released.config.StudentTree.include = ["no_such_folder"]
    with pytest.raises(ReleaseError, match=r"StudentTree.include.*no_such_folder"):
        build_tree(released)


def test_command_deletes_a_leaking_tree(
    small_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    release.add_arguments(parser)
    arguments = parser.parse_args(["--course", str(small_course.root), "hw1"])
    assert release.run(arguments) == 0
    (small_course.root.parent / "handout.md").write_text(f"Hint: {SECRET}\n")
    assert release.run(arguments) == 1
    assert "handout.md" in capsys.readouterr().err
    assert not (small_course.root.parent / "build" / "student").exists()


def test_nbgraders_refusal_is_passed_on(small_course: Course) -> None:
    path = small_course.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = notebook.cells[1].source.replace("### END SOLUTION", "")
    nbformat.write(notebook, path)
    with pytest.raises(ReleaseError, match="no end solution"):
        generate(small_course, "hw1_means")


def test_a_path_in_which_nbgrader_finds_nothing_is_named(small_course: Course) -> None:
    inside = small_course.root.with_name("b [2026] x")
    small_course.root.rename(inside)
    with pytest.raises(ReleaseError, match=r"b \[2026\] x.*rename it"):
        generate(Course.open(inside), "hw1_means")


def test_the_gradebooks_version_is_nbgraders_own(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = str(Path(sys.executable).parent)  # nbgrader calls `alembic` by name
    monkeypatch.setenv("PATH", os.pathsep.join([scripts, os.environ["PATH"]]))
    assert release.alembic_version() == get_alembic_version()


@pytest.fixture(scope="module")
def own_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What students of our own course get, all assignments released."""
    course = Course.open(OWN)
    tree, _ = build_tree(course, tmp_path_factory.mktemp("own") / "tree")
    for assignment in course.assignments():
        for path in course.folder("source", assignment).glob("*.ipynb"):
            notebook = release_version(nbformat.read(path, as_version=4), course.config)
            (tree / "assignments" / assignment).mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, tree / "assignments" / assignment / path.name)
    return tree


def test_our_own_course_leaks_nothing(own_tree: Path) -> None:
    course = Course.open(OWN)
    assert len(release.secrets_of(course)) > 200, "or the search has nothing to look for"
    assert [str(leak) for leak in check_tree(course, own_tree)] == []


def test_each_link_of_our_own_tree_leads_to_a_file_in_it(own_tree: Path) -> None:
    links, dead = links_of(own_tree)
    assert ("notebooks/00_start_here.ipynb", "../docs/glossary.md") in links
    assert ("README.md", "docs/student.md") in links
    assert dead == []
    assert (own_tree / "docs" / "notation.md").is_file(), "lecture 00 names it"
