r"""Encoder and decoder: from a sentence to another sentence.

Without attention each word of the translation is made from one and the same vector of the source;
with it, from a context of its own. A source word of number `<pad>` is padding.
"""

from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from course_lib.attention import Kind, attend, score_of
from course_lib.decode import PerExample
from course_lib.language_model import SharedDropout
from course_lib.recurrent import StackedLSTM
from course_lib.text import PAD


class Encoded(NamedTuple):
    """What a decoder may look at: `states` (B, S, W) of the source words, `final` (B, W), in which
    both directions end, and `keep` (B, S), True at words."""

    states: Float[Tensor, "B S W"]
    final: Float[Tensor, "B W"]
    keep: Bool[Tensor, "B S"]


class Encoder(nn.Module):
    """Embedding and an LSTM that reads the source both ways: W = 2 `hidden_size`."""

    def __init__(
        self, vocab_size: int, input_size: int, hidden_size: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.rnn = StackedLSTM(input_size, hidden_size)
        self.dropout = SharedDropout(dropout)

    def forward(self, source: Int64[Tensor, "B S"]) -> Encoded:
        """States of all words, and the last ones; padding changes neither."""
        return self.read(self.embedding(source), source != PAD)

    def read(self, x: Float[Tensor, "B S D"], keep: Bool[Tensor, "B S"]) -> Encoded:
        """As `forward`, from the words' vectors: what a gradient can be asked for."""
        states, final = self.rnn(self.dropout(x), keep.sum(dim=1))
        return Encoded(self.dropout(states), self.dropout(final[:, None])[:, 0], keep)


class Translator(nn.Module):
    r"""Encoder, context, decoder.

    $h_t = \mathrm{LSTM}(E y_{t-1}, h_{t-1})$, $\tilde h_t = \tanh(W_c [\mathrm{context}_t; h_t])$,
    $P(y_t) = \mathrm{softmax}(W_y \tilde h_t + b_y)$. The encoder's final vector gives the first
    state. It is also the context of every step if there is no attention; with it, each step's
    context is the weighted sum of the encoder's states that the query $h_t$ asks for. With dot
    attention the model has exactly the weights that it has without.

    Args:
        source_size, target_size: of the vocabularies.
        input_size: D, the length of a word's embedding in either language.
        hidden_size: H of the decoder; each direction of the encoder has half of it.
        attention: the kind of score, or None.
        input_feeding: $\tilde h_{t-1}$ is a part of the input at t, so that a step knows what the
            one before attended to. Then steps cannot be computed at once in training.
        dropout: share of the numbers in embeddings, encoder states and $\tilde h$ that training
            sets to zero.

    Raises:
        ValueError: if H is odd, or there is no such attention.

    Source: Sutskever et al. (2014), arXiv:1409.3215; Cho et al. (2014), arXiv:1406.1078, whose
    decoder sees the encoder's vector at every step; Luong et al. (2015), arXiv:1508.04025, eq. 5
    and section 3.3 (input feeding).
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        input_size: int,
        hidden_size: int,
        attention: Kind | None = "dot",
        input_feeding: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        H = hidden_size
        if H % 2:
            raise ValueError(f"hidden_size={H} must be even: half of it for each direction")
        self.input_feeding = input_feeding
        self.encoder = Encoder(source_size, input_size, H // 2, dropout)
        self.embedding = nn.Embedding(target_size, input_size)
        self.to_h0, self.to_c0 = nn.Linear(H, H), nn.Linear(H, H)
        self.rnn = nn.LSTM(input_size + H * input_feeding, H, batch_first=True)
        self.score = None if attention is None else score_of(attention, H, H)
        self.combine = nn.Linear(2 * H, H)
        self.dropout = SharedDropout(dropout)
        self.to_logits = nn.Linear(H, target_size)
        for embedding in (self.encoder.embedding, self.embedding):
            nn.init.normal_(embedding.weight, std=0.1)

    def forward(
        self, source: Int64[Tensor, "B S"], tokens: Int64[Tensor, "B T"]
    ) -> Float[Tensor, "B T V"]:
        """Teacher forcing: the logits of each next word, given the gold words before it.

        Args:
            tokens: `<s> y1 … yn`, padded with `<pad>`; the logits at t are of the word after.
        """
        return self.teach(self.encoder(source), tokens)[0]

    def weights(
        self, source: Int64[Tensor, "B S"], tokens: Int64[Tensor, "B T"]
    ) -> Float[Tensor, "B T S"]:
        """Row t: the attention weights with which the word after `tokens[:, t]` is predicted.

        Raises:
            ValueError: if the model has no attention.
        """
        weights = self.teach(self.encoder(source), tokens)[1]
        if weights is None:
            raise ValueError("this model has no attention, so there are no weights")
        return weights

    def teach(
        self, encoded: Encoded, tokens: Int64[Tensor, "B T"]
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "B T S"] | None]:
        """The logits, and the weights if there is attention, from an encoded source."""
        x, (h, c) = self.dropout(self.embedding(tokens)), self.first_state(encoded)
        if not self.input_feeding:
            hs, _ = self.rnn(x, (h[None], c[None]))
            combined, weights = self.attend(hs, encoded)
            return self.to_logits(self.dropout(combined)), weights
        fed, each = torch.zeros_like(h), []
        for x_t in x.unbind(dim=1):
            h, c = self._cell(torch.cat([x_t, fed], dim=-1), (h, c))
            combined, weights = self.attend(h[:, None], encoded)
            fed = combined[:, 0]
            each.append((combined, weights))
        combined = torch.cat([combined for combined, _ in each], dim=1)
        rows = [weights for _, weights in each if weights is not None]
        return self.to_logits(self.dropout(combined)), torch.cat(rows, dim=1) if rows else None

    def first_state(self, encoded: Encoded) -> tuple[Float[Tensor, "B H"], Float[Tensor, "B H"]]:
        """The decoder's h and c before the first word."""
        return self.to_h0(encoded.final).tanh(), self.to_c0(encoded.final)

    def attend(
        self, hs: Float[Tensor, "B T H"], encoded: Encoded
    ) -> tuple[Float[Tensor, "B T H"], Float[Tensor, "B T S"] | None]:
        r"""$\tilde h$ of each step, and the weights of its context if there is attention."""
        if self.score is None:
            context, weights = encoded.final[:, None].expand_as(hs), None
        else:
            scores = self.score(hs, encoded.states)
            context, weights = attend(scores, encoded.states, encoded.keep)
        return self.combine(torch.cat([context, hs], dim=-1)).tanh(), weights

    # --- one word at a time: what `decode` and `beam` need ------------------------------------

    def start(self, source: Int64[Tensor, "B S"]) -> dict[str, Any]:
        """The state before the first word, for `step`."""
        encoded = self.encoder(source)
        h, c = self.first_state(encoded)
        return {"h": h, "c": c, "fed": torch.zeros_like(h), "encoded": PerExample(encoded)}

    def step(
        self, last: Int64[Tensor, " N"], state: dict[str, Any]
    ) -> tuple[Float[Tensor, "N V"], dict[str, Any]]:
        """A `decode.Step`: the log-probabilities of the words after `last`."""
        encoded: Encoded = state["encoded"].value
        x = self.embedding(last)
        if self.input_feeding:
            x = torch.cat([x, state["fed"]], dim=-1)
        h, c = self._cell(x, (state["h"], state["c"]))
        hs = h.view(len(encoded.final), -1, h.shape[1])  # the hypotheses of each example
        combined = self.attend(hs, encoded)[0].view_as(h)
        log_probs = self.to_logits(combined).log_softmax(dim=-1)
        return log_probs, {"h": h, "c": c, "fed": combined, "encoded": state["encoded"]}

    def _cell(self, x: Float[Tensor, "N D"], state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """One step of `rnn`, by PyTorch's one-step function, which has less to prepare."""
        rnn = self.rnn
        weights: tuple[Any, ...] = (
            rnn.weight_ih_l0,
            rnn.weight_hh_l0,
            rnn.bias_ih_l0,
            rnn.bias_hh_l0,
        )
        return torch.lstm_cell(x, state, *weights)
