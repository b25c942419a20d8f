"""Writing with a language model: what is drawn goes back in; which hypotheses a beam keeps."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box, cells
from course_lib.plots import COLORS

Branch = tuple[tuple[str, ...], float, bool]
AUTOREGRESSION_STEP = 1.6  # inches from one step to the next
_INPUT, _EMBEDDING, _STATE, _SOFTMAX, _DRAWN = 0.35, 1.05, 1.8, 2.45, 3.75


def autoregression_size(n: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `autoregression` needs for n steps."""
    return AUTOREGRESSION_STEP * (n + 0.75), 4.1


def autoregression(
    ax: Axes, words: Sequence[str], chances: Sequence[Sequence[float]], drawn: Sequence[int]
) -> Axes:
    """A recurrent language model that reads the words it has drawn.

    Args:
        ax: a canvas of `autoregression_size(n)`.
        words: n + 1 words: the first input, then the word that each step drew.
        chances: for each step the probabilities to draw as bars.
        drawn: for each step which of its bars is the drawn word's.

    Raises:
        ValueError: if the lengths do not fit.
    """
    n = len(words) - 1
    if not len(chances) == len(drawn) == n:
        raise ValueError(f"{n} steps, {len(chances)} rows of chances, {len(drawn)} drawn bars")
    hidden = COLORS["hidden"]
    box(ax, 0.5, _STATE, "$h_0$", hidden, 0.6)
    for t in range(1, n + 1):
        x = AUTOREGRESSION_STEP * t
        _write_step(ax, x, t, words[t - 1], chances[t - 1], drawn[t - 1])
        box(ax, x, _DRAWN, words[t], COLORS["output"], 1.15)
        arrow(ax, (0.8 if t == 1 else x - 1.3, _STATE), (x - 0.3, _STATE), hidden)
        if t < n:
            _fed_back(ax, x)
    end = AUTOREGRESSION_STEP * (n + 0.45)
    for y, text, color in [
        (_INPUT, "input", COLORS["input"]),
        (_EMBEDDING, "embedding $x_t$", COLORS["input"]),
        (_STATE, "state $h_t$", hidden),
        (_SOFTMAX + 0.35, "softmax", COLORS["output"]),
        (_DRAWN, "sampled word", COLORS["output"]),
        (_DRAWN - 0.3, "- - fed back", COLORS["output"]),
    ]:
        ax.text(end, y, text, va="center", fontsize=10, color=color)
    return ax


def _write_step(
    ax: Axes, x: float, t: int, word: str, chances: Sequence[float], drawn: int
) -> None:
    box(ax, x, _INPUT, word, COLORS["input"], 1.15)
    arrow(ax, (x, _INPUT + 0.24), (x, _EMBEDDING - 0.09), COLORS["input"])
    cells(ax, x - 0.36, _EMBEDDING - 0.09, 0.18, 4)
    arrow(ax, (x, _EMBEDDING + 0.09), (x, _STATE - 0.24), COLORS["input"])
    box(ax, x, _STATE, f"$h_{{{t}}}$", COLORS["hidden"], 0.6)
    arrow(ax, (x, _STATE + 0.24), (x, _SOFTMAX), COLORS["output"])
    width = 0.9 / len(chances)
    for k, chance in enumerate(chances):
        corner = (x - 0.45 + k * width, _SOFTMAX)
        color = COLORS["output"] if k == drawn else GREY
        ax.add_patch(Rectangle(corner, 0.8 * width, max(0.012, 0.8 * chance), fc=color))
    ax.plot([x - 0.48, x + 0.45], [_SOFTMAX] * 2, color=BLACK, lw=0.8)
    arrow(ax, (x, _SOFTMAX + 0.85), (x, _DRAWN - 0.24), COLORS["output"])


def _fed_back(ax: Axes, x: float) -> None:
    """Dashed from the word that was drawn down to the input of the next step."""
    color, side = COLORS["output"], x + 0.5 * AUTOREGRESSION_STEP - 0.06
    path = np.array([(x + 0.58, _DRAWN), (side, _DRAWN), (side, _INPUT)])
    ax.plot(*path.T, color=color, lw=1.3, ls=(0, (4, 2)))
    arrow(ax, (side, _INPUT), (x + AUTOREGRESSION_STEP - 0.58, _INPUT), color)


def beam_tree_size(layers: Sequence[Sequence[Branch]]) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `beam_tree` needs."""
    return 2.0 * len(layers) + 1.4, 0.5 * max(map(len, layers)) + 0.7


def beam_tree(ax: Axes, layers: Sequence[Sequence[Branch]], end: str) -> Axes:
    """Beam search, step by step: every continuation of what was kept, and what is kept of it.

    Args:
        ax: a canvas of `beam_tree_size(layers)`.
        layers: for each step the continuations: all their words, log-probability, whether kept.
        end: the word that ends a text.
    """
    height = ax.get_ylim()[1]
    ends: dict[tuple[str, ...], tuple[float, float]] = {(): (0.8, (height - 0.5) / 2)}
    box(ax, 0.45, ends[()][1], "<s>", COLORS["input"], 0.7)
    for step, layer in enumerate(layers, start=1):
        room = (height - 0.5) / len(layer)
        for k, (words, log_prob, kept) in enumerate(layer):
            x, y = 2.0 * step + 0.2, height - 0.5 - (k + 0.5) * room
            ends[words] = (x + 0.7, y)
            color = GREY if not kept else COLORS["target" if words[-1] == end else "hidden"]
            start = ends[words[:-1]]
            ax.plot([start[0], x - 0.7], [start[1], y], color=color, lw=1.3, zorder=0)
            box(ax, x, y, f"{words[-1]}   {log_prob:.2f}".replace("-", "−"), color, 1.4)
        ax.text(2.0 * step + 0.2, height - 0.2, f"step {step}", ha="center", fontsize=10)
    return ax
