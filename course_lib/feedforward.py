"""The feedforward language model: a fixed window of embeddings, one hidden layer, a softmax."""

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn


class FeedforwardLM(nn.Module):
    r"""Scores the next word from the `M - 1` words before it.

    $x = [e_{t-M+1}; \ldots; e_{t-1}]$, $h = \tanh(W_x x + b_h)$, logits $= W_y h + b_y$. On the
    slide $W_x$ is $W$ (its bias the column for $x_0 = 1$) and $W_y$ is $U$, there without a bias.

    Args:
        vocab_size: V.
        M: window size including the target word, so `M - 1` context words; at least 2.
        input_size: D, the length of one word's embedding.
        hidden_size: H.
        pretrained: word vectors (V, D) to start the embedding from; copied.
        freeze: keep the embedding as it starts.

    Raises:
        ValueError: if `M < 2`, or `pretrained` is not (V, D).

    Source: Bengio et al. (2003), section 2, JMLR 3, without its direct connections.
    """

    def __init__(
        self,
        vocab_size: int,
        M: int,
        input_size: int,
        hidden_size: int,
        pretrained: Float[Tensor, "V D"] | None = None,
        freeze: bool = False,
    ) -> None:
        super().__init__()
        if M < 2:
            raise ValueError(f"M counts the target word too, so it is at least 2; got M = {M}")
        self.M = M
        self.embedding = nn.Embedding(vocab_size, input_size)
        self.from_x = nn.Linear((M - 1) * input_size, hidden_size)
        self.to_logits = nn.Linear(hidden_size, vocab_size)
        # Small: a word's vector should come from its contexts, not from where it started.
        nn.init.normal_(self.embedding.weight, std=0.1)
        if pretrained is not None:
            _copy_vectors(self.embedding, pretrained)
        self.embedding.weight.requires_grad_(not freeze)

    def forward(self, contexts: Int64[Tensor, "B C"]) -> Float[Tensor, "B V"]:
        """Logits of the next word after each context of C = M - 1 word ids, oldest first."""
        x = self.embedding(contexts).flatten(start_dim=1)  # (B, (M - 1) * D)
        h = torch.tanh(self.from_x(x))
        return self.to_logits(h)


def column_blocks(model: FeedforwardLM) -> Float[Tensor, "C H D"]:
    """The part of `W_x` that each of the C = M - 1 window positions uses, oldest position first."""
    blocks = model.from_x.weight.unflatten(1, (model.M - 1, model.embedding.embedding_dim))
    return blocks.movedim(1, 0)


def _copy_vectors(embedding: nn.Embedding, vectors: Float[Tensor, "V D"]) -> None:
    if vectors.shape != embedding.weight.shape:
        raise ValueError(
            f"pretrained vectors are {tuple(vectors.shape)}, "
            f"the embedding is (V, D) = {tuple(embedding.weight.shape)}"
        )
    with torch.no_grad():
        embedding.weight.copy_(vectors)
