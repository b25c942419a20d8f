r"""What does a translated word hang on? The attention's own numbers, and two judges of them.

Row t belongs to target word t, column s to source word s: the same axes as the weights.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from course_lib.attention import attend
from course_lib.metrics import IGNORE
from course_lib.seq2seq import Encoded, Translator
from course_lib.text import PAD


class Trace(NamedTuple):
    """Every number between a query and a word: `scores` and `weights` (B, T, S), the `context`
    (B, T, W), and the next words' `log_probs` (B, T, V)."""

    scores: Float[Tensor, "B T S"]
    weights: Float[Tensor, "B T S"]
    context: Float[Tensor, "B T W"]
    log_probs: Float[Tensor, "B T V"]


def trace(
    model: Translator,
    source: Int64[Tensor, "B S"],
    tokens: Int64[Tensor, "B T"],
    temperature: float = 1.0,
) -> Trace:
    r"""What `model(source, tokens)` computes on its way, its softmax taken of scores / $\tau$.

    Scores at padding are shown as they are; their weights are 0. Dropout is the caller's to
    switch off.

    Raises:
        ValueError: if the model has no attention, or feeds its attention back into its input, or
            the temperature is not positive.
    """
    if model.score is None or model.input_feeding:
        raise ValueError("a trace needs attention without input feeding")
    if temperature <= 0:
        raise ValueError(f"temperature={temperature} must be positive")
    encoded = model.encoder(source)
    h, c = model.first_state(encoded)
    hs, _ = model.rnn(model.dropout(model.embedding(tokens)), (h[None], c[None]))
    scores = model.score(hs, encoded.states)
    context, weights = attend(scores / temperature, encoded.states, encoded.keep)
    combined = model.combine(torch.cat([context, hs], dim=-1)).tanh()
    logits = model.to_logits(model.dropout(combined))
    return Trace(scores, weights, context, logits.log_softmax(dim=-1))


def target_log_probs(
    model: Translator,
    encoded: Encoded,
    tokens: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
) -> Float[Tensor, "B T"]:
    """The log-probability of each target word after the gold words before it; 0 at padding."""
    log_probs = model.teach(encoded, tokens)[0].log_softmax(dim=-1)
    chosen = log_probs.gather(2, targets.clamp(min=0)[:, :, None])[:, :, 0]
    return chosen.masked_fill(targets == IGNORE, 0)


def source_gradients(
    model: Translator,
    source: Int64[Tensor, "B S"],
    tokens: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
) -> Float[Tensor, "B T S"]:
    r"""$\lVert \partial \log P(y_t) / \partial x_s \rVert$: how much each target word feels a
    small change of each source word's embedding, along every path; 0 at padding of either.

    One backward pass a target word. Dropout is the caller's to switch off.
    """
    x, keep = model.encoder.embedding(source).detach().requires_grad_(), source != PAD
    with torch.enable_grad():
        log_probs = target_log_probs(model, model.encoder.read(x, keep), tokens, targets)
        sums = log_probs.sum(dim=0).unbind()  # examples do not meet: each its own gradient
        rows = [torch.autograd.grad(each, x, retain_graph=True)[0].norm(dim=2) for each in sums]
    return torch.stack(rows, dim=1)


@torch.no_grad()
def erasure(
    model: Translator,
    source: Int64[Tensor, "B S"],
    tokens: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
) -> Float[Tensor, "B T S"]:
    """By how many nats each target word's log-probability falls when a source word's embedding
    is replaced by zeros; below 0 where it rises, 0 at padding of either.

    One forward pass a source word. Dropout is the caller's to switch off.

    Source: Li, Monroe and Jurafsky (2016), arXiv:1612.08220.
    """
    x, keep = model.encoder.embedding(source), source != PAD
    before = target_log_probs(model, model.encoder.read(x, keep), tokens, targets)
    drops = []
    for s in range(source.shape[1]):
        without = x.clone()
        without[:, s] = 0
        after = target_log_probs(model, model.encoder.read(without, keep), tokens, targets)
        drops.append((before - after) * keep[:, s, None])
    return torch.stack(drops, dim=2)


def kendall(
    a: Float[Tensor, "N S"], b: Float[Tensor, "N S"], keep: Bool[Tensor, "N S"]
) -> Float[Tensor, " N"]:
    r"""Kendall's $\tau$ of each row: of all pairs of kept columns, the share that a and b put in
    the same order, minus the share that they put in opposite orders.

    A pair that either leaves tied counts in neither share, so a constant row has 0.

    Raises:
        ValueError: if a row has fewer than two columns to compare.

    Source: Kendall (1938), A new measure of rank correlation; ties as in his tau a.
    """
    n = keep.sum(dim=1)
    if (n < 2).any():
        raise ValueError("an order needs two words at least")
    signs = [(each[:, :, None] - each[:, None, :]).sign() for each in (a, b)]
    both = keep[:, :, None] & keep[:, None, :]
    return (signs[0] * signs[1] * both).sum(dim=(1, 2)) / (n * (n - 1))


def shuffled(
    weights: Float[Tensor, "B T S"], keep: Bool[Tensor, "B S"], generator: torch.Generator
) -> Float[Tensor, "B T S"]:
    """Each row's weights in a random order among its source words: a control that keeps how sharp
    a row is, and loses where."""
    luck = torch.rand(weights.shape, generator=generator).to(weights.device)
    return weights.gather(2, luck.masked_fill(~keep[:, None], 2).argsort(dim=2))


def nearness(
    keep_source: Bool[Tensor, "B S"], keep_target: Bool[Tensor, "B T"]
) -> Float[Tensor, "B T S"]:
    """Minus the distance of source word s from the place as far along as t: a control that knows
    positions alone."""
    S, T = (each.shape[1] for each in (keep_source, keep_target))
    s, t = (torch.arange(n, device=keep_source.device, dtype=torch.float32) for n in (S, T))
    slope = keep_source.sum(dim=1) / keep_target.sum(dim=1)
    return -(s + 0.5 - (t[:, None] + 0.5) * slope[:, None, None]).abs()
