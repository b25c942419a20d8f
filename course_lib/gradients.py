r"""How far a gradient travels: its norm against distance, Jacobians of a step and of many.

An LSTM's state (h, c) counts as one vector of N = 2H numbers; for other cells N = H.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from course_lib.cells import Cell, State, hidden, initial_state


def gradient_norms(
    cell: Cell,
    x: Float[Tensor, "B T D"],
    state: State | None = None,
    loss: Callable[[Tensor], Tensor] = torch.sum,
) -> Float[Tensor, "B T+1"]:
    r"""The norm of $\partial L / \partial s_{T-k}$ for the distances k = 0 … T, k along the
    second axis: how much the loss after the last step feels the state k steps before.

    Args:
        state: before the first step; zeros if None.
        loss: takes h after the last step, (B, H); returns a scalar that is a sum over the batch.

    Source: Bengio, Simard and Frasconi (1994), section 3; Pascanu et al. (2013),
    arXiv:1211.5063, eq. 5.
    """
    states = [_leaf(initial_state(cell, x) if state is None else state)]
    for x_t in x.unbind(dim=1):
        # Of copies, so that an LSTM's c is not felt through the h made from it in the same step.
        states.append(_map(torch.clone, cell(x_t, states[-1])))
    parts = [part for s in states for part in _parts(s)]
    value = loss(hidden(states[-1]))
    grads = torch.autograd.grad(value, parts, allow_unused=True, materialize_grads=True)
    squares = torch.stack([grad.square().sum(dim=1) for grad in grads], dim=1)
    return squares.unflatten(1, (len(states), -1)).sum(dim=2).sqrt().flip(1)


def jacobian(cell: Cell, x: Float[Tensor, "B D"], state: State) -> Float[Tensor, "B N N"]:
    r"""$\partial s_t / \partial s_{t-1}$ of one step, new state along rows, old along columns.

    For Elman's cell it is $\mathrm{diag}(1 - h_t^2) \, W_h$.
    """
    old = _leaf(state)
    new = torch.cat(_parts(cell(x, old)), dim=1)
    # Examples do not meet, so the gradient of a sum over the batch is each example's own.
    rows = [
        torch.autograd.grad(entry.sum(), _parts(old), retain_graph=True)
        for entry in new.unbind(dim=1)
    ]
    return torch.stack([torch.cat(row, dim=1) for row in rows], dim=1)


def jacobian_products(
    cell: Cell, x: Float[Tensor, "B T D"], state: State | None = None
) -> Float[Tensor, "B T N N"]:
    r"""$\partial s_t / \partial s_0 = J_t \cdots J_1$ for every t = 1 … T.

    In float64 the singular values below $10^{-16}$ of the largest are rounding.
    """
    states = [initial_state(cell, x) if state is None else state]
    with torch.no_grad():
        for x_t in x[:, :-1].unbind(dim=1):
            states.append(cell(x_t, states[-1]))
    # Once the states are known, the steps are independent: all T of them in one batch.
    before = [
        torch.stack(parts, dim=1).flatten(0, 1) for parts in zip(*map(_parts, states), strict=True)
    ]
    steps = jacobian(cell, x.flatten(0, 1), _joined(before)).unflatten(0, x.shape[:2])
    products = [steps[:, 0]]
    for step in steps[:, 1:].unbind(dim=1):
        products.append(step @ products[-1])
    return torch.stack(products, dim=1)


def singular_values(
    cell: Cell, x: Float[Tensor, "B T D"], state: State | None = None
) -> Float[Tensor, "B T N"]:
    """By how much the T products stretch the directions of $s_0$ at most, next to most, …"""
    return torch.linalg.svdvals(jacobian_products(cell, x, state))


def _parts(state: State) -> tuple[Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


def _joined(parts: Sequence[Tensor]) -> State:
    return (parts[0], parts[1]) if len(parts) == 2 else parts[0]


def _map(function: Callable[[Tensor], Tensor], state: State) -> State:
    return (function(state[0]), function(state[1])) if isinstance(state, tuple) else function(state)


def _leaf(state: State) -> State:
    """A copy of the state that a gradient can be asked for."""
    return _map(lambda part: part.detach().clone().requires_grad_(), state)
