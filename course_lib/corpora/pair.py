"""What every corpus of sentence pairs holds, and how a pair becomes a tensor."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Int64
from torch import Tensor

from course_lib.text import PAD, Vocab


class Pair(NamedTuple):
    """Two sentences and what is to be told of them: a class, or a score."""

    first: list[str]
    second: list[str]
    label: int | float


def pair_vocab(pairs: Sequence[Pair], min_count: int = 1) -> Vocab:
    """One vocabulary for both sentences, of the **training** pairs."""
    words = (word for pair in pairs for words in pair[:2] for word in words)
    return Vocab.from_tokens(words, min_count=min_count)


def as_tensor(groups: Sequence[Sequence[Sequence[str]]], vocab: Vocab) -> Int64[Tensor, "B N T"]:
    """Groups of N sentences each (a pair has N = 2) as word ids, padded to one length T.

    Raises:
        ValueError: if groups differ in size, or a sentence is empty.
    """
    sizes = {len(group) for group in groups}
    if len(sizes) != 1 or not all(sentence for group in groups for sentence in group):
        raise ValueError(f"groups of {sorted(sizes)} sentences; need one size, and no empty one")
    T = max(len(sentence) for group in groups for sentence in group)
    rows = [
        [vocab.encode(sentence) + [PAD] * (T - len(sentence)) for sentence in group]
        for group in groups
    ]
    return torch.tensor(rows, dtype=torch.int64)
