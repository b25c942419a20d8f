"""Attention: a context of its own for each step, and one step from query to word."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS, heatmap

STAGES = ("query", "scores", "softmax", "weighted sum", "word")
ROOM, COLUMN, SHOWN = 1.3, 1.5, 3  # inches a source word, a decoder step; steps that are shown
_WORD, _STATE, _SCORE, _BARS, _CONTEXT, _OUT = 0.35, 1.2, 2.15, 2.6, 4.05, 4.95
_QUERY, _ATTENTION = COLORS["hidden"], COLORS["attention"]


def contexts_size(S: int, T: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `contexts` needs."""
    return ROOM * max(S, T) + 2.2, 4.5


def contexts(
    ax: Axes, source: Sequence[str], words: Sequence[str], weights: Float[Tensor, "T S"]
) -> Axes:
    """Every decoder step takes a weighted sum of all encoder states: a line for each weight.

    Args:
        ax: a canvas of `contexts_size(S, T)`.
        source: S words.
        words: the T words that the decoder says.
        weights: a row for each of them; lines are as thick as the weights are large.

    Raises:
        ValueError: if `weights` is not (T, S).
    """
    S, T = len(source), len(words)
    _fits(weights, T, S)
    ys = {"source": _WORD, "state": 1.15, "context": 2.45, "decoder": 3.3, "word": 4.15}
    width = ROOM * max(S, T)
    below = [(s + 0.5) * width / S for s in range(S)]
    above = [(t + 0.5) * width / T for t in range(T)]
    for t, x in enumerate(above):
        for s, weight in enumerate(weights[t].tolist()):
            ends = [below[s], x], [ys["state"] + 0.22, ys["context"] - 0.22]
            ax.plot(*ends, color=_ATTENTION, lw=0.3 + 5 * weight, alpha=0.8, zorder=0)
    for s, x in enumerate(below):
        state = (ys["state"], f"$k_{{{s + 1}}}$", "hidden")
        _column(ax, x, [(ys["source"], source[s], "input"), state])
    for t, x in enumerate(above):
        _column(ax, x, [(ys["decoder"], f"$h_{{{t + 1}}}$", "hidden")])
        box(ax, x, ys["context"], f"$\\mathbf{{c}}_{{{t + 1}}}$", _ATTENTION, 0.6)
        box(ax, x, ys["word"], words[t], COLORS["output"], 1.2)
        for side, low, color in ((-0.42, "context", _ATTENTION), (0, "decoder", _QUERY)):
            foot = ys[low] + (0.24 if side == 0 else 0)
            arrow(ax, (x + side, foot), (x + side, ys["word"] - 0.24), color)
        ax.plot([x - 0.42, x - 0.3], [ys["context"]] * 2, color=_ATTENTION, lw=1.3)
        down = [ys["decoder"] - 0.22, ys["context"] + 0.22]
        ax.plot([x, x], down, color=_QUERY, lw=1.3, ls=(0, (2, 1.5)))
    _chain(ax, below, ys["state"], both=True)
    _chain(ax, above, ys["decoder"], both=False)
    for name, text in {
        "source": "source",
        "state": "encoder's states",
        "context": "contexts",
        "decoder": "decoder's states, - - queries",
        "word": "translation",
    }.items():
        ax.text(width + 0.1, ys[name], text, va="center", fontsize=10)
    return ax


