"""Explorers for fixed-window language models."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
from ipywidgets import IntSlider, SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib import diagrams
from course_lib.plots import COLORS, word_bars
from course_lib.text import Vocab
from course_lib.widgets.explorer import Explorer

NextWord = Callable[[list[str]], Float[Tensor, " V"]]


def draw_window(words: Sequence[str], position: int, M: int) -> tuple[Figure, str]:
    """The window whose target is `words[position]`, and what it makes of the sentence."""
    fig, ax = diagrams.canvas(0.85 * (len(words) + M - 1), 1.6)
    diagrams.sliding_window(ax, words, position, M)
    row = [*[diagrams.BOS_WORD] * (M - 1), *words]
    context = ", ".join(row[position : position + M - 1])
    return fig, f"M = {M}: from the context ({context}) predict “{words[position]}”."


def draw_weights(M: int, D: int, H: int, widest: int) -> tuple[Figure, str]:
    """W to scale for this window, on an axis with room for M = `widest`."""
    fig, ax = plt.subplots(figsize=(8, 2.2))
    diagrams.weight_blocks(ax, M, D, H)
    ax.set_xlim(0, (widest - 1) * D)
    words = (
        f"M = {M}: W has {M - 1} blocks of {H} × {D}, {H * (M - 1) * D:,} weights in all. "
        "No two positions share a block."
    )
    return fig, words


def draw_next_words(
    models: Mapping[str, NextWord], vocab: Vocab, context: str, count: int = 8
) -> tuple[Figure, str]:
    """Each model's most probable next words after `context`, side by side on one scale."""
    fig, axes = plt.subplots(1, len(models), figsize=(3.4 * len(models), 2.8), squeeze=False)
    heads = {name: next_word(context.split()).topk(count) for name, next_word in models.items()}
    widest = 1.05 * max(float(head.values[0]) for head in heads.values())
    said = []
    for ax, (name, head) in zip(axes[0], heads.items(), strict=True):
        words = vocab.decode(head.indices.tolist())
        word_bars(ax, words, head.values, COLORS.get(name, COLORS["output"]))
        ax.set(xlim=(0, widest), title=name)
        said.append(f"{name} says “{words[0]}” ({head.values[0]:.0%})")
    fig.tight_layout()
    return fig, f"After “{context}”: {', '.join(said)}."


def window_explorer(words: Sequence[str], M: int = 4) -> Explorer:
    """Slide a window of any size over a sentence."""

    def draw(target: int, M: int) -> tuple[Figure, str]:
        return draw_window(words, target - 1, M)

    return Explorer(
        draw,
        target=IntSlider(len(words), 1, len(words), description="Target word"),
        M=IntSlider(M, 2, 8, description="Window size M"),
    )


def weight_explorer(D: int, H: int, M: int = 4, widest: int = 12) -> Explorer:
    """Grow the window and watch W grow with it."""

    def draw(M: int) -> tuple[Figure, str]:
        return draw_weights(M, D, H, widest)

    return Explorer(draw, M=IntSlider(M, 2, widest, description="Window size M"))


def next_word_explorer(
    models: Mapping[str, NextWord], vocab: Vocab, contexts: Sequence[str]
) -> Explorer:
    """Choose a context and compare what the models expect next."""

    def draw(context: str) -> tuple[Figure, str]:
        return draw_next_words(models, vocab, context)

    # Not a menu: JupyterLab takes its arrow keys. The caption names the chosen context.
    chooser = SelectionSlider(options=list(contexts), description="Context", readout=False)
    return Explorer(draw, context=chooser)
