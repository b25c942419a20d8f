"""Continuous bag of words: guess a word from the sum of the vectors around it.

Source: Mikolov et al. (2013a), arXiv:1301.3781, section 3.1; Mikolov et al. (2013b),
arXiv:1310.4546, sections 2.2 (negative sampling) and 2.3 (subsampling).
"""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.text import PAD


def context_windows(
    sentences: Iterable[Sequence[int]], reach: int
) -> tuple[Int64[Tensor, "N C"], Int64[Tensor, " N"]]:
    """Every word with its C = 2 * reach neighbours, never across sentences.

    Neighbours that do not exist are `<pad>`; a sentence of one word has no neighbours and is
    left out.

    Args:
        sentences: word ids, without `<s>` and `</s>`.
        reach: how many words to each side.

    Returns:
        Contexts (N, C), left to right, and targets (N,), the words in the middle.

    Raises:
        ValueError: if `reach` is below 1.
    """
    if reach < 1:
        raise ValueError(f"reach={reach}: a context needs at least one word to each side")
    long = [sentence for sentence in sentences if len(sentence) > 1]
    gap = [PAD] * reach  # wide enough that no window sees two sentences
    line = np.array([*gap, *chain.from_iterable([*s, *gap] for s in long), *gap], dtype=np.int64)
    lengths = np.array([len(sentence) for sentence in long], dtype=np.int64)
    starts = np.cumsum(lengths + reach) - lengths
    middle = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    around = middle[:, None] + np.delete(np.arange(-reach, reach + 1), reach)
    return torch.from_numpy(line[around]), torch.from_numpy(line[middle])


class CBOW(nn.Module):
    r"""Scores every word from the **sum** of its context's vectors: logits $= W \sum_c e_c$.

    `<pad>` has the zero vector and never learns. Mikolov et al. average instead, which only
    rescales full windows.

    Args:
        vocab_size: V.
        input_size: D, the length of a word's vector.
    """

    def __init__(self, vocab_size: int, input_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, input_size, padding_idx=PAD)
        self.to_logits = nn.Linear(input_size, vocab_size, bias=False)
        nn.init.normal_(self.embedding.weight, std=0.1)
        nn.init.zeros_(self.to_logits.weight)
        with torch.no_grad():
            self.embedding.weight[PAD] = 0

    def summed(self, contexts: Int64[Tensor, "B C"]) -> Float[Tensor, "B D"]:
        """The sum of each context's vectors, whatever their order."""
        return self.embedding(contexts).sum(dim=1)

    def forward(self, contexts: Int64[Tensor, "B C"]) -> Float[Tensor, "B V"]:
        """Logits of the word in the middle."""
        return self.to_logits(self.summed(contexts))


def noise(counts: Float[Tensor, " V"]) -> Float[Tensor, " V"]:
    """The distribution that wrong answers are drawn from: proportional to count to the 3/4."""
    raised = counts**0.75
    return raised / raised.sum()


def negative_nats(
    model: CBOW,
    contexts: Int64[Tensor, "B C"],
    targets: Int64[Tensor, " B"],
    negatives: Int64[Tensor, " S"],
    k: int = 5,
) -> Float[Tensor, ""]:
    r"""Mean loss of telling the true word from k noise words, without a softmax.

    $-\ln \sigma(w_t^\top s) - k\, \mathbb{E}_{n}[\ln \sigma(-w_n^\top s)]$, s the summed
    context. The whole batch shares the S noise words: one matrix product, the same expectation.

    Args:
        model: whose `to_logits` holds the w.
        contexts: ids, `<pad>` where there is no neighbour.
        targets: the true words.
        negatives: drawn from `noise`.
        k: how many noise words each true word is worth.

    Source: Mikolov et al. (2013b), eq. 4.
    """
    W, s = model.to_logits.weight, model.summed(contexts)
    true = (s * F.embedding(targets, W)).sum(dim=1)  # (B,), with a faster gradient than W[targets]
    false = s @ F.embedding(negatives, W).T  # (B, S)
    return -F.logsigmoid(true).mean() - k * F.logsigmoid(-false).mean()


def subsample(
    sentences: Iterable[Sequence[int]],
    counts: Float[Tensor, " V"],
    threshold: float,
    generator: torch.Generator,
) -> list[list[int]]:
    r"""Drops most occurrences of very frequent words: each stays with $\sqrt{t / f}$.

    Args:
        sentences: word ids.
        counts: how often each word occurs.
        threshold: t; a word with a relative frequency f up to t always stays.
        generator: of the draws.

    Source: Mikolov et al. (2013b), eq. 5.
    """
    sentences = list(sentences)
    stay = (threshold * counts.sum() / counts.clamp(min=1)).sqrt()
    words = torch.tensor([word for sentence in sentences for word in sentence], dtype=torch.int64)
    stays = iter((torch.rand(len(words), generator=generator) < stay[words]).tolist())
    return [[word for word in sentence if next(stays)] for sentence in sentences]
