r"""Text from a model, one word at a time, many texts at once: greedy and sampled.

A model is seen through a `Step`: the last words of N texts and a state in, the log-probabilities
of their next words and the new state out. So an n-gram model, a recurrent one and a translator
are decoded by the same code. A state is a tensor, or tuples, lists and dicts of tensors, with N
rows; None stands for the beginning. Texts that have ended leave the batch, so that nothing is
computed for them; no text depends on what else is in its batch. `beam` has the search.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.utils._pytree import tree_map

from course_lib.sampling import draw, truncate
from course_lib.text import EOS

Step = Callable[[Int64[Tensor, " N"], Any], tuple[Float[Tensor, "N V"], Any]]
Choose = Callable[[Float[Tensor, "N V"], Int64[Tensor, " N"], int], Int64[Tensor, " N"]]


@dataclass(frozen=True)
class PerExample:
    """A part of a state that all hypotheses of an example share, such as encoder states.

    Its rows are examples. In a beam search N is a multiple of their number, hypotheses of one
    example side by side: queries (N, H) as (B, N / B, H) attend to keys (B, S, H).
    """

    value: Any


@dataclass(frozen=True)
class Hypothesis:
    """A text: `ids` without `</s>`, `log_prob` of them (and of `</s>`) under the model, and
    whether `</s>` came before the limit."""

    ids: list[int]
    log_prob: float
    ended: bool

    def score(self, alpha: float = 0.0) -> float:
        r"""$\log P / n^\alpha$ for n tokens, `</s>` included; the mean at `alpha` 1."""
        return self.log_prob / max(1, len(self.ids) + self.ended) ** alpha


def select(state: Any, rows: Tensor, examples: Tensor | None = None) -> Any:
    """The rows of a state at an index or a mask; `PerExample` parts are picked by `examples`,
    where they have rows of their own."""

    def pick(part: Any) -> Any:
        if isinstance(part, PerExample):
            return PerExample(select(part.value, rows if examples is None else examples))
        return part[rows] if isinstance(part, Tensor) else part

    return tree_map(pick, state)


def greedy(
    step: Step, last: Int64[Tensor, " N"], state: Any = None, max_tokens: int = 100
) -> list[Hypothesis]:
    """Always the most probable word, until `</s>` or `max_tokens`; of equals the lowest id."""
    return _write(step, last, state, max_tokens, lambda log_probs, *_: log_probs.argmax(dim=-1))


def sample(
    step: Step,
    last: Int64[Tensor, " N"],
    state: Any = None,
    *,
    generator: torch.Generator,
    temperature: float = 1.0,
    k: int | None = None,
    p: float | None = None,
    max_tokens: int = 100,
) -> list[Hypothesis]:
    """Each word drawn from `sampling.truncate(...)`, until `</s>` or `max_tokens`: ancestral
    sampling.

    The random numbers are drawn in advance, a row of them a text: what a text becomes does not
    depend on when the others end.

    Returns:
        Texts with their log-probability under the model as it is, not as it was truncated.
    """
    luck = torch.rand(len(last), max_tokens, dtype=torch.float64, generator=generator)
    luck = luck.to(last.device)

    def choose(log_probs: Tensor, rows: Tensor, t: int) -> Tensor:
        return draw(truncate(log_probs, temperature, k, p), luck[rows, t])

    return _write(step, last, state, max_tokens, choose)


@torch.no_grad()
def _write(step: Step, last: Tensor, state: Any, max_tokens: int, choose: Choose) -> list:
    """The loop of `greedy` and `sample`."""
    N = len(last)
    rows = torch.arange(N, device=last.device)  # texts that are still being written
    tokens = last.new_full((N, max_tokens), EOS)
    log_prob = torch.zeros(N, device=last.device)
    for t in range(max_tokens):
        log_probs, state = step(last, state)
        last = choose(log_probs, rows, t)
        tokens[rows, t] = last
        log_prob = log_prob.to(log_probs.dtype)
        log_prob[rows] += log_probs.gather(1, last[:, None])[:, 0]
        going = last != EOS
        if not going.all():
            rows, last, state = rows[going], last[going], select(state, going)
        if not len(rows):
            break
    lengths = (tokens != EOS).sum(dim=1).tolist()
    return [
        Hypothesis(ids[:n], nats, n < max_tokens)
        for ids, nats, n in zip(tokens.tolist(), log_prob.tolist(), lengths, strict=True)
    ]
