"""The benchmark of taggers trains and scores; its table says what was measured."""

import io

import numpy as np
import pytest
import tagging as bench
from rich.console import Console

from course_lib.corpora import tagged


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bench, "BATCH", 8)
    monkeypatch.setattr(bench, "WAYS", {"left context": ("left", 6), "whole sentence": ("both", 4)})
    return tagged.sample(30, seed=0), tagged.sample(7, seed=1)


def test_runs_are_scored_by_sentence_and_the_same_seed_gives_the_same(small):
    train, test = small
    runs = [bench.train_and_tag(train, test, "whole sentence", seed, 1) for seed in (0, 0, 1)]
    for run in runs:
        assert run.rows[:, 1].tolist() == [len(words) for words, _ in test]
        assert (run.rows[:, 0] <= run.rows[:, 1]).all()
        assert run.seconds > 0
    assert np.array_equal(runs[0].rows, runs[1].rows)


def test_the_gain_is_of_words_not_of_sentences():
    rows = np.array([[9, 10, 7, 10], [0, 2, 1, 2.0]])
    assert bench.gain(rows) == pytest.approx((9 - 8) / 12)


def test_the_table_has_means_over_seeds():
    rows = {k: np.array([[k, 10.0]]) for k in (5, 6, 9)}
    runs = {"left context": [bench.Run(rows[6], 3.0)],
            "whole sentence": [bench.Run(rows[5], 2.0), bench.Run(rows[9], 4.0)]}  # fmt: skip
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(bench.report(rows[6], runs))
    text = console.export_text()
    assert "70.00%" in text
    assert "50.00% 90.00%" in text


def test_without_the_treebank_it_says_where_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(bench.corpora, "where", lambda name: None)
    monkeypatch.setattr(bench.sys, "argv", ["tagging.py"])
    assert bench.main() == 2
    assert "UD_English-EWT" in capsys.readouterr().err
