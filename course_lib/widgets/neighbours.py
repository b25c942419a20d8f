"""An explorer for word vectors: who stands near whom, and according to which vectors."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, SelectionSlider
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.embeddings import WordVectors
from course_lib.plots import COLORS, light_grid
from course_lib.widgets.explorer import Explorer


def cosine_bars(ax: Axes, words: Sequence[str], cosines: Sequence[float]) -> Axes:
    """One horizontal bar a neighbour, the nearest on top."""
    ax.barh(range(len(words)), np.asarray(cosines), color=COLORS["hidden"])
    ax.set_yticks(range(len(words)), words)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.set(xlim=(0, 1), xlabel="cosine")
    return light_grid(ax, axis="x")


def draw_neighbours(
    vectors: Mapping[str, WordVectors], word: str, count: int
) -> tuple[Figure, str]:
    """The nearest words according to each of several vectors, side by side."""
    height = 0.9 + 0.28 * count
    fig, axes = plt.subplots(1, len(vectors), figsize=(3.4 * len(vectors), height), squeeze=False)
    said = []
    for ax, (name, one) in zip(axes[0], vectors.items(), strict=True):
        near = one.nearest(word, count)
        cosine_bars(ax, [w for w, _ in near], [cosine for _, cosine in near])
        ax.set_title(name, fontsize=11)
        said.append(f"{name}: {', '.join(w for w, _ in near[:3])}")
    fig.tight_layout()
    return fig, f"Nearest to “{word}”. {'; '.join(said)}."


def neighbour_explorer(vectors: Mapping[str, WordVectors], words: Sequence[str]) -> Explorer:
    """Choose a word and see its neighbours in each space."""

    def draw(word: str, count: int) -> tuple[Figure, str]:
        return draw_neighbours(vectors, word, count)

    # Not a menu: JupyterLab takes its arrow keys. The caption names the chosen word.
    return Explorer(
        draw,
        word=SelectionSlider(options=list(words), description="Word"),
        count=IntSlider(6, 2, 12, description="Neighbours"),
    )
