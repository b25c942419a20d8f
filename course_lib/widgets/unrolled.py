"""An explorer that reads a sentence word by word with a recurrent language model."""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
from ipywidgets import IntSlider, SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib import diagrams
from course_lib.plots import COLORS, word_bars
from course_lib.text import SPECIALS, Vocab
from course_lib.widgets.explorer import Explorer

Read = Callable[[list[str]], tuple[Tensor, Tensor]]


def draw_reading(
    words: Sequence[str],
    hs: Float[Tensor, "T H"],
    distributions: Float[Tensor, "T V"],
    vocab: Vocab,
    step: int,
    count: int = 6,
) -> tuple[Figure, str]:
    """The network after `step` of its T inputs, and the next words that it then expects.

    Args:
        words: the T inputs.
        hs: the state after each.
        distributions: over the next word after each.
        step: from 0 to T; at 0 nothing has been read.
        count: how many next words to show.
    """
    width, height = diagrams.unrolled_size(len(words))
    fig, (ax, bars) = plt.subplots(
        2, 1, figsize=(width, height + 2.2), height_ratios=(height, 1.6), layout="constrained"
    )
    best = [vocab.words[int(i)] for i in distributions.argmax(dim=1)]
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    diagrams.unrolled(ax, words, best, hs, step)
    if step == 0:
        bars.axis("off")
        return fig, "Nothing is read yet: the state is h0."
    top = distributions[step - 1].topk(count)
    word_bars(bars, vocab.decode(top.indices.tolist()), top.values, COLORS["output"])
    bars.set(xlim=(0, 1), title=f"P(next word | {' '.join(words[:step])})")
    said = f"Step {step}, after “{' '.join(words[:step])}”: "
    return fig, said + f"“{best[step - 1]}” is expected with {top.values[0]:.0%}."


def unrolled_explorer(read: Read, vocab: Vocab, sentences: Sequence[str]) -> Explorer:
    """Step through a sentence; each word changes the state and what is expected next.

    Args:
        read: takes the inputs of a sentence, `<s>` first; gives the state after each, (T, H) from
            -1 to 1, and the distribution over the next word after each, (T, V).
        vocab: of the distributions.
        sentences: to choose from; words with spaces between.
    """
    inputs = {sentence: [SPECIALS[2], *sentence.split()] for sentence in sentences}
    longest = max(map(len, inputs.values()))

    def draw(step: int, sentence: str) -> tuple[Figure, str]:
        words = inputs[sentence]
        return draw_reading(words, *read(words), vocab, min(step, len(words)))

    # Not a menu: JupyterLab takes its arrow keys. The picture shows the chosen sentence.
    chooser = SelectionSlider(options=list(sentences), description="Sentence", readout=False)
    return Explorer(
        draw, step=IntSlider(longest // 2, 0, longest, description="Step"), sentence=chooser
    )
