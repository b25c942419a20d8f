"""Acceptors: many states in, one label out; the way of their loss; words coloured by numbers."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import FancyBboxPatch
from numpy.typing import ArrayLike

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS, DIVERGING

STEP = 1.15  # inches from word to word
_WORD, _STATE, _BACK, _POOLED, _LABEL = 0.35, 1.2, 1.95, 2.8, 3.6


def acceptor_size(T: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `acceptor` and `loss_path` need."""
    return STEP * (T + 1), 3.95


def acceptor(ax: Axes, words: Sequence[str], pooling: str, label: str) -> Axes:
    """A sentence's states, which of them the pooling takes, and the label from the pooled vector.

    Args:
        ax: a canvas of `acceptor_size(T)`.
        words: the T inputs.
        pooling: "last", "mean" and "max" of one direction, or "final" of two.
        label: what the classifier says.

    Raises:
        ValueError: if there is no such pooling.
    """
    if pooling not in ("last", "mean", "max", "final"):
        raise ValueError(f"no pooling {pooling!r}: last, mean, max or final")
    spots = [(t + 0.5) * STEP for t in range(len(words))]
    middle = sum(spots) / len(spots)
    chosen = {"last": spots[-1:], "final": spots[-1:]}.get(pooling, spots)
    _chain(ax, spots, _STATE, words, chosen, backward=False)
    if pooling == "final":
        _chain(ax, spots, _BACK, words, spots[:1], backward=True)
    text = {
        "last": f"$h_{len(words)}$",
        "mean": r"$\frac{1}{T}\,\Sigma_t\, h_t$",
        "max": r"$\max_t\; h_t$, each dimension",
        "final": rf"$[\overrightarrow{{h}}_{len(words)};\; \overleftarrow{{h}}_1]$",
    }[pooling]
    _into_pool(ax, spots, middle, pooling, chosen)
    box(ax, middle, _POOLED, text, COLORS["hidden"], 2.3)
    arrow(ax, (middle, _POOLED + 0.24), (middle, _LABEL - 0.24), COLORS["output"])
    ax.text(middle + 0.1, (_POOLED + _LABEL) / 2, "$W_y$, softmax", va="center", fontsize=9)
    box(ax, middle, _LABEL, label, COLORS["output"], 1.6)
    ax.text(0.05, _LABEL, pooling, fontsize=13, va="center")
    return ax


def _into_pool(
    ax: Axes, spots: Sequence[float], middle: float, pooling: str, chosen: Sequence[float]
) -> None:
    color = COLORS["hidden"]
    if pooling == "final":  # the forward one goes round the backward row
        x = chosen[0]
        ax.plot(
            [x + 0.33, x + 0.5, x + 0.5], [_STATE, _STATE + 0.2, _BACK + 0.2], color=color, lw=1.3
        )
        arrow(ax, (x + 0.5, _BACK + 0.2), (middle + 0.8, _POOLED - 0.26), color)
        arrow(ax, (spots[0], _BACK + 0.24), (middle - 0.8, _POOLED - 0.26), color)
        return
    for x in chosen:
        arrow(ax, (x, _STATE + 0.24), (middle + 0.4 * (x - middle), _POOLED - 0.26), color)


def _chain(
    ax: Axes,
    spots: Sequence[float],
    y: float,
    words: Sequence[str],
    chosen: Sequence[float],
    backward: bool,
) -> None:
    mark = "overleftarrow" if backward else "overrightarrow"
    for t, (x, word) in enumerate(zip(spots, words, strict=True), start=1):
        color = COLORS["hidden"] if x in chosen else GREY
        box(ax, x, y, rf"$\{mark}{{h}}_{t}$" if backward else f"$h_{t}$", color, 0.6)
        if backward:
            arrow(ax, (x + 0.46, _WORD + 0.24), (x + 0.3, y - 0.24), GREY)
            if t > 1:
                arrow(ax, (x - 0.32, y), (x - STEP + 0.32, y), BLACK)
        else:
            box(ax, x, _WORD, word, COLORS["input"], 0.95)
            arrow(ax, (x, _WORD + 0.24), (x, y - 0.24), BLACK)
            if t > 1:
                arrow(ax, (x - STEP + 0.32, y), (x - 0.32, y), BLACK)


