"""What a tagger gets right: by word, by tag, and compared with another's."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int64
from matplotlib.axes import Axes

from course_lib.corpora.conllu import Tagged
from course_lib.plots import heatmap, light_grid


def right_by_sentence(
    predicted: Iterable[Sequence[str]], gold: Iterable[Sequence[str]]
) -> Float[np.ndarray, "N 2"]:
    """For each sentence how many tags are right, and how many there are.

    The accuracy is the ratio of the columns' sums; resample rows for its interval.
    """
    rows = [
        [sum(p == g for p, g in zip(one, other, strict=True)), len(other)]
        for one, other in zip(predicted, gold, strict=True)
    ]
    return np.array(rows, dtype=float).reshape(-1, 2)


def share_right(rows: Float[np.ndarray, "N 2"]) -> float:
    """Accuracy over all words: a ratio of sums, never a mean over sentences."""
    right, words = rows.sum(axis=0)
    return float(right / words)


def share_right_on(
    chosen: Collection[str], sentences: Sequence[Tagged], predicted: Iterable[Sequence[str]]
) -> float:
    """Accuracy over the words in `chosen`, in small letters; nan if none occurs."""
    hits = [
        p == g
        for (words, gold), best in zip(sentences, predicted, strict=True)
        for word, g, p in zip(words, gold, best, strict=True)
        if word.lower() in chosen
    ]
    return float(np.mean(hits)) if hits else float("nan")


def errors_fewer(
    sentences: Sequence[Tagged],
    before: Iterable[Sequence[str]],
    after: Iterable[Sequence[str]],
) -> tuple[Counter[str], Counter[str]]:
    """By how many errors fewer each word has `after`, and how often it occurs.

    An error that is new counts against.
    """
    fewer: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for (words, gold), old, new in zip(sentences, before, after, strict=True):
        for word, g, one, other in zip(words, gold, old, new, strict=True):
            met[word.lower()] += 1
            fewer[word.lower()] += (other == g) - (one == g)
    return fewer, met


def confusion(
    gold: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]], tags: Sequence[str]
) -> Int64[np.ndarray, "C C"]:
    """How often gold tag (row) was predicted as which tag (column)."""
    place = {tag: k for k, tag in enumerate(tags)}
    counts = np.zeros((len(tags), len(tags)), dtype=np.int64)
    for one, other in zip(gold, predicted, strict=True):
        for g, p in zip(one, other, strict=True):
            counts[place[g], place[p]] += 1
    return counts


def worst(counts: Int64[np.ndarray, "C C"], tags: Sequence[str], n: int) -> str:
    """The n most frequent errors in words: "VBN as VBD 7, ..."."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:n]
    pairs = [np.unravel_index(k, wrong.shape) for k in order if wrong.flat[k]]
    return ", ".join(f"{tags[i]} as {tags[j]} {wrong[i, j]}" for i, j in pairs) or "none"


def draw_errors(
    ax: Axes, counts: Int64[np.ndarray, "C C"], tags: Sequence[str], top: int | None = None
) -> Axes:
    """Wrong tags: gold in rows, predicted in columns, the number in each cell that has one.

    The diagonal, what is right, is left out, for it would outshine all else.

    Args:
        top: what the brightest colour stands for, so that two drawings compare; by default the
            largest number of errors.
    """
    wrong = counts - np.diag(np.diag(counts))
    top = int(wrong.max()) if top is None else top
    heatmap(ax, wrong, "wrong tags (count)")
    ax.images[0].set_clim(0, max(top, 1))
    ax.set_xticks(range(len(tags)), tags, rotation=90)
    ax.set_yticks(range(len(tags)), tags)
    ax.set(xlabel="predicted", ylabel="gold")
    for i, j in np.argwhere(wrong > 0):
        shade = "black" if wrong[i, j] > top / 2 else "white"
        ax.text(j, i, str(wrong[i, j]), ha="center", va="center", color=shade, fontsize=8)
    return ax


def draw_by_kind(
    ax: Axes,
    table: Mapping[str, Mapping[str, float]],
    colors: Mapping[str, str],
    bounds: Mapping[str, float],
    bound_name: str,
) -> Axes:
    """Accuracy by kind of word: a group of bars each, one a tagger, and a dashed bound.

    Args:
        table: for each kind, the accuracy of each tagger.
        colors: of the taggers, in order.
        bounds: for each kind, what no tagger of some sort can exceed.
    """
    width = 0.8 / len(colors)
    for k, (name, color) in enumerate(colors.items()):
        at = np.arange(len(table)) + width * (k - (len(colors) - 1) / 2)
        ax.bar(at, [row[name] for row in table.values()], 0.95 * width, color=color, label=name)
    for place, kind in enumerate(table):
        label = bound_name if place == 0 else None
        ax.plot([place - 0.4, place + 0.4], [bounds[kind]] * 2, "k--", linewidth=1.2, label=label)
    ax.set_xticks(range(len(table)), table)
    ax.set(ylabel="share of tags right", ylim=(0, 1.05))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return light_grid(ax, axis="y")
