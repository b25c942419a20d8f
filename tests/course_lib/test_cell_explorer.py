"""The cell explorer: typed text is read by the model; picture and words are of that cell."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_lib import widgets
from course_lib.language_model import RecurrentLM
from course_lib.text import Vocab
from course_lib.widgets import cells as room

mpl.use("agg")
VOCAB = Vocab.from_tokens("abc(') \n")


@pytest.fixture
def model() -> RecurrentLM:
    torch.manual_seed(0)
    return RecurrentLM(len(VOCAB), 3, 5)


def caption(explorer: widgets.Explorer) -> str:
    return re.search(r"<figcaption[^>]*>(.*)</figcaption>", explorer.picture.value, re.S)[1]


def test_words_tell_the_cells_values_after_each_character(model) -> None:
    explorer = widgets.cell_explorer(model, VOCAB, "ab(c", {3: "quotes"})
    assert explorer.controls["cell"].value == 3
    assert list(explorer.controls) == ["cell", "text"], "the slider is the first stop of Tab"
    for typed, cell in (("ab(c", 3), ("ab(c", 0), ("a (", 4)):
        explorer.controls["text"].value, explorer.controls["cell"].value = typed, cell
        state = None
        values = []
        for ch in "\n" + typed:  # one character at a time through PyTorch's layer
            _, state = model(torch.tensor([VOCAB.encode(ch)]), state)
            values.append(state[1][0, 0, cell].tanh().item())
        said = caption(explorer)
        assert said.startswith(f"Cell {cell}" + (" (quotes)" if cell == 3 else ""))
        assert f"reads {len(typed)} characters" in said
        assert f"highest, {max(values[1:]):+.2f}" in said
        assert f"lowest, {min(values[1:]):+.2f}" in said
        assert said.endswith(f"at the end {values[-1]:+.2f}.")


def test_a_moved_slider_and_typed_text_change_the_picture(model) -> None:
    explorer = widgets.cell_explorer(model, VOCAB, "ab")
    before = explorer.picture.value
    explorer.controls["cell"].value = 1
    moved = explorer.picture.value
    assert moved != before
    explorer.controls["text"].value = "ab)"
    assert explorer.picture.value not in (before, moved)
    assert not plt.get_fignums()


def test_a_line_break_is_typed_as_in_code_and_much_text_is_cut() -> None:
    def read(text: str) -> np.ndarray:
        read.text = text
        return np.linspace(-1, 1, len(text))[:, None]

    fig, words = room.draw_cell(read, {}, 0, r"a\nb")
    assert read.text == "a\nb"
    assert "after “a⏎b”" in words
    plt.close(fig)
    fig, words = room.draw_cell(read, {}, 0, "x" * 999)
    assert f"reads {room.LONGEST} characters" in words
    plt.close(fig)
    fig, words = room.draw_cell(read, {}, 0, "")
    assert "reads 1 characters" in words
    plt.close(fig)


def test_an_unknown_character_is_read_as_unknown(model) -> None:
    explorer = widgets.cell_explorer(model, VOCAB, "é")
    unknown = caption(explorer)
    explorer.controls["text"].value = "ü"
    assert caption(explorer)[-7:] == unknown[-7:]
