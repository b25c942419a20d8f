"""Each cell against torch.nn, or against its equations written unit by unit; gradients too."""

import copy
import math

import pytest
import torch
from torch import nn

from course_lib.cells import (
    ElmanCell,
    ElmanTransducer,
    GatedElmanCell,
    GRUCell,
    LSTMCell,
    hidden,
    initial_state,
)

B, D, H, O = 2, 3, 5, 4  # noqa: E741 - the size of Elman's output
Vector = list[float]


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def randomised(module: nn.Module, seed: int = 1) -> nn.Module:
    """Every weight and bias of a size that counts, in double precision."""
    module.double()
    with torch.no_grad():
        for k, weight in enumerate(module.parameters()):
            weight.copy_(drawn(*weight.shape, seed=100 * seed + k))
    return module


def sigmoid(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def times(W: list[Vector], v: Vector) -> Vector:
    return [sum(w * x for w, x in zip(row, v, strict=True)) for row in W]


def tensors(state: torch.Tensor | tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    return list(state) if isinstance(state, tuple) else [state]


def check_gradients(cell: nn.Module, x: torch.Tensor, *state: torch.Tensor) -> None:
    """Autograd against finite differences, for the input, the state and every weight."""
    names = [name for name, _ in cell.named_parameters()]

    def step(x: torch.Tensor, *rest: torch.Tensor) -> tuple[torch.Tensor, ...]:
        old, weights = rest[: len(state)], rest[len(state) :]
        arguments = (x, old if len(state) > 1 else old[0])
        new = torch.func.functional_call(cell, dict(zip(names, weights, strict=True)), arguments)
        return tuple(tensors(new))

    leaves = [t.detach().clone().requires_grad_() for t in (x, *state, *cell.parameters())]
    assert torch.autograd.gradcheck(step, leaves)


def compare_with_torch(
    ours: nn.Module, theirs: nn.Module, x: torch.Tensor, *state: torch.Tensor
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Gradients by x and state of a random weighting of the outputs, after equal values."""
    grads = []
    results = []
    for cell in (ours, theirs):
        leaves = [t.clone().requires_grad_() for t in (x, *state)]
        new = tensors(cell(leaves[0], tuple(leaves[1:]) if len(state) > 1 else leaves[1]))
        sum((drawn(*t.shape, seed=9 + k) * t).sum() for k, t in enumerate(new)).backward()
        results.append(new)
        grads.append([leaf.grad for leaf in leaves])
    torch.testing.assert_close(results[0], results[1])
    torch.testing.assert_close(grads[0], grads[1])
    return [p.grad for p in ours.parameters()], [p.grad for p in theirs.parameters()]


def load(cell: nn.Module, W_x: torch.Tensor, W_h: torch.Tensor, b: torch.Tensor) -> nn.Module:
    cell.double()
    with torch.no_grad():
        for weight, value in zip(
            (cell.from_x.weight, cell.from_h.weight, cell.from_x.bias), (W_x, W_h, b), strict=True
        ):
            weight.copy_(value)
    return cell


@pytest.mark.parametrize(
    ("ours", "theirs", "states"), [(ElmanCell, nn.RNNCell, 1), (LSTMCell, nn.LSTMCell, 2)]
)
def test_elman_and_lstm_are_torchs(ours: type, theirs: type, states: int) -> None:
    oracle = randomised(theirs(D, H))
    cell = load(ours(D, H), oracle.weight_ih, oracle.weight_hh, oracle.bias_ih + oracle.bias_hh)
    state = [drawn(B, H, seed=3 + k) for k in range(states)]
    mine, expected = compare_with_torch(cell, oracle, drawn(B, D), *state)
    W_x, b, W_h = mine
    torch.testing.assert_close([W_x, W_h, b], expected[:3])


def test_gru_that_resets_after_is_torchs_with_z_turned_round() -> None:
    oracle = randomised(nn.GRUCell(D, H))
    cell = randomised(GRUCell(D, H, reset_after=True), seed=2)
    blocks = [w.detach().chunk(3) for w in oracle.parameters()]
    W_x, W_h, b_x, b_h = (torch.cat([-z, r, n]) for r, z, n in blocks)
    with torch.no_grad():
        load(cell, W_x, W_h, b_x + b_h * (torch.arange(3 * H) < 2 * H))
        cell.b_n.copy_(b_h[2 * H :])
    compare_with_torch(cell, oracle, drawn(B, D), drawn(B, H, seed=3))
    r, z, n = oracle.weight_hh.grad.chunk(3)
    torch.testing.assert_close(cell.from_h.weight.grad, torch.cat([-z, r, n]))
    torch.testing.assert_close(cell.b_n.grad, oracle.bias_hh.grad[2 * H :])


def gru_by_hand(cell: nn.Module, x: Vector, h: Vector, after: bool) -> Vector:
    """Lecture B's equations, unit by unit."""
    W_x, b = cell.from_x.weight.tolist(), cell.from_x.bias.tolist()
    W_h = cell.from_h.weight.tolist()
    a = [p + q for p, q in zip(times(W_x, x), b, strict=True)]
    z = [sigmoid(a[j] + times(W_h, h)[j]) for j in range(H)]
    r = [sigmoid(a[H + j] + times(W_h, h)[H + j]) for j in range(H)]
    new = []
    for j in range(H):
        row = 2 * H + j
        if after:
            recurrent = r[j] * (times(W_h, h)[row] + cell.b_n[j].item())
        else:
            recurrent = sum(W_h[row][k] * r[k] * h[k] for k in range(H))
        new.append((1 - z[j]) * h[j] + z[j] * math.tanh(a[row] + recurrent))
    return new


@pytest.mark.parametrize("after", [False, True])
def test_gru_is_the_slides_equations(after: bool) -> None:
    cell = randomised(GRUCell(D, H, reset_after=after))
    x, h = drawn(B, D), drawn(B, H, seed=3)
    expected = [
        gru_by_hand(cell, *pair, after) for pair in zip(x.tolist(), h.tolist(), strict=True)
    ]
    torch.testing.assert_close(cell(x, h), torch.tensor(expected, dtype=torch.float64))
    other = randomised(GRUCell(D, H, reset_after=not after))
    assert not torch.allclose(cell(x, h), other(x, h))


def test_gated_elman_is_the_slides_equations() -> None:
    cell = randomised(GatedElmanCell(D, H))
    x, h = drawn(B, D), drawn(B, H, seed=3)
    W, b, U = cell.from_x.weight.tolist(), cell.from_x.bias.tolist(), cell.from_h.weight.tolist()
    expected = []
    for x_b, h_b in zip(x.tolist(), h.tolist(), strict=True):
        a = [p + q for p, q in zip(times(W, x_b), b, strict=True)]
        f = [sigmoid(a[j] + times(U, h_b)[j]) for j in range(H)]
        expected.append([h_b[j] * f[j] + math.tanh(a[H + j]) for j in range(H)])
    torch.testing.assert_close(cell(x, h), torch.tensor(expected, dtype=torch.float64))


def test_transducer_gives_tanh_of_the_new_state() -> None:
    model = randomised(ElmanTransducer(D, H, O))
    oracle = nn.RNNCell(D, H).double()
    oracle.load_state_dict(
        {
            "weight_ih": model.cell.from_x.weight,
            "weight_hh": model.cell.from_h.weight,
            "bias_ih": model.cell.from_x.bias,
            "bias_hh": torch.zeros(H),
        }
    )
    x, h_prev = drawn(B, D), drawn(B, H, seed=3)
    y, h = model(x, h_prev)
    torch.testing.assert_close(h, oracle(x, h_prev))
    expected = torch.tanh(h @ model.to_y.weight.T + model.to_y.bias)
    assert y.shape == (B, O)
    torch.testing.assert_close(y, expected)
    check_gradients(model, x, h_prev)


@pytest.mark.parametrize(
    "cell",
    [ElmanCell(D, H), GatedElmanCell(D, H), LSTMCell(D, H), GRUCell(D, H), GRUCell(D, H, True)],
    ids=["Elman", "gated Elman", "LSTM", "GRU", "GRU, reset after"],
)
def test_gradients_are_finite_differences(cell: nn.Module) -> None:
    cell = randomised(copy.deepcopy(cell))
    states = 2 if isinstance(cell, LSTMCell) else 1
    check_gradients(cell, drawn(B, D), *[drawn(B, H, seed=3 + k) for k in range(states)])


def test_forget_bias_fills_the_forget_slice_alone() -> None:
    """A bias of b and no input: the forget gate is sigmoid(b), whatever the other gates do."""
    lstm, gated = LSTMCell(D, H, forget_bias=3.0), GatedElmanCell(D, H, forget_bias=3.0)
    x, zero = torch.zeros(B, D), torch.zeros(B, H)
    keep = sigmoid(3.0)
    _, c = lstm(x, (zero, torch.full((B, H), 2.0)))
    _, c0 = lstm(x, (zero, zero))
    torch.testing.assert_close(c - c0, torch.full((B, H), 2 * keep))
    b = gated.from_x.bias.detach()
    with torch.no_grad():
        gated.from_h.weight.zero_()
    torch.testing.assert_close(gated(x, zero + 2), 2 * keep + b[H:].tanh().expand(B, H))
    assert lstm.from_x.bias[:H].abs().max() < 1
    assert (LSTMCell(D, H).from_x.bias[H : 2 * H] == 0).all()


def test_initial_states_are_zeros_like_the_input() -> None:
    x = drawn(B, 7, D)
    for cell in (ElmanCell(D, H), GatedElmanCell(D, H), GRUCell(D, H)):
        h = initial_state(cell, x)
        assert torch.equal(h, torch.zeros(B, H, dtype=torch.float64))
        assert hidden(h) is h
    h, c = initial_state(LSTMCell(D, H), x[:, 0].to("meta"))
    assert h.shape == c.shape == (B, H)
    assert h.device.type == c.device.type == "meta"
    assert h is not c
    assert hidden((h, c)) is h
