"""GloVe: weighted least squares on the logarithms of co-occurrence counts.

Source: Pennington, Socher and Manning (2014), sections 3 and 4.2.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int64
from scipy import sparse
from torch import Tensor, nn


def cooccurrences(
    sentences: Iterable[Sequence[int]], vocab_size: int, reach: int
) -> tuple[Int64[Tensor, " n"], Int64[Tensor, " n"], Float[Tensor, " n"]]:
    """The n non-zero entries of the co-occurrence table, as rows, columns and counts.

    Two words that stand `d <= reach` words apart in one sentence add 1/d, in both orders.

    Args:
        sentences: word ids.
        vocab_size: V; the table is (V, V).
        reach: the greatest distance that counts.

    Raises:
        ValueError: if `reach` is below 1.
    """
    if reach < 1:
        raise ValueError(f"reach={reach}: neighbours are at least 1 word apart")
    tokens = [np.array([*sentence, -1], dtype=np.int64) for sentence in sentences]
    line = np.concatenate([np.empty(0, dtype=np.int64), *tokens])  # -1 ends a sentence
    place = np.repeat(np.arange(len(tokens)), [len(sentence) for sentence in tokens])
    table = sparse.csr_array((vocab_size, vocab_size))
    for gap in range(1, reach + 1):
        left, right = line[:-gap], line[gap:]
        pair = (left >= 0) & (right >= 0) & (place[:-gap] == place[gap:])
        share = np.full(int(pair.sum()), 1 / gap)
        shape = (vocab_size, vocab_size)
        table = table + sparse.coo_array((share, (left[pair], right[pair])), shape).tocsr()
    both = (table + table.T).tocoo()
    rows, columns = (torch.from_numpy(at.astype(np.int64)) for at in (both.row, both.col))
    return rows, columns, torch.from_numpy(both.data).float()


class GloVe(nn.Module):
    r"""Predicts $\ln X_{ij}$ as $w_i^\top \tilde w_j + b_i + \tilde b_j$.

    Args:
        vocab_size: V.
        input_size: D, the length of a word's vector.
    """

    def __init__(self, vocab_size: int, input_size: int) -> None:
        super().__init__()
        self.word = nn.Embedding(vocab_size, input_size)
        self.other = nn.Embedding(vocab_size, input_size)
        self.word_bias = nn.Embedding(vocab_size, 1)
        self.other_bias = nn.Embedding(vocab_size, 1)
        for vectors in (self.word, self.other):
            nn.init.uniform_(vectors.weight, -0.5 / input_size**0.5, 0.5 / input_size**0.5)
        for bias in (self.word_bias, self.other_bias):
            nn.init.zeros_(bias.weight)

    def forward(
        self, rows: Int64[Tensor, " n"], columns: Int64[Tensor, " n"]
    ) -> Float[Tensor, " n"]:
        """Predicted logarithms of the counts at these places of the table."""
        fits = (self.word(rows) * self.other(columns)).sum(dim=1)
        return fits + self.word_bias(rows)[:, 0] + self.other_bias(columns)[:, 0]

    def vectors(self) -> Float[Tensor, "V D"]:
        r"""$w_i + \tilde w_i$, detached: the table is symmetric, so both are vectors of word i."""
        return (self.word.weight + self.other.weight).detach()


def glove_weight(
    counts: Float[Tensor, " n"], x_max: float, alpha: float = 0.75
) -> Float[Tensor, " n"]:
    r"""$f(x) = \min(1, (x / x_{max})^\alpha)$: rare counts are noise and weigh less (eq. 9)."""
    return (counts / x_max).clamp(max=1) ** alpha


def glove_loss(
    model: GloVe,
    rows: Int64[Tensor, " n"],
    columns: Int64[Tensor, " n"],
    counts: Float[Tensor, " n"],
    x_max: float = 100.0,
) -> Float[Tensor, ""]:
    """Weighted squared error of the log counts, averaged over these n entries (eq. 8).

    Args:
        model: as it stands.
        rows: word ids.
        columns: ids of the other words.
        counts: positive; a zero count has no logarithm and is never an entry.
        x_max: counts from here on weigh 1.
    """
    error = model(rows, columns) - counts.log()
    return (glove_weight(counts, x_max) * error**2).mean()
