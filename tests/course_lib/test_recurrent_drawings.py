"""Drawings of recurrence are tested by what they hold; the explorer by what it says."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from course_lib import diagrams
from course_lib.diagrams.shapes import GREY
from course_lib.text import Vocab
from course_lib.widgets.unrolled import draw_reading, unrolled_explorer

mpl.use("agg")
WORDS = "the students studied".split()  # noqa: SIM905
VOCAB = Vocab.from_tokens([*WORDS, "book", "slides", "a", "b", "c"])


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def texts(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def unrolled(**options) -> plt.Axes:
    _, ax = diagrams.canvas(*diagrams.unrolled_size(3))
    return diagrams.unrolled(ax, WORDS, ["", "", "book"], **options)


def test_the_cell_holds_both_equations() -> None:
    _, ax = diagrams.canvas(7.0, 4.0)
    said = texts(diagrams.rnn_cell(ax))
    assert {"$W_x$", "$W_h$", "$W_y$", "$x_t$", "$h_{t-1}$", "$h_t$", "$y_t$"} <= set(said)
    assert said.count("tanh") == 2


def test_every_step_uses_the_same_weights() -> None:
    said = texts(unrolled())
    assert [said.count(f"$W_{w}$") for w in "xhy"] == [3, 3, 1], "an acceptor has one output"
    assert [said.count(f"$h_{{{t}}}$") for t in (1, 2, 3)] == [1, 1, 1]
    assert said.count("book") == 1


def test_steps_to_come_are_grey_and_give_nothing() -> None:
    ax = unrolled(step=1)
    grey = [patch for patch in ax.patches if to_hex(patch.get_edgecolor()) == GREY.lower()]
    assert len(grey) == 2 * 2, "words and states of two steps"
    assert "book" not in texts(ax)


def test_states_are_drawn_number_by_number() -> None:
    hs = torch.linspace(-1, 1, 3 * 11).reshape(3, 11)
    ax = unrolled(hs=hs, step=2)
    assert len(ax.collections) == 2
    drawn = ax.collections[1].get_array()
    assert np.allclose(drawn.compressed(), hs[1])
    assert ax.collections[1].get_clim() == (-1, 1)


@pytest.mark.parametrize("options", [{"hs": torch.zeros(2, 4)}, {}])
def test_lengths_that_differ_are_refused(options) -> None:
    _, ax = diagrams.canvas(*diagrams.unrolled_size(3))
    with pytest.raises(ValueError, match="3 words"):
        diagrams.unrolled(ax, WORDS, ["", ""] if not options else [""] * 3, **options)


def test_only_the_window_forgets_the_first_words() -> None:
    _, ax = diagrams.canvas(11.4, 3.5)
    diagrams.two_language_models(ax, ["The", *WORDS], M=3, guess="book")
    grey = [patch for patch in ax.patches if to_hex(patch.get_edgecolor()) == GREY.lower()]
    assert len(grey) == 2
    said = texts(ax)
    assert said.count("book?") == 2
    assert [said.count(f"$W_{{{back}}}$") for back in (1, 2, 3)] == [1, 1, 0]
    assert said.count("$W_x$") == said.count("$W_h$") == 4


def read(words: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """After t words, word t + 4 of the vocabulary is the most probable."""
    T = len(words)
    scores = 9.0 * torch.eye(len(VOCAB))[torch.arange(1, T + 1) + 4]
    return torch.linspace(-1, 1, T * 5).reshape(T, 5), scores.softmax(1)


def test_the_explorer_says_what_is_expected_after_each_word() -> None:
    words = ["<s>", *WORDS]
    said = [draw_reading(words, *read(words), VOCAB, step)[1] for step in range(5)]
    assert said[0].startswith("Nothing is read")
    assert said[2].startswith(f"Step 2, after “<s> the”: “{VOCAB.words[6]}” is expected")
    fig, _ = draw_reading(words, *read(words), VOCAB, 2)
    bars = fig.axes[1]
    shown = [bar.get_width() for bar in bars.patches]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] == pytest.approx(float(read(words)[1][1].max()))


def test_every_control_reaches_the_drawing() -> None:
    built = unrolled_explorer(read, VOCAB, [" ".join(WORDS), "the book"])
    assert (built.controls["step"].min, built.controls["step"].max) == (0, 4)
    for sentence in built.controls["sentence"].options:
        built.controls["sentence"].value = sentence
        for step in (0, 4, 1):
            built.controls["step"].value = step
            assert "<img" in built.picture.value
    built.controls["step"].value = 4
    assert "Step 3, after “&lt;s&gt; the book”" in built.picture.value
