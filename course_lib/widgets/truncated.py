"""Explorers for training through time: the loss of each step, and where its gradient ends."""

from collections.abc import Sequence

from ipywidgets import IntSlider
from matplotlib.figure import Figure

from course_lib import diagrams
from course_lib.widgets.explorer import Explorer


def draw_training(
    words: Sequence[str], guesses: Sequence[str], losses: Sequence[float], step: int
) -> tuple[Figure, str]:
    """A `diagrams.training_frame`, and what is new in it."""
    n = len(words) - 1
    fig, ax = diagrams.canvas(1.55 * (n + 1), 5.0)
    diagrams.training_frame(ax, words, guesses, losses, step)
    if step > n:
        return fig, f"The average of the {n} losses: {sum(losses) / n:.2f} nats a word."
    said = (
        f"Step {step}: after “{' '.join(words[:step])}” the model's best guess is "
        f"“{guesses[step - 1]}”; the true word “{words[step]}” costs {losses[step - 1]:.2f} nats"
    )
    forced = step < n and guesses[step - 1] != words[step]
    return fig, said + (", and is the next input all the same." if forced else ".")


def draw_truncated(n: int, T: int, position: int) -> tuple[Figure, str]:
    """A `diagrams.truncated` drawing, and what it says about the gradient and the state."""
    fig, ax = diagrams.canvas(0.72 * (n + 0.9), 2.5)
    diagrams.truncated(ax, n, T, position)
    reached = diagrams.reached_steps(position, T)
    first, steps = reached.start, len(reached)
    where = f"step {first} alone" if steps == 1 else f"steps {first} to {position}"
    said = f"T = {T}: the gradient of the loss at step {position} reaches {where}. "
    if first == 1:
        return fig, said + "It is the first chunk: nothing is cut off."
    carried = f"State {first - 1} is carried in as a number and detached: "
    return fig, said + carried + f"steps 1 to {first - 1} are remembered, but not taught."


def training_explorer(
    words: Sequence[str], guesses: Sequence[str], losses: Sequence[float]
) -> Explorer:
    """Reveal the training of a sentence one step at a time; last comes the average.

    Args:
        words: n + 1 words; each but the last is an input, each but the first a target.
        guesses: the model's most probable word at each of the n steps.
        losses: nats of the true next word at each step.
    """

    def draw(step: int) -> tuple[Figure, str]:
        return draw_training(words, guesses, losses, step)

    return Explorer(draw, step=IntSlider(1, 1, len(words), description="Step"))


def truncated_explorer(n: int = 15, T: int = 5, position: int = 13) -> Explorer:
    """Choose a chunk length and a step: how far back does its loss teach?"""

    def draw(T: int, position: int) -> tuple[Figure, str]:
        return draw_truncated(n, T, position)

    return Explorer(
        draw,
        T=IntSlider(T, 1, n, description="Chunk length T"),
        position=IntSlider(position, 1, n, description="Loss at step"),
    )
