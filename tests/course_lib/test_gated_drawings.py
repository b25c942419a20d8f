"""Drawn cells say what the equations say; a trained fused layer becomes the same cell again."""

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

from course_lib import diagrams
from course_lib.cells import GRUCell
from course_lib.recurrent import unfused, unroll

B, T, D, H = 3, 4, 2, 5


@pytest.mark.parametrize(
    ("draw", "wanted"),
    [
        (diagrams.elman_cell, {"tanh", "$h_t$", "$h_{t-1}$", "$x_t$"}),
        (diagrams.lstm_cell, {"f  σ", "i  σ", "g  tanh", "o  σ", "$c_t$", "$h_t$", "$c_{t-1}$"}),
        (diagrams.gru_cell, {"z  σ", "r  σ", "n  tanh", "1 − z", "$h_t$"}),
    ],
)
def test_a_cell_shows_its_gates_and_states(draw, wanted: set[str]) -> None:
    _, ax = diagrams.canvas(*diagrams.CELL_SIZE)
    draw(ax)
    assert wanted <= {text.get_text() for text in ax.texts}


def test_the_arrows_back_are_as_strong_as_the_gradient() -> None:
    _, ax = diagrams.canvas(6.0, 1.1)
    diagrams.gradient_chain(ax, [1.0, 0.5, 0.001], "#0072B2", "Elman")
    labels = [text.get_text() for text in ax.texts]
    assert {"Elman", "T", "T−1", "T−2", "1", "0.5", "1e-03"} <= set(labels)
    widths = [text.arrow_patch.get_linewidth() for text in ax.texts if hasattr(text, "arrow_patch")]
    assert widths == sorted(widths, reverse=True)
    assert len(widths) == 2


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_fused_layer_becomes_a_cell_that_computes_the_same(kind) -> None:
    torch.manual_seed(0)
    layer = kind(D, H, batch_first=True).double()  # both of PyTorch's biases are random
    x = torch.randn(B, T, D, dtype=torch.float64)
    h0 = torch.randn(B, H, dtype=torch.float64)
    state = (h0, torch.randn_like(h0)) if kind is nn.LSTM else h0
    ahead = (h0[None], state[1][None]) if kind is nn.LSTM else h0[None]
    cell = unfused(layer)
    hs, _ = unroll(cell, x, state)
    torch.testing.assert_close(hs, layer(x, ahead)[0])
    with torch.no_grad():
        cell.from_h.weight.zero_()
    assert layer.weight_hh_l0.abs().min() > 0, "the cell has a copy"
    assert isinstance(cell, GRUCell) == (kind is nn.GRU)


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")
