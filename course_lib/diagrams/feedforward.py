"""Fixed windows: the two-layer network, the window, the feedforward language model."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box, cells, connect, units
from course_lib.plots import COLORS
from course_lib.text import SPECIALS

BOS_WORD = SPECIALS[2]


def two_layer_network(ax: Axes, inputs: int, hidden: int, outputs: int) -> Axes:
    """Every unit and weight of a two-layer network; the bias is the extra input x0 = 1."""
    xs = [f"$x_{{{i}}}$" for i in range(1, inputs + 1)]
    hs = [f"$h_{{{j}}}$" for j in range(1, hidden + 1)]
    ys = [rf"$\hat{{y}}_{{{k}}}$" for k in range(1, outputs + 1)]
    below = units(ax, 0.45, ["$x_0{=}1$", *xs], [BLACK, *[COLORS["input"]] * inputs])
    middle = units(ax, 1.95, hs, [COLORS["hidden"]] * hidden)
    above = units(ax, 3.45, ys, [COLORS["output"]] * outputs)
    connect(ax, below, middle)
    connect(ax, middle, above)
    for y, text in [
        (0.45, "input layer $x$"),
        (1.2, "$W_x$"),
        (1.95, "hidden layer $h = g(W_x x)$"),
        (2.7, "$W_y$"),
        (3.45, r"output $\hat{y} = \mathrm{softmax}(W_y h)$"),
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
        box(ax, (k + 0.5) * width, 0.75, word, color if seen else GREY, 0.92 * width)
        if seen:
            label = "target" if distance == 0 else f"t−{distance}"
            ax.text((k + 0.5) * width, 0.33, label, ha="center", fontsize=9)
    left, right = position * width, (position + M) * width
    ax.plot([left, left, right, right], [1.08, 1.2, 1.2, 1.08], color=BLACK, lw=1.2)
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
        cells(ax, middle - D * cell / 2, 0.85, cell, D)
        joined = start + k * D * cell
        cells(ax, joined, 1.75, cell, D)
        arrow(ax, (middle, 0.54), (middle, 0.83), BLACK)
        arrow(ax, (middle, 0.87 + cell), (joined + D * cell / 2, 1.73), BLACK)
    centre = 0.31 * width
    box(ax, centre, 2.75, "$h$", COLORS["hidden"], 2.2)
    box(ax, centre, 4.0, "softmax", COLORS["output"], 2.2)
    arrow(ax, (centre, 1.77 + cell), (centre, 2.52), BLACK)
    arrow(ax, (centre, 2.98), (centre, 3.77), BLACK)
    for k, word in enumerate(candidates):
        y = 4.0 + 0.55 * ((len(candidates) - 1) / 2 - k)
        arrow(ax, (centre + 1.15, 4.0), (centre + 1.8, y), COLORS["output"])
        box(ax, centre + 2.35, y, word, COLORS["output"], 1.1)
    labels = [(0.3, "context words"), (0.95, f"embeddings, D = {D} each"),
              (1.85, f"$x$: concatenated, {len(context)}·{D} = {D * len(context)} numbers"),
              (2.2, "$W_x$"), (2.75, "hidden layer, $h = g(W_x x)$"), (3.37, "$W_y$")]  # fmt: skip
    for y, text in labels:
        at = centre + 0.12 if text in ("$W_x$", "$W_y$") else 0.66 * width
        ax.text(at, y, text, va="center", fontsize=10.5)
    return ax


def weight_blocks(ax: Axes, M: int, D: int, H: int) -> Axes:
    """W_x to scale: H rows, one block of D columns for each of the M - 1 context positions."""
    for k in range(M - 1):
        shade = "60" if k % 2 else "25"
        ax.add_patch(
            Rectangle((k * D, 0), D, H, fc=COLORS["hidden"] + shade, ec=COLORS["hidden"], lw=1.5)
        )
        label = f"t−{M - 1 - k}"
        ax.text((k + 0.5) * D, H / 2, label, ha="center", va="center", fontsize=10)
    ax.set(xlim=(0, (M - 1) * D), ylim=(H, 0))
    ax.set_xlabel(f"columns of $W_x$: {M - 1} positions × D = {D}")
    ax.set_ylabel(f"rows: H = {H}")
    ax.set_title(f"M = {M}: {H} × {(M - 1) * D} = {H * (M - 1) * D:,} weights", fontsize=11)
    return ax
