"""How good is it? Totals are summed first and divided once, at the end."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor

IGNORE = -100
Alignment = Iterable[tuple[int, int]]


def total_nats(
    logits: Float[Tensor, "*N V"], targets: Int64[Tensor, "*N"], ignore_index: int = IGNORE
) -> tuple[float, int]:
    """Summed cross-entropy in nats, and over how many real tokens.

    Add both over batches and divide once: a mean of batch means weighs tokens unequally.

    Args:
        logits: unnormalised scores, last axis the vocabulary.
        targets: word ids; `ignore_index` marks padding, which counts in neither number.

    Raises:
        ValueError: if there is not one target for each row of logits.
    """
    _same_shape("targets", targets, "logits[..., 0]", logits[..., 0])
    scores = logits.detach().reshape(-1, logits.shape[-1])
    if scores.dtype != torch.float64:
        scores = scores.float()
    nats = F.cross_entropy(scores, targets.reshape(-1), ignore_index=ignore_index, reduction="none")
    # Summed on the CPU, because not every device has float64.
    return nats.cpu().double().sum().item(), int((targets != ignore_index).sum())


def perplexity(nats: float, tokens: int) -> float:
    """exp of nats per token. Infinite where that overflows.

    Raises:
        ValueError: if there is no token.
    """
    if tokens < 1:
        raise ValueError("perplexity of no tokens: every target was padding")
    try:
        return math.exp(nats / tokens)
    except OverflowError:
        return math.inf


def bits_per_character(nats: float, characters: int) -> float:
    """Total nats as bits, divided by the number of characters that they predict.

    Raises:
        ValueError: if there is no character.
    """
    if characters < 1:
        raise ValueError("bits per character of no characters")
    return nats / math.log(2) / characters


def accuracy(
    predictions: Int64[Tensor, "*N"], targets: Int64[Tensor, "*N"], ignore_index: int = IGNORE
) -> float:
    """Share of real targets predicted right; padding counts neither way.

    Raises:
        ValueError: if every target is padding, or the shapes differ.
    """
    _same_shape("predictions", predictions, "targets", targets)
    keep = targets != ignore_index
    if not keep.any():
        raise ValueError("accuracy of no tokens: every target was padding")
    return (predictions == targets)[keep].double().mean().item()


def reciprocal_ranks(
    scores: Float[Tensor, "B K"], labels: Int64[Tensor, " B"]
) -> Float[Tensor, " B"]:
    r"""1 over the rank of the right candidate; the mean over questions is the MRR.

    Where the right one ties with others, the mean over all orders of the tied, so a constant
    score gets what guessing gets: $\frac1K \sum_{k=1}^K \frac1k$.

    Raises:
        ValueError: if a score is not a number: it compares with nothing, and would rank first.

    Source: Voorhees (1999), The TREC-8 Question Answering Track Report, section 4.
    """
    if (wrong := scores.isnan().any(dim=1)).any():
        row = int(wrong.nonzero()[0])
        raise ValueError(f"scores of question {row} hold NaN: did training diverge?")
    right = scores.gather(1, labels[:, None])
    better, tied = (scores > right).sum(dim=1), (scores == right).sum(dim=1)
    ranks = torch.arange(1, scores.shape[1] + 1, device=scores.device)
    among = (ranks > better[:, None]) & (ranks <= (better + tied)[:, None])
    return (among / ranks).sum(dim=1) / tied


def bleu(
    hypotheses: Sequence[str], references: Sequence[str], times: Sequence[int] | None = None
) -> float:
    """Corpus BLEU in [0, 100], one reference each, by sacrebleu with its "13a" tokeniser.

    Args:
        times: how often each sentence counts; once if None.

    Raises:
        ValueError: if the two differ in number, or are empty.

    Source: Papineni et al. (2002); Post (2018), arXiv:1804.08771.
    """
    if len(hypotheses) != len(references) or not hypotheses:
        raise ValueError(f"{len(hypotheses)} hypotheses for {len(references)} references")
    from sacrebleu.metrics import BLEU  # a slow import that only translation needs

    if times is None:
        return BLEU().corpus_score(list(hypotheses), [list(references)]).score
    alone = BLEU(effective_order=True)  # of a sentence we need the counts only
    pairs = zip(hypotheses, references, strict=True)
    found = [alone.sentence_score(text, [reference]) for text, reference in pairs]
    rows = np.array([[*each.counts, *each.totals, each.sys_len, each.ref_len] for each in found])
    *counts, written, wanted = (np.asarray(times) @ rows).tolist()
    return BLEU.compute_bleu(counts[:4], counts[4:], written, wanted).score


def alignment_error_rate(
    predicted: Sequence[Alignment],
    sure: Sequence[Alignment],
    possible: Sequence[Alignment] | None = None,
) -> float:
    r"""$1 - (|A \cap S| + |A \cap P|) / (|A| + |S|)$ over a corpus; 0 is perfect, 1 is all wrong.

    Args:
        predicted: for each sentence pair the links A, each (source index, target index).
        sure: links S that must be there.
        possible: links that may be there as well; P is these and S.

    Raises:
        ValueError: if the numbers of sentence pairs differ, or there is no link at all.

    Source: Och and Ney (2003), eq. 7.
    """
    possible = sure if possible is None else possible
    found = total = 0
    for a_links, s_links, p_links in zip(predicted, sure, possible, strict=True):
        A, S = set(a_links), set(s_links)
        P = S | set(p_links)
        found += len(A & S) + len(A & P)
        total += len(A) + len(S)
    if not total:
        raise ValueError("no links to compare")
    return 1 - found / total


def bootstrap_interval(
    values: Sequence[Any] | np.ndarray,
    statistic: Callable[[np.ndarray], float] = np.mean,
    level: float = 0.95,
    samples: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile bootstrap interval of a statistic of independent examples.

    For a perplexity pass one row (nats, tokens) per sentence, and
    `statistic=lambda rows: np.exp(rows[:, 0].sum() / rows[:, 1].sum())`.

    Args:
        values: (N,) or (N, k), one entry per independent example; rows are drawn whole.
        statistic: takes a resampled array of the same shape, gives a number.
        level: probability that the interval aims to cover.
        samples: how often to resample.
        seed: of a generator of its own; the same values give the same interval.

    Raises:
        ValueError: if there are no values, or `level` is not between 0 and 1.

    Source: Efron and Tibshirani (1993), ch. 13.
    """
    array = np.asarray(values)
    if not len(array) or not 0 < level < 1:
        raise ValueError(f"{len(array)} values, level={level}: need values and 0 < level < 1")
    rng = np.random.default_rng(seed)
    draws = [statistic(array[rng.integers(len(array), size=len(array))]) for _ in range(samples)]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _same_shape(name: str, value: Tensor, other_name: str, other: Tensor) -> None:
    if value.shape != other.shape:
        shapes = f"{tuple(value.shape)}, {other_name} {tuple(other.shape)}"
        raise ValueError(f"{name} {shapes}: they must have the same shape")
