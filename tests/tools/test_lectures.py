"""The lecture runner on small notebooks whose fate is known, and every lecture in a hurry."""

import shutil

import lectures
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

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
    ],
)
def test_what_goes_wrong_is_told(tmp_path, source, problem):
    assert problem in run(tmp_path, source).problem


def test_a_figure_with_alt_text_and_a_progress_bar_are_fine(tmp_path):
    shown = SHOW.format(", metadata={'image/png': {'alt': 'two letters'}}")
    bar = "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass"
    assert run(tmp_path, shown, bar).problem is None


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
    monkeypatch.setattr(lectures, "execute", lambda path: fates[path.stem])
    assert lectures.main(["01_good.ipynb", "02_late.ipynb"]) == 0
    shown = capsys.readouterr().out
    assert "over budget" in shown
    assert "150%" in shown
    assert lectures.main(list(fates)) == 1
    assert "03_bad: cell [2] failed" in capsys.readouterr().out


@pytest.mark.skipif(bool(shutil.which("chromium")), reason="all run in the browser's tests")
@pytest.mark.parametrize(
    "path", sorted(notebooks.ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_every_lecture_runs(path, monkeypatch):
    monkeypatch.setenv("COURSE_FAST", "1")
    # `make lectures` times them; here other tests may share the machine
    assert lectures.execute(path, patience=10).problem is None
