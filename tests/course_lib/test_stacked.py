"""Stacked and bidirectional layers: against packing, step by step, and each sequence alone."""

from itertools import chain

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_lib.cells import GRUCell
from course_lib.inspection import find_stray
from course_lib.recurrent import StackedLSTM, unfused, unroll, unroll_layers

B, T, D, H = 5, 7, 3, 4
LENGTHS = torch.tensor([3, 7, 1, 6, 2])
KEEP = torch.arange(T) < LENGTHS[:, None]
SHAPES = [(1, False), (1, True), (3, False), (2, True), (3, True)]


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def make(num_layers: int, bidirectional: bool, dropout: float = 0.0) -> StackedLSTM:
    """With weights of the size of 1, so that gates are neither open nor shut."""
    stack = StackedLSTM(D, H, num_layers, bidirectional, dropout).double()
    with torch.no_grad():
        for k, weight in enumerate(stack.parameters()):
            weight.copy_(drawn(*weight.shape, seed=k))
    return stack


def torchs(stack: StackedLSTM) -> nn.LSTM:
    """PyTorch's own stack with the same weights."""
    layers, two = len(stack.forwards), len(stack.backwards) > 0
    theirs = nn.LSTM(D, H, layers, batch_first=True, bidirectional=two).double()
    state = {}
    for ours, ending in ((stack.forwards, ""), (stack.backwards, "_reverse")):
        for k, layer in enumerate(ours):
            for name, weight in layer.state_dict().items():
                state[name.replace("l0", f"l{k}") + ending] = weight
    theirs.load_state_dict(state)
    return theirs


def packed(
    layer: nn.LSTM, x: torch.Tensor, lengths: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    sequence = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    output, (h, _) = layer(sequence)
    hs, _ = pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])
    directions = 2 if layer.bidirectional else 1
    return hs, torch.cat(list(h[-directions:]), dim=-1)


def score(hs: torch.Tensor, final: torch.Tensor) -> torch.Tensor:
    return (drawn(*hs.shape, seed=40) * hs).sum() + (drawn(*final.shape, seed=41) * final).sum()


@pytest.mark.parametrize(("num_layers", "bidirectional"), SHAPES)
def test_equals_pytorch_with_packing(num_layers: int, bidirectional: bool) -> None:
    stack = make(num_layers, bidirectional)
    theirs = torchs(stack)
    x, same = drawn(B, T, D).requires_grad_(), drawn(B, T, D).requires_grad_()
    ours, expected = stack(x, LENGTHS), packed(theirs, same, LENGTHS)
    torch.testing.assert_close(ours, expected, rtol=1e-9, atol=1e-9)
    score(*ours).backward()
    score(*expected).backward()
    torch.testing.assert_close(x.grad, same.grad, rtol=1e-9, atol=1e-9)
    for ours_k, ending in ((stack.forwards, ""), (stack.backwards, "_reverse")):
        for k, layer in enumerate(ours_k):
            for name, weight in layer.named_parameters():
                oracle = getattr(theirs, name.replace("l0", f"l{k}") + ending)
                torch.testing.assert_close(weight.grad, oracle.grad, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("num_layers", "bidirectional"), SHAPES)
def test_equals_its_cells_step_by_step(num_layers: int, bidirectional: bool) -> None:
    stack = make(num_layers, bidirectional)
    columns = [stack.forwards, stack.backwards] if bidirectional else [stack.forwards]
    cells = [[unfused(layer) for layer in layers] for layers in zip(*columns, strict=True)]
    x, same = drawn(B, T, D).requires_grad_(), drawn(B, T, D).requires_grad_()
    fast, slow = stack(x, LENGTHS), unroll_layers(cells, same, LENGTHS)
    torch.testing.assert_close(fast, slow, rtol=1e-9, atol=1e-9)
    score(*fast).backward()
    score(*slow).backward()
    torch.testing.assert_close(x.grad, same.grad, rtol=1e-9, atol=1e-9)
    layers = chain.from_iterable(zip(*columns, strict=True))
    for layer, cell in zip(layers, chain.from_iterable(cells), strict=True):
        oracle = (cell.from_x.weight.grad, cell.from_h.weight.grad, cell.from_x.bias.grad)
        ours = (layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad)
        torch.testing.assert_close(ours, oracle, rtol=1e-9, atol=1e-9)


