"""CBOW: context words, their vectors, one sum, a guess."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box, cells
from course_lib.plots import COLORS


def cbow(ax: Axes, words: Sequence[str], position: int, reach: int, D: int) -> Axes:
    """The guess of `words[position]` from up to `reach` words on each side of it.

    Raises:
        IndexError: if `position` is not in `words`.
    """
    if not 0 <= position < len(words):
        raise IndexError(f"position {position} is not in a sentence of {len(words)} words")
    left = 0.64 * ax.get_xlim()[1]
    step = left / len(words)
    centre, cell = step * (position + 0.5), min(0.2, 0.8 * step / D)
    for k, word in enumerate(words):
        middle, near = (k + 0.5) * step, 0 < abs(k - position) <= reach
        color = COLORS["input"] if near else COLORS["target"] if k == position else GREY
        box(ax, middle, 0.3, "?" if k == position else word, color, 0.88 * step)
        if near:
            cells(ax, middle - D * cell / 2, 0.95, cell, D)
            arrow(ax, (middle, 0.54), (middle, 0.93), BLACK)
            arrow(ax, (middle, 0.97 + cell), (centre, 1.73), BLACK)
    cells(ax, centre - D * cell / 2, 1.75, cell, D)
    arrow(ax, (centre, 1.79 + cell), (centre, 2.52), BLACK)
    box(ax, centre, 2.75, "softmax", COLORS["output"], 1.2)
    arrow(ax, (centre, 2.99), (centre, 3.32), BLACK)
    box(ax, centre, 3.55, words[position], COLORS["target"], 1.2)
    labels = [(0.3, "words around the gap"), (1.05, f"their vectors, D = {D} each"),
              (1.85, f"their sum $s$: still {D} numbers"), (2.28, "multiply by $W$ (V × D)"),
              (2.75, "probability of every word"), (3.55, "the word in the gap")]  # fmt: skip
    for y, text in labels:
        ax.text(1.03 * left, y, text, va="center", fontsize=10.5)
    return ax
