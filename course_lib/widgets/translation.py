"""An explorer that steps through a decoder: reading gold words, or its own."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from ipywidgets import IntSlider, SelectionSlider, Text
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.diagrams.shapes import GREY, box
from course_lib.language_model import evaluating
from course_lib.plots import COLORS, light_grid
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, SPECIALS, Vocab
from course_lib.translation import sources
from course_lib.widgets.explorer import Explorer, message

LONGEST, WINDOW, BARS = 30, 8, 6
READS = ("gold words", "its own words")
Vocabs = tuple[Vocab, Vocab]


def unknown(vocab: Vocab, words: Sequence[str], language: str) -> str:
    """A message about words that the vocabulary lacks; empty if it has all of them."""
    missing = [word for word in words if word not in vocab or word in SPECIALS]
    if not missing:
        return ""
    known = vocab.words[len(SPECIALS) :]
    examples = ", ".join(known[:: len(known) // 12 or 1][:12])  # frequent and rare ones
    named = ", ".join(f"“{word}”" for word in missing)
    return f"The model has no {language} word {named}. It knows {len(known)}, such as {examples}."


def _problem(vocabs: Vocabs, source: Sequence[str], target: Sequence[str], reads: str) -> str:
    """Why nothing can be drawn, and what to do; empty if it can."""
    if not source:
        return "Type a sentence in the source language."
    if not target and reads == READS[0]:
        return "There are no gold words: type a translation, or let the decoder read its own words."
    return unknown(vocabs[0], source, "source") or unknown(vocabs[1], target, "target")


def traced(
    model: Translator, source: Sequence[int], target: Sequence[int] | None
) -> tuple[list[int], Float[Tensor, "T V"]]:
    """What the decoder reads at each step, and the log-probabilities of the word after.

    Args:
        target: the gold words to read; its own if None, until `</s>` or `LONGEST` steps.
    """
    with evaluating(model):
        if target is not None:
            read = [BOS, *target][:LONGEST]
            return read, model(sources([source]), torch.tensor([read]))[0].log_softmax(dim=-1)
        rows: list[Tensor] = []
        state, read = model.start(sources([source])), [BOS]
        while len(rows) < LONGEST:
            log_probs, state = model.step(torch.tensor(read[-1:]), state)
            rows.append(log_probs[0])
            read.append(int(log_probs[0].argmax()))
            if read[-1] == EOS:
                break
    return read[: len(rows)], torch.stack(rows)


def draw_translation(
    model: Translator, vocabs: Vocabs, source: str, target: str, step: int, reads: str
) -> tuple[Figure, str]:
    """The decoder's last steps up to `step`, and what it thinks of the word after."""
    given, wanted = source.split(), target.split()
    if problem := _problem(vocabs, given, wanted, reads):
        return message(problem)
    gold = [*vocabs[1].encode(wanted), EOS] if wanted else []
    read, log_probs = traced(
        model, vocabs[0].encode(given), gold[:-1] if reads == READS[0] else None
    )
    step = min(step, len(read))
    fig, (ax, beside) = plt.subplots(2, 1, figsize=(1.15 * WINDOW + 1.2, 4.6), height_ratios=(1, 1))
    said = log_probs.argmax(dim=-1).tolist()
    words = vocabs[1].words
    _steps(ax, [[words[i] for i in row] for row in (read, said, gold)], step)
    _chances(beside, words, log_probs[step - 1].exp(), said[step - 1], gold[step - 1 : step])
    past = " ".join(words[i] for i in read[:step])
    caption = (
        f"“{' '.join(given)}”, step {step} of {len(read)}, reading {reads}. After “{past}” it "
    )
    caption += f"says “{words[said[step - 1]]}” ({log_probs[step - 1].max().exp():.0%})."
    if step <= len(gold) and reads == READS[0]:
        nats = -log_probs[step - 1, gold[step - 1]].item()
        caption += f" Gold is “{words[gold[step - 1]]}”: a loss of {nats:.2f} nats."
    return fig, caption


def _steps(ax: Axes, rows: Sequence[Sequence[str]], step: int) -> None:
    """The last steps: what was read, what was said, what is gold."""
    ax.set(xlim=(0, 1.15 * WINDOW + 1.2), ylim=(0, 2.1), aspect="equal")
    ax.axis("off")
    first = max(0, step - WINDOW)
    names = ("reads", "says", "gold")
    for row, name, y in zip(rows, names, (0.35, 1.05, 1.75), strict=True):
        ax.text(0.05, y, name, va="center", fontsize=10.5)
        for k, word in enumerate(row[first:step]):
            color = COLORS[{"reads": "input", "says": "output", "gold": "target"}[name]]
            box(ax, 1.2 + 1.15 * (k + 0.5), y, word, color, 1.05)


def _chances(
    ax: Axes, words: Sequence[str], chances: Float[Tensor, " V"], said: int, gold: Sequence[int]
) -> None:
    """The most probable next words, and the gold one."""
    shown = chances.topk(min(BARS, len(words))).indices.tolist()
    shown = shown if not gold or gold[0] in shown else [*shown[:-1], gold[0]]
    colors = [
        COLORS["target"] if i in gold else COLORS["output"] if i == said else GREY for i in shown
    ]
    ax.barh(range(len(shown)), chances[shown].tolist(), color=colors)
    ax.set_yticks(range(len(shown)), [words[i] + " (gold)" * (i in gold) for i in shown])
    ax.set(xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6), xlabel="probability of the next word")
    light_grid(ax, axis="x")


def translation_explorer(
    model: Translator, vocabs: Vocabs, source: str, target: str = ""
) -> Explorer:
    """Step through a translation, with the gold words before or with the decoder's own.

    Args:
        vocabs: of the source and of the target language.
        source, target: a first sentence pair; both can be typed over.
    """

    def draw(**values: Any) -> tuple[Figure, str]:
        return draw_translation(model, vocabs, **values)

    return Explorer(
        draw,
        source=Text(source, description="Source", continuous_update=False),
        target=Text(target, description="Gold translation", continuous_update=False),
        step=IntSlider(6, 1, LONGEST, description="Steps taken"),
        reads=SelectionSlider(options=READS, description="The decoder reads"),
    )
