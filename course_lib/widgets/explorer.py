"""The shell of every explorer: controls in, one figure with its words out."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure

from course_lib.plots import COLORS, img_tag, png_bytes

Draw = Callable[..., tuple[Figure, str]]


def message(text: str) -> tuple[Figure, str]:
    """What to show where there is nothing to draw: why, and what to do."""
    fig, ax = plt.subplots(figsize=(10, 0.8))
    ax.axis("off")
    ax.text(0.5, 0.5, text, ha="center", va="center", wrap=True, color=COLORS["output"])
    return fig, text


class Explorer:
    """Draws again whenever a control changes.

    Args:
        draw: takes the controls' values by name; returns a figure and its text alternative,
            which is also shown as the caption, so that a screen reader hears each change.
        controls: ipywidgets with a `value` and a `description`.

    Raises:
        ValueError: if a control has no description to label it.
    """

    def __init__(self, draw: Draw, **controls: Any) -> None:
        if bare := [name for name, control in controls.items() if not control.description]:
            raise ValueError(f"every control needs a label; no description on {bare}")
        self.draw = draw
        self.controls = controls
        self.picture = ipywidgets.HTML(self._drawn())
        for control in controls.values():
            control.style.description_width = "initial"
            control.layout.width = "28em"
            control.observe(self._redraw, names="value")

    def show(self) -> None:
        """Displays the controls over the figure; without a kernel, the figure alone."""
        box = ipywidgets.VBox([*self.controls.values(), self.picture])
        bundle = {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": box.model_id,
            },
            "text/html": self.picture.value,
            "text/plain": "An explorer: run the notebook to use it.",
        }
        display(bundle, raw=True)

    def _redraw(self, change: object) -> None:
        self.picture.value = self._drawn()

    def _drawn(self) -> str:
        fig, words = self.draw(**{name: control.value for name, control in self.controls.items()})
        png = png_bytes(fig)
        plt.close(fig)
        caption = f'<figcaption aria-live="polite">{escape(words)}</figcaption>'
        return f'<figure style="margin:0">{img_tag(png, words)}{caption}</figure>'
