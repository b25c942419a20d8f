"""Controls for models of sentence pairs: what can be had without the premise, without order,
without anything but the number of common words?

Each takes the same tensor (B, N, T) of ids as the models in `pairs`.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.classify import BagOfWords
from course_lib.text import PAD, UNK


def without_first(groups: Int64[Tensor, "B N T"]) -> Int64[Tensor, "B N T"]:
    """The first sentence of each group becomes one `<unk>`: the hypothesis-only control.

    Whatever a model still gets right it has read in the other sentences alone.

    Source: Gururangan et al. (2018), arXiv:1803.02324; Poliak et al. (2018), arXiv:1805.01042.
    """
    hidden = groups.clone()
    hidden[:, 0] = PAD
    hidden[:, 0, 0] = UNK
    return hidden


def overlap(groups: Int64[Tensor, "B N T"]) -> Float[Tensor, "B K"]:
    """Word overlap of the first sentence with each of the K = N - 1 others, from 0 to 1.

    Words in common over words in either (Jaccard), each word counted once.
    """
    rows = [
        [_jaccard(set(group[0]), set(other)) for other in group[1:]] for group in groups.tolist()
    ]
    return torch.tensor(rows, dtype=torch.float32)


def _jaccard(a: set[int], b: set[int]) -> float:
    a, b = a - {PAD}, b - {PAD}
    return len(a & b) / max(len(a | b), 1)


def side_by_side(groups: Int64[Tensor, "B N T"], vocab_size: int) -> Int64[Tensor, "B L"]:
    """All sentences of a group as one, the n-th sentence's ids shifted by n times V.

    So `classify.BagOfWords` with N * V words counts the words of each sentence apart.
    """
    N = groups.shape[1]
    shift = vocab_size * torch.arange(N, device=groups.device)[:, None]
    return torch.where(groups == PAD, PAD, groups + shift).flatten(1)


class SecondOnly(nn.Module):
    """Any model of groups, which never gets to see the first sentence."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, groups: Int64[Tensor, "B N T"]) -> Float[Tensor, "B *outputs"]:
        """What the model makes of the rest."""
        return self.model(without_first(groups))


class PairBagOfWords(nn.Module):
    """A vote of each word of each sentence for each class: a linear model of two bags of words."""

    def __init__(self, vocab_size: int, classes: int) -> None:
        super().__init__()
        self.vocab_size = vocab_size
        self.bag = BagOfWords(2 * vocab_size, classes)

    def forward(self, pairs: Int64[Tensor, "B 2 T"]) -> Float[Tensor, "B C"]:
        """Logits."""
        words = side_by_side(pairs, self.vocab_size)
        return self.bag(words, words != PAD)

    def second_votes(self) -> Float[Tensor, "V C"]:
        """The votes of words of the second sentence."""
        return self.bag.embedding.weight[self.vocab_size :].detach()


class OverlapClassifier(nn.Module):
    """Logits from the overlap alone: for each class a line through that one number."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.to_logits = nn.Linear(1, classes)

    def forward(self, pairs: Int64[Tensor, "B 2 T"]) -> Float[Tensor, "B C"]:
        """Logits."""
        return self.to_logits(overlap(pairs))
