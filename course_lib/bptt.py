r"""Backpropagation through time by hand, for a batch of sequences, without autograd.

The unrolled network is one big graph in which every step uses the same weights. So one sweep
back through time is enough, and at each step three things happen:

1. the state's gradient is the sum of two paths, this step's own loss and the next step's state;
2. the cell's equations are differentiated, last one first;
3. the step's share of every weight's gradient is **added** to what the later steps gave.

Losses enter as `d_hs`, the gradient of the loss with respect to every hidden state: rows of zeros
where a step has no loss. `output_backward` makes it from a language model's softmax.

Source: Werbos (1990), Backpropagation through time; Hochreiter and Schmidhuber (1997), with the
forget gate of Gers et al. (2000).
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from course_lib.cells import ElmanCell, LSTMCell

Hidden = Float[Tensor, "B H"]
States = Float[Tensor, "B T H"]


class Weights(NamedTuple):
    """A cell's weights, or their gradients. G is H for Elman, 4H for an LSTM: i, f, g, o."""

    W_x: Float[Tensor, "G D"]
    W_h: Float[Tensor, "G H"]
    b: Float[Tensor, " G"]


class LSTMTrace(NamedTuple):
    """What the way forward keeps for the way back, for all steps."""

    hs: States
    cs: States
    gates: Float[Tensor, "B T G"]
    """i, f, g, o after their sigmoid or tanh; G = 4H."""


def weights_of(cell: ElmanCell | LSTMCell) -> Weights:
    """A cell's weights, detached: views, not copies."""
    return Weights(
        cell.from_x.weight.detach(), cell.from_h.weight.detach(), cell.from_x.bias.detach()
    )


def elman_forward(weights: Weights, x: Float[Tensor, "B T D"], h0: Hidden) -> States:
    r"""All hidden states, $h_t = \tanh(W_x x_t + W_h h_{t-1} + b)$."""
    W_x, W_h, b = weights
    hs, h = [], h0
    for x_t in x.unbind(dim=1):
        h = torch.tanh(x_t @ W_x.T + h @ W_h.T + b)
        hs.append(h)
    return torch.stack(hs, dim=1)


def elman_bptt(
    weights: Weights, x: Float[Tensor, "B T D"], h0: Hidden, hs: States, d_hs: States
) -> tuple[Weights, Float[Tensor, "B T D"], Hidden]:
    """Gradients of a loss on an Elman network's states.

    Args:
        weights: of the cell.
        x: embedded inputs.
        h0: initial state.
        hs: what `elman_forward` returned.
        d_hs: gradient of the loss with respect to each state, as the step's own loss gives it.

    Returns:
        Gradients of the weights, of x, and of h0.
    """
    d_weights = Weights(*map(torch.zeros_like, weights))
    d_x, d_h_next = torch.zeros_like(x), torch.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        h_prev = hs[:, t - 1] if t > 0 else h0
        d_h = d_hs[:, t] + d_h_next  # two paths: the loss of step t, and state t + 1
        d_a = d_h * (1 - hs[:, t] ** 2)  # through tanh, whose slope its output tells
        d_x[:, t], d_h_next = _through_weights(weights, d_weights, d_a, x[:, t], h_prev)
    return d_weights, d_x, d_h_next


