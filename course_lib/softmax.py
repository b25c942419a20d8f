r"""From hidden states to a distribution over words: full, tied, and adaptive.

At V = 10,000 this is most of the work of a small language model. Each head answers the same two
questions: the nats of given targets, for training, and all log-probabilities, for generating.
Where autocast makes the logits bfloat16, the nats have its three digits: enough for a gradient.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.metrics import IGNORE


class FullSoftmax(nn.Module):
    r"""$\log \mathrm{softmax}(W_y h + b_y)$: H V multiplications a token."""

    def __init__(self, hidden_size: int, vocab_size: int) -> None:
        super().__init__()
        self.to_logits = nn.Linear(hidden_size, vocab_size)

    def log_probs(self, hs: Float[Tensor, "*N H"]) -> Float[Tensor, "*N V"]:
        """Of every word, in float32 or better."""
        return _log_softmax(self.to_logits(hs))

    def nats(self, hs: Float[Tensor, "*N H"], targets: Int64[Tensor, "*N"]) -> Float[Tensor, "*N"]:
        """-log P of each target; 0 where the target is -100, which is padding."""
        return _cross_entropy(self.to_logits(hs), targets)


class TiedSoftmax(nn.Module):
    """A word's output weights are its embedding: V D weights fewer, learned from both ends.

    Args:
        embedding: (V, D), shared, not copied; where D is not H, a linear map brings h to D.

    Source: Press and Wolf (2017), arXiv:1608.05859; Inan et al. (2017), arXiv:1611.01462.
    """

    def __init__(self, hidden_size: int, embedding: nn.Embedding) -> None:
        super().__init__()
        V, D = embedding.weight.shape
        self.embedding = embedding
        self.to_embedding = nn.Linear(hidden_size, D) if hidden_size != D else nn.Identity()
        self.b_y = nn.Parameter(torch.zeros(V))

    def to_logits(self, hs: Float[Tensor, "*N H"]) -> Float[Tensor, "*N V"]:
        """How well h fits the embedding of each word."""
        return F.linear(self.to_embedding(hs), self.embedding.weight, self.b_y)

    def forward(self, hs: Float[Tensor, "*N H"]) -> Float[Tensor, "*N V"]:
        """`to_logits`, so that it can stand where a model has a linear layer."""
        return self.to_logits(hs)

    def log_probs(self, hs: Float[Tensor, "*N H"]) -> Float[Tensor, "*N V"]:
        """Of every word, in float32 or better."""
        return _log_softmax(self.to_logits(hs))

    def nats(self, hs: Float[Tensor, "*N H"], targets: Int64[Tensor, "*N"]) -> Float[Tensor, "*N"]:
        """-log P of each target; 0 where the target is -100, which is padding."""
        return _cross_entropy(self.to_logits(hs), targets)


class AdaptiveSoftmax(nn.Module):
    r"""Frequent words first, rare ones in clusters that few tokens need to look into.

    $P(w) = P(\text{cluster}) P(w \mid \text{cluster})$: exact and normalised, and for most tokens
    `cutoffs[0]` plus a few scores instead of V. Ids must be sorted by frequency, as `Vocab` does.

    Args:
        cutoffs: the first id of each cluster of rare words, ascending.
        shrink: each further cluster sees h through a matrix to `shrink` times fewer numbers.

    Raises:
        ValueError: if the cutoffs do not ascend between 0 and V.

    Source: Grave et al. (2017), arXiv:1609.04309, without its rule for choosing cutoffs.
    """

    def __init__(
        self, hidden_size: int, vocab_size: int, cutoffs: Sequence[int], shrink: float = 4.0
    ) -> None:
        super().__init__()
        bounds = [0, *cutoffs, vocab_size]
        if len(bounds) < 3 or any(a >= b for a, b in pairwise(bounds)):
            raise ValueError(f"cutoffs {tuple(cutoffs)} must ascend between 0 and V={vocab_size}")
        self.cutoffs = list(cutoffs)
        self.to_first = nn.Linear(hidden_size, cutoffs[0] + len(cutoffs))
        self.to_rare = nn.ModuleList()
        for k, (low, high) in enumerate(pairwise(bounds[1:])):
            D = max(1, int(hidden_size / shrink ** (k + 1)))
            self.to_rare.append(
                nn.Sequential(nn.Linear(hidden_size, D, bias=False), nn.Linear(D, high - low))
            )

    def log_probs(self, hs: Float[Tensor, "*N H"]) -> Float[Tensor, "*N V"]:
        """Of every word, in float32 or better."""
        frequent, clusters = _log_softmax(self.to_first(hs)).split(
            [self.cutoffs[0], len(self.cutoffs)], dim=-1
        )
        rare = [
            clusters[..., k : k + 1] + _log_softmax(to_words(hs))
            for k, to_words in enumerate(self.to_rare)
        ]
        return torch.cat([frequent, *rare], dim=-1)

    def nats(self, hs: Float[Tensor, "*N H"], targets: Int64[Tensor, "*N"]) -> Float[Tensor, "*N"]:
        """-log P of each target; 0 where the target is -100, which is padding."""
        hs, flat = hs.flatten(0, -2), targets.flatten()
        cutoffs = torch.tensor(self.cutoffs, device=flat.device)
        cluster = torch.bucketize(flat, cutoffs, right=True)  # 0: among the frequent words
        first = torch.where(cluster == 0, flat, self.cutoffs[0] + cluster - 1)
        nats = _cross_entropy(self.to_first(hs), first)
        for k, to_words in enumerate(self.to_rare):
            rows = (cluster == k + 1).nonzero()[:, 0]
            # CPU kernels are compiled for each shape: few different ones, and they are reused.
            spare = (0, -len(rows) % 64)
            within = F.pad(flat[rows] - self.cutoffs[k], spare, value=IGNORE)
            rows = F.pad(rows, spare)
            nats = nats.index_add(0, rows, _cross_entropy(to_words(hs[rows]), within))
        return nats.view(targets.shape)


Head = FullSoftmax | TiedSoftmax | AdaptiveSoftmax


def _log_softmax(logits: Float[Tensor, "*N V"]) -> Float[Tensor, "*N V"]:
    return _at_least_float32(logits).log_softmax(dim=-1)


def _cross_entropy(
    logits: Float[Tensor, "*N V"], targets: Int64[Tensor, "*N"]
) -> Float[Tensor, "*N"]:
    # Unlike F.cross_entropy, log_softmax makes no float32 copy of bfloat16 logits under autocast.
    log_probs = logits.flatten(0, -2).log_softmax(dim=-1)
    nats = F.nll_loss(log_probs, targets.flatten(), ignore_index=IGNORE, reduction="none")
    return _at_least_float32(nats).view(targets.shape)


def _at_least_float32(logits: Tensor) -> Tensor:
    return logits if logits.dtype == torch.float64 else logits.float()
