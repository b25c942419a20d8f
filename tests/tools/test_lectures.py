"""The lecture runner on small notebooks whose fate is known, and every lecture in a hurry."""

import os
import shutil
import subprocess
import sys

import lectures
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import notebooks

SHOW = "from IPython.display import display\ndisplay({{'image/png': 'aWk='}}, raw=True{})"


def run(tmp_path, *sources, budget=20):
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    nb.metadata = nbformat.from_dict(notebooks.KERNEL | {"course": {"budget_seconds": budget}})
    path = tmp_path / "01_small.ipynb"
    nbformat.write(nb, path)
    return lectures.execute(path)


def test_a_good_lecture_is_timed_and_weighed(tmp_path):
    hold = "import time\nblock = bytearray(200_000_000)\nblock[::4096] = block[::4096]"
    result = run(tmp_path, hold, "del block\ntime.sleep(1)", "open('here.txt', 'w').close()")
    assert result.problem is None
    assert 1 < result.seconds < 20
    assert result.peak_mb is None or 200 < result.peak_mb < 500
    assert [path.name for path in tmp_path.iterdir()] == ["01_small.ipynb"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import os\nos._exit(1)", "Kernel died"),
        ("import warnings\nwarnings.warn('look out')", "look out"),
        (SHOW.format(""), "alt text"),
        (SHOW.format(", metadata={'image/png': {'alt': 'A line plot of the data'}}"), "only names"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path, source, problem):
    assert problem in run(tmp_path, source).problem


def test_a_figure_with_alt_text_and_a_progress_bar_are_fine(tmp_path):
    shown = SHOW.format(", metadata={'image/png': {'alt': 'two letters, i above k, both black'}}")
    bar = "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass"
    assert run(tmp_path, shown, bar).problem is None


@pytest.mark.parametrize("metadata", [{}, {"course": {}}, {"course": {"budget_seconds": None}}])
def test_a_lecture_without_a_budget_is_told(tmp_path, capsys, metadata):
    path = tmp_path / "01_small.ipynb"
    nb = new_notebook(metadata=notebooks.KERNEL | metadata)
    nbformat.write(nb, path)
    assert "budget_seconds" in lectures.execute(path).problem
    lectures.Console(width=100).print(lectures.table([lectures.execute(path)]))
    assert "failed" in capsys.readouterr().out


def test_only_twice_the_budget_is_too_long(tmp_path):
    assert "time" in run(tmp_path, "import time\ntime.sleep(30)", budget=2).problem.lower()
    ok = lectures.Run("01_small", 10, 19, 100, None)
    slow = lectures.Run("01_small", 10, 21, 100, None)
    big = lectures.Run("01_small", 10, 5, 1600, None)
    assert lectures._beyond(ok) is None
    assert "budget" in lectures._beyond(slow)
    assert "1536" in lectures._beyond(big)


def test_main_ends_with_the_worst_verdict(tmp_path, capsys, monkeypatch):
    fates = {
        "01_good": lectures.Run("01_good", 10, 5, 100, None),
        "02_late": lectures.Run("02_late", 10, 15, None, None),
        "03_bad": lectures.Run("03_bad", 10, 5, 100, "cell [2] failed"),
    }
    monkeypatch.setattr(lectures, "execute", lambda path, kept_in: fates[path.stem])
    for name in ("stale", "now"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(lectures, "EXECUTED", tmp_path / "now")
    assert lectures.main(["01_good.ipynb", "02_late.ipynb"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["now"]
    shown = capsys.readouterr().out
    assert "over budget" in shown
    assert "150%" in shown
    assert lectures.main(list(fates)) == 1
    assert "03_bad: cell [2] failed" in capsys.readouterr().out


def library(tmp_path, answer):
    """A library of one line."""
    (tmp_path / "course_lib").mkdir(exist_ok=True)
    (tmp_path / "course_lib" / "__init__.py").touch()
    (tmp_path / "course_lib" / "small.py").write_text(f"ANSWER = {answer}\n")
    (tmp_path / "requirements.lock").write_text("torch==2\n")


def counting(tmp_path, more=""):
    """A lecture that leaves a line behind whenever it runs, and asks the library for a number."""
    ran = f"with open({str(tmp_path / 'runs')!r}, 'a') as log:\n    log.write('ran\\n')\n"
    ask = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
    ask += "from course_lib.small import ANSWER\nANSWER"
    nb = new_notebook(cells=[new_markdown_cell("# 01 · Small"), new_code_cell(ran + more + ask)])
    nb.metadata = nbformat.from_dict(notebooks.KERNEL | {"course": {"budget_seconds": 60}})
    (tmp_path / "book").mkdir(exist_ok=True)
    nbformat.write(nb, tmp_path / "book" / "index.ipynb")
    return tmp_path / "book" / "index.ipynb"


def build(tmp_path):
    """The page that Sphinx makes of it with the book's own way to execute."""
    settings = (notebooks.ROOT / "docs" / "conf.py").read_text()
    kept = [line for line in settings.splitlines() if line.startswith("nb_execution_")]
    assert 'nb_execution_mode = "cache"' in kept
    kept = ["extensions = ['myst_nb']", f"EXECUTED = {str(lectures.executed(tmp_path))!r}", *kept]
    (tmp_path / "book" / "conf.py").write_text("\n".join(kept))
    command = [sys.executable, "-m", "sphinx", "-W", "-q", tmp_path / "book", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (tmp_path / "site" / "index.html").read_text()


def test_the_book_runs_only_what_is_new_or_ran_on_another_library(tmp_path):
    library(tmp_path, 42)
    path, log = counting(tmp_path), tmp_path / "runs"
    before = lectures.executed(tmp_path)
    assert lectures.execute(path, kept_in=before).problem is None
    assert log.read_text() == "ran\n"
    assert "42" in build(tmp_path)
    assert log.read_text() == "ran\n", "the book ran it again"
    counting(tmp_path, "print('new')\n")
    assert "new" in build(tmp_path)
    assert log.read_text() == "ran\nran\n", "a changed lecture runs"
    library(tmp_path, 4711)
    assert "4711" in build(tmp_path), "the book shows what the library said before"
    assert log.read_text() == "ran\nran\nran\n"
    after = lectures.executed(tmp_path)
    (tmp_path / "requirements.lock").write_text("torch==3\n")
    assert len({before, after, lectures.executed(tmp_path)}) == 3


def test_a_lecture_with_a_problem_is_not_kept(tmp_path):
    path = counting(tmp_path, "1 / 0\n")
    assert "ZeroDivisionError" in lectures.execute(path, kept_in=tmp_path / "executed").problem
    assert not (tmp_path / "executed").exists()


def test_hurried_results_stay_out_of_the_book():
    say = "import lectures; print(lectures.EXECUTED.parent.name)"
    names = []
    for fast in ({}, {"COURSE_FAST": "1"}):
        environment = {key: value for key, value in os.environ.items() if key != "COURSE_FAST"}
        command = [sys.executable, "-c", say]
        done = subprocess.run(
            command, env=environment | fast, cwd=notebooks.ROOT / "tools", capture_output=True
        )
        names.append(done.stdout.decode().strip())
    assert names == ["executed", "executed_fast"]


@pytest.mark.skipif(bool(shutil.which("chromium")), reason="all run in the browser's tests")
@pytest.mark.parametrize(
    "path", sorted(notebooks.ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_every_lecture_runs(path, monkeypatch):
    monkeypatch.setenv("COURSE_FAST", "1")
    # `make lectures` times them; here other tests may share the machine
    assert lectures.execute(path, patience=10).problem is None
