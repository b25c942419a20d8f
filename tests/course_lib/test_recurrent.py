"""Unrolling against torch.nn, sequence by sequence; reversal and fused layers."""

import pytest
import torch
from torch import nn

from course_lib.cells import Cell, ElmanCell, GatedElmanCell, GRUCell, LSTMCell
from course_lib.recurrent import fused, reverse, unfused, unroll

B, T, D, H = 4, 7, 3, 5
LENGTHS = [3, 7, 1, 6]
KEEP = torch.arange(T) < torch.tensor(LENGTHS)[:, None]


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def make(kind: str) -> Cell:
    torch.manual_seed(1)
    cell = {
        "Elman": lambda: ElmanCell(D, H),
        "gated Elman": lambda: GatedElmanCell(D, H, 1.0),
        "LSTM": lambda: LSTMCell(D, H, 1.0),
        "GRU": lambda: GRUCell(D, H),
        "GRU, reset after": lambda: GRUCell(D, H, reset_after=True),
    }[kind]().double()
    with torch.no_grad():
        for k, weight in enumerate(cell.parameters()):
            weight.add_(drawn(*weight.shape, seed=k))
    return cell


def states(cell: Cell) -> tuple[torch.Tensor, ...]:
    return tuple(drawn(B, H, seed=5 + k) for k in range(2 if isinstance(cell, LSTMCell) else 1))


def one_or_pair(parts: tuple[torch.Tensor, ...]) -> torch.Tensor | tuple[torch.Tensor, ...]:
    return parts if len(parts) > 1 else parts[0]


