"""Elman, LSTM and GRU cells in one visual language, and the gradient's way back through each."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS

Point = tuple[float, float]
HIDDEN, CELL, INPUT = COLORS["hidden"], COLORS["cell"], COLORS["input"]
CELL_SIZE = (6.6, 4.4)  # inches: the canvas that each cell needs


def elman_cell(ax: Axes) -> Axes:
    """The state passes through a matrix and a tanh at every step; a canvas of `CELL_SIZE`."""
    _frame(ax, r"Elman: $h_t = \tanh(W_x x_t + W_h h_{t-1} + b)$")
    _line(ax, [(0.55, 2.3), (2.6, 2.3)], HIDDEN)
    _line(ax, [(1.5, 0.3), (1.5, 2.1), (2.6, 2.1)], INPUT)
    box(ax, 3.1, 2.2, "tanh", HIDDEN, 1.0)
    _line(ax, [(3.6, 2.2), (6.0, 2.2)], HIDDEN)
    _ends(ax, [(0.25, 2.3, "$h_{t-1}$"), (6.3, 2.2, "$h_t$"), (1.5, 0.12, "$x_t$")])
    for x, y, text in [(2.0, 2.42, "$W_h$"), (2.0, 1.88, "$W_x$")]:
        ax.text(x, y, text, ha="center", va="center", fontsize=10)
    return ax


def lstm_cell(ax: Axes) -> Axes:
    """Above, c meets only a product and a sum; below, h and x make three gates and a candidate.

    Its canvas has `CELL_SIZE`.
    """
    _frame(ax, r"LSTM: $c_t = f \odot c_{t-1} + i \odot g$,   $h_t = o \odot \tanh(c_t)$")
    _line(ax, [(0.55, 3.3), (6.0, 3.3)], CELL)
    _bus(ax, [1.6, 2.5, 3.3, 4.3])
    for x, name, label in [(1.6, "f", "f  σ"), (2.5, "i", "i  σ"), (3.3, "g", "g  tanh"),
                           (4.3, "o", "o  σ")]:  # fmt: skip
        box(ax, x, 1.55, label, COLORS[name], 0.72)
    _line(ax, [(1.6, 1.8), (1.6, 3.1)], COLORS["f"])
    _line(ax, [(2.5, 1.8), (2.5, 2.4), (2.72, 2.4)], COLORS["i"])
    _line(ax, [(3.3, 1.8), (3.3, 2.4), (3.08, 2.4)], COLORS["g"])
    _line(ax, [(2.9, 2.58), (2.9, 3.1)], CELL)
    _line(ax, [(5.2, 3.3), (5.2, 2.97)], CELL)
    box(ax, 5.2, 2.72, "tanh", CELL, 0.72)
    _line(ax, [(5.2, 2.48), (5.2, 2.13)], CELL)
    _line(ax, [(4.3, 1.8), (4.3, 1.95), (5.02, 1.95)], COLORS["o"])
    _line(ax, [(5.38, 1.95), (5.7, 1.95), (5.7, 0.8), (6.0, 0.8)], HIDDEN)
    for x, y, sign in [(1.6, 3.3, "×"), (2.9, 3.3, "+"), (2.9, 2.4, "×"), (5.2, 1.95, "×")]:
        _operation(ax, x, y, sign)
    _ends(ax, [(0.22, 3.3, "$c_{t-1}$"), (6.3, 3.3, "$c_t$"), (6.3, 0.8, "$h_t$")])
    return ax


def gru_cell(ax: Axes) -> Axes:
    """h has the way that c has in an LSTM; where z shuts it, z opens the candidate's.

    The reset gate acts before the matmul, as on the slide; a canvas of `CELL_SIZE`.
    """
    _frame(ax, r"GRU: $h_t = (1 - z) \odot h_{t-1} + z \odot n$")
    _line(ax, [(0.9, 0.8), (0.9, 3.3), (6.0, 3.3)], HIDDEN)
    _bus(ax, [1.9, 2.9, 4.6])
    box(ax, 1.9, 1.55, "z  σ", COLORS["f"], 0.72)
    box(ax, 2.9, 1.55, "r  σ", COLORS["i"], 0.72)
    box(ax, 4.6, 1.55, "n  tanh", COLORS["g"], 0.9)
    _line(ax, [(1.9, 1.8), (1.9, 2.2)], COLORS["f"])
    box(ax, 1.9, 2.45, "1 − z", COLORS["f"], 0.72)
    _line(ax, [(1.9, 2.7), (1.9, 3.1)], COLORS["f"])
    _line(ax, [(1.9, 2.0), (3.8, 2.0), (3.8, 2.45), (4.4, 2.45)], COLORS["f"])
    _line(ax, [(3.27, 1.55), (3.7, 1.55), (3.7, 1.0)], COLORS["i"])
    _line(ax, [(4.6, 1.8), (4.6, 2.25)], COLORS["g"])
    _line(ax, [(4.6, 2.65), (4.6, 3.1)], HIDDEN)
    for x, y, sign in [(1.9, 3.3, "×"), (4.6, 3.3, "+"), (4.6, 2.45, "×"), (3.7, 0.8, "×")]:
        _operation(ax, x, y, sign)
    ax.text(2.6, 0.62, "r scales h, not x", ha="center", va="center", fontsize=8.5)
    _ends(ax, [(6.3, 3.3, "$h_t$")])
    return ax


def gradient_chain(ax: Axes, kept: Sequence[float], color: str, label: str) -> Axes:
    """Steps in a row; the arrow back from each is as strong as the gradient that arrives.

    Args:
        ax: a canvas at least 1.1 inches high and one inch a step wide, plus 2.4.
        kept: the gradient at distance 0, 1, …, relative to distance 0; the last step is at the
            right.
    """
    steps = len(kept)
    ax.text(0.05, 0.6, label, va="center", fontsize=11)
    for k, share in enumerate(kept):
        x, strength = 1.9 + steps - 1 - k, min(1.0, max(0.0, share))
        shade = FancyBboxPatch((x - 0.28, 0.38), 0.56, 0.44, boxstyle="round,pad=0.04", ec=GREY,
                               fc=color, alpha=strength)  # fmt: skip
        ax.add_patch(FancyBboxPatch((x - 0.28, 0.38), 0.56, 0.44, boxstyle="round,pad=0.04",
                                    ec=GREY, fc="white"))  # fmt: skip
        ax.add_patch(shade)
        ax.text(x, 0.6, f"T−{k}" if k else "T", ha="center", va="center", fontsize=9)
        ax.text(
            x, 0.14, f"{share:.2g}" if share >= 0.01 else f"{share:.0e}", ha="center", fontsize=8
        )
        if k:
            style = {"arrowstyle": "-|>", "color": color, "lw": 0.3 + 4 * strength}
            ax.annotate("", (x + 0.33, 0.6), (x + 0.67, 0.6), arrowprops=style)
    return ax


def _frame(ax: Axes, title: str) -> None:
    corner, width, height = (0.75, 0.55), 5.0, 3.1
    frame = FancyBboxPatch(corner, width, height, boxstyle="round,pad=0.08", fc="#F7F7F7", ec=GREY)
    ax.add_patch(frame)
    ax.text(3.3, 4.1, title, ha="center", va="center", fontsize=11.5)


def _line(ax: Axes, points: Sequence[Point], color: str) -> None:
    """A bent line with an arrow head at its end."""
    *_, before, last = points
    ax.plot(*zip(*points[:-1], before, strict=False), color=color, lw=1.5, zorder=1)
    arrow(ax, before, last, color)


def _bus(ax: Axes, tops: Sequence[float]) -> None:
    """h and x meet on one line that feeds every gate."""
    _line(ax, [(0.55, 0.8), (tops[-1], 0.8)], HIDDEN)
    _line(ax, [(1.2, 0.3), (1.2, 0.72)], INPUT)
    for x in tops:
        _line(ax, [(x, 0.8), (x, 1.3)], BLACK)
    _ends(ax, [(0.22, 0.8, "$h_{t-1}$"), (1.2, 0.12, "$x_t$")])


def _operation(ax: Axes, x: float, y: float, sign: str) -> None:
    ax.add_patch(Circle((x, y), 0.18, fc="white", ec=BLACK, lw=1.2, zorder=3))
    ax.text(x, y, sign, ha="center", va="center", fontsize=11, zorder=4)


def _ends(ax: Axes, labels: Sequence[tuple[float, float, str]]) -> None:
    for x, y, text in labels:
        ax.text(x, y, text, ha="center", va="center", fontsize=13)
