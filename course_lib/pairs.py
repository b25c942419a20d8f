r"""Two sentences, one encoder: classes of a pair, a score of a pair, the best of many candidates.

Both sentences pass through the **same** encoder and become u and v; what a small network then
sees is $[u; v; |u - v|; u \odot v]$. A batch of pairs is one tensor of ids (B, 2, T), a batch of
questions with their candidates one of (B, 1 + candidates, T); all rows are encoded in one call.

Source: Bowman et al. (2015), arXiv:1508.05326, section 3.3: one encoder; Mou et al. (2016),
arXiv:1512.08422, section 3.2: the features.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.classify import POOLINGS, Pooling
from course_lib.recurrent import StackedLSTM
from course_lib.text import PAD


def pair_features(u: Float[Tensor, "*B H"], v: Float[Tensor, "*B H"]) -> Float[Tensor, "*B F"]:
    r"""$[u; v; |u - v|; u \odot v]$, F = 4H: each sentence, where they differ, where they agree."""
    return torch.cat([u, v, (u - v).abs(), u * v], dim=-1)


# --- encoders: (B, T) to (B, output_size) --------------------------------------------------------


class LSTMEncoder(nn.Module):
    """A sentence as the pooled states of a bidirectional LSTM.

    Args:
        vocab_size: V.
        input_size: D, the length of one word's embedding.
        hidden_size: H of one direction.
        pooling: of `classify.POOLINGS`; "final" is the last state of each direction.
        dropout: share of the embedding's and of the pooled numbers that training sets to zero.
        vectors: ready word vectors (V, D) to start from; copied.
    """

    def __init__(
        self,
        vocab_size: int,
        input_size: int,
        hidden_size: int,
        bidirectional: bool = True,
        pooling: Pooling = "final",
        dropout: float = 0.0,
        vectors: Float[Tensor, "V D"] | None = None,
    ) -> None:
        super().__init__()
        self.pool = POOLINGS["last" if pooling == "final" and not bidirectional else pooling]
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.rnn = StackedLSTM(input_size, hidden_size, bidirectional=bidirectional)
        self.dropout = nn.Dropout(dropout)
        self.output_size = self.rnn.output_size
        if vectors is not None:
            self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=False)

    def forward(self, tokens: Int64[Tensor, "B T"]) -> Float[Tensor, "B output_size"]:
        """One vector a sentence; `<pad>` on the right changes nothing."""
        keep = tokens != PAD
        hs, _ = self.rnn(self.dropout(self.embedding(tokens)), keep.sum(dim=1))
        return self.dropout(self.pool(hs, keep))


class BagEncoder(nn.Module):
    """The control in its place: the mean of the words' vectors, which knows no order.

    With the same features and the same head it does everything that a bag of words can do.
    """

    def __init__(
        self, vocab_size: int, input_size: int, vectors: Float[Tensor, "V D"] | None = None
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.output_size = input_size
        if vectors is not None:
            self.embedding = nn.Embedding.from_pretrained(vectors.clone(), freeze=False)

    def forward(self, tokens: Int64[Tensor, "B T"]) -> Float[Tensor, "B output_size"]:
        """One vector a sentence."""
        return POOLINGS["mean"](self.embedding(tokens), tokens != PAD)


Encoder = LSTMEncoder | BagEncoder


# --- heads -------------------------------------------------------------------------------------


class PairModel(nn.Module):
    """What the heads share: one encoder for all sentences, and a small network on the features.

    Args:
        encoder: from ids (B, T) to vectors (B, `output_size`).
        hidden_size: of the layer between the features and the outputs.
        outputs: how many numbers to make of a pair.
    """

    def __init__(self, encoder: Encoder, hidden_size: int, outputs: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.from_features = nn.Linear(4 * encoder.output_size, hidden_size)
        self.to_logits = nn.Linear(hidden_size, outputs)

    def encode(self, groups: Int64[Tensor, "B N T"]) -> Float[Tensor, "B N H"]:
        """Every sentence of every group, by the one encoder, in one call; columns of nothing but
        padding are left out."""
        groups = groups[..., : int((groups != PAD).sum(dim=-1).max())]
        return self.encoder(groups.flatten(0, 1)).unflatten(0, groups.shape[:2])

    def compare(
        self, u: Float[Tensor, "*B H"], v: Float[Tensor, "*B H"]
    ) -> Float[Tensor, "*B outputs"]:
        """From two encodings to the outputs."""
        return self.to_logits(self.from_features(pair_features(u, v)).relu())


class PairClassifier(PairModel):
    """Logits of a pair's C classes: entailment, neutral, contradiction; paraphrase or not."""

    def forward(self, pairs: Int64[Tensor, "B 2 T"]) -> Float[Tensor, "B C"]:
        """Logits."""
        u, v = self.encode(pairs).unbind(dim=1)
        return self.compare(u, v)


class PairScorer(PairModel):
    """How similar two sentences are, from 0 to 1; the same whichever comes first."""

    def __init__(self, encoder: Encoder, hidden_size: int) -> None:
        super().__init__(encoder, hidden_size, outputs=1)

    def forward(self, pairs: Int64[Tensor, "B 2 T"]) -> Float[Tensor, " B"]:
        """A score."""
        u, v = self.encode(pairs).unbind(dim=1)
        return (self.compare(u, v) + self.compare(v, u)).squeeze(-1).sigmoid()


class CandidateRanker(PairModel):
    """A score for each candidate answer; a softmax over a question's candidates is the loss."""

    def __init__(self, encoder: Encoder, hidden_size: int) -> None:
        super().__init__(encoder, hidden_size, outputs=1)

    def forward(self, groups: Int64[Tensor, "B N T"]) -> Float[Tensor, "B K"]:
        """Scores of the K = N - 1 candidates; the question comes first."""
        encoded = self.encode(groups)
        u, v = encoded[:, :1].expand(-1, encoded.shape[1] - 1, -1), encoded[:, 1:]
        return self.compare(u, v).squeeze(-1)
