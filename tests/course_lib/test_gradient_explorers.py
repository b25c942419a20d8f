"""The explorers of lectures 06 and 07: what they draw and say is what the cells do."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_lib import widgets
from course_lib.widgets.flow import HIDDEN, SCALES, SIZES, STEPS, draw_flow, flow

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


@pytest.mark.parametrize("build", [widgets.flow_explorer])
def test_every_value_of_every_control_can_be_drawn(build) -> None:
    explorer = build()
    for name, control in explorer.controls.items():
        values = control.options if hasattr(control, "options") else [control.min, control.max]
        for value in values:
            control.value = value
            assert "<img" in explorer.picture.value, (name, value)


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")
