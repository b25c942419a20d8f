r"""Which source word does a target word come from? Links, from weights or by counting.

A link is (source index, target index), in words, without special tokens. The source that a model
reads ends in `</s>`: a word whose weight is there comes from no word.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from course_lib.metrics import IGNORE
from course_lib.text import PAD
from course_lib.translation import Example, padded

Links = frozenset[tuple[int, int]]


def hard_links(weights: Float[Tensor, "B T S"], lengths: Sequence[tuple[int, int]]) -> list[Links]:
    """Links each target word to the source position where its row is largest, of equals the first.

    Args:
        weights: row t says where target word t looks, as `Translator.weights` does.
        lengths: words of each source and target. A row that is largest beyond the source's words,
            at `</s>`, gives no link; rows beyond the target's words are not read.

    Raises:
        ValueError: if there are not as many lengths as examples, or one does not fit.
    """
    B, T, S = weights.shape
    if len(lengths) != B or any(s > S or t > T for s, t in lengths):
        raise ValueError(f"lengths {list(lengths)} for weights of shape {(B, T, S)}")
    largest = weights.argmax(dim=2).tolist()
    return [
        frozenset((s, t) for t, s in enumerate(row[:target]) if s < source)
        for row, (source, target) in zip(largest, lengths, strict=True)
    ]


def diagonal_links(source: int, target: int) -> Links:
    """What needs no model: word t of the target comes from the place as far along in the source."""
    return frozenset((int((t + 0.5) * source / target), t) for t in range(target))


def lexical_table(
    examples: Sequence[Example], source_size: int, target_size: int, rounds: int = 6
) -> Float[Tensor, "X Y"]:
    r"""$t(y \mid x)$: by which target words a source word is translated, from counting alone.

    Every target word comes from one word of its source, whatever their places, or from `</s>`.
    Expectation maximisation: share each target word out among the source's words as the table
    says, count the shares, make them the new table.

    Args:
        source_size, target_size: of the vocabularies.

    Returns:
        A row for each source word; rows of words in `examples` sum to 1, others are 0.

    Source: Brown et al. (1993), The mathematics of statistical machine translation, section 4.1
    (IBM model 1).
    """
    (source, _), target = padded(examples)
    table = torch.full((source_size, target_size), 1 / target_size, dtype=torch.float64)
    spots = source[:, None] * target_size + target.clamp(min=0)[:, :, None]
    for _ in range(rounds):
        shares = lexical_weights(table, source, target)
        counts = torch.zeros(source_size * target_size, dtype=torch.float64)
        counts.index_add_(0, spots.flatten(), shares.flatten())
        table = counts.view_as(table)
        table = table / table.sum(dim=1, keepdim=True).clamp(min=1e-300)
    return table


def lexical_weights(
    table: Float[Tensor, "X Y"], source: Int64[Tensor, "B S"], target: Int64[Tensor, "B T"]
) -> Float[Tensor, "B T S"]:
    """How probable it is, by `lexical_table`, that each target word comes from each source word.

    Rows sum to 1, but are 0 where `target` is padding, or has a word that no source word gives.
    """
    chances = table[source[:, None], target.clamp(min=0)[:, :, None]]
    chances = chances * (source != PAD)[:, None] * (target != IGNORE)[:, :, None]
    return chances / chances.sum(dim=2, keepdim=True).clamp(min=1e-300)
