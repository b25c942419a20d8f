"""An explorer that writes with a language model: what temperature, top-k and nucleus leave."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import IntSlider, SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from torch import Tensor

from course_lib.decode import sample
from course_lib.diagrams.shapes import GREY
from course_lib.plots import COLORS, light_grid
from course_lib.priming import Primed
from course_lib.sampling import truncate
from course_lib.text import BOS, EOS, SPECIALS, Vocab
from course_lib.widgets.explorer import Explorer

SHOWN, LONGEST = 10, 30
TEMPERATURES = [0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0]
TOP_K = [1, 2, 3, 5, 10, 20, 50]
TOP_P = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0]


def written(model: Primed, number: int, **filters: Any) -> tuple[list[int], Float[Tensor, "T V"]]:
    """Text `number` under these filters, with its `</s>`, and the model's own log-probabilities
    of each of its words. The same number has the same luck, whatever the filters are."""
    step, last, state = model
    seen = []

    def watched(last: Tensor, state: Any) -> tuple[Tensor, Any]:
        log_probs, state = step(last, state)
        seen.append(log_probs[0])
        return log_probs, state

    generator = torch.Generator().manual_seed(number)
    (text,) = sample(watched, last, state, generator=generator, max_tokens=LONGEST, **filters)
    return text.ids + [EOS] * text.ended, torch.stack(seen)


def draw_decoding(
    model: Primed, vocab: Vocab, prompt: str, number: int, done: int, **filters: Any
) -> tuple[Figure, str]:
    """The next word's distribution after `done` words, before and after the filters."""
    ids, seen = written(model, number, **filters)
    done = min(done, len(ids) - 1)
    before, after = (
        each[0].exp().numpy() for each in (seen[done, None], truncate(seen[done, None], **filters))
    )
    drawn, past = ids[done], " ".join([SPECIALS[BOS], *prompt.split(), *vocab.decode(ids[:done])])
    shown = np.argsort(-before, kind="stable")[:SHOWN].tolist()
    shown = shown if drawn in shown else [*shown[:-1], drawn]
    fig, ax = plt.subplots(figsize=(7, 3.6))
    rows = np.arange(len(shown))
    ax.barh(rows - 0.2, before[shown], 0.36, color=GREY)
    colors = [COLORS["target" if i == drawn else "output"] for i in shown]
    ax.barh(rows + 0.2, after[shown], 0.36, color=colors)
    ax.set_yticks(rows, vocab.decode(shown))
    ax.set(xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6), xlabel="probability")
    ax.set_title(f"after “{past[-70:]}”", fontsize=10)
    light_grid(ax, axis="x")
    said = {"the model": GREY, "may be drawn": COLORS["output"], "drawn": COLORS["target"]}
    handles = [Patch(color=color, label=label) for label, color in said.items()]
    ax.legend(handles=handles, frameon=False, loc="lower right")
    allowed = int((after > 0).sum())
    text = " ".join(vocab.decode(ids))
    return fig, (
        f"{past} → “{vocab.words[drawn]}”, drawn with chance {after[drawn]:.3f}, which the model "
        f"gives {before[drawn]:.3f}; {allowed} words may be drawn. The whole text: {text}"
    )


def decoding_explorer(model: Primed, vocab: Vocab, prompt: str = "", texts: int = 20) -> Explorer:
    """Turn the filters, and follow a text as it is written with them.

    Args:
        model: what `priming.primed` gives for one prompt.
        prompt: its words, to be shown.
    """

    def draw(temperature: float, k: int, p: float, done: int, number: int) -> Any:
        filters = {"temperature": temperature, "k": k, "p": p}
        return draw_decoding(model, vocab, prompt, number, done, **filters)

    ks = [*((str(k), k) for k in TOP_K if k < len(vocab)), ("all", len(vocab))]
    return Explorer(
        draw,
        temperature=SelectionSlider(options=TEMPERATURES, value=1.0, description="Temperature"),
        k=SelectionSlider(options=ks, value=len(vocab), description="Top-k"),
        p=SelectionSlider(options=TOP_P, value=1.0, description="Nucleus p"),
        done=IntSlider(2, 0, LONGEST - 1, description="Words so far"),
        number=IntSlider(1, 1, texts, description="Luck: text number"),
    )
