r"""Which words may be drawn, how probably, and the draw itself.

Each filter takes log-probabilities and returns log-probabilities that sum to 1 again; what it
rules out becomes $-\infty$. Among equals the lowest id counts as the more probable one, so that
the same distribution always gives the same result.
"""

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor


def temper(log_probs: Float[Tensor, "N V"], temperature: float) -> Float[Tensor, "N V"]:
    r"""$P^{1/\tau}$, normalised: below 1 sharper, above 1 flatter, order kept.

    Raises:
        ValueError: if the temperature is not above 0; its limit at 0 is `decode.greedy`.

    Source: Ackley, Hinton and Sejnowski (1985), section 2.
    """
    if not 0 < temperature < torch.inf:
        raise ValueError(f"temperature={temperature} must be above 0; for 0 use decode.greedy")
    return (log_probs / temperature).log_softmax(dim=-1)


def top_k(log_probs: Float[Tensor, "N V"], k: int) -> Float[Tensor, "N V"]:
    """Exactly the k most probable words, all of them where V is no more than k.

    Raises:
        ValueError: if k is below 1.

    Source: Fan et al. (2018), arXiv:1805.04833, section 5.1.
    """
    if k < 1:
        raise ValueError(f"k={k} keeps no word")
    keep = torch.zeros_like(log_probs, dtype=torch.bool)
    keep.scatter_(1, best(log_probs, k)[1], True)
    return _only(log_probs, keep)


def nucleus(log_probs: Float[Tensor, "N V"], p: float) -> Float[Tensor, "N V"]:
    """The fewest most probable words that have p of the probability together: the word with
    which they reach p is kept.

    Raises:
        ValueError: if p is not above 0 and at most 1.

    Source: Holtzman et al. (2020), arXiv:1904.09751, section 3.1.
    """
    if not 0 < p <= 1:
        raise ValueError(f"p={p} must be above 0 and at most 1")
    if p == 1:  # a sum of rounded numbers may reach 1 before the last word
        return log_probs.log_softmax(dim=-1)
    probs = log_probs.softmax(dim=-1, dtype=torch.float64)
    for k in (256, log_probs.shape[1]):  # mostly few words are needed, and sorting all is slow
        ids = best(log_probs, k)[1]
        ordered = probs.gather(1, ids)
        before = ordered.cumsum(dim=-1) - ordered
        if (before[:, -1] >= p).all():
            break
    keep = torch.zeros_like(log_probs, dtype=torch.bool)
    keep.scatter_(1, ids, before < p)
    return _only(log_probs, keep)


def truncate(
    log_probs: Float[Tensor, "N V"],
    temperature: float = 1.0,
    k: int | None = None,
    p: float | None = None,
) -> Float[Tensor, "N V"]:
    """`temper`, then `top_k`, then `nucleus`; None leaves a filter out."""
    if temperature != 1:
        log_probs = temper(log_probs, temperature)
    if k is not None:
        log_probs = top_k(log_probs, k)
    return log_probs if p is None else nucleus(log_probs, p)


def draw(log_probs: Float[Tensor, "N V"], luck: Float[Tensor, " N"]) -> Int64[Tensor, " N"]:
    """One word a row, with its probability, from a uniform random number a row.

    The words lie side by side on a line, each as long as its probability; `luck` in [0, 1) is a
    point on it. A row need not sum to 1, and a word without probability is never drawn.
    """
    ends = log_probs.softmax(dim=-1).cumsum(dim=-1, dtype=torch.float64)
    total = ends[:, -1]
    point = (luck * total).minimum(total.nextafter(torch.zeros_like(total)))
    return torch.searchsorted(ends, point[:, None], right=True)[:, 0]


def best(scores: Float[Tensor, "N V"], k: int) -> tuple[Float[Tensor, "N k"], Int64[Tensor, "N k"]]:
    """The k largest of each row and where they are, largest first; all of them if k exceeds V.

    Equal scores come in the order of their ids, which `torch.topk` does not promise.
    """
    if k >= scores.shape[1]:
        return scores.sort(dim=-1, descending=True, stable=True)
    values, ids = scores.topk(k + 1)
    tied = (values[:, k] == values[:, k - 1]) & (values[:, k] > -torch.inf)
    ids, order = ids[:, :k].sort(dim=-1)
    values, order = values.gather(1, order).sort(dim=-1, descending=True, stable=True)
    ids = ids.gather(1, order)
    if tied.any():
        ids[tied] = scores[tied].sort(dim=-1, descending=True, stable=True).indices[:, :k]
    return values, ids


def _only(log_probs: Float[Tensor, "N V"], keep: Bool[Tensor, "N V"]) -> Float[Tensor, "N V"]:
    return log_probs.masked_fill(~keep, -torch.inf).log_softmax(dim=-1)
