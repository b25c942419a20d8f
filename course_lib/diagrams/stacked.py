"""Networks of several layers and two directions, unrolled; sentences with their tags."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS

Point = tuple[float, float]
STEP = 1.7  # inches from one word to the next
_LEFT, _FIRST, _LAYER = 1.0, 1.1, 1.95  # room at the left; height of the first layer; of each
_SIDE, _BACK, _BOTH = 0.3, 0.62, 1.22  # within a layer: to the side, up to backwards, to the pair
_HIDDEN = COLORS["hidden"]


def stacked_size(T: int, num_layers: int, outputs: bool = False) -> Point:
    """Width and height, in inches, of the canvas that `stacked` needs."""
    return _LEFT + STEP * T + 0.2, _FIRST + _LAYER * num_layers + (0.6 if outputs else -0.2)


def stacked(
    ax: Axes,
    words: Sequence[str],
    num_layers: int = 1,
    outputs: Sequence[str] | None = None,
    final: bool = False,
) -> Axes:
    """A bidirectional network over T words: each layer reads the pairs of the layer below.

    Args:
        ax: a canvas of `stacked_size`.
        outputs: one for each word, made of the last layer's pair.
        final: mark the states in which both directions end, and `hs[:, -1]`.

    Raises:
        ValueError: if words and outputs differ in number.
    """
    if outputs is not None and len(outputs) != len(words):
        raise ValueError(f"{len(words)} words, {len(outputs)} outputs")
    for t, word in enumerate(words):
        box(ax, _x(t), 0.35, word, COLORS["input"], 1.2)
    for k in range(num_layers):
        _layer(ax, len(words), k, num_layers)
    top = _FIRST + _LAYER * (num_layers - 1)
    for t, output in enumerate(outputs or ()):
        y = top + _LAYER - 0.1
        arrow(ax, (_x(t), top + _BOTH + 0.16), (_x(t), y - 0.24), COLORS["output"])
        box(ax, _x(t), y, output, COLORS["output"], 0.9)
    if final:
        _mark_final(ax, len(words), top)
    return ax


def _x(t: int) -> float:
    return _LEFT + (t + 0.5) * STEP


def _layer(ax: Axes, T: int, k: int, num_layers: int) -> None:
    y = _FIRST + _LAYER * k
    if num_layers > 1:
        ax.text(0.08, y + _BACK / 2, f"layer {k + 1}", va="center", fontsize=10.5)
    below = 0.59 if k == 0 else y - _LAYER + _BOTH + 0.16
    for t in range(T):
        x, ahead, back = _x(t), (_x(t) - _SIDE, y), (_x(t) + _SIDE, y + _BACK)
        for (at, height), label in ((ahead, r"\rightarrow"), (back, r"\leftarrow")):
            arrow(ax, (at, below), (at, height - 0.23), COLORS["input"] if k == 0 else _HIDDEN)
            box(ax, at, height, rf"$\overset{{{label}}}{{h}}_{{{t + 1}}}$", _HIDDEN, 0.5)
            arrow(ax, (at, height + 0.23), (at, y + _BOTH - 0.16), _HIDDEN)
        pair = FancyBboxPatch((x - 0.52, y + _BOTH - 0.1), 1.04, 0.2, boxstyle="round,pad=0.04",
                              fc=_HIDDEN + "30", ec=_HIDDEN, lw=1.2)  # fmt: skip
        ax.add_patch(pair)
        if t:
            arrow(ax, (ahead[0] - STEP + 0.27, y), (ahead[0] - 0.27, y), _HIDDEN)
            arrow(ax, (back[0] - 0.27, y + _BACK), (back[0] - STEP + 0.27, y + _BACK), _HIDDEN)


def _mark_final(ax: Axes, T: int, y: float) -> None:
    """Thick frames around both directions' last states; a dashed one around the last pair."""
    for at, height in ((_x(T - 1) - _SIDE, y), (_x(0) + _SIDE, y + _BACK)):
        frame = FancyBboxPatch((at - 0.25, height - 0.22), 0.5, 0.44, boxstyle="round,pad=0.05",
                               fc="none", ec=COLORS["target"], lw=3, zorder=4)  # fmt: skip
        ax.add_patch(frame)
    dashed = FancyBboxPatch((_x(T - 1) - 0.54, y + _BOTH - 0.12), 1.08, 0.24,
                            boxstyle="round,pad=0.08", fc="none", ec=COLORS["output"], lw=2.2,
                            linestyle="--", zorder=4)  # fmt: skip
    ax.add_patch(dashed)
    ax.text(_x(T - 1), y + _BOTH + 0.38, "hs[:, −1]", ha="center", color=COLORS["output"])


def tagged_size(T: int) -> Point:
    """Width and height, in inches, of the canvas that `tagged_sentence` needs."""
    return 1.2 * T + 0.8, 1.75


def tagged_sentence(
    ax: Axes,
    words: Sequence[str],
    predicted: Sequence[str],
    gold: Sequence[str],
    seen: Sequence[bool],
    position: int,
) -> Axes:
    """Words below, their predicted tags above; a wrong one says what would be right.

    Args:
        ax: a canvas of `tagged_size(T)`.
        seen: which words the prediction at `position` may use; the others are grey.
        position: the word in question, counted from 0; its frame is thick.

    Raises:
        ValueError: if there are not as many words, tags, gold tags and answers to `seen`.
    """
    if len({len(words), len(predicted), len(gold), len(seen)}) > 1:
        counts = [len(some) for some in (words, predicted, gold, seen)]
        raise ValueError(f"words, predicted, gold, seen differ in number: {counts}")
    for t, word in enumerate(words):
        x = 0.8 + 1.2 * (t + 0.5)
        box(ax, x, 0.35, word, COLORS["input"] if seen[t] else GREY, 1.1)
        right = predicted[t] == gold[t]
        box(ax, x, 1.15, predicted[t], COLORS["target" if right else "output"], 0.8)
        if not right:
            ax.text(x, 1.55, f"not {gold[t]}", ha="center", va="center", fontsize=9,
                    color=COLORS["output"])  # fmt: skip
        if seen[t]:
            middle = 0.8 + 1.2 * (position + 0.5)
            arrow(ax, (x, 0.59), (middle + 0.12 * (x - middle), 0.91), COLORS["input"])
        if t == position:
            frame = FancyBboxPatch((x - 0.4, 0.95), 0.8, 0.4, boxstyle="round,pad=0.05",
                                   fc="none", ec=BLACK, lw=2.2, zorder=4)  # fmt: skip
            ax.add_patch(frame)
    for y, name in ((0.35, "words"), (1.15, "tags")):
        ax.text(0.05, y, name, va="center", fontsize=10)
    return ax
