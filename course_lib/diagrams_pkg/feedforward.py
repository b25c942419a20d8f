"""Networks drawn by code, in the course's colours."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_lib.plots import COLORS, OKABE_ITO
from course_lib.text import SPECIALS

BOS_WORD = SPECIALS[2]
_GREY = "#B0B0B0"
_BLACK = OKABE_ITO["black"]
_PALE_INPUT = "#CBE8F8"  # opaque, so that what lies behind does not shine through


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure for a drawing: one unit is one inch, no frame."""
    fig, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def box(ax: Axes, x: float, y: float, text: str, color: str, width: float = 1.0) -> Axes:
    """A rounded box, 0.44 high, its centre at (x, y)."""
    corner = (x - width / 2 + 0.07, y - 0.15)
    style = "round,pad=0.07"
    size = (width - 0.14, 0.3)
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle=style, fc=color + "30", ec=color, lw=1.6))
    ax.text(x, y, text, ha="center", va="center", fontsize=10.5)
    return ax


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> Axes:
    """A straight arrow from `start` to `end`."""
    style = {"arrowstyle": "-|>", "color": color, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)
    return ax


def two_layer_network(ax: Axes, inputs: int, hidden: int, outputs: int) -> Axes:
    """Every unit and weight of a two-layer network; the bias is the extra input x0 = 1."""
    xs = [f"$x_{{{i}}}$" for i in range(1, inputs + 1)]
    hs = [f"$h_{{{j}}}$" for j in range(1, hidden + 1)]
    ys = [f"$y_{{{k}}}$" for k in range(1, outputs + 1)]
    below = _units(ax, 0.45, ["$x_0{=}1$", *xs], [_BLACK, *[COLORS["input"]] * inputs])
    middle = _units(ax, 1.95, hs, [COLORS["hidden"]] * hidden)
    above = _units(ax, 3.45, ys, [COLORS["output"]] * outputs)
    _connect(ax, below, middle)
    _connect(ax, middle, above)
    for y, text in [
        (0.45, "input layer $x$"),
        (1.2, "$W$"),
        (1.95, "hidden layer $h = g(Wx)$"),
        (2.7, "$U$"),
        (3.45, r"output $y = \mathrm{softmax}(Uh)$"),
    ]:
        ax.text(ax.get_xlim()[1] - 2.2, y, text, va="center", fontsize=11)
    return ax


def sliding_window(ax: Axes, words: Sequence[str], position: int, M: int) -> Axes:
    """The window that ends at target `words[position]`: M - 1 context words, filled with <s>.

    Raises:
        IndexError: if `position` is not in `words`.
    """
    if not 0 <= position < len(words):
        raise IndexError(f"position {position} is not in a sentence of {len(words)} words")
    row = [*[BOS_WORD] * (M - 1), *words]
    width = ax.get_xlim()[1] / len(row)
    for k, word in enumerate(row):
        distance = position + M - 1 - k  # words back from the target
        color = COLORS["target"] if distance == 0 else COLORS["input"]
        seen = 0 <= distance < M
        box(ax, (k + 0.5) * width, 0.75, word, color if seen else _GREY, 0.92 * width)
        if seen:
            label = "target" if distance == 0 else f"t−{distance}"
            ax.text((k + 0.5) * width, 0.33, label, ha="center", fontsize=9)
    left, right = position * width, (position + M) * width
    ax.plot([left, left, right, right], [1.08, 1.2, 1.2, 1.08], color=_BLACK, lw=1.2)
    ax.text((left + right) / 2, 1.3, f"window, M = {M}", ha="center", fontsize=10)
    return ax


