"""The drawn pair network holds what the model computes; the explorer says what was asked."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from course_lib import diagrams
from course_lib.diagrams.shapes import GREY
from course_lib.pairs import pair_features
from course_lib.plots import COLORS
from course_lib.widgets.pairs import draw_pair, pair_explorer

mpl.use("agg")
LABELS = ("entailment", "neutral", "contradiction")


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def drawn(first: str, second: str, outputs: list[str]) -> plt.Axes:
    _, ax = diagrams.canvas(*diagrams.PAIR_SIZE)
    return diagrams.pair_network(ax, first.split(), second.split(), outputs)


def test_two_encoders_are_drawn_as_one() -> None:
    ax = drawn("A boy plays in the snow", "A boy is outside", list(LABELS))
    said = [text.get_text() for text in ax.texts]
    assert said.count("encoder") == 2
    assert said.count("the same\nweights") == 1
    assert said.count("boy") == 2
    assert set(LABELS) <= set(said)
    (link,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert to_hex(link.get_color()) == GREY.lower()


def test_u_and_v_meet_in_the_features_alone() -> None:
    ax = drawn("a b", "c", ["score"])
    said = [text.get_text() for text in ax.texts]
    assert [said.count(name) for name in ("$u$", "$v$", "$|u - v|$", r"$u \odot v$")] == [
        2,
        2,
        1,
        1,
    ]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    grey = [a for a in arrows if to_hex(a.arrow_patch.get_edgecolor()) == GREY.lower()]
    assert len(grey) == 6, "u to three features, v to three"


def probe(first: str, second: str) -> tuple[torch.Tensor, torch.Tensor]:
    u, v = (torch.tensor([float(len(text)), -1.0, 0.5]) for text in (first, second))
    return torch.tensor([0.2, 0.7, 0.1]), pair_features(u, v).unflatten(0, (4, -1))


def gold(first: str, second: str) -> int:
    return 2 if "not" in second else 1


def test_the_picture_has_the_numbers_and_marks_the_truth() -> None:
    fig, words = draw_pair(probe, LABELS, gold, "a boy", "not a boy")
    ax, beside = fig.axes[:2]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.2, 0.7, 0.1])
    colors = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colors == [to_hex(COLORS[c]) for c in ("output", "output", "target")]
    assert [label.get_text() for label in ax.get_yticklabels()][2] == "contradiction (true)"
    image = beside.images[0]
    np.testing.assert_allclose(image.get_array(), probe("a boy", "not a boy")[1])
    assert image.get_clim() == (-45, 45)
    assert "the model says neutral (70%), the truth is contradiction" in words
    assert "|u − v| 1.33" in words


def test_every_choice_reaches_the_drawing() -> None:
    built = pair_explorer(probe, LABELS, gold, ["a", "bb", "ccc"], ["boy", "not a boy"])
    seen = set()
    for first in ("a", "ccc"):
        for second in ("boy", "not a boy"):
            built.controls["first"].value, built.controls["second"].value = first, second
            assert f"“{first}” against “{second}”" in built.picture.value
            seen.add(built.picture.value)
    assert len(seen) == 4
