"""Computation graphs: single operations in columns, values forward, derivatives back."""

import re
from collections.abc import Mapping
from itertools import pairwise

from matplotlib.axes import Axes

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.graph import Node, gradients, in_order, operations
from course_lib.plots import COLORS

VALUE, DERIVATIVE = COLORS["hidden"], COLORS["output"]
_WIDE, _HIGH, _BOX = 1.52, 0.88, 1.0  # a column, a row, a box's width, in inches


def layout(output: Node) -> dict[Node, tuple[float, float]]:
    """Column and row of every node: operations to the right of what they use, rows downwards.

    An input used once has a row of its own beside its use; one used several times stands between
    its uses, or in the next free place below.
    """
    nodes = in_order(output)
    uses = {node: [user for user in nodes if node in user.inputs] for node in nodes}
    column = dict.fromkeys(nodes, 0.0)
    for node in nodes:
        column[node] = 1 + max((column[source] for source in node.inputs), default=-1.0)
    for node in nodes:
        if not node.inputs and node is not output:
            column[node] = min(column[user] for user in uses[node]) - 1
    shared = [node for node in nodes if not node.inputs and len(uses[node]) > 1]
    row: dict[Node, float] = {}
    free = 0.0
    for node in [*(node for node in nodes if node not in shared), *shared]:
        beside = uses[node] if node in shared else [n for n in node.inputs if n not in shared]
        place = sum(row[n] for n in beside) / len(beside) if beside else free
        free += not beside
        while any(column[n] == column[node] and abs(row[n] - place) < 1 for n in row):
            place += 0.5
        row[node] = place
    return {node: (column[node], row[node]) for node in nodes}


def graph_size(output: Node) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `computation_graph` needs."""
    columns, rows = zip(*layout(output).values(), strict=True)
    return _WIDE * (max(columns) + 1), _HIGH * (max(rows) + 1)


def computation_graph(
    ax: Axes, output: Node, computed: int | None = None, passed: int | None = None
) -> Axes:
    """Every operation as a box: its value below it, d output / d itself above it.

    Args:
        ax: a canvas of `graph_size(output)`.
        computed: how many operations the forward pass has done; all if None.
        passed: how many of them have passed a derivative back; None draws no derivatives.
    """
    steps = operations(output)
    computed = len(steps) if computed is None else computed
    known = {*steps[:computed], *(node for node in in_order(output) if not node.inputs)}
    found = {} if passed is None else gradients(output, passed)
    done = set(steps[::-1][: passed or 0])
    height = graph_size(output)[1]
    spots = {
        node: (_WIDE * (column + 0.5), height - _HIGH * (row + 0.5))
        for node, (column, row) in layout(output).items()
    }
    for node in steps:
        for source, partial in zip(node.inputs, node.partials, strict=True):
            _edge(ax, spots[source], spots[node], partial if node in done else None)
    for node, spot in spots.items():
        _box(ax, spot, node, node in known, found.get(node))
    return ax


def _box(
    ax: Axes, spot: tuple[float, float], node: Node, known: bool, derivative: float | None
) -> None:
    x, y = spot
    color = (VALUE if node.inputs else COLORS["input"]) if known else GREY
    label = " = ".join(part for part in (maths(node.name), node.operation) if part)
    box(ax, x, y, "", color, _BOX)
    ax.text(x, y, label, ha="center", va="center", fontsize=9 if len(node.operation) > 2 else 10.5)
    if known:
        ax.text(x, y - 0.24, f"{node.value:.3g}", color=VALUE, ha="center", va="top", fontsize=9.5)
    if derivative is not None:
        text = ax.text(x, y + 0.24, f"{derivative:.3g}", color=DERIVATIVE, fontsize=9.5)
        text.set(ha="center", va="bottom", weight="bold")


def _edge(
    ax: Axes, source: tuple[float, float], user: tuple[float, float], partial: float | None
) -> None:
    """Black and forward; once a derivative came back over it, in its colour, with its factor."""
    left, right = (source[0] + _BOX / 2, source[1]), (user[0] - _BOX / 2, user[1])
    if partial is None:
        arrow(ax, left, right, BLACK)
        return
    arrow(ax, right, left, DERIVATIVE)
    share = 0.5 if abs(left[1] - right[1]) < 1.5 * _HIGH else 0.75
    x, y = (low + share * (high - low) for low, high in zip(left, right, strict=True))
    text = ax.text(x, y, f"×{partial:.2g}", color=DERIVATIVE, fontsize=7)
    text.set(ha="center", va="center", bbox={"fc": "white", "ec": "none", "pad": 0.4})


def maths(name: str) -> str:
    """Letters and digits as a symbol with an index: w12 becomes $w_{12}$."""
    plain = name.replace("ŷ", r"\hat{y}")
    return re.sub(r"^(\\hat\{y\}|[a-zA-Z])(\d*)$", r"$\1_{\2}$", plain).replace("_{}", "")


def two_passes(ax: Axes, weights: Mapping[str, str]) -> Axes:
    """Training: forward from the example to the loss, backward from the loss to the weights.

    Args:
        ax: a canvas of 9 by 2.9.
        weights: the two matrices' symbols, each with that of its derivative.
    """
    spots = [(0.9, "$x$", "input"), (3.2, "$h$", "hidden"), (5.5, r"$\hat y$", "output"),
             (7.8, r"$L(\hat y, y)$", "output")]  # fmt: skip
    for x, label, role in spots:
        box(ax, x, 1.45, label, COLORS[role], 1.15)
    box(ax, 7.8, 2.5, "$y$: the truth", COLORS["target"], 1.4)
    arrow(ax, (7.8, 2.27), (7.8, 1.69), BLACK)
    for (x, *_), (after, *_) in pairwise(spots):
        arrow(ax, (x + 0.6, 1.55), (after - 0.6, 1.55), BLACK)
        if after > spots[1][0]:
            arrow(ax, (after - 0.6, 1.35), (x + 0.6, 1.35), DERIVATIVE)
    for (symbol, derivative), x in zip(weights.items(), (2.05, 4.35), strict=True):
        ax.text(x, 1.72, symbol, ha="center", fontsize=12)
        ax.text(x, 0.42, derivative, ha="center", va="center", fontsize=13, color=DERIVATIVE)
        arrow(ax, (x, 1.3), (x, 0.72), DERIVATIVE)
    arrow(ax, (2.6, 1.35), (2.05, 1.35), DERIVATIVE)
    ax.text(0.3, 2.1, "forward pass: values →", fontsize=10.5, va="center")
    ax.text(5.2, 0.42, "← backward pass: derivatives", fontsize=10.5, color=DERIVATIVE, va="center")
    return ax