def feedforward_lm(ax: Axes, context: Sequence[str], candidates: Sequence[str], D: int) -> Axes:
    """The model as boxes: words, embeddings, their concatenation x, h, and candidate next words."""
    width = ax.get_xlim()[1]
    step = 0.62 * width / len(context)
    cell = min(0.8 * step / D, 0.22)
    start = 0.5 * step * len(context) - 0.5 * cell * D * len(context)
    for k, word in enumerate(context):
        middle = (k + 0.5) * step
        box(ax, middle, 0.3, word, COLORS["input"], 0.9 * step)
        _cells(ax, middle - D * cell / 2, 0.85, cell, D)
        joined = start + k * D * cell
        _cells(ax, joined, 1.75, cell, D)
        arrow(ax, (middle, 0.54), (middle, 0.83), _BLACK)
        arrow(ax, (middle, 0.87 + cell), (joined + D * cell / 2, 1.73), _BLACK)
    centre = 0.31 * width
    box(ax, centre, 2.75, "$h$", COLORS["hidden"], 2.2)
    box(ax, centre, 4.0, "softmax", COLORS["output"], 2.2)
    arrow(ax, (centre, 1.77 + cell), (centre, 2.52), _BLACK)
    arrow(ax, (centre, 2.98), (centre, 3.77), _BLACK)
    for k, word in enumerate(candidates):
        y = 4.0 + 0.55 * ((len(candidates) - 1) / 2 - k)
        arrow(ax, (centre + 1.15, 4.0), (centre + 1.8, y), COLORS["output"])
        box(ax, centre + 2.35, y, word, COLORS["output"], 1.1)
    labels = [(0.3, "context words"), (0.95, f"embeddings, D = {D} each"),
              (1.85, f"$x$: concatenated, {len(context)}·{D} = {D * len(context)} numbers"),
              (2.2, "$W$"), (2.75, "hidden layer, $h = g(Wx)$"), (3.37, "$U$")]  # fmt: skip
    for y, text in labels:
        at = centre + 0.12 if text in ("$W$", "$U$") else 0.66 * width
        ax.text(at, y, text, va="center", fontsize=10.5)
    return ax


def weight_blocks(ax: Axes, M: int, D: int, H: int) -> Axes:
    """W to scale: H rows, one block of D columns for each of the M - 1 context positions."""
    for k in range(M - 1):
        shade = "60" if k % 2 else "25"
        ax.add_patch(
            Rectangle((k * D, 0), D, H, fc=COLORS["hidden"] + shade, ec=COLORS["hidden"], lw=1.5)
        )
        label = f"t−{M - 1 - k}"
        ax.text((k + 0.5) * D, H / 2, label, ha="center", va="center", fontsize=10)
    ax.set(xlim=(0, (M - 1) * D), ylim=(H, 0))
    ax.set_xlabel(f"columns of W: {M - 1} positions × D = {D}")
    ax.set_ylabel(f"rows: H = {H}")
    ax.set_title(f"M = {M}: {H} × {(M - 1) * D} = {H * (M - 1) * D:,} weights", fontsize=11)
    return ax


def tensor_stack(ax: Axes, B: int, T: int, D: int) -> Axes:
    """A (B, T, D) tensor as B sheets, one behind the other, each of T rows and D columns."""
    shift = 0.55
    for b in reversed(range(B)):  # the first sheet is drawn last, in front
        corners = [(d + b * shift, t + b * shift) for t in range(T) for d in range(D)]
        face = _PALE_INPUT if b == 0 else "white"
        cells = [Rectangle(corner, 1, 1) for corner in corners]
        ax.add_collection(PatchCollection(cells, facecolor=face, edgecolor=COLORS["input"], lw=1.2))
    ax.text(D / 2, -0.3, f"D = {D}: numbers of a word", ha="center", va="top")
    ax.text(-0.3, T / 2, f"T = {T}: words", ha="right", va="center")
    behind = (B - 1) * shift
    ax.text(D + behind + 0.4, T / 2 + behind, f"B = {B}: sentences", ha="left", va="center")
    ax.set(xlim=(-2.6, D + behind + 4.2), ylim=(-1.2, T + behind + 0.3), aspect="equal")
    ax.axis("off")
    return ax


def _units(ax: Axes, y: float, labels: list[str], colors: list[str]) -> list[tuple[float, float]]:
    room = ax.get_xlim()[1] - 2.4
    spots = [((k + 0.5) * room / len(labels), y) for k in range(len(labels))]
    for (x, _), label, color in zip(spots, labels, colors, strict=True):
        ax.plot(x, y, "o", ms=31, mfc="white", mec=color, mew=2.2, zorder=2)
        size = 8.5 if "=" in label else 11
        ax.text(x, y, label, ha="center", va="center", fontsize=size, zorder=3)
    return spots


def _connect(ax: Axes, below: list[tuple[float, float]], above: list[tuple[float, float]]) -> None:
    for start in below:
        for end in above:
            ax.plot(*np.transpose([start, end]), color=_GREY, lw=0.8, zorder=1)


def _cells(ax: Axes, x: float, y: float, size: float, count: int) -> None:
    for k in range(count):
        corner = (x + k * size, y)
        ax.add_patch(Rectangle(corner, size, size, fc=COLORS["input"] + "60", ec=COLORS["input"]))