def attention_size(S: int, step: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `attention_step` needs."""
    return ROOM * S + COLUMN * min(step, SHOWN) + 1.55, 5.3


def attention_step(
    ax: Axes,
    source: Sequence[str],
    words: Sequence[str],
    scores: Float[Tensor, " S"],
    weights: Float[Tensor, " S"],
    stage: str = "word",
) -> Axes:
    """The last step of a decoder, up to a stage of it: from its query to its word.

    Args:
        ax: a canvas of `attention_size(S, step)`, for step = len(words) - 1.
        source: S words.
        words: `<s>`, the words said so far, and the one that this step says.
        scores, weights: of this step's query against the S keys.
        stage: the last of `STAGES` to be drawn.

    Raises:
        ValueError: if the lengths do not fit, or there is no such stage.
    """
    S, step = len(source), len(words) - 1
    if stage not in STAGES:
        raise ValueError(f"stage {stage!r} is not one of {STAGES}")
    if step < 1:
        raise ValueError(f"a step reads a word and says a word; words = {list(words)}")
    _fits(scores[None], 1, S)
    _fits(weights[None], 1, S)
    last = STAGES.index(stage)
    spots = [ROOM * (s + 0.5) for s in range(S)]
    for s, x in enumerate(spots):
        key = (_STATE, f"$k_{{{s + 1}}}$", "hidden")
        _column(ax, x, [(_WORD, source[s], "input"), key])
    _chain(ax, spots, _STATE, both=True)
    x = _decoder(ax, ROOM * S + 0.3, words, step)
    if last >= 1:
        _scores(ax, spots, scores.tolist(), x)
    if last >= 2:
        _softmax(ax, spots, weights.tolist())
    if last >= 3:
        _sum(ax, spots, weights.tolist(), step)
    if last >= 4:
        _say(ax, x, ROOM * S / 2, words[-1], step)
    names = ("keys, query", *STAGES[1:])
    captions = zip((_STATE, _SCORE, _BARS + 0.4, _CONTEXT, _OUT), names, strict=True)
    for height, name in list(captions)[: last + 1]:
        ax.text(x + 0.75, height, name, va="center", fontsize=10)
    return ax


def weight_map(
    ax: Axes,
    source: Sequence[str],
    words: Sequence[str],
    weights: Float[Tensor, "T S"],
    links: Iterable[tuple[int, int]] = (),
) -> Axes:
    """Weights as a map: source words along x, generated words along y; `links` are framed.

    Args:
        source, words: as the model reads and says them, with `</s>`.
        links: (source index, target index).

    Raises:
        ValueError: if `weights` is not (T, S).
    """
    _fits(weights, len(words), len(source))
    heatmap(ax, weights, "attention weight")
    ax.images[-1].set_clim(0, 1)
    ax.set_xticks(range(len(source)), source)
    if len(source) > 6:
        plt.setp(ax.get_xticklabels(), rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(words)), words)
    for s, t in links:
        frame = Rectangle((s - 0.5, t - 0.5), 1, 1, fill=False, ec=COLORS["output"], lw=1.8)
        ax.add_patch(frame)
    return ax


def _fits(values: Tensor, T: int, S: int) -> None:
    if tuple(values.shape) != (T, S):
        raise ValueError(f"numbers of shape {tuple(values.shape)} for {T} steps and {S} words")


def _column(ax: Axes, x: float, rows: Sequence[tuple[float, str, str]]) -> None:
    """Boxes above each other, an arrow from each to the next."""
    for k, (y, text, color) in enumerate(rows):
        box(ax, x, y, text, COLORS[color], 1.2 if "$" not in text else 0.6)
        if k:
            arrow(ax, (x, rows[k - 1][0] + 0.24), (x, y - 0.24), COLORS[rows[k - 1][2]])


def _chain(ax: Axes, xs: Sequence[float], y: float, both: bool) -> None:
    for left, right in pairwise(xs):
        lift = 0.07 if both else 0
        arrow(ax, (left + 0.32, y + lift), (right - 0.32, y + lift), _QUERY)
        if both:
            arrow(ax, (right - 0.32, y - lift), (left + 0.32, y - lift), _QUERY)


def _decoder(ax: Axes, start: float, words: Sequence[str], step: int) -> float:
    """The last few steps; returns where the current one stands."""
    first = max(1, step - SHOWN + 1)
    xs = [start + COLUMN * (k + 0.5) for k in range(step - first + 1)]
    ax.plot([start] * 2, [0.1, 1.6], color=GREY, lw=1, ls=":")
    for t, x in enumerate(xs, start=first):
        _column(ax, x, [(_WORD, words[t - 1], "input"), (_STATE, f"$h_{{{t}}}$", "hidden")])
    _chain(ax, xs, _STATE, both=False)
    return xs[-1]


def _scores(ax: Axes, spots: Sequence[float], scores: Sequence[float], x: float) -> None:
    for spot, score in zip(spots, scores, strict=True):
        ax.plot([x, spot], [_STATE + 0.23, _SCORE], color=_QUERY, lw=0.8, alpha=0.6, zorder=0)
        arrow(ax, (spot, _STATE + 0.24), (spot, _SCORE - 0.2), _QUERY)
        ax.plot(spot, _SCORE, "o", ms=29, mfc="white", mec=_ATTENTION, mew=1.6, zorder=2)
        text = f"{score:.1f}".replace("-", "−")
        ax.text(spot, _SCORE, text, ha="center", va="center", fontsize=9.5, zorder=3)


def _softmax(ax: Axes, spots: Sequence[float], weights: Sequence[float]) -> None:
    ax.plot([spots[0] - 0.4, spots[-1] + 0.4], [_BARS] * 2, color=BLACK, lw=0.8)
    for spot, weight in zip(spots, weights, strict=True):
        bar = Rectangle((spot - 0.2, _BARS), 0.4, 0.7 * weight, fc=_ATTENTION, zorder=2)
        ax.add_patch(bar)
        height = _BARS + 0.7 * weight + 0.1
        ax.text(spot, height, f"{weight:.2f}", ha="center", va="center", fontsize=8.5)


def _sum(ax: Axes, spots: Sequence[float], weights: Sequence[float], step: int) -> None:
    middle = (spots[0] + spots[-1]) / 2
    for spot, weight in zip(spots, weights, strict=True):
        ends = [spot, middle], [_BARS + 0.7 * weight + 0.2, _CONTEXT - 0.22]
        ax.plot(*ends, color=_ATTENTION, lw=0.3 + 4 * weight, alpha=0.7, zorder=0)
    box(ax, middle, _CONTEXT, f"$\\mathbf{{c}}_{{{step}}}$", _ATTENTION, 0.6)


def _say(ax: Axes, x: float, middle: float, word: str, step: int) -> None:
    arrow(ax, (middle + 0.32, _CONTEXT), (x - 0.5, _CONTEXT), _ATTENTION)
    arrow(ax, (x, _STATE + 0.24), (x, _CONTEXT - 0.24), _QUERY)
    box(ax, x, _CONTEXT, f"$[\\mathbf{{c}}_{{{step}}}; h_{{{step}}}]$", _ATTENTION, 0.95)
    arrow(ax, (x, _CONTEXT + 0.24), (x, _OUT - 0.24), COLORS["output"])
    box(ax, x, _OUT, word, COLORS["output"], 1.2)
