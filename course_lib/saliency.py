"""Where a classifier looks: which words make its pooled vector, its gradient, its answer."""

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from course_lib.classify import POOLINGS, Pooling
from course_lib.text import UNK


@runtime_checkable
class Classifier(Protocol):
    """What is asked of a model: logits from word ids, and from the words' vectors."""

    embedding: nn.Embedding

    def __call__(
        self, tokens: Int64[Tensor, "B T"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]: ...

    def classify(
        self, x: Float[Tensor, "B T D"], keep: Bool[Tensor, "B T"]
    ) -> Float[Tensor, "B C"]: ...


def pooling_shares(
    hs: Float[Tensor, "B T H"], keep: Bool[Tensor, "B T"], pooling: Pooling
) -> Float[Tensor, "B T"]:
    """Which share of the pooled vector's numbers each word's state gives; rows sum to 1.

    Under max, equal largest entries share their dimension.
    """
    leaf = hs.detach().requires_grad_()
    with torch.enable_grad():
        (grad,) = torch.autograd.grad(POOLINGS[pooling](leaf, keep).sum(), leaf)
    return grad.sum(dim=2) / hs.shape[2]


def log_odds(logits: Float[Tensor, "B C"], labels: Int64[Tensor, " B"]) -> Float[Tensor, " B"]:
    r"""$\ln \frac{p_y}{1 - p_y}$ of each sentence's class y under the softmax, in nats.

    With two classes it is the difference of their logits. Unlike $p_y$ it does not saturate.
    """
    wrong = logits.scatter(1, labels[:, None], -torch.inf)
    return logits.gather(1, labels[:, None])[:, 0] - wrong.logsumexp(dim=1)


def input_gradients(
    model: Classifier,
    tokens: Int64[Tensor, "B T"],
    keep: Bool[Tensor, "B T"],
    labels: Int64[Tensor, " B"],
) -> tuple[Float[Tensor, "B T D"], Float[Tensor, "B T D"]]:
    """The words' vectors x, and the gradient of each sentence's `log_odds` with respect to them.

    Works under `no_grad` and with a frozen embedding; dropout is the caller's to switch off.
    """
    x = model.embedding(tokens).detach().requires_grad_()
    with torch.enable_grad():
        score = log_odds(model.classify(x, keep), labels)
        (grad,) = torch.autograd.grad(score.sum(), x)  # sentences do not meet: each its own
    return x.detach(), grad


def gradient_norms(
    model: Classifier,
    tokens: Int64[Tensor, "B T"],
    keep: Bool[Tensor, "B T"],
    labels: Int64[Tensor, " B"],
) -> Float[Tensor, "B T"]:
    """How strongly the answer feels a small change of each word; 0 at padding.

    Source: Simonyan, Vedaldi and Zisserman (2014), arXiv:1312.6034, section 3; for text Li et al.
    (2016), arXiv:1506.01066, section 5.
    """
    return input_gradients(model, tokens, keep, labels)[1].norm(dim=2)


def gradient_times_input(
    model: Classifier,
    tokens: Int64[Tensor, "B T"],
    keep: Bool[Tensor, "B T"],
    labels: Int64[Tensor, " B"],
) -> Float[Tensor, "B T"]:
    """For (+) or against (-) the class: what each word's vector adds, to first order, in nats.

    Exact where the model is linear in x.

    Source: Shrikumar, Greenside and Kundaje (2017), arXiv:1704.02685, section 2.
    """
    x, grad = input_gradients(model, tokens, keep, labels)
    return (x * grad).sum(dim=2)


def erasure(
    model: Classifier,
    tokens: Int64[Tensor, "B T"],
    keep: Bool[Tensor, "B T"],
    labels: Int64[Tensor, " B"],
    stand_in: int = UNK,
) -> Float[Tensor, "B T"]:
    """By how many nats the `log_odds` fall when a word is replaced by `stand_in`; 0 at padding.

    No approximation, and one pass for each word.

    Source: Li, Monroe and Jurafsky (2016), arXiv:1612.08220.
    """
    with torch.no_grad():
        before = log_odds(model(tokens, keep), labels)
        drops = torch.zeros(tokens.shape, dtype=before.dtype, device=tokens.device)
        for t in range(tokens.shape[1]):
            without = tokens.clone()
            without[:, t] = stand_in
            drops[:, t] = before - log_odds(model(without, keep), labels)
    return drops.masked_fill(~keep, 0)
