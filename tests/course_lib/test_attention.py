"""Scores against sums written out, the softmax against PyTorch's attention, masks, gradients."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.attention import (
    AdditiveScore,
    DotScore,
    GeneralScore,
    attend,
    masked_softmax,
    score_of,
)
from course_lib.batching import keep_mask
from course_lib.inspection import find_stray

B, T, S, H, W = 3, 4, 5, 6, 7
LENGTHS = [5, 1, 3]


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def each(
    score: torch.nn.Module, query: torch.Tensor, keys: torch.Tensor, one: object
) -> torch.Tensor:
    """The scores, one pair of vectors at a time."""
    scores = torch.empty(len(query), query.shape[1], keys.shape[1], dtype=query.dtype)
    for b, t, s in itertools.product(*map(range, scores.shape)):
        scores[b, t, s] = one(score, query[b, t], keys[b, s])
    return scores


ONE = {
    "dot": lambda _, q, k: sum(a * b for a, b in zip(q, k, strict=True)),
    "general": lambda score, q, k: torch.einsum("h,wh,w->", q, score.W_a.weight, k),
    "additive": lambda score, q, k: sum(
        v * torch.tanh(row @ q + bias + other @ k)
        for v, row, bias, other in zip(
            score.v.weight[0], score.W_q.weight, score.W_q.bias, score.W_k.weight, strict=True
        )
    ),
}


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_scores_are_those_of_each_query_with_each_key(kind: str) -> None:
    torch.manual_seed(0)
    width = H if kind == "dot" else W
    score = score_of(kind, H, width).double()
    query, keys = drawn(B, T, H), drawn(B, S, width, seed=1)
    torch.testing.assert_close(score(query, keys), each(score, query, keys, ONE[kind]))


@pytest.mark.parametrize("score", [DotScore(), GeneralScore(W, W), AdditiveScore(W, W, H)])
def test_gradients_of_scores(score: torch.nn.Module) -> None:
    query, keys = drawn(2, 3, W).requires_grad_(), drawn(2, 4, W, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(score.double(), (query, keys))


def test_attention_is_pytorchs_without_its_scale() -> None:
    query, keys, values = drawn(B, T, H), drawn(B, S, H, seed=1), drawn(B, S, W, seed=2)
    keep = keep_mask(LENGTHS)
    context, weights = attend(DotScore()(query, keys), values, keep)
    expected = torch.nn.functional.scaled_dot_product_attention(
        query, keys, values, attn_mask=keep[:, None].expand(B, T, S), scale=1.0
    )
    torch.testing.assert_close(context, expected)
    assert weights.shape == (B, T, S)


@given(st.data())
def test_weights_are_a_distribution_over_words_and_nothing_else(data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    size = data.draw(st.sampled_from([1e-3, 1.0, 1e4]))
    keep = keep_mask(lengths)
    scores = size * drawn(len(lengths), 2, keep.shape[1], seed=data.draw(st.integers(0, 99)))
    weights = masked_softmax(scores, keep)
    torch.testing.assert_close(weights.sum(-1), torch.ones(len(lengths), 2, dtype=torch.float64))
    assert (weights[~keep[:, None].expand_as(weights)] == 0).all()
    for b, n in enumerate(lengths):
        torch.testing.assert_close(weights[b, :, :n], scores[b, :, :n].softmax(-1))


def test_whatever_stands_at_padding_has_no_influence_and_gets_no_gradient() -> None:
    scores, values, keep = drawn(B, T, S), drawn(B, S, W, seed=1), keep_mask(LENGTHS)
    other = scores.masked_fill(~keep[:, None], 1e9).requires_grad_()
    expected, _ = attend(scores, values, keep)
    context, _ = attend(other, values, keep)
    assert torch.equal(context, expected)
    context.square().sum().backward()
    assert (other.grad.masked_select(~keep[:, None]) == 0).all()
    assert (other.grad[0] != 0).all()


def test_a_source_without_a_word_is_refused() -> None:
    keep = torch.tensor([[True, False], [False, False]])
    with pytest.raises(ValueError, match="nothing to attend to"):
        masked_softmax(torch.zeros(2, 3, 2), keep)


def test_a_dot_product_needs_equal_sizes() -> None:
    with pytest.raises(ValueError, match=r"6 and 7 numbers; try 'general'"):
        score_of("dot", H, W)


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_scores_on_any_device(kind: str) -> None:
    score = score_of(kind, H, H)
    assert find_stray(score, torch.randn(B, T, H), torch.randn(B, S, H)) is None
