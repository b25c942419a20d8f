"""Training a recurrent language model: its losses, its gradient's way back, its batches."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS
from course_lib.text import SPECIALS

PAD_WORD = SPECIALS[0]


def training_frame(
    ax: Axes, words: Sequence[str], guesses: Sequence[str], losses: Sequence[float], step: int
) -> Axes:
    """Training on a sentence, after `step` of its n steps; at `step` n + 1, with the average.

    Args:
        words: n + 1 words; each but the last is an input, each but the first a target.
        guesses: the model's most probable word at each step.
        losses: nats of the true next word at each step.
        step: from 1 to n + 1.

    Raises:
        ValueError: if the lengths do not fit, or `step` is out of range.
    """
    n = len(words) - 1
    if not len(guesses) == len(losses) == n or not 1 <= step <= n + 1:
        raise ValueError(
            f"step {step} of {len(words)} words with {len(guesses)} guesses, {len(losses)} losses"
        )
    width = ax.get_xlim()[1] / (n + 1)
    box(ax, 0.45 * width, 1.45, "$h_0$", COLORS["hidden"], 0.5 * width)
    for t in range(1, min(step, n) + 1):
        x = (t + 0.35) * width
        _frame_step(ax, x, width, t, words[t - 1 : t + 1], guesses[t - 1], losses[t - 1])
        if t < min(step, n):  # the true word is the next input, whatever the model guessed
            _teacher_forcing(ax, x, width)
    terms = " + ".join(f"{loss:.2f}" for loss in losses[:step])
    said = f"$L$ = ({terms}) / {n} = {np.mean(losses):.2f} nats a word"
    if step <= n:
        formula = rf"$L_{{{step}}} = -\log\, \hat y_{{{step}}}$"
        said = f"{formula}({words[step]}) = {losses[step - 1]:.2f} nats"
    ax.text(0.5 * ax.get_xlim()[1], 4.7, said, ha="center", fontsize=12)
    return _row_labels(ax)


def _frame_step(
    ax: Axes, x: float, width: float, t: int, pair: Sequence[str], guess: str, loss: float
) -> None:
    word, target = pair
    box(ax, x, 0.5, word, COLORS["input"], 0.8 * width)
    box(ax, x, 1.45, f"$h_{{{t}}}$", COLORS["hidden"], 0.5 * width)
    box(ax, x, 2.4, guess, COLORS["output"], 0.8 * width)
    box(ax, x, 3.2, target, COLORS["target"], 0.8 * width)
    ax.text(x, 3.95, f"$L_{{{t}}}$ = {loss:.2f}", ha="center", va="center", fontsize=11)
    arrow(ax, (x, 0.74), (x, 1.21), BLACK)
    arrow(ax, (x, 1.69), (x, 2.16), BLACK)
    arrow(ax, (x, 3.44), (x, 3.78), COLORS["target"])
    reach = 0.65 if t == 1 else 0.75
    arrow(ax, (x - reach * width, 1.45), (x - 0.25 * width, 1.45), COLORS["hidden"])


def _teacher_forcing(ax: Axes, x: float, width: float) -> None:
    """Dashed from the target of one step down to the input of the next."""
    path = np.array([(0.4, 3.2), (0.5, 3.2), (0.5, 0.5)])
    at, color = x + path[:, 0] * width, COLORS["target"]
    ax.plot(at, path[:, 1], color=color, lw=1.3, ls=(0, (4, 2)))
    arrow(ax, (x + 0.5 * width, 0.5), (x + 0.6 * width, 0.5), COLORS["target"])


def _row_labels(ax: Axes) -> Axes:
    for y, text, color in [
        (0.5, "input: the true word", COLORS["input"]),
        (0.12, "- - teacher forcing", COLORS["target"]),
        (1.45, "state", COLORS["hidden"]),
        (2.4, "most probable guess", COLORS["output"]),
        (3.2, "target: the next word", COLORS["target"]),
        (3.95, "its loss", BLACK),
    ]:
        ax.text(ax.get_xlim()[1] + 0.1, y, text, va="center", fontsize=10, color=color)
    return ax


def bptt_graph(ax: Axes, T: int) -> Axes:
    """The unrolled network as one graph: forward in black, gradients in the output's colour.

    Every step sends its share down to the one W_h that all steps use.
    """
    width = ax.get_xlim()[1] / (T + 0.6)
    red = COLORS["output"]
    box(ax, 0.35 * width, 2.0, "$h_0$", COLORS["hidden"], 0.42 * width)
    for t in range(1, T + 1):
        x = (t + 0.15) * width
        box(ax, x, 2.0, f"$h_{{{t}}}$", COLORS["hidden"], 0.42 * width)
        box(ax, x, 3.2, f"$L_{{{t}}}$", COLORS["target"], 0.42 * width)
        gap = 0.59 if t == 1 else 0.79
        arrow(ax, (x - gap * width, 2.07), (x - 0.21 * width, 2.07), BLACK)
        arrow(ax, (x - 0.21 * width, 1.93), (x - gap * width, 1.93), red)
        arrow(ax, (x - 0.05 * width, 2.24), (x - 0.05 * width, 2.96), BLACK)
        arrow(ax, (x + 0.05 * width, 2.96), (x + 0.05 * width, 2.24), red)
        arrow(ax, (x, 1.76), (x, 0.78), red)
        share = rf"$\delta_{{{t}}}\, h_{{{t - 1}}}^\top$"
        ax.text(x + 0.06 * width, 1.25, share, va="center", fontsize=11, color=red)
    middle = 0.5 * (T + 1.3) * width
    text = r"$\partial L / \partial W_h = \Sigma_t\, \delta_t\, h_{t-1}^\top$"
    box(ax, middle, 0.5, text, red, (T - 0.3) * width)
    return ax


def reached_steps(position: int, T: int) -> range:
    """The steps that a gradient of the loss at `position` reaches in chunks of T; both from 1."""
    return range((position - 1) // T * T + 1, position + 1)


def truncated(ax: Axes, n: int, T: int, position: int) -> Axes:
    """n steps in chunks of T: where the gradient of the loss at step `position` goes and ends.

    Raises:
        ValueError: if `position` is not one of the n steps, or T is below 1.
    """
    if not 1 <= position <= n or T < 1:
        raise ValueError(f"step {position} of {n}, T = {T}: need 1 <= step <= n and T >= 1")
    width, red = ax.get_xlim()[1] / (n + 0.9), COLORS["output"]
    reached = reached_steps(position, T)
    for t in range(1, n + 1):
        x = (t + 0.2) * width
        color = COLORS["hidden"] if t <= position else GREY
        box(ax, x, 1.2, f"$h_{{{t}}}$", color, 0.62 * width)
        cut = (t - 1) % T == 0
        if t > 1:
            arrow(ax, (x - 0.69 * width, 1.27), (x - 0.31 * width, 1.27), color)
        if t in reached and t > reached.start:
            arrow(ax, (x - 0.31 * width, 1.12), (x - 0.69 * width, 1.12), red)
        if cut and t > 1:
            _cut(ax, x - 0.5 * width, strong=t == reached.start)
        if t in reached:
            box(ax, x, 0.35, f"$x_{{{t}}}$", red, 0.62 * width)
            arrow(ax, (x, 0.96), (x, 0.59), red)
        else:
            box(ax, x, 0.35, f"$x_{{{t}}}$", GREY, 0.62 * width)
    x = (position + 0.2) * width
    box(ax, x, 2.15, rf"$L_{{{position}}}$", COLORS["target"], 0.7 * width)
    arrow(ax, (x, 1.91), (x, 1.44), red)
    return ax


def _cut(ax: Axes, x: float, strong: bool) -> None:
    color = COLORS["output"] if strong else GREY
    ax.plot([x, x], [0.05, 1.75], color=color, lw=2 if strong else 1, ls=(0, (3, 2)))
    ax.text(x - 0.05, 1.68, "detach", ha="right", va="center", fontsize=9, color=color)


def token_grid(ax: Axes, rows: Sequence[Sequence[str]], T: int | None = None) -> Axes:
    """A batch of words, a row a sequence; padding is grey, a thick line ends each chunk of T."""
    widest = max(map(len, rows))
    for b, row in enumerate(rows):
        for t, word in enumerate(row):
            color = GREY if word == PAD_WORD else COLORS["input"]
            ax.add_patch(Rectangle((t, b), 1, 1, fc=color + "40", ec="white", lw=2))
            ax.text(t + 0.5, b + 0.5, word, ha="center", va="center", fontsize=9.5)
    if T is not None:
        for t in range(T, widest, T):
            ax.plot([t, t], [0, len(rows)], color=BLACK, lw=2)
    ax.set(xlim=(0, widest), ylim=(len(rows), 0), xticks=[])
    ax.set_yticks(np.arange(len(rows)) + 0.5, [f"row {b + 1}" for b in range(len(rows))])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
