"""Recurrence: the cell, the cell unrolled over words, and its language model beside a window's."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch
from torch import Tensor

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS, DIVERGING

STEP = 1.35  # inches from one step to the next
_WORD, _STATE, _OUTPUT = 0.35, 1.6, 2.95  # heights of the three rows


def rnn_cell(ax: Axes) -> Axes:
    """Elman's cell inside: the input and the previous state become the next state and an output.

    Args:
        ax: a canvas of 7 by 4.
    """
    frame = FancyBboxPatch((1.2, 0.75), 4.5, 2.5, boxstyle="round,pad=0.1", fc="#F7F7F7", ec=GREY)
    ax.add_patch(frame)
    ax.text(1.3, 3.1, "cell", va="center", fontsize=10.5, color="#707070")
    hidden, given, output = COLORS["hidden"], COLORS["input"], COLORS["output"]
    for x, y, label, color in [
        (1.9, 1.75, "$W_h$", hidden),
        (2.9, 1.1, "$W_x$", given),
        (3.9, 1.75, "tanh", hidden),
        (4.9, 2.35, "$W_y$", output),
        (4.9, 2.95, "tanh", output),
    ]:
        box(ax, x, y, label, color, 0.8)
    ax.add_patch(Circle((2.9, 1.75), 0.2, fc="white", ec=BLACK, lw=1.3))
    ax.text(2.9, 1.75, "+", ha="center", va="center", fontsize=12)
    for start, end, color in [
        ((0.7, 1.75), (1.48, 1.75), hidden), ((2.32, 1.75), (2.68, 1.75), hidden),
        ((2.9, 0.45), (2.9, 0.86), given), ((2.9, 1.34), (2.9, 1.53), given),
        ((3.12, 1.75), (3.48, 1.75), BLACK), ((4.32, 1.75), (6.3, 1.75), hidden),
        ((4.9, 1.75), (4.9, 2.1), output), ((4.9, 2.59), (4.9, 2.7), output),
        ((4.9, 3.19), (4.9, 3.6), output),
    ]:  # fmt: skip
        arrow(ax, start, end, color)
    for x, y, label in [
        (0.4, 1.75, "$h_{t-1}$"), (6.55, 1.75, "$h_t$"), (2.9, 0.25, "$x_t$"), (4.9, 3.8, "$y_t$")
    ]:  # fmt: skip
        ax.text(x, y, label, ha="center", va="center", fontsize=13)
    return ax


def unrolled_size(T: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `unrolled` needs for T steps."""
    return STEP * (T + 1) + 0.2, 3.3


def unrolled(
    ax: Axes,
    words: Sequence[str],
    outputs: Sequence[str],
    hs: Float[Tensor, "T H"] | None = None,
    step: int | None = None,
) -> Axes:
    """A recurrent network over T words, the same weights at every step.

    Args:
        ax: a canvas of `unrolled_size(T)`.
        words: the T inputs, below.
        outputs: what comes out above each step; an empty text where nothing does.
        hs: states to show in colour, from -1 to 1.
        step: how many steps were taken; those to come are grey. All if None.

    Raises:
        ValueError: if the lengths differ.
    """
    T = len(words)
    if len(outputs) != T or (hs is not None and len(hs) != T):
        raise ValueError(
            f"{T} words, {len(outputs)} outputs, {T if hs is None else len(hs)} states"
        )
    step = T if step is None else step
    box(ax, 0.5 * STEP, _STATE, "$h_0$", COLORS["hidden"], 0.62)
    if hs is not None:
        ax.text(0.5 * STEP, 0.9, "numbers of h:\norange −1\nwhite 0\npurple +1", ha="center",
                va="center", fontsize=8)  # fmt: skip
    for t in range(1, T + 1):
        x, taken = (t + 0.5) * STEP, t <= step
        state = None if hs is None or not taken else hs[t - 1]
        _unrolled_step(ax, x, t, words[t - 1], state, taken)
        if outputs[t - 1] and taken:
            box(ax, x, _OUTPUT, outputs[t - 1], COLORS["output"], 1.15)
            _labelled(ax, (x, _STATE + 0.5), (x, _OUTPUT - 0.24), "$W_y$", COLORS["output"])
    return ax


