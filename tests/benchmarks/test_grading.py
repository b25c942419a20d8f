"""The start-up, what a submission adds and the overhead come out of times made to a known law."""

import itertools
from types import SimpleNamespace

import grading as bench
import pytest

from autograder import pool

CASES = 8


@pytest.fixture
def law(monkeypatch, tmp_path):
    """`law(each, compute)`: ours starts in 4 s and takes `each[way]` s a submission, stock 5 s.

    With `drift` each command takes so much longer than the one before.
    """

    def arrange(each, compute=0.1, drift=0.0):
        late = itertools.count(0, drift)

        def timed(way, template, assignment):
            size = CASES * bench.COPIES[template.name]
            own = 4.0 + size * each[way] if way in each else 5.0 * size
            return own + next(late), template

        monkeypatch.setattr(bench, "BUILD", tmp_path)
        monkeypatch.setattr(bench, "chosen", lambda *_: [None] * CASES)
        monkeypatch.setattr(bench, "class_of", lambda *_: {})
        monkeypatch.setattr(bench, "compute", lambda *_: compute)
        monkeypatch.setattr(bench, "timed", timed)
        prepared = lambda where, *_: SimpleNamespace(root=where)  # noqa: E731
        monkeypatch.setattr(bench.parity, "prepare", prepared)
        monkeypatch.setattr(bench.parity, "hand_in", lambda *_: None)
        for read in ("stock_scores", "our_scores"):
            monkeypatch.setattr(bench.parity, read, lambda *_: {"ada": 1.0, "bob": 0.0})
        course = SimpleNamespace(root=tmp_path, assignment=lambda name: name)
        monkeypatch.setattr(bench.Course, "open", lambda where: course)
        monkeypatch.setattr(bench.sys, "argv", ["grading.py", "2"])

    return arrange


def test_both_classes_are_forked_alike():
    assert bench.COPIES["few"] * (bench.RIGHT + bench.WRONG) >= pool.MANY


def test_start_up_is_in_the_whole_and_not_in_what_a_submission_adds(law, tmp_path):
    law({bench.ONE: 0.35, bench.TWO: 0.19})
    (first, _), equal = bench.measure(bench.Course.open(tmp_path), "hw1", 2)
    assert equal == 2 * 9 * 2
    assert first.start == pytest.approx({bench.ONE: 4.0, bench.TWO: 4.0})
    assert first.added == pytest.approx({bench.ONE: 0.35, bench.TWO: 0.19})
    assert first.whole[bench.ONE] == pytest.approx(0.35 + 4.0 / (CASES * bench.COPIES["many"]))
    assert first.whole[bench.STOCK] == pytest.approx(5.0)
    assert first.overhead(bench.ONE) == pytest.approx(0.35 - 0.1)
    assert first.overhead(bench.TWO) == pytest.approx(0.19 - 0.1 / 2)


def test_a_machine_that_gets_slower_adds_nothing(law, tmp_path):
    law({bench.ONE: 0.35, bench.TWO: 0.19}, drift=3.0)
    (one,), _ = bench.measure(bench.Course.open(tmp_path), "hw1", 1)
    assert one.added == pytest.approx({bench.ONE: 0.35, bench.TWO: 0.19})


@pytest.mark.parametrize(
    ("two", "compute", "met"),
    [(0.19, 0.1, True), (0.21, 0.1, False), (0.5, 0.9, False)],  # met, overhead, ratio
)
def test_the_bars_are_for_two_workers(law, capsys, two, compute, met):
    law({bench.ONE: 0.6, bench.TWO: two}, compute)
    assert bench.main() == (not met)
    said = capsys.readouterr().out
    assert said.splitlines()[-1].endswith("met" if met else "missed")
    assert "36 scores compared, all equal" in said


def test_a_score_that_differs_is_an_error(law, monkeypatch, tmp_path):
    law({bench.ONE: 0.35, bench.TWO: 0.19})
    monkeypatch.setattr(bench.parity, "our_scores", lambda *_: {"ada": 0.5, "bob": 0.0})
    with pytest.raises(AssertionError, match="ada"):
        bench.measure(bench.Course.open(tmp_path), "hw1", 1)