def loss_path(ax: Axes, words: Sequence[str]) -> Axes:
    """A language model used as an acceptor: the one loss, and the way its gradient takes back.

    Forward arrows are black, gradients are in the output's colour; the language model's outputs
    are grey, for nothing asks for them.
    """
    red = COLORS["output"]
    spots = [(t + 0.5) * STEP for t in range(len(words))]
    for t, (x, word) in enumerate(zip(spots, words, strict=True), start=1):
        box(ax, x, _WORD, word, COLORS["input"], 0.95)
        box(ax, x, _STATE + 0.1, f"$h_{t}$", COLORS["hidden"], 0.6)
        arrow(ax, (x - 0.06, _WORD + 0.24), (x - 0.06, _STATE - 0.14), BLACK)
        arrow(ax, (x + 0.06, _STATE - 0.14), (x + 0.06, _WORD + 0.24), red)
        if t > 1:
            arrow(ax, (x - STEP + 0.32, _STATE + 0.16), (x - 0.32, _STATE + 0.16), BLACK)
            arrow(ax, (x - 0.32, _STATE + 0.04), (x - STEP + 0.32, _STATE + 0.04), red)
        box(ax, x - 0.28, 2.1, "$W_y$", GREY, 0.55)
        arrow(ax, (x - 0.14, _STATE + 0.34), (x - 0.26, 1.86), GREY)
    x, top = spots[-1], spots[-1] + 0.35
    arrow(ax, (x + 0.1, _STATE + 0.34), (top - 0.06, _POOLED - 0.24), BLACK)
    arrow(ax, (top + 0.06, _POOLED - 0.24), (x + 0.22, _STATE + 0.34), red)
    box(ax, top, _POOLED, "classifier", red, 1.2)
    arrow(ax, (top - 0.06, _POOLED + 0.24), (top - 0.06, _LABEL - 0.24), BLACK)
    arrow(ax, (top + 0.06, _LABEL - 0.24), (top + 0.06, _POOLED + 0.24), red)
    box(ax, top, _LABEL, r"$L = -\log P(y)$", COLORS["target"], 1.7)
    ax.text(spots[0] - 0.5, 2.5, "the language model's outputs:\nno loss, no gradient",
            fontsize=9, color="#707070", va="bottom")  # fmt: skip
    return ax


def coloured_words(
    ax: Axes, rows: Sequence[Sequence[str]], values: Sequence[ArrayLike], label: str
) -> Axes:
    """Sentences, each word on a tile in the colour of its number; zero is the colour bar's middle.

    Raises:
        ValueError: if a sentence has not as many numbers as words.
    """
    numbers = [np.asarray(row, dtype=float) for row in values]
    if [len(row) for row in rows] != [len(row) for row in numbers]:
        raise ValueError("one number for each word of each row")
    reach = max(float(np.abs(row).max()) for row in numbers) or 1.0
    norm, cmap = Normalize(-reach, reach), colormaps[DIVERGING]
    widest = 0.0
    for y, (words, row) in enumerate(zip(rows, numbers, strict=True)):
        x = 0.0
        for word, number in zip(words, row, strict=True):
            width = 0.35 + 0.115 * len(word)
            color = cmap(norm(number))
            tile = FancyBboxPatch((x + 0.06, y - 0.26), width - 0.12, 0.52, fc=color, ec="none",
                                  boxstyle="round,pad=0.04")  # fmt: skip
            ax.add_patch(tile)
            dark = abs(number) > 0.7 * reach
            ink = "white" if dark else BLACK
            ax.text(x + width / 2, y, word, ha="center", va="center", fontsize=10, color=ink)
            x += width
        widest = max(widest, x)
    ax.set(xlim=(0, widest), ylim=(len(rows) - 0.4, -0.6))
    ax.axis("off")
    ax.figure.colorbar(ScalarMappable(norm, cmap), ax=ax, label=label, fraction=0.04, pad=0.02)
    return ax
