"""An explorer for the gradient that flows back through an Elman network."""

import math
from functools import cache

import matplotlib.pyplot as plt
import torch
from ipywidgets import IntSlider, SelectionSlider
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.cells import ElmanCell
from course_lib.gradients import gradient_norms, jacobian
from course_lib.plots import COLORS, OKABE_ITO, light_grid
from course_lib.recurrent import unroll
from course_lib.widgets.explorer import Explorer

INPUT, HIDDEN, STEPS = 8, 32, 40
SCALES = [0.5, 0.7, 1.0, 1.2, 1.5, 2.0, 3.0]
SIZES = [0.0, 0.5, 1.0, 2.0, 4.0]


@cache
def flow(scale: float, size: float) -> tuple[Tensor, Tensor, float]:
    """One run of a random network of H = 32 units over 40 steps.

    Args:
        scale: the standard deviation of the entries of W_h, times the square root of H.
        size: the standard deviation of the inputs.

    Returns:
        The gradient's norm against distance (T + 1,), relative to distance 0; the singular
        values of the product of the last k Jacobians, a row for each k = 1 … T (T, H); and the
        share of saturated units, those beyond tanh(2).
    """
    draw = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):  # moving a slider draws nothing from the notebook's
        cell = ElmanCell(INPUT, HIDDEN).double()
    with torch.no_grad():
        for weight, std in ((cell.from_x.weight, 0.3), (cell.from_h.weight, scale / HIDDEN**0.5)):
            weight.copy_(torch.randn(weight.shape, generator=draw, dtype=torch.float64) * std)
        cell.from_x.bias.zero_()
    x = size * torch.randn(1, STEPS, INPUT, generator=draw, dtype=torch.float64)
    h0 = 0.1 * torch.randn(1, HIDDEN, generator=draw, dtype=torch.float64)
    with torch.no_grad():
        hs = torch.cat([h0[:, None], unroll(cell, x, h0)[0]], dim=1)[0]
    steps = jacobian(cell, x[0], hs[:-1])  # of all steps at once: the states are known
    products = [steps[-1]]
    for step in steps[:-1].flip(0):
        products.append(products[-1] @ step)
    norms = gradient_norms(cell, x, h0)[0]
    saturated = (hs[1:].abs() > math.tanh(2)).double().mean().item()
    return norms / norms[0], torch.linalg.svdvals(torch.stack(products)), saturated


def draw_flow(scale: float, size: float, distance: int) -> tuple[Figure, str]:
    """The gradient against distance with one distance marked, and the singular values there."""
    norms, values, saturated = flow(scale, size)
    top = values[distance - 1, 0].item()
    fig, (ax, beside) = plt.subplots(1, 2, figsize=(10, 3.2))
    ax.plot(range(STEPS + 1), norms, color=COLORS["Elman"])
    ax.plot(distance, norms[distance], "o", color=OKABE_ITO["black"], markersize=8)
    ax.set(xlabel="distance k (steps back)", ylabel="gradient, relative (log axis)")
    ax.set(yscale="log", ylim=(1e-16, 1e8))
    beside.plot(range(1, HIDDEN + 1), values[distance - 1], "o", color=COLORS["hidden"])
    beside.set(xlabel="rank", ylabel="singular value (log axis)", yscale="log", ylim=(1e-16, 1e8))
    beside.set_title(f"product of the last {distance} Jacobians", fontsize=11)
    for panel in (ax, beside):
        panel.axhline(1, color="#555555", linestyle=":")
        light_grid(panel)
    fig.tight_layout()
    words = (
        f"W_h at scale {scale}, inputs of size {size}: {saturated:.0%} of the units are saturated. "
        f"{distance} steps back the gradient is {norms[distance]:.1e} of what it was; the product "
        f"of those {distance} Jacobians stretches some direction by {top:.1e}, and none by more."
    )
    return fig, words


def flow_explorer() -> Explorer:
    """Scale W_h, feed larger inputs, look further back."""
    return Explorer(
        draw_flow,
        scale=SelectionSlider(options=SCALES, value=1.0, description="Scale of W_h"),
        size=SelectionSlider(options=SIZES, value=1.0, description="Size of the inputs"),
        distance=IntSlider(20, 1, STEPS, description="Distance k"),
    )
