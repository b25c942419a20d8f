"""Sequence classification: from all states of a sentence to one vector, and from that to labels.

`keep` is True at real words; whatever stands at padding never matters.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from course_lib.batching import buckets, pad
from course_lib.language_model import evaluating
from course_lib.recurrent import StackedLSTM

Pooling = Literal["last", "mean", "max", "final"]

# --- pooling: (B, T, H) to (B, H) --------------------------------------------------------------


def last_states(hs: Float[Tensor, "B T H"], keep: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """The state at each sentence's last real word: A28's $h_n$ if the encoder reads forwards."""
    return hs[torch.arange(len(hs), device=hs.device), _last(keep)]


def mean_states(hs: Float[Tensor, "B T H"], keep: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """The average over real words, not over T."""
    _last(keep)
    return hs.where(keep[:, :, None], 0).sum(dim=1) / keep.sum(dim=1, keepdim=True)


def max_states(hs: Float[Tensor, "B T H"], keep: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """The largest entry of each dimension over real words; padding's zeros take no part."""
    _last(keep)
    return hs.where(keep[:, :, None], -torch.inf).amax(dim=1)


def final_states(hs: Float[Tensor, "B T H"], keep: Bool[Tensor, "B T"]) -> Float[Tensor, "B H"]:
    """What each direction of a bidirectional encoder ends with, side by side.

    The first half of H reads forwards and ends at the last word, the second half reads backwards
    and ends at the *first*.
    """
    forward, backward = hs.chunk(2, dim=2)
    return torch.cat([last_states(forward, keep), backward[:, 0]], dim=1)


def _last(keep: Bool[Tensor, "B T"]) -> Int64[Tensor, " B"]:
    """Where each sentence's last real word stands."""
    if not keep[:, :1].all():
        raise ValueError("a sentence without a first word has nothing to pool")
    return keep.sum(dim=1) - 1


POOLINGS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "last": last_states,
    "mean": mean_states,
    "max": max_states,
    "final": final_states,
}


# --- models ------------------------------------------------------------------------------------


