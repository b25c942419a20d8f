"""The network of a sentence pair: one encoder drawn twice, four features, one answer."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from course_lib.diagrams.shapes import GREY, arrow, box
from course_lib.plots import COLORS

PAIR_SIZE = (11.0, 5.0)  # inches: the canvas that `pair_network` needs
_WORDS, _ENCODER, _VECTOR, _FEATURES, _LAYER, _OUTPUT = 0.35, 1.3, 2.2, 3.05, 3.85, 4.65


def pair_network(
    ax: Axes, first: Sequence[str], second: Sequence[str], outputs: Sequence[str]
) -> Axes:
    """Two sentences through one encoder, to features, to a layer, to the outputs.

    Args:
        ax: a canvas of `PAIR_SIZE`; up to six short words a sentence fit.
        outputs: names of the classes, or of the one score.
    """
    width = PAIR_SIZE[0]
    middle = width / 2
    for words, x, name in ((first, 2.65, "u"), (second, width - 2.65, "v")):
        spots = [x + (k - (len(words) - 1) / 2) * 0.86 for k in range(len(words))]
        for word, spot in zip(words, spots, strict=True):
            box(ax, spot, _WORDS, word, COLORS["input"], 0.8)
            arrow(ax, (spot, _WORDS + 0.24), (spot, _ENCODER - 0.24), COLORS["input"])
        box(ax, x, _ENCODER, "encoder", COLORS["hidden"], 0.86 * len(words))
        arrow(ax, (x, _ENCODER + 0.24), (x, _VECTOR - 0.24), COLORS["hidden"])
        box(ax, x, _VECTOR, f"${name}$", COLORS["hidden"], 1.2)
        ax.text(x - 0.75, _VECTOR, "(H)", ha="right", va="center", fontsize=9, color="#606060")
    left, right = 2.65 + 0.43 * len(first), width - 2.65 - 0.43 * len(second)
    ax.plot([left, right], [_ENCODER] * 2, color=GREY, linestyle="--", lw=1.6)
    ax.text((left + right) / 2, _ENCODER + 0.14, "the same\nweights", ha="center", fontsize=9)
    _features(ax, middle, width)
    box(ax, middle, _LAYER, "linear, ReLU, linear", COLORS["output"], 2.4)
    for k, name in enumerate(outputs):
        spot = middle + (k - (len(outputs) - 1) / 2) * 1.7
        arrow(ax, (middle, _LAYER + 0.24), (spot, _OUTPUT - 0.24), COLORS["output"])
        box(ax, spot, _OUTPUT, name, COLORS["output"], 1.5)
    return ax


def _features(ax: Axes, middle: float, width: float) -> None:
    for k, name in enumerate(("$u$", "$v$", "$|u - v|$", r"$u \odot v$")):
        spot = middle + (k - 1.5) * 1.3
        box(ax, spot, _FEATURES, name, COLORS["hidden"], 1.2)
        arrow(ax, (spot, _FEATURES + 0.24), (middle + (k - 1.5) * 0.5, _LAYER - 0.24),
              COLORS["hidden"])  # fmt: skip
        for x, uses in ((2.65, k != 1), (width - 2.65, k != 0)):
            if uses:
                arrow(ax, (x, _VECTOR + 0.24), (spot, _FEATURES - 0.24), GREY)
    ax.text(middle + 2.72, _FEATURES, "(4H)", va="center", fontsize=9, color="#606060")
