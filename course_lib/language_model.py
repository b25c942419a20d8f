"""What every neural language model is asked: how surprised is it, and what comes next?"""

from collections.abc import Iterable, Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.metrics import total_nats
from course_lib.text import BOS


def evaluate(model: nn.Module, batches: Iterable[tuple[Tensor, Tensor]]) -> tuple[float, int]:
    """Nats summed over all real targets, and their number, with dropout off; then
    `metrics.perplexity(nats, tokens)` once. The model is left in the mode it was in."""
    was_training = model.training
    model.eval()
    nats, tokens = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            batch_nats, batch_tokens = total_nats(model(inputs), targets)
            nats, tokens = nats + batch_nats, tokens + batch_tokens
    model.train(was_training)
    return nats, tokens


def last_window(ids: Sequence[int], M: int) -> Int64[Tensor, "1 C"]:
    """The C = M - 1 words that a window model sees after `ids`, filled from the left with <s>."""
    return torch.tensor([([BOS] * (M - 1) + list(ids))[len(ids) :]])


def next_word(model: nn.Module, contexts: Int64[Tensor, "B C"]) -> Float[Tensor, "B V"]:
    """The distribution over the next word after each window, in evaluation mode, without graph."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        distribution = model(contexts).softmax(dim=-1)
    model.train(was_training)
    return distribution
