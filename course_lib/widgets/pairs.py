"""An explorer that asks a trained pair model: any premise against any hypothesis."""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
from ipywidgets import SelectionSlider
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.plots import COLORS, DIVERGING, light_grid
from course_lib.widgets.explorer import Explorer

Probe = Callable[[str, str], tuple[Float[Tensor, " C"], Float[Tensor, "4 H"]]]
"""From two sentences to the probabilities of the classes, and to the rows u, v, |u - v|, u * v."""
ROWS = ("u", "v", "|u − v|", "u ⊙ v")


def draw_pair(
    probe: Probe, labels: Sequence[str], gold: Callable[[str, str], int], first: str, second: str
) -> tuple[Figure, str]:
    """Probabilities beside the features that they were made of; the words say both."""
    probabilities, features = probe(first, second)
    best, right = int(probabilities.argmax()), gold(first, second)
    fig, (ax, beside) = plt.subplots(1, 2, figsize=(11, 2.6), width_ratios=(1, 2))
    colors = [COLORS["target"] if k == right else COLORS["output"] for k in range(len(labels))]
    ax.barh(range(len(labels)), probabilities.tolist(), color=colors)
    names = [f"{name} (true)" if k == right else name for k, name in enumerate(labels)]
    ax.set_yticks(range(len(labels)), names)
    ax.set(xlim=(0, 1), ylim=(len(labels) - 0.5, -0.5), xlabel="probability")
    light_grid(ax, axis="x")
    reach = float(features.abs().max())
    image = beside.imshow(
        features.detach().numpy(), aspect="auto", cmap=DIVERGING, vmin=-reach, vmax=reach
    )
    beside.set_yticks(range(len(ROWS)), ROWS)
    beside.set_xlabel("dimension of the encoding")
    fig.colorbar(image, ax=beside, label="value")
    fig.tight_layout()
    difference, agreement = features[2].mean(), features[3].mean()
    words = (
        f"“{first}” against “{second}”: the model says {labels[best]} "
        f"({probabilities[best]:.0%}), the truth is {labels[right]}. "
        f"Mean of |u − v| {difference:.2f}, of u ⊙ v {agreement:.2f}."
    )
    return fig, words


def pair_explorer(
    probe: Probe,
    labels: Sequence[str],
    gold: Callable[[str, str], int],
    firsts: Sequence[str],
    seconds: Sequence[str],
) -> Explorer:
    """Choose a premise and a hypothesis.

    Args:
        probe: the model.
        gold: the number of the true label.
        firsts, seconds: the sentences to choose from.
    """
    return Explorer(
        lambda first, second: draw_pair(probe, labels, gold, first, second),
        # a slider has room for a few letters: the caption says both sentences in full
        first=SelectionSlider(options=list(firsts), description="Premise", readout=False),
        second=SelectionSlider(options=list(seconds), description="Hypothesis", readout=False),
    )
