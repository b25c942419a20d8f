"""An explorer for taggers that may use different contexts of a word."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
from ipywidgets import IntSlider, SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib import diagrams
from course_lib.corpora.conllu import Tagged
from course_lib.plots import COLORS, word_bars
from course_lib.tagging import Context
from course_lib.widgets.explorer import Explorer

Chances = Callable[[list[str]], Float[Tensor, "T C"]]
MAY_USE: Mapping[Context, str] = {
    "word": "the word alone",
    "left": "the word and what is left of it",
    "right": "the word and what is right of it",
    "both": "the whole sentence",
}


def sees(context: Context, t: int, position: int) -> bool:
    """Whether the prediction at `position` may use word t."""
    allowed = {"word": t == position, "left": t <= position, "right": t >= position, "both": True}
    return allowed[context]


def draw_context(
    words: Sequence[str],
    gold: Sequence[str],
    chances: Float[Tensor, "T C"],
    tags: Sequence[str],
    context: Context,
    position: int,
    count: int = 4,
) -> tuple[Figure, str]:
    """A sentence with the tags that a tagger finds best, and how sure it is of one of them.

    Args:
        chances: of each of the C `tags`, for each word.
        context: what the tagger may use.
        position: the word in question, counted from 0.
        count: how many tags to show for it.
    """
    width, height = diagrams.tagged_size(len(words))
    fig, (ax, bars) = plt.subplots(
        2, 1, figsize=(width, height + 1.7), height_ratios=(height, 1.3), layout="constrained"
    )
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    best = [tags[int(k)] for k in chances.argmax(dim=1)]
    seen = [sees(context, t, position) for t in range(len(words))]
    diagrams.tagged_sentence(ax, words, best, gold, seen, position)
    top = chances[position].topk(min(count, len(tags)))
    word_bars(bars, [tags[int(k)] for k in top.indices], top.values, COLORS["output"])
    bars.set(xlim=(0, 1), xlabel=f"P(tag of “{words[position]}” | {MAY_USE[context]})")
    right = sum(b == g for b, g in zip(best, gold, strict=True))
    verdict = "right" if best[position] == gold[position] else f"wrong, it is {gold[position]}"
    said = f"From {MAY_USE[context]}: “{words[position]}” is {best[position]} "
    said += f"({top.values[0]:.0%}), {verdict}. {right} of {len(words)} tags are right."
    return fig, said


def context_explorer(
    taggers: Mapping[Context, Chances], tags: Sequence[str], sentences: Sequence[Tagged]
) -> Explorer:
    """Choose which context the predictions may use, a sentence and a word in it.

    Args:
        taggers: for each context, what gives the words of a sentence their chances (T, C) of
            each of the `tags`.
        sentences: to choose from, with their true tags.
    """
    longest = max(len(words) for words, _ in sentences)

    def draw(context: Context, sentence: int, word: int) -> tuple[Figure, str]:
        words, gold = sentences[sentence - 1]
        position = min(word, len(words)) - 1
        return draw_context(words, gold, taggers[context](words), tags, context, position)

    # Not a menu: JupyterLab takes its arrow keys. The picture and its caption name the choice.
    names = [(MAY_USE[context], context) for context in taggers]
    return Explorer(
        draw,
        context=SelectionSlider(options=names, description="It may use", readout=False),
        sentence=IntSlider(1, 1, len(sentences), description="Sentence"),
        word=IntSlider(3, 1, longest, description="Word"),
    )
