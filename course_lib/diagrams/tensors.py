"""Tensors as what they hold."""

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from course_lib.plots import COLORS

_PALE_INPUT = "#CBE8F8"  # opaque, so that what lies behind does not shine through


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
