"""Explorers: each control reaches the drawing function; words change with the picture."""

import re
from unittest.mock import patch

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from ipywidgets import IntSlider
from matplotlib.figure import Figure

from course_lib import widgets
from course_lib.text import Vocab
from course_lib.widgets.tensors import draw_tensor
from course_lib.widgets.windows import draw_next_words, draw_weights, draw_window

mpl.use("agg")
SENTENCE = "so long and thanks for all the fish".split()  # noqa: SIM905
VOCAB = Vocab.from_tokens(SENTENCE)


def draw(size: int) -> tuple[Figure, str]:
    fig, ax = plt.subplots()
    ax.plot([0, size])
    return fig, f"a line up to {size}"


def image(explorer: widgets.Explorer) -> str:
    return re.search(r"base64,([^\"]+)", explorer.picture.value)[1]


def test_a_moved_control_changes_picture_words_and_alt_text() -> None:
    explorer = widgets.Explorer(draw, size=IntSlider(2, 1, 9, description="Size"))
    before = image(explorer)
    explorer.controls["size"].value = 5
    assert image(explorer) != before
    assert explorer.picture.value.count("a line up to 5") == 2
    assert 'alt="a line up to 5"' in explorer.picture.value
    assert 'aria-live="polite"' in explorer.picture.value
    explorer.controls["size"].value = 2
    assert image(explorer) == before


def test_no_figure_stays_open() -> None:
    explorer = widgets.Explorer(draw, size=IntSlider(2, 1, 9, description="Size"))
    explorer.controls["size"].value = 5
    assert not plt.get_fignums()


def test_without_a_kernel_the_figure_stands_in_its_place() -> None:
    explorer = widgets.Explorer(draw, size=IntSlider(2, 1, 9, description="Size"))
    with patch("course_lib.widgets.explorer.display") as display:
        explorer.show()
    (bundle,), options = display.call_args
    assert options == {"raw": True}
    assert image(explorer) in bundle["text/html"]
    assert "model_id" in bundle["application/vnd.jupyter.widget-view+json"]


def test_a_control_without_label_is_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        widgets.Explorer(draw, size=IntSlider(2, 1, 9))


def made_up(words: list[str]) -> torch.Tensor:
    """After three words, the later in the vocabulary the more probable; else always word 5."""
    rising = torch.arange(float(len(VOCAB))).softmax(0)
    return rising if len(words) == 3 else torch.eye(len(VOCAB))[5]


@pytest.mark.parametrize(
    "explorer",
    [
        lambda: widgets.window_explorer(SENTENCE),
        lambda: widgets.weight_explorer(D=3, H=4),
        lambda: widgets.tensor_explorer(),
        lambda: widgets.next_word_explorer({"n-gram": made_up}, VOCAB, ["for all the", "fish"]),
    ],
)
def test_every_value_of_every_control_can_be_drawn(explorer) -> None:
    built = explorer()
    for name, control in built.controls.items():
        values = control.options if hasattr(control, "options") else [control.min, control.max]
        for value in values:
            control.value = value
            assert "<img" in built.picture.value, (name, value)


def test_the_window_says_its_context_and_target() -> None:
    _, words = draw_window(SENTENCE, position=1, M=4)
    assert words == "M = 4: from the context (<s>, <s>, so) predict “long”."


def test_the_weights_are_counted() -> None:
    fig, words = draw_weights(M=4, D=10, H=6, widest=8)
    assert "180 weights" in words
    assert fig.axes[0].get_xlim() == (0, 70)


def test_the_tensors_numbers_are_counted() -> None:
    assert draw_tensor(2, 3, 5)[1] == "Shape (2, 3, 5): 2 × 3 × 5 = 30 numbers."


def test_next_words_are_the_most_probable_in_order() -> None:
    fig, words = draw_next_words({"n-gram": made_up}, VOCAB, "for all the", count=3)
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels == VOCAB.decode([len(VOCAB) - 1, len(VOCAB) - 2, len(VOCAB) - 3])
    assert f"“{VOCAB.words[-1]}”" in words


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")
