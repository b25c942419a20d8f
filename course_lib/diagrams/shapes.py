"""What every drawing is made of: a canvas, boxes, arrows, units, rows of numbers."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_lib.plots import COLORS, OKABE_ITO

GREY = "#B0B0B0"
BLACK = OKABE_ITO["black"]


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


def units(ax: Axes, y: float, labels: list[str], colors: list[str]) -> list[tuple[float, float]]:
    """A layer of circles at height `y`, one a label; returns their centres."""
    room = ax.get_xlim()[1] - 2.4
    spots = [((k + 0.5) * room / len(labels), y) for k in range(len(labels))]
    for (x, _), label, color in zip(spots, labels, colors, strict=True):
        ax.plot(x, y, "o", ms=31, mfc="white", mec=color, mew=2.2, zorder=2)
        size = 8.5 if "=" in label else 11
        ax.text(x, y, label, ha="center", va="center", fontsize=size, zorder=3)
    return spots


def connect(ax: Axes, below: list[tuple[float, float]], above: list[tuple[float, float]]) -> None:
    """A line from every unit below to every unit above."""
    for start in below:
        for end in above:
            ax.plot(*np.transpose([start, end]), color=GREY, lw=0.8, zorder=1)


def cells(ax: Axes, x: float, y: float, size: float, count: int) -> None:
    """A row of `count` squares whose lower left corner is (x, y): a vector."""
    for k in range(count):
        corner = (x + k * size, y)
        ax.add_patch(Rectangle(corner, size, size, fc=COLORS["input"] + "60", ec=COLORS["input"]))
