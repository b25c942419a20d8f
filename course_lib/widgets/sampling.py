"""An explorer that draws a sentence from an n-gram model, one word at a time."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import IntSlider, SelectionSlider
from matplotlib.figure import Figure

from course_lib.ngram import NgramLM
from course_lib.plots import COLORS, word_bars
from course_lib.text import BOS, EOS, SPECIALS
from course_lib.widgets.explorer import Explorer

SHOWN = 8


def draw_sampling(model: NgramLM, sentence: Sequence[str], done: int) -> tuple[Figure, str]:
    """What can follow the first `done` words of a drawn sentence, and which word was drawn."""
    done = min(done, len(sentence))
    past = list(sentence[:done])
    word = sentence[done] if done < len(sentence) else SPECIALS[EOS]
    given = model.distribution(past)
    likely = [model.vocab.words[i] for i in np.argsort(-given, kind="stable")[:SHOWN]]
    words = likely if word in likely else [*likely[:-1], word]
    chances = given[[model.vocab.ids[w] for w in words]]
    fig, ax = plt.subplots(figsize=(7, 2.9))
    word_bars(ax, words, chances, COLORS["n-gram"])
    ax.patches[words.index(word)].set_color(COLORS["target"])
    ax.set_title(f"after “{' '.join([SPECIALS[BOS], *past])[-70:]}”", fontsize=10)
    chance = chances[words.index(word)]
    return fig, f"{' '.join([SPECIALS[BOS], *past])} → “{word}”, drawn with chance {chance:.3f}."


def sampling_explorer(models: Mapping[str, NgramLM], sentences: int = 20) -> Explorer:
    """Choose a model and one of its sentences, then follow it draw by draw."""

    def draw(model: str, sentence: int, done: int) -> tuple[Figure, str]:
        generator = torch.Generator().manual_seed(sentence)
        return draw_sampling(models[model], models[model].sample(generator), done)

    return Explorer(
        draw,
        model=SelectionSlider(options=list(models), description="Model"),
        sentence=IntSlider(1, 1, sentences, description="Sentence"),
        done=IntSlider(0, 0, 30, description="Words so far"),
    )
