r"""Attention: a decoder step takes from the encoder's states what it needs.

One pattern for every kind: scores of a query with S keys, their softmax over S, and the weighted
sum of S values. The kinds differ in how a score is made.
"""

from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

Kind = Literal["dot", "general", "additive"]


class DotScore(nn.Module):
    r"""$h_t^\top k_s$: no weights, so a query must be as wide as a key.

    Source: Luong, Pham and Manning (2015), arXiv:1508.04025, eq. 8.
    """

    def forward(
        self, query: Float[Tensor, "B T W"], keys: Float[Tensor, "B S W"]
    ) -> Float[Tensor, "B T S"]:
        """How well each query fits each key."""
        return query @ keys.transpose(1, 2)


class GeneralScore(nn.Module):
    r"""$h_t^\top W_a k_s$: the query is first turned into the keys' space.

    Source: Luong, Pham and Manning (2015), arXiv:1508.04025, eq. 8.
    """

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__()
        self.W_a = nn.Linear(query_size, key_size, bias=False)

    def forward(
        self, query: Float[Tensor, "B T H"], keys: Float[Tensor, "B S W"]
    ) -> Float[Tensor, "B T S"]:
        """How well each query fits each key."""
        return self.W_a(query) @ keys.transpose(1, 2)


class AdditiveScore(nn.Module):
    r"""$v^\top \tanh(W_q h_t + W_k k_s)$: a small network looks at query and key together.

    Args:
        inner_size: of its hidden layer; T S of them are held in memory.

    Source: Bahdanau, Cho and Bengio (2015), arXiv:1409.0473, section A.1.2; there the query is
    the state of the step before.
    """

    def __init__(self, query_size: int, key_size: int, inner_size: int) -> None:
        super().__init__()
        self.W_q = nn.Linear(query_size, inner_size)
        self.W_k = nn.Linear(key_size, inner_size, bias=False)
        self.v = nn.Linear(inner_size, 1, bias=False)

    def forward(
        self, query: Float[Tensor, "B T H"], keys: Float[Tensor, "B S W"]
    ) -> Float[Tensor, "B T S"]:
        """How well each query fits each key."""
        both = self.W_q(query)[:, :, None] + self.W_k(keys)[:, None]
        return self.v(both.tanh())[..., 0]


def score_of(kind: Kind, query_size: int, key_size: int) -> nn.Module:
    """A score of that kind, of the usual sizes.

    Raises:
        ValueError: for a dot product of vectors that differ in size, or an unknown kind.
    """
    if kind == "dot" and query_size != key_size:
        raise ValueError(f"a dot product of {query_size} and {key_size} numbers; try 'general'")
    if kind == "dot":
        return DotScore()
    if kind == "general":
        return GeneralScore(query_size, key_size)
    if kind == "additive":
        return AdditiveScore(query_size, key_size, query_size)
    raise ValueError(f"attention {kind!r} is not 'dot', 'general' or 'additive'")


def masked_softmax(
    scores: Float[Tensor, "B T S"], keep: Bool[Tensor, "B S"]
) -> Float[Tensor, "B T S"]:
    r"""Attention weights $\alpha_{ts}$ over source words; padding gets exactly zero.

    Raises:
        ValueError: if a row of `keep` has no True, whose softmax would be 0/0.

    Source: Bahdanau, Cho and Bengio (2015), arXiv:1409.0473, eq. 6.
    """
    if not keep.any(dim=1).all():
        raise ValueError("a source without a word has nothing to attend to")
    return scores.masked_fill(~keep[:, None], -torch.inf).softmax(dim=-1)


def attend(
    scores: Float[Tensor, "B T S"], values: Float[Tensor, "B S W"], keep: Bool[Tensor, "B S"]
) -> tuple[Float[Tensor, "B T W"], Float[Tensor, "B T S"]]:
    r"""A context of its own for each query, $\sum_s \alpha_{ts} v_s$, and the weights.

    Raises:
        ValueError: if a row of `keep` has no True.

    Source: Bahdanau, Cho and Bengio (2015), arXiv:1409.0473, eq. 5.
    """
    weights = masked_softmax(scores, keep)
    return weights @ values, weights
