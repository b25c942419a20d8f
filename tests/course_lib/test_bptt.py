"""Backpropagation through time by hand, against autograd through PyTorch's own layers."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_lib import bptt
from course_lib.cells import ElmanCell, LSTMCell

B, T, D, H, V = 3, 6, 5, 4, 7
GATES = {"Elman": 1, "LSTM": 4}
Names = tuple[str, ...]


def drawn(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def weights(kind: str) -> bptt.Weights:
    G = GATES[kind] * H
    return bptt.Weights(drawn(G, D), drawn(G, H, seed=1), drawn(G, seed=2))


def layer(kind: str, w: bptt.Weights) -> nn.Module:
    """PyTorch's layer with these weights; its second bias is zero."""
    made = {"Elman": nn.RNN, "LSTM": nn.LSTM}[kind](D, H, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        made.weight_ih_l0.copy_(w.W_x)
        made.weight_hh_l0.copy_(w.W_h)
        made.bias_ih_l0.copy_(w.b)
        made.bias_hh_l0.zero_()
    return made


def by_autograd(
    kind: str, w: bptt.Weights, x: Tensor, state: list[Tensor], d_hs: Tensor
) -> list[Tensor]:
    """hs, then gradients of W_x, W_h, b, x and the states, of the loss sum(hs * d_hs)."""
    made = layer(kind, w)
    leaves = [t.clone().requires_grad_() for t in (x, *state)]
    first = leaves[1][None] if kind == "Elman" else tuple(s[None] for s in leaves[1:])
    hs, _ = made(leaves[0], first)
    inputs = [made.weight_ih_l0, made.weight_hh_l0, made.bias_ih_l0, *leaves]
    return [hs.detach(), *torch.autograd.grad((hs * d_hs).sum(), inputs)]


def by_hand(
    kind: str, w: bptt.Weights, x: Tensor, state: list[Tensor], d_hs: Tensor
) -> list[Tensor]:
    if kind == "Elman":
        hs = bptt.elman_forward(w, x, *state)
        d_weights, *others = bptt.elman_bptt(w, x, *state, hs, d_hs)
    else:
        trace = bptt.lstm_forward(w, x, *state)
        hs = trace.hs
        d_weights, *others = bptt.lstm_bptt(w, x, *state, trace, d_hs)
    return [hs, *d_weights, *others]


@pytest.fixture(params=GATES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def states(kind: str) -> list[Tensor]:
    return [drawn(B, H, seed=3 + k) for k in range(2 if kind == "LSTM" else 1)]


@pytest.mark.parametrize("losses", ["at every step", "at the last", "at one in the middle"])
@pytest.mark.parametrize("steps", [1, 2, T])
def test_all_gradients_equal_autograds(kind: str, losses: str, steps: int) -> None:
    d_hs = drawn(B, steps, H, seed=9)
    if losses == "at the last":
        d_hs[:, :-1] = 0
    elif losses == "at one in the middle":
        d_hs[:, torch.arange(steps) != steps // 2] = 0
    given = (kind, weights(kind), drawn(B, steps, D), states(kind), d_hs)
    for mine, expected in zip(by_hand(*given), by_autograd(*given), strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-9, atol=1e-11)


def test_saturated_gates_and_large_weights(kind: str) -> None:
    w = bptt.Weights(*(8 * one for one in weights(kind)))
    given = (kind, w, 5 * drawn(B, T, D), [9 * s for s in states(kind)], drawn(B, T, H))
    for mine, expected in zip(by_hand(*given), by_autograd(*given), strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-7, atol=1e-9)


def test_nothing_given_is_changed_and_no_graph_is_built(kind: str) -> None:
    w = bptt.Weights(*(one.requires_grad_() for one in weights(kind)))
    detached = bptt.Weights(*(one.detach() for one in w))
    given = [*detached, drawn(B, T, D), *states(kind), drawn(B, T, H)]
    before = [one.clone() for one in given]
    found = by_hand(kind, detached, given[3], list(given[4:-1]), given[-1])
    again = by_hand(kind, detached, given[3], list(given[4:-1]), given[-1])
    assert all(map(torch.equal, given, before))
    assert all(map(torch.equal, found, again))
    assert not any(one.requires_grad for one in found)


def test_the_weights_of_a_cell_are_views_of_it(kind: str) -> None:
    cell = {"Elman": ElmanCell, "LSTM": LSTMCell}[kind](D, H)
    w, G = bptt.weights_of(cell), GATES[kind] * H
    assert [tuple(one.shape) for one in w] == [(G, D), (G, H), (G,)]
    assert w.W_h.data_ptr() == cell.from_h.weight.data_ptr()
    assert not any(one.requires_grad for one in w)


@pytest.mark.parametrize("scale", [1, 1e4])
def test_the_softmax_and_its_gradients_equal_autograds(scale: float) -> None:
    targets = torch.randint(V, (B, T), generator=torch.Generator().manual_seed(1))
    targets[0, 3:] = -100
    targets[2, 5:] = -100
    hs, W_y, b_y = scale * drawn(B, T, H), drawn(V, H), drawn(V)
    leaves = [t.clone().requires_grad_() for t in (hs, W_y, b_y)]
    loss = F.cross_entropy((leaves[0] @ leaves[1].T + leaves[2]).flatten(0, 1), targets.flatten())
    expected = torch.autograd.grad(loss, leaves)
    mine, *gradients = bptt.output_backward(hs, W_y, b_y, targets)
    assert mine == pytest.approx(loss.item())
    for found, wanted in zip(gradients, expected, strict=True):
        torch.testing.assert_close(found, wanted)


def test_a_loss_over_padding_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="padding"):
        bptt.output_backward(drawn(B, T, H), drawn(V, H), drawn(V), torch.full((B, T), -100))