def test_layers_of_other_cells_row_by_row() -> None:
    torch.manual_seed(1)
    cells = [[GRUCell(D, H), GRUCell(D, H)], [GRUCell(2 * H, 6), GRUCell(2 * H, 6)]]
    layers = [[cell.double() for cell in pair] for pair in cells]
    x = drawn(B, T, D)
    hs, final = unroll_layers(layers, x, LENGTHS)
    assert not hs[~KEEP].any()
    for b, length in enumerate(LENGTHS):
        alone = x[b : b + 1, :length]
        for ahead, back in layers:
            backwards = unroll(back, alone.flip(1))[0].flip(1)
            alone = torch.cat([unroll(ahead, alone)[0], backwards], dim=-1)
        torch.testing.assert_close(hs[b, :length], alone[0])
        torch.testing.assert_close(final[b], torch.cat([alone[0, -1, :6], alone[0, 0, 6:]]))


ragged = st.lists(st.integers(1, T), min_size=1, max_size=5)


@settings(max_examples=25)
@given(lengths=ragged, extra=st.integers(0, 3), seed=st.integers(0, 99))
def test_a_sequence_depends_on_nothing_but_itself(lengths: list[int], extra: int, seed: int):
    """Batched with others and padded with anything, as alone: values and gradients."""
    stack = make(2, True)
    width = max(lengths) + extra
    x = drawn(len(lengths), width, D, seed=seed)
    keep = torch.arange(width) < torch.tensor(lengths)[:, None]
    x[~keep] = torch.tensor([float("nan"), float("inf"), 1e30], dtype=torch.float64)
    x.requires_grad_()
    hs, final = stack(x, torch.tensor(lengths))
    assert not hs[~keep].any()
    score(hs, final).backward()
    assert not x.grad[~keep].any()
    assert all(p.grad.isfinite().all() for p in stack.parameters())
    for b, length in enumerate(lengths):
        row = x.detach()[b : b + 1, :length].requires_grad_()
        alone, end = stack(row, torch.tensor([length]))
        torch.testing.assert_close((hs[b, :length], final[b]), (alone[0], end[0]))
        weights = drawn(*hs.shape, seed=40)[b, :length], drawn(*final.shape, seed=41)[b]
        ((weights[0] * alone[0]).sum() + (weights[1] * end[0]).sum()).backward()
        torch.testing.assert_close(x.grad[b, :length], row.grad[0])


def test_it_reads_both_ways_and_only_one_way() -> None:
    """By gradients: which inputs a state and a final state may depend on."""
    for two in (False, True):
        x = drawn(1, T, D).requires_grad_()
        hs, final = make(2, two)(x, torch.tensor([T]))
        (felt,) = torch.autograd.grad(hs[0, 3].sum(), x, retain_graph=True)
        assert (felt[0].abs().sum(dim=1) > 0).tolist() == [t <= 3 or two for t in range(T)]
        (felt,) = torch.autograd.grad(final.sum(), x)
        assert (felt[0].abs().sum(dim=1) > 0).all()


def test_no_word_at_all_gives_zeros() -> None:
    hs, final = make(2, True)(drawn(2, T, D), torch.tensor([0, 4]))
    assert not hs[0].any()
    assert not final[0].any()
    assert final[1].all()


def test_a_length_beyond_the_batch_is_an_error() -> None:
    for two in (False, True):
        with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
            make(1, two)(drawn(2, T, D), torch.tensor([2, T + 1]))


def test_dropout_is_between_layers_and_only_in_training() -> None:
    x = drawn(B, T, D)
    quiet, noisy = make(2, True), make(2, True, dropout=0.5)
    once, again = noisy(x, LENGTHS)[0], noisy(x, LENGTHS)[0]
    assert not torch.allclose(once, again)
    torch.testing.assert_close(noisy.eval()(x, LENGTHS), quiet(x, LENGTHS))
    single = make(1, True, dropout=0.5)  # nothing is between its layers
    torch.testing.assert_close(single(x, LENGTHS), make(1, True)(x, LENGTHS))


def test_inputs_stay_as_they_were_and_output_size_is_told() -> None:
    x, lengths = drawn(B, T, D), LENGTHS.clone()
    before = x.clone()
    for two, width in ((True, 2 * H), (False, H)):
        stack = make(2, two)
        hs, final = stack(x, lengths)
        assert stack.output_size == width == hs.shape[-1] == final.shape[-1]
    assert torch.equal(x, before)
    assert torch.equal(lengths, LENGTHS)


def test_new_tensors_are_made_where_the_inputs_live() -> None:
    assert find_stray(make(2, True), drawn(B, T, D), LENGTHS) is None
