"""The course's one visual language: fixed colours, figures with alt text, the recurring plots."""

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

# Okabe and Ito (2008): distinguishable with every common form of colour blindness. Four of them
# are darker here, and their yellow is missing: a line needs a contrast of 3 with white paper.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#E07600",
    "sky": "#0099EE",
    "green": "#009966",
    "blue": "#0072B2",
    "vermillion": "#B85000",
    "purple": "#CC79A7",
}

# One meaning, one colour, in every lecture.
COLORS = {
    "input": OKABE_ITO["sky"],
    "hidden": OKABE_ITO["blue"],
    "output": OKABE_ITO["vermillion"],
    "target": OKABE_ITO["green"],
    "cell": OKABE_ITO["orange"],
    "i": OKABE_ITO["green"],
    "f": OKABE_ITO["purple"],
    "g": OKABE_ITO["vermillion"],
    "o": OKABE_ITO["sky"],
    "attention": OKABE_ITO["purple"],
    "unigram": "#7F7F7F",
    "n-gram": OKABE_ITO["orange"],
    "feedforward": OKABE_ITO["blue"],
    "Elman": OKABE_ITO["green"],
    "gated Elman": OKABE_ITO["sky"],
    "LSTM": OKABE_ITO["vermillion"],
    "GRU": OKABE_ITO["purple"],
    "bag of words": OKABE_ITO["orange"],
    "BiLSTM": OKABE_ITO["blue"],
    "baseline": "#7F7F7F",
    "left context": OKABE_ITO["sky"],
    "right context": OKABE_ITO["orange"],
    "both contexts": OKABE_ITO["vermillion"],
    "floor": OKABE_ITO["black"],
}

DIVERGING = "PuOr"
SEQUENTIAL = "cividis"
_PIXELS_PER_INCH = 80


def show(fig: Figure, alt: str) -> None:
    """Displays a figure with its text alternative, and closes it: the only way to show one.

    Raises:
        ValueError: if `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("alt must say in words what the figure shows")
    png = png_bytes(fig)
    plt.close(fig)
    bundle = {
        "image/png": base64.b64encode(png).decode(),
        "text/html": img_tag(png, alt),
        "text/plain": f"Figure: {alt}",
    }
    display(bundle, raw=True, metadata={"image/png": {"alt": alt}})


def png_bytes(fig: Figure) -> bytes:
    """The figure as a PNG file, cut to what is drawn."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=2 * _PIXELS_PER_INCH, bbox_inches="tight")
    return buffer.getvalue()


def img_tag(png: bytes, alt: str) -> str:
    """HTML that shows a PNG at half its pixels (sharp on dense screens), with its alt text."""
    width = int.from_bytes(png[16:20], "big") // 2  # the header's first field
    data = base64.b64encode(png).decode()
    style = "max-width:100%;height:auto;background:white"
    return (
        f'<img alt="{escape(alt)}" width="{width}" style="{style}" '
        f'src="data:image/png;base64,{data}">'
    )


def seeds_curve(
    ax: Axes, x: ArrayLike, runs: ArrayLike, label: str, color: str, marker: str = "o"
) -> Axes:
    """The mean over runs (seeds, points) as a line, their range as a band.

    Raises:
        ValueError: if `runs` is not (seeds, len(x)).
    """
    at, values = np.asarray(x), np.asarray(runs, dtype=float)
    if values.ndim != 2 or values.shape[1] != len(at):
        raise ValueError(f"runs are {values.shape}, want (seeds, {len(at)})")
    ax.plot(at, values.mean(0), marker=marker, color=color, label=label)
    ax.fill_between(at, values.min(0), values.max(0), color=color, alpha=0.2, linewidth=0)
    return ax


def dots(
    ax: Axes, names: Sequence[str], runs: Iterable[ArrayLike], colors: Sequence[str], xlabel: str
) -> Axes:
    """One row a model: a faint dot per seed, a bar at their mean, the mean written beside it.

    Raises:
        ValueError: if `runs` are not a list of values, one for each seed, for each name.
    """
    values = [np.asarray(run, dtype=float) for run in runs]
    if {run.ndim for run in values} != {1} or {len(values), len(colors)} != {len(names)}:
        shapes = [run.shape for run in values]
        raise ValueError(f"runs are {shapes} for {len(names)} names, {len(colors)} colours")
    for row, (seeds, color) in enumerate(zip(values, colors, strict=True)):
        ax.plot(seeds, np.full(len(seeds), row), "o", color=color, alpha=0.5, markersize=6)
        ax.plot([seeds.mean()] * 2, [row - 0.25, row + 0.25], color=color, linewidth=3)
        text = f"{seeds.mean():.{2 if seeds.mean() < 10 else 1}f}"
        ax.annotate(text, (seeds.max(), row), (8, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.margins(x=0.15)
    ax.set_xlabel(xlabel)
    return light_grid(ax, axis="x")


def intervals(
    ax: Axes, names: Sequence[str], rows: ArrayLike, colors: Sequence[str], xlabel: str
) -> Axes:
    """One row a name: a dot at the estimate, a bar over its interval, the estimate beside it.

    Raises:
        ValueError: if `rows` is not (len(names), 3): estimate, low, high.
    """
    values = np.asarray(rows, dtype=float)
    if values.shape != (len(names), 3) or len(colors) != len(names):
        raise ValueError(f"rows are {values.shape} for {len(names)} names, {len(colors)} colours")
    for row, ((estimate, low, high), color) in enumerate(zip(values, colors, strict=True)):
        ax.plot([low, high], [row, row], color=color, linewidth=4, alpha=0.45)
        ax.plot([estimate], [row], "o", color=color)
        at = (max(high, estimate), row)
        ax.annotate(f"{estimate:.2f}", at, (8, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.margins(x=0.12)
    ax.set_xlabel(xlabel)
    return light_grid(ax, axis="x")


def word_bars(ax: Axes, words: Sequence[str], probabilities: ArrayLike, color: str) -> Axes:
    """A next-word distribution's head: one horizontal bar a word, best on top."""
    values = np.asarray(probabilities, dtype=float)
    if values.shape != (len(words),):
        raise ValueError(f"{values.shape} probabilities for {len(words)} words")
    ax.barh(range(len(words)), values, color=color)
    ax.set_yticks(range(len(words)), words)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.set_xlabel("probability")
    return light_grid(ax, axis="x")


def heatmap(ax: Axes, values: ArrayLike, label: str, centred: bool = False) -> Axes:
    """A matrix as coloured cells with a labelled colour bar; `centred` puts zero in the middle.

    Raises:
        ValueError: if `values` is not a matrix.
    """
    matrix = np.asarray(values, dtype=float)
    if matrix.ndim != 2:
        raise ValueError(f"a heat map needs a matrix, got shape {matrix.shape}")
    reach = float(np.abs(matrix).max()) if centred else None
    low = -reach if reach is not None else None
    cmap = DIVERGING if centred else SEQUENTIAL
    image = ax.imshow(matrix, aspect="auto", cmap=cmap, vmin=low, vmax=reach)
    ax.figure.colorbar(image, ax=ax, label=label)
    return ax


def light_grid(ax: Axes, axis: str = "both") -> Axes:
    """Grey lines behind the data, no box around it."""
    ax.grid(axis=axis, color="#DDDDDD", linewidth=0.8)  # type: ignore[arg-type]
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax
