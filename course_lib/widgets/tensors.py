"""An explorer for the shape that everything in the course has."""

import matplotlib.pyplot as plt
from ipywidgets import IntSlider
from matplotlib.figure import Figure

from course_lib import diagrams
from course_lib.widgets.explorer import Explorer


def draw_tensor(B: int, T: int, D: int) -> tuple[Figure, str]:
    """A batch of embedded sentences, and how many numbers it holds."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    diagrams.tensor_stack(ax, B, T, D)
    words = f"Shape ({B}, {T}, {D}): {B} × {T} × {D} = {B * T * D} numbers."
    return fig, words


def tensor_explorer() -> Explorer:
    """Change the sizes of a (B, T, D) tensor and see it."""
    return Explorer(
        draw_tensor,
        B=IntSlider(2, 1, 4, description="Batch size B"),
        T=IntSlider(3, 1, 6, description="Time steps T"),
        D=IntSlider(4, 1, 8, description="Embedding size D"),
    )
