"""`course`, on a small course of its own: one assignment of 2 tests and 1 written answer."""

import json
import sys
import types
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import learner, self_check
from autograder.job import Cell, Job, Limits, Role

SOLUTION = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert square(-4) == 16, 'squares are not negative'\n"
HIDDEN += "### END HIDDEN TESTS"


def cell(make, source, name, *, points=0, solution=False):
    grade = points > 0
    nbgrader = {"grade": grade, "solution": solution, "locked": not solution, "task": False}
    nbgrader |= {"grade_id": name, "schema_version": 3, "points": points}
    return make(source, id=name, metadata={"nbgrader": nbgrader})


def assignment():
    cells = [
        cell(new_code_cell, SOLUTION, "square", solution=True),
        cell(new_code_cell, "assert square(3) == 9, 'not 9'", "visible_test", points=4),
        cell(new_code_cell, HIDDEN, "hidden_test", points=6),
        cell(new_markdown_cell, "Why?", "written", points=5, solution=True),
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "assignments" / "source" / "hw1_squares"
    folder.mkdir(parents=True)
    nbformat.write(assignment(), folder / "hw1_squares.ipynb")
    (folder / "data.txt").write_text("3")
    (tmp_path / "assignments" / "nbgrader_config.py").write_text("c = get_config()\n")
    first = tmp_path / "notebooks" / "00_start_here.ipynb"
    first.parent.mkdir()
    nbformat.write(new_notebook(), first)
    monkeypatch.chdir(first.parent)
    monkeypatch.setattr(learner.subprocess, "call", lambda command, env: 0)
    return learner.Home(tmp_path)


def answer(home, source):
    path = home.mine("hw1_squares")
    notebook = nbformat.read(path, 4)
    notebook.cells[0].source = source
    nbformat.write(notebook, path)


def test_the_copy_has_no_answers_and_is_never_overwritten(home):
    assert learner.main(["start", "hw1"]) == 0
    text = home.mine("hw1_squares").read_text()
    assert "x * x" not in text
    assert "HIDDEN" not in text
    assert home.mine("hw1_squares").with_name("data.txt").read_text() == "3"
    answer(home, "def square(x):\n    return 9")
    assert learner.main(["start", "hw1"]) == 0
    assert "return 9" in home.mine("hw1_squares").read_text()


@pytest.mark.sandbox
def test_check_shows_what_each_test_says_and_remembers(home, capsys):
    learner.main(["start", "hw1"])
    assert learner.main(["check", "hw1"]) == 0
    assert "not written yet" in " ".join(capsys.readouterr().out.split())
    answer(home, "def square(x):\n    return 9")
    assert learner.main(["check", "hw1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "4/4" in shown
    assert "0/6" in shown
    assert "squares are not negative" in shown
    assert "4 of 10 points" in shown
    assert "5 more points" in shown
    scores = [(attempt["score"], attempt["of"]) for attempt in home.attempts()["hw1_squares"]]
    assert scores == [(0, 10), (4, 10)]


def test_without_a_sandbox_the_same_check_runs_in_a_kernel(home, monkeypatch, capsys):
    monkeypatch.setattr(self_check.sys, "platform", "darwin")
    learner.main(["start", "hw1"])
    answer(home, "def square(x):\n    return x ** 2")
    learner.main(["check", "hw1"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "10 of 10 points" in shown
    assert "without a sandbox" in shown


def test_the_solution_comes_after_a_try(home, capsys):
    learner.main(["start", "hw1"])
    assert learner.main(["solution", "hw1"]) == 1
    assert "try it first" in capsys.readouterr().err
    home.record("hw1_squares", score=0, of=10)
    assert learner.main(["solution", "hw1"]) == 0
    assert "x * x" in (home.mine("hw1_squares").parent / "hw1_squares_solution.ipynb").read_text()


def test_status_tells_the_best_attempt(home, capsys):
    home.record("hw1_squares", score=7.5, of=10)
    home.record("hw1_squares", score=4, of=10)
    learner.main(["status"])
    shown = capsys.readouterr().out
    assert "7.5 of 10" in shown
    assert json.loads(home.progress.read_text()).keys() == {"hw1_squares"}


def test_a_tree_without_solutions_works_as_far_as_it_can(home, capsys):
    source = home.source("hw1_squares")
    learner.main(["start", "hw1"])
    given = home.given("hw1_squares")
    given.parent.mkdir()
    home.mine("hw1_squares").rename(given)
    source.unlink()
    assert home.assignments() == ["hw1_squares"]
    assert {c.id for c in home.bundle("hw1_squares").tests} == {"visible_test", "hidden_test"}
    assert "x * x" not in str(home.bundle("hw1_squares").cells)
    assert learner.main(["solution", "hw1"]) == 1
    assert "your instructor" in capsys.readouterr().err


def test_start_opens_lab_where_the_course_is(home, monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(
        learner.subprocess, "call", lambda command, env: commands.append(command) or 0
    )
    assert learner.main(["start"]) == 0
    assert "jupyterlab" in commands[0]
    assert f"--ServerApp.root_dir={home.root}" in commands[0]
    assert Path(commands[0][-1]) == home.root / "notebooks" / "00_start_here.ipynb"
    assert "PyTorch" in capsys.readouterr().out


def test_errors_name_the_fix(home, monkeypatch, tmp_path_factory, capsys):
    assert learner.main(["check", "hw9"]) == 1
    assert "hw1_squares" in capsys.readouterr().err
    assert learner.main(["check", "hw1"]) == 1
    assert "course start" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert learner.main(["status"]) == 1
    assert "00_start_here" in capsys.readouterr().err


def test_data_asks_the_corpora(monkeypatch, capsys):
    corpora = types.ModuleType("course_lib.corpora")
    entry = {"licence": "CC0", "citation": "A (2001)", "origin": "[here]"}
    here = {"alpha": Path("kept", "alpha"), "beta": None}
    corpora.names = lambda: [*here]
    corpora.info = dict.fromkeys(here, types.SimpleNamespace(**entry)).__getitem__
    corpora.get = corpora.where = here.__getitem__
    corpora.DownloadError = RuntimeError
    monkeypatch.setitem(sys.modules, "course_lib.corpora", corpora)
    for arguments, expected in [
        (["list"], "[here]"),
        (["get", "alpha"], "Please cite: A (2001)\n" + str(Path("kept", "alpha"))),
        (["where"], "beta: not here; course data get beta"),
    ]:
        assert learner.main(["data", *arguments]) == 0
        assert expected in capsys.readouterr().out
    for arguments, expected in [(["get"], "alpha, beta"), (["get", "gamma"], "gamma")]:
        assert learner.main(["data", *arguments]) == 1
        assert expected in capsys.readouterr().err


def test_scores_in_a_kernel_are_the_graders():
    sources = {"full": "x = 1", "none": "1 / 0", "part": "0.5", "more": "7", "text": "'a'"}
    cells = [Cell(name, Role.TEST, source, points=2) for name, source in sources.items()]
    slow = Cell("slow", Role.TEST, "import time\ntime.sleep(30)", points=2)
    dead = Cell("dead", Role.STUDENT, "import os\nos._exit(1)")
    after = Cell("after", Role.TEST, "x = 1", points=2)
    job = Job(cells=(*cells, slow, dead, after), limits=Limits(cell_seconds=3))
    results = {result.id: result for result in self_check.in_kernel(job)}
    scores = {name: results[name].score for name in (*sources, "slow", "after")}
    assert scores == {
        "full": 2,
        "none": 0,
        "part": 0.5,
        "more": 2,
        "text": 0,
        "slow": 0,
        "after": 0,
    }
    assert "ZeroDivisionError" in results["none"].error
    assert "died" in results["after"].error