def parts(state: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


ALL = ["Elman", "gated Elman", "LSTM", "GRU", "GRU, reset after"]
FUSED = ["Elman", "LSTM", "GRU, reset after"]


@pytest.mark.parametrize("kind", FUSED)
def test_unrolled_equals_fused_in_values_and_gradients(kind: str) -> None:
    cell = make(kind)
    layer = fused(cell)
    assert isinstance(layer, {"E": nn.RNN, "L": nn.LSTM, "G": nn.GRU}[kind[0]])
    results, gradients = [], []
    for model in (cell, layer):
        x = drawn(B, T, D).requires_grad_()
        start = tuple(s.requires_grad_() for s in states(cell))
        if model is cell:
            hs, end = unroll(cell, x, one_or_pair(start))
        else:
            hs, end = layer(x, one_or_pair(tuple(s[None] for s in start)))
            end = one_or_pair(tuple(s[0] for s in parts(end)))
        weighted = [(drawn(*t.shape, seed=20 + k) * t).sum() for k, t in enumerate(parts(end))]
        (sum(weighted) + (drawn(B, T, H, seed=30) * hs).sum()).backward()
        results.append((hs, *parts(end)))
        gradients.append([x.grad, *(s.grad for s in start)])
    torch.testing.assert_close(results[0], results[1])
    torch.testing.assert_close(gradients[0], gradients[1])
    again = fused(cell)
    for name, weight in layer.named_parameters():
        assert torch.equal(weight, getattr(again, name)), "fused must copy"


def test_gradients_by_the_weights_are_the_fused_layers() -> None:
    cell = make("LSTM")
    layer = fused(cell)
    x = drawn(B, T, D)
    for hs in (unroll(cell, x)[0], layer(x)[0]):
        (drawn(B, T, H, seed=30) * hs).sum().backward()
    ours = (cell.from_x.weight.grad, cell.from_h.weight.grad, cell.from_x.bias.grad)
    theirs = (layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("kind", ["gated Elman", "GRU"])
def test_no_fused_layer_says_so(kind: str) -> None:
    with pytest.raises(TypeError, match=f"no fused {kind.replace('gated Elman', 'GatedElman')}"):
        fused(make(kind))


@pytest.mark.parametrize("kind", ALL)
def test_ragged_rows_are_as_if_alone(kind: str) -> None:
    """Values, final states and gradients of each row are those of that row without padding."""
    cell = make(kind)
    x, start = drawn(B, T, D).requires_grad_(), states(cell)
    hs, end = unroll(cell, x, one_or_pair(start), KEEP)
    weights = drawn(B, T, H, seed=30) * KEEP[:, :, None]
    (weights * hs).sum().backward()
    for b, length in enumerate(LENGTHS):
        row = x.detach()[b : b + 1, :length].requires_grad_()
        alone, last = unroll(cell, row, one_or_pair(tuple(s[b : b + 1] for s in start)))
        torch.testing.assert_close(hs[b, :length], alone[0])
        torch.testing.assert_close(hs[b, -1], alone[0, -1])
        torch.testing.assert_close([s[b] for s in parts(end)], [s[0] for s in parts(last)])
        (weights[b, :length] * alone[0]).sum().backward()
        torch.testing.assert_close(x.grad[b, :length], row.grad[0])
        assert not x.grad[b, length:].any()


@pytest.mark.parametrize("kind", ALL)
def test_without_a_state_it_starts_from_zeros_and_leaves_inputs_alone(kind: str) -> None:
    cell = make(kind)
    x, start = drawn(B, T, D), states(cell)
    before = [t.clone() for t in (x, *start)]
    hs, _ = unroll(cell, x)
    zeros = tuple(torch.zeros_like(s) for s in start)
    torch.testing.assert_close(hs, unroll(cell, x, one_or_pair(zeros))[0])
    assert not torch.allclose(hs, unroll(cell, x, one_or_pair(start), KEEP)[0])
    assert all(torch.equal(t, old) for t, old in zip((x, *start), before, strict=True))


def test_carrying_the_state_continues_the_sequence() -> None:
    cell = make("LSTM")
    x = drawn(B, T, D)
    whole, end = unroll(cell, x)
    first, state = unroll(cell, x[:, :4])
    second, last = unroll(cell, x[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(last, end)


def test_reverse_is_pythons_within_each_length() -> None:
    x = drawn(B, T, D).requires_grad_()
    lengths = torch.tensor(LENGTHS)
    got = reverse(x, lengths)
    expected = torch.stack(
        [torch.stack([*list(row[:n])[::-1], *row[n:]]) for row, n in zip(x, LENGTHS, strict=True)]
    )
    assert torch.equal(got, expected)
    assert torch.equal(reverse(got, lengths), x)
    weights = drawn(B, T, D, seed=2)
    (weights * got).sum().backward()
    torch.testing.assert_close(x.grad, reverse(weights, lengths))


def test_a_length_beyond_the_last_step_is_refused() -> None:
    with pytest.raises(RuntimeError, match="out of bounds"):
        reverse(drawn(2, T, D), torch.tensor([T + 1, 2]))


def test_backward_reading_starts_at_the_last_real_token() -> None:
    """With packing, torch's own backward direction is the oracle."""
    layer = nn.LSTM(D, H, batch_first=True, bidirectional=True).double()
    x, lengths = drawn(B, T, D), torch.tensor(LENGTHS)
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    both, _ = nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True)
    backwards = nn.LSTM(D, H, batch_first=True).double()
    names = [name for name, _ in backwards.named_parameters()]
    backwards.load_state_dict({name: getattr(layer, f"{name}_reverse") for name in names})
    hs = reverse(backwards(reverse(x, lengths))[0], lengths)
    torch.testing.assert_close(hs * KEEP[:, :, None], both[:, :, H:])


@pytest.mark.parametrize(
    "layer",
    [
        nn.LSTM(3, 4, num_layers=2),
        nn.GRU(3, 4, bidirectional=True),
        nn.RNN(3, 4, nonlinearity="relu"),
        nn.RNN(3, 4, bias=False),
        nn.LSTM(3, 4, proj_size=2),
    ],
    ids=["layers", "directions", "relu", "no biases", "projection"],
)
def test_what_no_cell_computes_is_refused(layer):
    with pytest.raises(ValueError, match="a cell has one layer"):
        unfused(layer)
