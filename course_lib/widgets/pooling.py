"""An explorer for acceptors: which words make the pooled vector, and which the answer."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from ipywidgets import IntSlider, SelectionSlider
from matplotlib.figure import Figure

from course_lib.classify import SequenceClassifier
from course_lib.language_model import evaluating
from course_lib.plots import COLORS, light_grid
from course_lib.saliency import gradient_norms, gradient_times_input, pooling_shares
from course_lib.text import Vocab
from course_lib.widgets.explorer import Explorer

PRAISE = 1  # the class that bars speak for or against


def draw_pooling(
    model: SequenceClassifier, vocab: Vocab, words: Sequence[str]
) -> tuple[Figure, str]:
    """Three bars for each word: its share of the vector, its gradient, its push on the answer."""
    tokens = torch.tensor([vocab.encode(words)])
    keep, praise = torch.ones_like(tokens, dtype=torch.bool), torch.tensor([PRAISE])
    with evaluating(model):
        p = float(model(tokens, keep).softmax(dim=1)[0, PRAISE])
        states = model.encode(model.embedding(tokens), keep)
        shares = pooling_shares(states, keep, model.pooling)[0].tolist()
        norms = gradient_norms(model, tokens, keep, praise)[0].tolist()
        pushes = gradient_times_input(model, tokens, keep, praise)[0].tolist()
    fig, axes = plt.subplots(3, 1, figsize=(10, 5.2), sharex=True)
    at = range(len(words))
    axes[0].bar(at, shares, color=COLORS["hidden"])
    axes[0].set(ylim=(0, 1.05), ylabel="share of\nthe vector")
    axes[1].bar(at, norms, color=COLORS["output"])
    axes[1].set_ylabel("gradient's\nnorm (nats)")
    tints = [COLORS["target"] if push > 0 else COLORS["output"] for push in pushes]
    axes[2].bar(at, pushes, color=tints)
    axes[2].axhline(0, color=COLORS["floor"], lw=0.8)
    axes[2].set_ylabel("gradient ×\ninput (nats)")
    axes[2].set_xticks(at, words, rotation=35, ha="right", rotation_mode="anchor")
    for ax in axes:
        light_grid(ax, axis="y")
    fig.align_ylabels(axes)
    fig.tight_layout()
    heard = words[norms.index(max(norms))]
    said = (
        f"“{' '.join(words)}” with {model.pooling} pooling: P(praise) = {p:.3f}. "
        f"{_most(words, shares)} The answer is most sensitive to “{heard}”."
    )
    return fig, said


def _most(words: Sequence[str], shares: Sequence[float]) -> str:
    """Which states give most of the vector, in words."""
    top = [word for word, share in zip(words, shares, strict=True) if share > max(shares) - 1e-6]
    if len(top) == len(words):
        return "All states give the same share of the vector."
    named = " and ".join(f"“{word}”" for word in top)
    return f"The largest share, {max(shares):.0%}, is from the state at {named}."


def pooling_explorer(
    models: Mapping[str, SequenceClassifier], vocab: Vocab, sentences: Sequence[Sequence[str]]
) -> Explorer:
    """Choose a sentence and a pooling; each pooling has its own trained model."""

    def draw(sentence: int, pooling: str) -> tuple[Figure, str]:
        return draw_pooling(models[pooling], vocab, sentences[sentence - 1])

    return Explorer(
        draw,
        sentence=IntSlider(1, 1, len(sentences), description="Sentence"),
        pooling=SelectionSlider(options=list(models), description="Pooling"),
    )
