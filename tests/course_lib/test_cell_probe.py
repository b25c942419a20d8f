"""Probing cells: correlations against numpy, planted cells are found, chance is not, ablation."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import cell_probe
from course_lib.language_model import RecurrentLM

N, T, H, V, D = 6, 11, 5, 9, 4


@pytest.fixture
def model() -> RecurrentLM:
    torch.manual_seed(0)
    model = RecurrentLM(V, D, H, dropout=0.5).double()
    nn.init.normal_(model.rnn.bias_hh_l0)
    return model


@pytest.fixture
def text() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    ids = torch.randint(V, (N, T + 1))
    return ids[:, :-1], ids[:, 1:]


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_activations_are_the_fused_layers_states(model, text) -> None:
    h, c = cell_probe.activations(model, text[0])
    assert model.training, "left as it was"
    model.eval()
    torch.testing.assert_close(h, model(text[0])[0])
    for end in (1, 4, T):
        _, (_, last) = model(text[0][:, :end])
        torch.testing.assert_close(c[:, end - 1], last[0])
    assert not h.requires_grad


def test_only_an_lstm_has_cells(text) -> None:
    with pytest.raises(TypeError, match="ElmanCell"):
        cell_probe.activations(RecurrentLM(V, D, H, "Elman"), text[0])


def test_correlations_are_numpys() -> None:
    cells, gold = noise(N, T, 70), (noise(N, T, seed=1) > 0.3).float()
    cells[:, :, 2] += 3 * gold
    r = cell_probe.correlations(cells, gold)
    expected = [
        np.corrcoef(cells[:, :, k].flatten().double(), gold.flatten().double())[0, 1]
        for k in range(70)
    ]
    np.testing.assert_allclose(r, expected, atol=1e-10)
    np.testing.assert_allclose(cell_probe.correlations(1e3 - 5 * cells, gold), -r, atol=1e-5)


def test_a_constant_correlates_with_nothing() -> None:
    cells, gold = noise(N, T, 3), noise(N, T, seed=1)
    cells[:, :, 1] = 0.1
    r = cell_probe.correlations(cells, gold)
    assert r[1] == 0
    assert (r[[0, 2]] != 0).all()
    assert cell_probe.correlations(cells, torch.full((N, T), 0.3)).tolist() == [0, 0, 0]


def test_the_planted_cell_is_found_and_scored_on_the_other_half() -> None:
    gold = (noise(40, 50, seed=3) > 0).float()
    cells = noise(40, 50, 30)
    cells[:, :, 17] -= 2 * gold
    cells[0::2, :, 4] += 9 * gold[0::2]  # knows it, but only in the streams that choose
    found = cell_probe.search(cells, {"planted": gold})["planted"]
    assert found.cell == 4
    assert found.chosen_with > 0.95
    assert abs(found.r) < 0.1
    cells[0::2, :, 4] = noise(20, 50, seed=9)
    found = cell_probe.best_cell(cells, gold)
    assert found.cell == 17
    expected = np.corrcoef(cells[1::2, :, 17].flatten(), gold[1::2].flatten())[0, 1]
    assert found.r == pytest.approx(expected, abs=1e-6)
    assert found.r < -0.6
    low, high = cell_probe.interval(cells, gold, 17)
    assert low < found.r < high
    assert high - low < 0.15


def test_one_stream_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="one half chooses"):
        cell_probe.best_cell(noise(1, T, 3), noise(1, T))


def test_the_interval_covers_and_is_wide_where_streams_differ() -> None:
    gold = noise(20, 40, seed=1)
    same, mixed = noise(20, 40, 1), noise(20, 40, 1)
    same[:, :, 0] += gold
    mixed[:, :, 0] += gold * torch.where(torch.arange(20) // 2 % 2 == 0, 3.0, -1.0)[:, None]
    widths = [high - low for low, high in
              (cell_probe.interval(cells, gold, 0) for cells in (same, mixed))]  # fmt: skip
    assert widths[1] > 3 * widths[0]
    assert cell_probe.interval(torch.ones(4, 5, 1), gold[:4, :5], 0) == (0.0, 0.0)


def test_shifted_keeps_each_stream_and_loses_its_place() -> None:
    gold = torch.arange(5 * 40.0).view(5, 40)
    moved = cell_probe.shifted(gold, torch.Generator().manual_seed(0))
    for row, old in zip(moved, gold, strict=True):
        by = int((row == old[0]).nonzero())
        assert 10 <= by < 30
        assert torch.equal(row, old.roll(by))
    assert len({int((row == old[0]).nonzero()) for row, old in zip(moved, gold, strict=True)}) > 1


def test_above_wants_both_halves() -> None:
    gold = noise(10, 60)
    cells = noise(10, 60, 4, seed=1)
    cells[:, :, 0] += gold
    cells[0::2, :, 1] += gold[0::2]
    cells[:, :, 3] -= 3 * gold
    found = cell_probe.above(cells, {"a": gold, "b": gold}, {"a": 0.5, "b": 0.85})
    assert found["a"].tolist() == [0, 3]
    assert found["b"].tolist() == [3]


def by_loop(model, tokens, targets, group, mean_c):
    """One step at a time through PyTorch's own layer, whose state is corrected in between."""
    state, nats = None, []
    for t in range(tokens.shape[1]):
        _, (h, c) = model.rnn(model.embedding(tokens[:, t : t + 1]), state)
        gate = torch.where(c == 0, 1.0, h / c.tanh())  # o
        for k in group:
            c[0, :, k] = mean_c[k]
        state = gate * c.tanh(), c
        logits = model.head.to_logits(state[0][0])
        nats.append(nn.functional.cross_entropy(logits, targets[:, t], reduction="none"))
    return torch.stack(nats, dim=1)


def test_ablation_is_holding_the_cell_at_every_step(model, text) -> None:
    mean_c = torch.linspace(-1, 1, H).double()
    groups = [[], [2], [0, 4]]
    nats = cell_probe.ablated(model, *text, groups, mean_c)
    assert nats.shape == (3, N, T)
    model.eval()
    with torch.no_grad():
        for k, group in enumerate(groups):
            torch.testing.assert_close(nats[k], by_loop(model, *text, group, mean_c))
        torch.testing.assert_close(nats[0], model.head.nats(model(text[0])[0], text[1]))
    assert (nats[1] - nats[0]).abs().max() > 1e-3
