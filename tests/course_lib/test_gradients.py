"""Gradients over distance and Jacobians, against finite differences and PyTorch's own."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_lib.cells import Cell, ElmanCell, GatedElmanCell, GRUCell, LSTMCell, State
from course_lib.gradients import gradient_norms, jacobian, jacobian_products, singular_values

B, T, D, H = 3, 5, 2, 4
CELLS: list[Callable[[], Cell]] = [
    lambda: ElmanCell(D, H),
    lambda: GatedElmanCell(D, H, forget_bias=1.0),
    lambda: LSTMCell(D, H, forget_bias=1.0),
    lambda: GRUCell(D, H),
    lambda: GRUCell(D, H, reset_after=True),
]


@pytest.fixture(params=CELLS, ids=["Elman", "gated Elman", "LSTM", "GRU", "GRU reset after"])
def cell(request: pytest.FixtureRequest) -> Cell:
    torch.manual_seed(0)
    return request.param().double()


def random_state(cell: Cell) -> tuple[Tensor, State]:
    """Inputs and a state that is not zero, in float64."""
    x = torch.randn(B, T, D, dtype=torch.float64)
    h = torch.randn(B, H, dtype=torch.float64)
    return x, (h, torch.randn_like(h)) if isinstance(cell, LSTMCell) else h


def flat(state: State) -> Tensor:
    return torch.cat(state, dim=1) if isinstance(state, tuple) else state


def unflat(cell: Cell, s: Tensor) -> State:
    return tuple(s.chunk(2, dim=1)) if isinstance(cell, LSTMCell) else s


def run(cell: Cell, x: Tensor, s: Tensor) -> Tensor:
    state = unflat(cell, s)
    for t in range(x.shape[1]):
        state = cell(x[:, t], state)
    return flat(state)


def test_the_jacobian_of_a_step_is_that_of_finite_differences(cell: Cell) -> None:
    x, state = random_state(cell)
    s, eps = flat(state), 1e-6
    found = jacobian(cell, x[:, 0], state)
    for column in range(s.shape[1]):
        nudge = torch.zeros_like(s)
        nudge[:, column] = eps
        up, down = run(cell, x[:, :1], s + nudge), run(cell, x[:, :1], s - nudge)
        torch.testing.assert_close(found[:, :, column], (up - down) / (2 * eps))


def test_elmans_jacobian_has_a_closed_form() -> None:
    elman = ElmanCell(D, H).double()
    x, h_prev = random_state(elman)
    h = elman(x[:, 0], h_prev)
    formula = (1 - h**2)[:, :, None] * elman.from_h.weight
    torch.testing.assert_close(jacobian(elman, x[:, 0], h_prev), formula)


def test_products_and_singular_values_are_those_of_the_whole_run(cell: Cell) -> None:
    x, state = random_state(cell)
    products, values = jacobian_products(cell, x, state), singular_values(cell, x, state)
    assert values.shape == (B, T, flat(state).shape[1])
    for b in range(B):
        for t in range(T):
            one_run = lambda s, b=b, t=t: run(cell, x[b : b + 1, : t + 1], s[None])[0]  # noqa: E731
            whole = torch.autograd.functional.jacobian(one_run, flat(state)[b])
            torch.testing.assert_close(products[b, t], whole)
            torch.testing.assert_close(
                values[b, t] ** 2, torch.linalg.eigvalsh(whole @ whole.T).flip(0)
            )


def test_gradient_norms_are_those_of_the_jacobians_back_to_each_state(cell: Cell) -> None:
    x, state = random_state(cell)
    weight = torch.randn(B, H, dtype=torch.float64)
    norms = gradient_norms(cell, x, state, loss=lambda h: (weight * h).sum())
    assert norms.shape == (B, T + 1)
    direction = torch.zeros_like(flat(state))
    direction[:, :H] = weight
    torch.testing.assert_close(norms[:, 0], weight.norm(dim=1))
    for distance in range(1, T + 1):
        before = unflat(cell, run(cell, x[:, : T - distance], flat(state)))
        product = jacobian_products(cell, x[:, T - distance :], before)[:, -1]
        expected = torch.einsum("bn,bnm->bm", direction, product).norm(dim=1)
        torch.testing.assert_close(norms[:, distance], expected)


def test_without_a_state_both_start_from_zeros(cell: Cell) -> None:
    x, state = random_state(cell)
    zeros = unflat(cell, torch.zeros_like(flat(state)))
    torch.testing.assert_close(gradient_norms(cell, x), gradient_norms(cell, x, zeros))
    torch.testing.assert_close(singular_values(cell, x), singular_values(cell, x, zeros))


def test_nothing_of_the_caller_changes(cell: Cell) -> None:
    x, state = random_state(cell)
    before = flat(state).clone()
    gradient_norms(cell, x, state)
    jacobian_products(cell, x, state)
    assert torch.equal(flat(state), before)
    assert not flat(state).requires_grad
    assert all(weight.grad is None for weight in cell.parameters())