def lstm_forward(weights: Weights, x: Float[Tensor, "B T D"], h0: Hidden, c0: Hidden) -> LSTMTrace:
    r"""All states and gates: $c_t = f c_{t-1} + i g$ and $h_t = o \tanh(c_t)$."""
    W_x, W_h, b = weights
    steps, h, c = [], h0, c0
    for x_t in x.unbind(dim=1):
        i, f, g, o = (x_t @ W_x.T + h @ W_h.T + b).chunk(4, dim=-1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        steps.append((h, c, torch.cat([i, f, g, o], dim=-1)))
    return LSTMTrace(*(torch.stack(kept, dim=1) for kept in zip(*steps, strict=True)))


def lstm_bptt(
    weights: Weights,
    x: Float[Tensor, "B T D"],
    h0: Hidden,
    c0: Hidden,
    trace: LSTMTrace,
    d_hs: States,
) -> tuple[Weights, Float[Tensor, "B T D"], Hidden, Hidden]:
    """Gradients of a loss on an LSTM's hidden states.

    Args:
        weights: of the cell.
        x: embedded inputs.
        h0: initial hidden state.
        c0: initial cell.
        trace: what `lstm_forward` returned.
        d_hs: gradient of the loss with respect to each h, as the step's own loss gives it.

    Returns:
        Gradients of the weights, of x, of h0, and of c0.
    """
    d_weights = Weights(*map(torch.zeros_like, weights))
    d_x, d_h_next, d_c_next = torch.zeros_like(x), torch.zeros_like(h0), torch.zeros_like(c0)
    for t in reversed(range(x.shape[1])):
        h_prev, c_prev = (trace.hs[:, t - 1], trace.cs[:, t - 1]) if t > 0 else (h0, c0)
        i, f, g, o = trace.gates[:, t].chunk(4, dim=-1)
        tanh_c = trace.cs[:, t].tanh()
        d_h = d_hs[:, t] + d_h_next
        d_c = d_h * o * (1 - tanh_c**2) + d_c_next  # two paths: through h, and cell t + 1
        d_i, d_f, d_g, d_o = d_c * g, d_c * c_prev, d_c * i, d_h * tanh_c
        d_a = torch.cat(
            [d_i * i * (1 - i), d_f * f * (1 - f), d_g * (1 - g**2), d_o * o * (1 - o)], dim=-1
        )
        d_x[:, t], d_h_next = _through_weights(weights, d_weights, d_a, x[:, t], h_prev)
        d_c_next = d_c * f
    return d_weights, d_x, d_h_next, d_c_next


def _through_weights(
    weights: Weights,
    d_weights: Weights,
    d_a: Float[Tensor, "B G"],
    x: Float[Tensor, "B D"],
    h_prev: Hidden,
) -> tuple[Float[Tensor, "B D"], Hidden]:
    """Back through a = W_x x + W_h h_prev + b: adds to `d_weights`, returns d_x and d_h_prev."""
    d_weights.W_x.add_(d_a.T @ x)
    d_weights.W_h.add_(d_a.T @ h_prev)
    d_weights.b.add_(d_a.sum(dim=0))
    return d_a @ weights.W_x, d_a @ weights.W_h


def output_backward(
    hs: States, W_y: Float[Tensor, "V H"], b_y: Float[Tensor, " V"], targets: Int64[Tensor, "B T"]
) -> tuple[float, States, Float[Tensor, "V H"], Float[Tensor, " V"]]:
    r"""Cross-entropy of `softmax(W_y h + b_y)`, and its gradients.

    The gradient of one step's logits is $(\hat y - y) / n$: the predicted distribution, less 1 at
    the true word. n is the number of real targets; those of -100 are padding and give zeros.

    Returns:
        The loss in nats per real token, and the gradients of hs, of W_y and of b_y.

    Raises:
        ValueError: if every target is padding.
    """
    keep = targets >= 0
    n = int(keep.sum())
    if n == 0:
        raise ValueError("the mean over no tokens: every target is padding")
    real, words = hs[keep], targets[keep]  # (n, H) and (n,)
    log_probs = (real @ W_y.T + b_y).log_softmax(dim=-1)
    rows = torch.arange(n, device=hs.device)
    loss = -log_probs[rows, words].sum().item() / n

    d_logits = log_probs.exp()
    d_logits[rows, words] -= 1
    d_logits /= n
    d_hs = torch.zeros_like(hs)
    d_hs[keep] = d_logits @ W_y
    return loss, d_hs, d_logits.T @ real, d_logits.sum(dim=0)
