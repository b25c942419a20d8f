"""Scores of taggers against counting by hand; drawings by what they hold."""

import math
from fractions import Fraction

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import tag_report

mpl.use("agg")
SENTENCES = [(["Her", "hat", "her"], ["A", "B", "C"]), (["the", "her"], ["B", "A"])]
FIRST, SECOND = [["A", "B", "A"], ["A", "C"]], [["C", "B", "C"], ["B", "A"]]


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


sentences = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), max_size=5)


@settings(max_examples=30)
@given(sentences.filter(bool), st.randoms())
def test_scores_are_ratios_of_sums(gold: list[list[str]], random) -> None:
    predicted = [[random.choice("abc") for _ in some] for some in gold]
    rows = tag_report.right_by_sentence(predicted, gold)
    pairs = [
        (g, p)
        for one, other in zip(gold, predicted, strict=True)
        for g, p in zip(one, other, strict=True)
    ]
    right = Fraction(sum(g == p for g, p in pairs), len(pairs))
    assert math.isclose(tag_report.share_right(rows), float(right))
    assert rows[:, 1].tolist() == [len(some) for some in gold]
    table = tag_report.confusion(gold, predicted, "abc")
    assert table.sum() == len(pairs)
    for (i, g), (j, p) in ((a, b) for a in enumerate("abc") for b in enumerate("abc")):
        assert table[i, j] == sum(pair == (g, p) for pair in pairs), "gold in rows"


def test_scores_of_unequal_sentences_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        tag_report.right_by_sentence([["a"]], [["a", "b"]])
    with pytest.raises(ValueError, match="zip"):
        tag_report.confusion([["a"], ["b"]], [["a"]], "ab")
    assert tag_report.right_by_sentence([], []).shape == (0, 2)
    assert np.issubdtype(tag_report.confusion([], [], "ab").dtype, np.integer)


def test_accuracy_on_chosen_words() -> None:
    assert tag_report.share_right_on({"her"}, SENTENCES, FIRST) == pytest.approx(1 / 3)
    assert tag_report.share_right_on({"her", "the"}, SENTENCES, SECOND) == pytest.approx(3 / 4)
    assert math.isnan(tag_report.share_right_on({"zebra"}, SENTENCES, FIRST))


def test_errors_fewer_counts_new_errors_against() -> None:
    fewer, met = tag_report.errors_fewer(SENTENCES, FIRST, SECOND)
    assert fewer == {"her": 2 - 1, "hat": 0, "the": 1}
    assert met == {"her": 3, "hat": 1, "the": 1}
    back, _ = tag_report.errors_fewer(SENTENCES, SECOND, FIRST)
    assert all(back[word] == -fewer[word] for word in met)


def test_the_worst_errors_in_words() -> None:
    counts = np.array([[90, 2, 0], [7, 50, 1], [0, 0, 3]])
    assert tag_report.worst(counts, "ABC", 2) == "B as A 7, A as B 2"
    assert tag_report.worst(counts, "ABC", 9) == "B as A 7, A as B 2, B as C 1"
    assert tag_report.worst(np.diag([3, 4]), "AB", 2) == "none"
    assert counts[0, 0] == 90, "inputs stay"


def test_errors_are_drawn_without_the_diagonal() -> None:
    counts = np.array([[90, 2, 0], [7, 50, 1], [0, 0, 3]])
    ax = tag_report.draw_errors(plt.figure().gca(), counts, "ABC")
    drawn = ax.images[0].get_array()
    assert np.array_equal(drawn, [[0, 2, 0], [7, 0, 1], [0, 0, 0]])
    texts = {tuple(text.get_position()): text.get_text() for text in ax.texts}
    assert texts == {(1, 0): "2", (0, 1): "7", (2, 1): "1"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "gold")
    assert ax.images[0].get_clim() == (0, 7)


def test_two_drawings_of_errors_can_share_their_colours() -> None:
    for counts in (np.array([[9, 2], [7, 5]]), np.diag([3, 4])):
        ax = tag_report.draw_errors(plt.figure().gca(), counts, "AB", top=30)
        assert ax.images[0].get_clim() == (0, 30)
    without = tag_report.draw_errors(plt.figure().gca(), np.diag([3, 4]), "AB")
    assert without.images[0].get_clim() == (0, 1), "a scale, although nothing is wrong"


def test_bars_stand_in_groups_with_a_bound_each() -> None:
    table = {"k1": {"a": 0.5, "b": 0.75}, "k2": {"a": 1.0, "b": 0.25}, "k3": {"a": 0.1, "b": 0.2}}
    bounds = {"k1": 0.6, "k2": 0.7, "k3": 0.8}
    ax = tag_report.draw_by_kind(
        plt.figure().gca(), table, {"a": "#111111", "b": "#222222"}, bounds, "least"
    )
    bars = [(round(bar.get_x() + bar.get_width() / 2), bar.get_height()) for bar in ax.patches]
    assert bars == [(0, 0.5), (1, 1.0), (2, 0.1), (0, 0.75), (1, 0.25), (2, 0.2)]
    assert [line.get_ydata()[0] for line in ax.lines] == [0.6, 0.7, 0.8]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["least", "a", "b"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["k1", "k2", "k3"]