def _unrolled_step(
    ax: Axes, x: float, t: int, word: str, state: Float[Tensor, " H"] | None, taken: bool
) -> None:
    given, hidden = (COLORS["input"], COLORS["hidden"]) if taken else (GREY, GREY)
    box(ax, x, _WORD, word, given, 1.15)
    _labelled(ax, (x, _WORD + 0.24), (x, _STATE - 0.5), "$W_x$", given)
    start = x - STEP + (0.33 if t == 1 else 0.36)
    _labelled(ax, (start, _STATE), (x - 0.36, _STATE), "$W_h$", hidden)
    frame = FancyBboxPatch((x - 0.3, _STATE - 0.42), 0.6, 0.84, boxstyle="round,pad=0.06",
                           fc=hidden + "20", ec=hidden, lw=1.6)  # fmt: skip
    ax.add_patch(frame)
    if state is None:
        ax.text(x, _STATE, f"$h_{{{t}}}$", ha="center", va="center", fontsize=11)
    else:
        _state_cells(ax, x, state)


def _state_cells(ax: Axes, x: float, state: Float[Tensor, " H"]) -> None:
    """The state's numbers as colours, eight in a row; the last row may be shorter."""
    rows = -(-len(state) // 8)
    cells = np.full(rows * 8, np.nan)
    cells[: len(state)] = state.detach().numpy()
    columns = np.linspace(x - 0.3, x + 0.3, 9)
    heights = np.linspace(_STATE + 0.42, _STATE - 0.42, rows + 1)
    ax.pcolormesh(columns, heights, cells.reshape(rows, 8), cmap=DIVERGING, vmin=-1, vmax=1)


def _labelled(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], label: str, color: str
) -> None:
    arrow(ax, start, end, color)
    flat = start[1] == end[1]
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    shift = (0, 0.17) if flat else (0.2, 0)
    ax.text(x + shift[0], y + shift[1], label, ha="center", va="center", fontsize=9)


def two_language_models(ax: Axes, words: Sequence[str], M: int, guess: str) -> Axes:
    """A feedforward and a recurrent language model reading the same words, side by side.

    Args:
        ax: a canvas of 11.4 by 3.5 for four words.
        words: the text so far; the window sees the last M - 1 of them.
        guess: a next word to write at both outputs.
    """
    step, T = 1.1, len(words)
    for side, start in (("feedforward", 0.2), ("recurrent", 1.6 + T * step)):
        spots = [start + (k + 0.5) * step for k in range(T)]
        window = words[-(M - 1) :] if side == "feedforward" else words
        for k, (x, word) in enumerate(zip(spots, words, strict=True)):
            box(ax, x, 0.35, word, COLORS["input"] if k >= T - len(window) else GREY, 1.0)
        draw = _window_half if side == "feedforward" else _recurrent_half
        end = draw(ax, spots[-len(window) :])
        box(ax, end, 2.75, guess + "?", COLORS["output"], 1.1)
        ax.text(start, 3.2, f"{side} language model", fontsize=11.5)
    return ax


def _window_half(ax: Axes, spots: list[float]) -> float:
    middle = sum(spots) / len(spots)
    box(ax, middle, 1.6, "$h$", COLORS["hidden"], 1.6)
    for back, x in zip(range(len(spots), 0, -1), spots, strict=True):
        arrow(ax, (x, 0.59), (middle + 0.35 * (x - middle), 1.36), COLORS["input"])
        at = middle + 0.72 * (x - middle)
        side = -0.2 if x < middle else 0.2
        ax.text(at + side, 0.98, f"$W_{{{back}}}$", fontsize=9, ha="center", va="center")
    _labelled(ax, (middle, 1.84), (middle, 2.51), "$W_y$", COLORS["output"])
    return middle


def _recurrent_half(ax: Axes, spots: list[float]) -> float:
    box(ax, spots[0] - 1.1, 1.6, "$h_0$", COLORS["hidden"], 0.6)
    for t, x in enumerate(spots, start=1):
        box(ax, x, 1.6, f"$h_{{{t}}}$", COLORS["hidden"], 0.6)
        _labelled(ax, (x, 0.59), (x, 1.36), "$W_x$", COLORS["input"])
        _labelled(ax, (x - 0.78, 1.6), (x - 0.32, 1.6), "$W_h$", COLORS["hidden"])
    _labelled(ax, (spots[-1], 1.84), (spots[-1], 2.51), "$W_y$", COLORS["output"])
    return spots[-1]
