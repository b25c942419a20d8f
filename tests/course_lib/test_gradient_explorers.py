"""The explorers of lectures 06 and 07: what they draw and say is what the cells do."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_lib import widgets
from course_lib.widgets import gates
from course_lib.widgets.flow import HIDDEN, SCALES, SIZES, STEPS, draw_flow, flow
from course_lib.widgets.gates import draw_gates

mpl.use("agg")


def test_the_gradient_stays_within_the_largest_singular_value() -> None:
    for scale in (0.5, 1.5, 3.0):
        norms, values, _ = flow(scale, 1.0)
        assert norms.shape == (STEPS + 1,)
        assert values.shape == (STEPS, HIDDEN)
        assert (norms[1:] <= values[:, 0] * (1 + 1e-9)).all()
        assert (norms[1:] >= values[:, -1]).all()


def test_small_weights_vanish_large_ones_explode_large_inputs_saturate() -> None:
    kept = [flow(scale, 1.0)[0][-1].item() for scale in SCALES]
    assert kept[0] < 1e-6
    assert kept[-1] > 1
    shares = [flow(1.0, size)[2] for size in SIZES]
    assert shares == sorted(shares)


def test_without_inputs_one_linear_step_is_the_weight_itself() -> None:
    """At a state of nearly zero the bend is straight, so J is W_h: drawn again here."""
    draw = torch.Generator().manual_seed(0)
    torch.randn(HIDDEN, 8, generator=draw, dtype=torch.float64)  # W_x comes first
    W_h = torch.randn(HIDDEN, HIDDEN, generator=draw, dtype=torch.float64) * 0.5 / HIDDEN**0.5
    _, values, saturated = flow(0.5, 0.0)
    torch.testing.assert_close(values[0], torch.linalg.svdvals(W_h), rtol=1e-6, atol=1e-9)
    assert saturated == 0


def test_the_picture_marks_the_distance_and_the_words_say_it() -> None:
    fig, words = draw_flow(1.0, 1.0, distance=7)
    norms, values, _ = flow(1.0, 1.0)
    left, right = fig.axes
    assert left.lines[1].get_xydata().tolist() == [[7, norms[7].item()]]
    np.testing.assert_array_equal(right.lines[0].get_ydata(), values[6])
    assert f"7 steps back the gradient is {norms[7]:.1e}" in words


def test_an_open_forget_gate_keeps_a_pulse_and_a_shut_one_drops_it() -> None:
    kept = gates.states(gates.one_unit(6.0, 6.0, 6.0), gates.pulses())[:, 1]
    dropped = gates.states(gates.one_unit(6.0, -6.0, 6.0), gates.pulses())[:, 1]
    pulse = torch.tensor(np.tanh(1.0))
    torch.testing.assert_close(kept[17], pulse, rtol=0.05, atol=0)
    assert kept[-1].abs() < 0.05, "the second pulse takes the first away"
    assert dropped[5].abs() < 1e-4


def test_the_words_of_the_gates_are_the_numbers_of_the_run() -> None:
    fig, words = draw_gates(i=2.0, f=1.0, o=0.0)
    assert "f = 0.731" in words
    assert "after 2.2 steps" in words
    back = fig.axes[1].lines[0].get_ydata()
    np.testing.assert_allclose(back[5] / back[4], 1 / (1 + np.exp(-1.0)))
    assert f"29 steps further back, {back[29] / back[0]:.0e} of the gradient" in words


@pytest.mark.parametrize("build", [widgets.flow_explorer, widgets.gate_explorer])
def test_both_ends_of_every_control_can_be_drawn(build) -> None:
    explorer = build()
    for name, control in explorer.controls.items():
        ends = control.options if hasattr(control, "options") else [control.min, control.max]
        for value in (ends[0], ends[-1]):
            control.value = value
            assert "<img" in explorer.picture.value, (name, value)


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")
