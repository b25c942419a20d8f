"""An explorer for the gates of an LSTM with a single unit."""

import math

import matplotlib.pyplot as plt
import torch
from ipywidgets import SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.cells import LSTMCell, initial_state
from course_lib.gradients import gradient_norms
from course_lib.plots import COLORS, light_grid
from course_lib.widgets.explorer import Explorer

STEPS = 30
BIASES = [-6.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0]


def one_unit(i: float, f: float, o: float) -> LSTMCell:
    """An LSTM of one unit whose gates are set by their biases alone, and g by the input alone."""
    with torch.random.fork_rng(devices=[]):  # moving a slider draws nothing from the notebook's
        cell = LSTMCell(1, 1).double()
    with torch.no_grad():
        cell.from_h.weight.zero_()
        cell.from_x.weight.copy_(torch.tensor([[0.0], [0.0], [1.0], [0.0]]))
        cell.from_x.bias.copy_(torch.tensor([i, f, 0.0, o]))
    return cell


def pulses() -> Float[Tensor, "1 T 1"]:
    """An input that is 1 for a moment, later -1 for a moment, and else 0."""
    x = torch.zeros(1, STEPS, 1, dtype=torch.float64)
    x[0, 3], x[0, 18] = 1.0, -1.0
    return x


def states(cell: LSTMCell, x: Float[Tensor, "1 T 1"]) -> Float[Tensor, "T 2"]:
    """h and c after each step."""
    state, seen = initial_state(cell, x), []
    with torch.no_grad():
        for x_t in x.unbind(dim=1):
            state = cell(x_t, state)
            seen.append(torch.cat(state, dim=1)[0])
    return torch.stack(seen)


def draw_gates(i: float, f: float, o: float) -> tuple[Figure, str]:
    """What the unit stores and shows over time, and how much gradient gets back."""
    cell, x = one_unit(i, f, o), pulses()
    h, c = states(cell, x).unbind(dim=1)
    norms = gradient_norms(cell, x)[0, 1:]  # from the state before the last step on
    fig, (ax, beside) = plt.subplots(1, 2, figsize=(10, 3.0))
    time = range(1, STEPS + 1)
    ax.bar(time, x[0, :, 0].tolist(), color=COLORS["input"], label="input x")
    ax.plot(time, c, color=COLORS["cell"], marker="s", markersize=4, label="cell c")
    ax.plot(time, h, color=COLORS["hidden"], marker="o", markersize=4, label="hidden h")
    ax.set(xlabel="time step", ylabel="value", ylim=(-1.15, 1.15))
    ax.legend(frameon=False, loc="upper right")
    beside.plot(range(1, STEPS + 1), norms / norms[0], color=COLORS["LSTM"])
    beside.set(xlabel="distance k (steps back)", ylabel="relative gradient (log axis)")
    beside.set(yscale="log", ylim=(1e-16, 10))
    for panel in (ax, beside):
        light_grid(panel)
    fig.tight_layout()
    gates = [torch.tensor(bias, dtype=torch.float64).sigmoid().item() for bias in (i, f, o)]
    half = math.log(0.5) / math.log(gates[1])
    words = (
        f"i = {gates[0]:.3f}, f = {gates[1]:.3f}, o = {gates[2]:.3f}. Half of what c holds is gone "
        f"after {half:.1f} steps; at the end c = {c[-1]:.3f} and h = {h[-1]:.3f}. "
        f"{STEPS - 1} steps further back, {norms[-1] / norms[0]:.0e} of the gradient is left."
    )
    return fig, words


def gate_explorer() -> Explorer:
    """Open and shut each gate by its bias."""
    return Explorer(
        draw_gates,
        f=SelectionSlider(options=BIASES, value=1.0, description="Forget gate's bias"),
        i=SelectionSlider(options=BIASES, value=2.0, description="Input gate's bias"),
        o=SelectionSlider(options=BIASES, value=0.0, description="Output gate's bias"),
    )
