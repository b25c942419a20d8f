"""An explorer that translates word by word: query, scores, softmax, context, word."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import matplotlib.pyplot as plt
import torch
from ipywidgets import IntSlider, SelectionSlider, Text
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from course_lib import diagrams
from course_lib.attribution import trace
from course_lib.language_model import evaluating
from course_lib.plots import COLORS
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, SPECIALS, Vocab
from course_lib.widgets.explorer import Explorer, message

LONGEST = 12  # words that the picture has room for
TEMPERATURES = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0]
Vocabs = tuple[Vocab, Vocab]  # of the source, of the target


def complaint(text: str, vocab: Vocab, name: str) -> str | None:
    """What is wrong with a typed sentence, and what could be typed instead; None if nothing is."""
    words = text.split()
    if len(words) > LONGEST:
        return f"The {name} has {len(words)} words; the picture has room for {LONGEST}."
    for word in words:
        if word not in vocab or word in SPECIALS:
            near = get_close_matches(word, vocab.words[len(SPECIALS) :], n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            return f"The {name} vocabulary does not have “{word}”.{hint}"
    return None


def own_words(model: Translator, source: Tensor, temperature: float) -> list[int]:
    """The model's greedy translation of a source (1, S), its softmax at that temperature."""
    ids: list[int] = []
    while len(ids) <= LONGEST:
        tokens = torch.tensor([[BOS, *ids]])
        best = int(trace(model, source, tokens, temperature).log_probs[0, -1].argmax())
        if best == EOS:
            break
        ids.append(best)
    return ids


def draw_attention(
    model: Translator,
    vocabs: Vocabs,
    source: str,
    target: str = "",
    step: int = 1,
    temperature: float = 1.0,
) -> tuple[Figure, str]:
    """One step of a translation in full, over the weights of all its steps.

    Args:
        source, target: words with spaces between. Without a target, the model's own translation.
        step: which target word is being said, from 1; the last is `</s>`.
    """
    wrong = complaint(source, vocabs[0], "source") or complaint(target, vocabs[1], "target")
    if wrong or not source.split():
        return message(wrong or "Type a source sentence.")
    ids = torch.tensor([[*vocabs[0].encode(source.split()), EOS]])
    with evaluating(model):
        typed = vocabs[1].encode(target.split())
        said = typed or own_words(model, ids, temperature)
        seen = trace(model, ids, torch.tensor([[BOS, *said]]), temperature)
    step = min(step, len(said) + 1)
    sources, words = vocabs[0].decode(ids[0].tolist()), vocabs[1].decode([BOS, *said, EOS])
    width, height = diagrams.attention_size(len(sources), step)
    below = 0.28 * len(words) + 0.9
    fig, axes = plt.subplots(
        2, 1, figsize=(width, height + below), height_ratios=(height, below), layout="constrained"
    )
    axes[0].set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes[0].axis("off")
    row = seen.scores[0, step - 1] / temperature, seen.weights[0, step - 1]
    diagrams.attention_step(axes[0], sources, words[: step + 1], *row)
    diagrams.weight_map(axes[1], sources, words[1:], seen.weights[0])
    frame = Rectangle((-0.5, step - 1.5), len(sources), 1, fill=False, ec=COLORS["output"], lw=2.5)
    axes[1].add_patch(frame)
    return fig, _words(sources, words, seen.weights[0, step - 1], seen.log_probs[0], step, vocabs)


def _words(
    source: Sequence[str],
    words: Sequence[str],
    weights: Tensor,
    log_probs: Tensor,
    step: int,
    vocabs: Vocabs,
) -> str:
    chances = log_probs[step - 1].exp()
    said, best = vocabs[1].ids[words[step]], int(chances.argmax())
    most = int(weights.argmax())
    own = "" if best == said else f" The model would rather say “{vocabs[1].words[best]}”."
    return (
        f"Step {step} of {len(words) - 1}, after “{' '.join(words[:step])}”: the largest weight, "
        f"{weights[most]:.2f}, is at “{source[most]}”; “{words[step]}” has probability "
        f"{chances[said]:.2f}.{own} All words: {' '.join(words[1:-1])}"
    )


def attention_explorer(
    models: Mapping[str, Translator], vocabs: Vocabs, source: str, target: str = ""
) -> Explorer:
    """Type a sentence, go through its translation step by step, turn the softmax's temperature.

    Args:
        models: by name of their score; none may feed attention back into its input.
        vocabs: of the source and of the target.
        source, target: what stands there at first; without a target the model says its own.
    """

    def draw(
        step: int, kind: str, temperature: float, source: str, target: str
    ) -> tuple[Figure, str]:
        return draw_attention(models[kind], vocabs, source, target, step, temperature)

    return Explorer(
        draw,
        step=IntSlider(1, 1, LONGEST + 1, description="Step"),
        kind=SelectionSlider(options=list(models), description="Score"),
        temperature=SelectionSlider(options=TEMPERATURES, value=1.0, description="Temperature"),
        source=Text(source, description="Source", continuous_update=False),
        target=Text(target, description="Target (empty: its own)", continuous_update=False),
    )
