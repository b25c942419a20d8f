"""Releases and student trees. Oracle: nbgrader's own output, and leaks planted by hand."""

import argparse
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import get_alembic_version

from autograder import leaks, release
from autograder.course import Course
from autograder.release import ReleaseError, build_tree, check_tree, generate, release_version

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


def test_the_gradebooks_version_is_nbgraders_own(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = str(Path(sys.executable).parent)  # nbgrader calls `alembic` by name
    monkeypatch.setenv("PATH", os.pathsep.join([scripts, os.environ["PATH"]]))
    assert release.alembic_version() == get_alembic_version()


def test_our_own_course_leaks_nothing(tmp_path: Path) -> None:
    course = Course.open(Path(__file__).resolve().parents[2] / "assignments")
    for pattern in course.config.StudentTree.include:
        for path in sorted((course.root.parent).glob(pattern)):
            release._copy(path, tmp_path / path.name)
    for assignment in course.assignments():
        for path in course.folder("source", assignment).glob("*.ipynb"):
            notebook = release_version(nbformat.read(path, as_version=4), course.config)
            nbformat.write(notebook, tmp_path / path.name)
    assert len(release.secrets_of(course)) > 200, "or the search has nothing to look for"
    assert [str(leak) for leak in check_tree(course, tmp_path)] == []
