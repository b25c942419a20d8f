"""`course`, on a small course of its own: one assignment of 2 tests and 1 written answer."""

import re
import sys
import types
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder import learner, learner_state, pool, self_check
from autograder.attempts import first_of_each_task, tasks, tried
from autograder.bundle import make_bundle
from autograder.job import Cell, Job, Limits, Role
from autograder.zygote import Zygote

SOLUTION = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert square(-4) == 16, 'squares are not negative'\n"
HIDDEN += "### END HIDDEN TESTS"
HINTS = """
[[hint]]
tests = ["hidden_test", "visible_test"]
ask = "How many factors are there?"
look = "The lecture on powers."
code = "x * ..."
"""


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
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    hints = tmp_path / "assignments" / "proof" / "hw1_squares" / "hints.toml"
    hints.parent.mkdir(parents=True)
    hints.write_text(HINTS)
    monkeypatch.setattr(learner.subprocess, "call", lambda command, env: 0)
    return learner.Home(tmp_path)


@pytest.fixture(scope="module")
def loaded():
    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def engine(loaded, monkeypatch):
    """The real one, which loads its libraries once for all these tests."""
    monkeypatch.setattr(pool, "Zygote", lambda *_, **__: loaded.another())


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
@pytest.mark.usefixtures("engine")
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
    work = learner_state.read().work["hw1_squares"]
    assert (work.checks, work.best, work.of) == (1, 4, 10), "the release is no attempt"


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_each_new_answer_brings_a_hint_and_the_same_answer_none(home, capsys):
    def hints(*options):
        capsys.readouterr()
        assert learner.main(["check", "hw1", *options]) == 0
        return re.findall(r"Hint (\d) of 3", capsys.readouterr().out)

    learner.main(["start", "hw1"])
    assert hints() == []
    answer(home, "def square(x):\n    return 9")
    assert hints() == ["1"]
    answer(home, "def square(x):\n    # the same\n    return  9")
    assert hints() == ["1"]
    assert hints("--hint", "3") == ["1", "2", "3"]
    for number, shown in enumerate((["1", "2"], ["1", "2", "3"], ["1", "2", "3"]), 1):
        answer(home, f"def square(x):\n    return {number} * 9 // {number}")
        assert hints() == shown
    answer(home, "def square(x):\n    return x * x")
    assert hints("--hint", "3") == []


def test_hints_are_for_the_first_failed_test_of_a_task():
    cells = assignment().cells
    more = [
        cell(new_code_cell, "y = 1", "two", solution=True),
        cell(new_code_cell, "z = 1", "three", solution=True),
        cell(new_code_cell, "assert y", "y_test", points=1),
        cell(new_code_cell, "assert z", "z_test", points=1),
    ]
    bundle = make_bundle("hw1_squares", new_notebook(cells=[*cells, *more]))
    assert tasks(bundle)["hidden_test"] == ("square",)
    assert tasks(bundle)["z_test"] == ("two", "three")
    assert first_of_each_task(bundle, ["hidden_test", "y_test", "z_test"]) == [
        "hidden_test",
        "y_test",
    ]


def test_an_answer_in_any_state_can_be_a_try():
    bundle = make_bundle("hw1_squares", assignment())
    given = bundle.by_id["square"].released
    for same in (given, given + "\n# I begin", given.replace("    ", "        ")):
        assert tried(bundle, {"square": same}) == {}, same
    for own in ("def square(x):", "", "x = 1", given + "\ny = 2"):
        assert tried(bundle, {"square": own}).keys() == {"visible_test", "hidden_test"}, own


def test_without_a_sandbox_the_same_check_runs_in_a_kernel(home, monkeypatch, capsys):
    monkeypatch.setattr(self_check.sys, "platform", "darwin")
    learner.main(["start", "hw1"])
    answer(home, "def square(x):\n    return x ** 2")
    learner.main(["check", "hw1"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "10 of 10 points" in shown
    assert "without a sandbox" in shown


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
def test_the_solution_comes_after_a_try(home, capsys):
    learner.main(["start", "hw1"])
    learner.main(["check", "hw1"])
    assert learner.main(["solution", "hw1"]) == 1
    assert "try it first" in capsys.readouterr().err
    answer(home, "def square(x):\n    return x + x")
    learner.main(["check", "hw1"])
    assert learner.main(["solution", "hw1"]) == 0
    assert "x * x" in (home.mine("hw1_squares").parent / "hw1_squares_solution.ipynb").read_text()
    capsys.readouterr()
    learner.main(["status"])
    assert "seen" in capsys.readouterr().out


def test_notes_in_the_solution_are_kept(home, capsys):
    with learner_state.changing() as progress:
        work = progress.work.setdefault("hw1_squares", learner_state.Work())
        work.add(4, 10, {"visible_test": "a"}, [])
    assert learner.main(["solution", "hw1"]) == 0
    path = home.mine("hw1_squares").with_name("hw1_squares_solution.ipynb")
    assert path.read_bytes() == home.source("hw1_squares").read_bytes()
    path.write_text("my notes")
    assert learner.main(["solution", "hw1"]) == 0
    assert "your notes in it stay" in capsys.readouterr().out
    assert path.read_text() == "my notes"


def test_hw1_is_not_hw10(home, capsys):
    other = home.source("hw10_cubes")
    other.parent.mkdir()
    other.write_bytes(home.source("hw1_squares").read_bytes())
    assert home.assignment("hw1") == "hw1_squares"
    assert home.assignment("hw10") == "hw10_cubes"
    assert learner.main(["check", "hw"]) == 1
    assert "type more of the name" in capsys.readouterr().err


def test_status_tells_the_best_attempt_and_what_was_run(home, capsys):
    with learner_state.changing() as progress:
        work = progress.work.setdefault("hw1_squares", learner_state.Work())
        work.add(7.5, 10, {"visible_test": "a"}, [])
        work.add(4, 10, {"visible_test": "b"}, [])
    first = home.root / "notebooks" / "00_start_here.ipynb"
    cells = [new_code_cell("1", execution_count=3), new_code_cell("2"), new_code_cell("")]
    nbformat.write(new_notebook(cells=cells), first)
    shown = status(capsys)
    assert "7.5 of 10" in shown
    assert "1 of 2" in shown
    assert learner_state.read().lectures == {}
    error = new_output("error", ename="E", evalue="", traceback=[])
    cells[1] = new_code_cell("2", execution_count=4, outputs=[error])
    nbformat.write(new_notebook(cells=cells), first)
    assert "1 of 2" in status(capsys), "a cell that fails has not run"
    cells[1].outputs = []
    nbformat.write(new_notebook(cells=cells), first)
    assert "2 of 2" in status(capsys)
    first.write_text("{")
    assert "0 of 0" in status(capsys)
    assert learner_state.read().lectures.keys() == {"00_start_here"}, "once run, it stays run"


def test_a_learners_own_notebook_is_listed_by_its_name(home, capsys):
    nbformat.write(new_notebook(), home.root / "notebooks" / "99 [draft].ipynb")
    assert "99 [draft]" in status(capsys)


def status(capsys):
    assert learner.main(["status"]) == 0
    return capsys.readouterr().out


@pytest.mark.sandbox
@pytest.mark.usefixtures("engine")
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
    answer_given = nbformat.read(given, 4)
    answer_given.cells[0].source = "def square(x):\n    return x * x"
    nbformat.write(answer_given, given)
    assert learner.main(["check", "hw1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "4 of 4 points" in shown, "a test whose code is not here gives nothing here"
    assert "6 more points are from tests that only your instructor has" in shown
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
