"""An explorer for the cells of a character LSTM: type text, and watch one cell read it."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import IntSlider, Text
from matplotlib.figure import Figure

from course_lib.cell_probe import activations
from course_lib.coloured_text import VISIBLE, draw_text
from course_lib.language_model import RecurrentLM
from course_lib.plots import COLORS, light_grid
from course_lib.text import Vocab
from course_lib.widgets.explorer import Explorer

WIDTH = 60
LONGEST = 240


def draw_cell(
    read: Callable[[str], np.ndarray], names: Mapping[int, str], cell: int, text: str
) -> tuple[Figure, str]:
    """The text coloured by what one cell can show, tanh(c), and the same as a curve below.

    Args:
        read: from a text to tanh(c) of all cells, (T, H).
        names: what is known of some cells.
    """
    shown = text[:LONGEST].replace("\\n", "\n") or "\n"
    values = read(shown)[:, cell]
    title = f"cell {cell}" + (f" ({names[cell]})" if cell in names else "")
    rows = 1 + len(shown) // WIDTH + shown.count("\n")
    fig, (above, below) = plt.subplots(
        2, 1, figsize=(9, 1.6 + 0.3 * rows), height_ratios=[0.3 * rows, 1.5]
    )
    draw_text(above, shown, values, "tanh(c)", width=WIDTH, limit=1.0)
    above.set_title(title, loc="left", fontsize=10)
    below.axhline(0, color="#AAAAAA", linewidth=0.8)
    below.plot(range(1, len(shown) + 1), values, color=COLORS["cell"], marker=".")
    below.set(xlabel="character", ylabel="tanh(c)", ylim=(-1.1, 1.1), xlim=(0.5, len(shown) + 0.5))
    light_grid(below)
    fig.tight_layout()
    high, low = int(values.argmax()), int(values.argmin())
    words = (
        f"{title.capitalize()} reads {len(shown)} characters: "
        f"highest, {values[high]:+.2f}, after {_named(shown[: high + 1])}, "
        f"lowest, {values[low]:+.2f}, after {_named(shown[: low + 1])}; "
        f"at the end {values[-1]:+.2f}."
    )
    return fig, words


def _named(past: str) -> str:
    """The last characters of what was read, in quotes that stand for themselves."""
    return f"“{''.join(VISIBLE.get(ch, ch) for ch in past[-8:])}”"


def cell_explorer(
    model: RecurrentLM,
    vocab: Vocab,
    text: str,
    names: Mapping[int, str] | None = None,
    before: str = "\n",
) -> Explorer:
    r"""Choose a cell, type a text (\n is a line break), and see what the cell does with it.

    Args:
        text: to begin with.
        names: from a cell to what it knows; the first is shown first.
        before: read first, not shown.
    """
    known = names or {}
    last: dict[str, np.ndarray] = {}

    def read(shown: str) -> np.ndarray:
        if shown not in last:  # moving the slider reads nothing anew
            ids = torch.tensor([vocab.encode(before + shown)])
            last.clear()
            last[shown] = activations(model, ids)[1][0, len(before) :].tanh().numpy()
        return last[shown]

    def draw(cell: int, text: str) -> tuple[Figure, str]:
        return draw_cell(read, known, cell, text)

    H = model.rnn.hidden_size
    return Explorer(
        draw,
        cell=IntSlider(next(iter(known), 0), 0, H - 1, description="Cell"),
        text=Text(text, description="Text"),
    )
