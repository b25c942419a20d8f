"""The recurrent language model, and what every neural one is asked: how surprised, what next?"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.batching import buckets, shifted, windows
from course_lib.cells import State
from course_lib.metrics import IGNORE, total_nats
from course_lib.softmax import FullSoftmax, Head
from course_lib.text import BOS

Kind = Literal["Elman", "GRU", "LSTM"]
LAYERS = {"Elman": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


class RecurrentLM(nn.Module):
    r"""A distribution over the next word from all words before it.

    $x_t = E\,w_t$, $h_t = \mathrm{cell}(x_t, h_{t-1})$, $P(w_{t+1}) = \mathrm{softmax}(W_y h_t +
    b_y)$; the cell is PyTorch's fused layer.

    Args:
        vocab_size: V.
        input_size: D, the length of one word's embedding.
        hidden_size: H.
        kind: of cell.
        dropout: share of the numbers in x and h that training sets to zero.
        head: from h to words; `FullSoftmax` if None. To share the embedding, assign
            `model.head = TiedSoftmax(hidden_size, model.embedding)`.

    Source: Mikolov et al. (2010), Recurrent neural network based language model.
    """

    def __init__(
        self,
        vocab_size: int,
        input_size: int,
        hidden_size: int,
        kind: Kind = "LSTM",
        dropout: float = 0.0,
        head: Head | None = None,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.rnn = LAYERS[kind](input_size, hidden_size, batch_first=True)
        self.dropout = SharedDropout(dropout)
        self.head = FullSoftmax(hidden_size, vocab_size) if head is None else head
        nn.init.normal_(self.embedding.weight, std=0.1)

    def forward(
        self, tokens: Int64[Tensor, "B T"], state: State | None = None
    ) -> tuple[Float[Tensor, "B T H"], State]:
        """Hidden states, which `head` turns into nats or log-probabilities, and the last state.

        Args:
            state: what the call before returned, to continue its text; None to start anew.
        """
        hs, state = self.rnn(self.dropout(self.embedding(tokens)), state)
        return self.dropout(hs), state


class SharedDropout(nn.Module):
    """Dropout that drops the same features of a sequence at all its steps.

    Source: Gal and Ghahramani (2016), arXiv:1512.05287.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"dropout p={p} must be at least 0 and below 1")
        self.p = p

    def forward(self, x: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """x, in training with features set to 0 and the others scaled by 1 / (1 - p)."""
        if not self.training or self.p == 0:
            return x
        B, _, D = x.shape
        return x * (x.new_empty(B, 1, D).bernoulli_(1 - self.p) / (1 - self.p))


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Without dropout and graph; afterwards each module is in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training


def evaluate_streams(
    model: RecurrentLM, batches: Iterable[tuple[Tensor, Tensor]]
) -> tuple[float, int]:
    """Nats summed over all targets, and their number, the state carried from batch to batch.

    A sentence may use what the sentences before it said, so this is not comparable with a model
    that scores each sentence alone.
    """
    nats, tokens, state = 0.0, 0, None
    with evaluating(model):
        for inputs, targets in batches:
            hs, state = model(inputs, state)
            nats += model.head.nats(hs, targets).double().sum().item()
            tokens += int((targets != IGNORE).sum())
    return nats, tokens


def surprisals(
    model: RecurrentLM,
    sentences: Sequence[Sequence[int]],
    start: int = BOS,
    batch_size: int = 64,
) -> Float[np.ndarray, " tokens"]:
    """Nats of each word and each `</s>`, in order, every sentence from the zero state.

    These are the tokens, and the order, of `NgramLM.surprisals`.

    Args:
        sentences: word ids, without `<s>` and `</s>`.
        start: the first input: `</s>` for a model that was trained on one stream of text.
    """
    nats: list[np.ndarray] = [np.empty(0)] * len(sentences)
    for rows in buckets([len(sentence) for sentence in sentences], batch_size):
        tokens, targets = shifted([sentences[row] for row in rows], start)
        tokens, targets = (t.to(model.embedding.weight.device) for t in (tokens, targets))
        with evaluating(model):
            scored = model.head.nats(model(tokens)[0], targets).double().cpu().numpy()
        for row, sentence_nats in zip(rows, scored, strict=True):
            nats[row] = sentence_nats[: len(sentences[row]) + 1]
    return np.concatenate([np.empty(0), *nats])


def window_surprisals(
    model: nn.Module, sentences: Sequence[Sequence[int]], M: int, batch_size: int = 1024
) -> Float[np.ndarray, " tokens"]:
    """As `surprisals`, of a model that sees the M - 1 words before each target."""
    device = next(model.parameters()).device
    contexts, targets = (part.to(device).split(batch_size) for part in windows(sentences, M))
    with evaluating(model):
        nats = [
            F.cross_entropy(model(seen), word, reduction="none").double().cpu().numpy()
            for seen, word in zip(contexts, targets, strict=True)
        ]
    return np.concatenate(nats)


def by_sentence(
    nats: Float[np.ndarray, " tokens"], sentences: Sequence[Sequence[object]]
) -> Float[np.ndarray, "N 2"]:
    """A row (nats, tokens) for each sentence, for a bootstrap over sentences.

    Raises:
        ValueError: if there is not one surprisal for each word and each `</s>`.
    """
    tokens = np.array([len(sentence) + 1 for sentence in sentences], dtype=np.int64)
    if len(nats) != tokens.sum():
        raise ValueError(f"{len(nats)} surprisals for {tokens.sum()} words and `</s>`")
    starts = np.cumsum(tokens) - tokens
    return np.stack([np.add.reduceat(nats, starts), tokens.astype(float)], axis=1)


def evaluate(model: nn.Module, batches: Iterable[tuple[Tensor, Tensor]]) -> tuple[float, int]:
    """Nats summed over all real targets, and their number, with dropout off; then
    `metrics.perplexity(nats, tokens)` once. The model is left in the mode it was in."""
    nats, tokens = 0.0, 0
    with evaluating(model):
        for inputs, targets in batches:
            batch_nats, batch_tokens = total_nats(model(inputs), targets)
            nats, tokens = nats + batch_nats, tokens + batch_tokens
    return nats, tokens


def last_window(ids: Sequence[int], M: int) -> Int64[Tensor, "1 C"]:
    """The C = M - 1 words that a window model sees after `ids`, filled from the left with <s>."""
    return torch.tensor([([BOS] * (M - 1) + list(ids))[len(ids) :]])


def next_word(model: nn.Module, contexts: Int64[Tensor, "B C"]) -> Float[Tensor, "B V"]:
    """The distribution over the next word after each window, in evaluation mode, without graph."""
    with evaluating(model):
        return model(contexts).softmax(dim=-1)