class SequenceClassifier(nn.Module):
    r"""An acceptor: embedding, LSTM encoder, pooling, and a linear layer to C classes.

    Args:
        vocab_size: V.
        input_size: D, the length of one word's embedding.
        hidden_size: H of one direction.
        classes: C.
        pooling: "final" and "last" are the same for one direction.
        num_layers, bidirectional: of the encoder.
        dropout: share of the numbers in x and in the pooled vector that training sets to zero.
        pretrained: word vectors (V, D) to start the embedding from; copied.
        freeze: keep the embedding as it starts.

    Raises:
        KeyError: if there is no such pooling.
        ValueError: if `pretrained` is not (V, D).
    """

    def __init__(
        self,
        vocab_size: int,
        input_size: int,
        hidden_size: int,
        classes: int,
        pooling: Pooling = "final",
        num_layers: int = 1,
        bidirectional: bool = True,
        dropout: float = 0.0,
        pretrained: Float[Tensor, "V D"] | None = None,
        freeze: bool = False,
    ) -> None:
        super().__init__()
        self.pooling = "last" if pooling == "final" and not bidirectional else pooling
        self.pool = POOLINGS[self.pooling]
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.encoder = StackedLSTM(input_size, hidden_size, num_layers, bidirectional, dropout)
        self.dropout = nn.Dropout(dropout)
        self.to_logits = nn.Linear(self.encoder.output_size, classes)
        nn.init.normal_(self.embedding.weight, std=0.1)
        if pretrained is not None:
            _copy_vectors(self.embedding, pretrained)
        self.embedding.weight.requires_grad_(not freeze)

    def encode(
        self, x: Float[Tensor, "B T D"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B T H"]:
        """The state of every word; zero at padding."""
        return self.encoder(self.dropout(x), keep.sum(dim=1))[0]

    def classify(
        self, x: Float[Tensor, "B T D"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]:
        """Logits from embedded words."""
        return self.to_logits(self.dropout(self.pool(self.encode(x, keep), keep)))

    def forward(
        self, tokens: Int64[Tensor, "B T"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]:
        """Logits of each sentence's class."""
        return self.classify(self.embedding(tokens), keep)


def _copy_vectors(embedding: nn.Embedding, vectors: Float[Tensor, "V D"]) -> None:
    if vectors.shape != embedding.weight.shape:
        raise ValueError(
            f"pretrained vectors are {tuple(vectors.shape)}, "
            f"the embedding is (V, D) = {tuple(embedding.weight.shape)}"
        )
    with torch.no_grad():
        embedding.weight.copy_(vectors)


class BagOfWords(nn.Module):
    """The baseline: each word votes for each class, wherever it stands; a linear model of counts.

    It starts from zero, and has one solution: multinomial logistic regression.
    """

    def __init__(self, vocab_size: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, classes)
        self.bias = nn.Parameter(torch.zeros(classes))
        nn.init.zeros_(self.embedding.weight)

    def classify(
        self, x: Float[Tensor, "B T C"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]:
        """Logits from the words' votes."""
        return x.where(keep[:, :, None], 0).sum(dim=1) + self.bias

    def forward(
        self, tokens: Int64[Tensor, "B T"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]:
        """Logits of each sentence's class."""
        return self.classify(self.embedding(tokens), keep)


# --- losses: mean over the batch, in nats or in points of score -----------------------------------


def hinge(logits: Float[Tensor, "B C"], labels: Int64[Tensor, " B"]) -> Float[Tensor, ""]:
    r"""The multi-class support vector machine's loss, averaged over sentences.

    $\max(0, 1 + \max_{k \ne y} s_k - s_y)$: zero once the right class leads every other by 1.

    Source: Crammer and Singer (2001), JMLR 2, section 3.
    """
    right = F.one_hot(labels, logits.shape[1]).bool()
    best_wrong = logits.masked_fill(right, -torch.inf).amax(dim=1)
    return (1 + best_wrong - logits[right]).clamp(min=0).mean()


def multi_label_nats(
    logits: Float[Tensor, "B C"], labels: Float[Tensor, "B C"]
) -> Float[Tensor, ""]:
    r"""Nats per sentence where each class is a yes-or-no question of its own.

    $-\sum_k y_k \ln \sigma(s_k) + (1 - y_k) \ln (1 - \sigma(s_k))$, averaged over sentences.
    """
    nats = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return nats.sum(dim=1).mean()


# --- batches and predictions -------------------------------------------------------------------


def labelled_batches(
    sentences: Sequence[Sequence[int]],
    labels: Tensor,
    batch_size: int,
    generator: torch.Generator,
) -> Iterator[tuple[Int64[Tensor, "B T"], Bool[Tensor, "B T"], Tensor]]:
    """Batches without end: tokens, keep and labels, sentences of similar length together.

    Each pass over the sentences is in a new random order.

    Raises:
        ValueError: if there is no sentence, or their number is not that of the labels.
    """
    if not len(sentences) or len(sentences) != len(labels):
        raise ValueError(f"{len(sentences)} sentences, {len(labels)} labels: need the same, not 0")
    lengths = [len(sentence) for sentence in sentences]
    while True:
        for rows in buckets(lengths, batch_size, generator):
            yield *pad([sentences[row] for row in rows]), labels[rows]


def predict(
    model: nn.Module, sentences: Sequence[Sequence[int]], batch_size: int = 256
) -> Float[Tensor, "N C"]:
    """Logits of every sentence, in order, in evaluation mode and without a graph."""
    logits: list[Tensor] = [torch.empty(0)] * len(sentences)
    with evaluating(model):
        for rows in buckets([len(sentence) for sentence in sentences], batch_size):
            scored = model(*pad([sentences[row] for row in rows]))
            for row, one in zip(rows, scored, strict=True):
                logits[row] = one
    return torch.stack(logits)
