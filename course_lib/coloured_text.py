"""Text coloured by a number per character: as a figure, and as HTML that can be read aloud.

Colour is never the only carrier: the HTML shows each value on hover and in a table, and a negative
value's character is underlined with dots.
"""

from html import escape

import matplotlib as mpl
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from numpy.typing import ArrayLike

from course_lib.plots import DIVERGING

VISIBLE = {"\n": "⏎", "\t": "⇥", " ": "·"}
"""What stands for characters that leave no ink."""
Color = Float[np.ndarray, "3"] | tuple[float, float, float]
"""Red, green and blue, each between 0 and 1."""
# not <pre>: the book lets one tab to those that scroll, and this is hidden from screen readers
_LIKE_CODE = "font-family:monospace;line-height:1.6;white-space:pre-wrap"
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def lines(text: str, width: int) -> list[tuple[int, int]]:
    """Where each shown line starts and ends: after a line break, or where it is `width` long."""
    bounds, start = [], 0
    for position, character in enumerate(text):
        if character == "\n" or position + 1 - start == width:
            bounds.append((start, position + 1))
            start = position + 1
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds


def draw_text(
    ax: Axes,
    text: str,
    values: ArrayLike,
    label: str,
    width: int = 80,
    limit: float | None = None,
) -> Axes:
    """Each character on a square whose colour is its value, zero in the middle of the map.

    Args:
        values: (T,), one a character.
        label: of the colour bar.
        limit: the value of the strongest colour; the largest size of a value if None.

    Raises:
        ValueError: if there is no character, or not one value a character.
    """
    numbers = _checked(text, values)
    bounds = lines(text, width)
    grid = np.full((len(bounds), max(end - start for start, end in bounds)), np.nan)
    for row, (start, end) in enumerate(bounds):
        grid[row, : end - start] = numbers[start:end]
    reach = limit or float(np.abs(numbers).max()) or 1.0
    image = ax.imshow(grid, cmap=DIVERGING, vmin=-reach, vmax=reach, aspect=1.9)
    for row, (start, end) in enumerate(bounds):
        for column, character in enumerate(text[start:end]):
            color = _ink(image.to_rgba(grid[row, column])[:3])
            faint = 0.45 if character in VISIBLE else 1.0
            shown = VISIBLE.get(character, character)
            ink = ax.text(column, row, shown, color=color, alpha=faint, ha="center", va="center",
                          family="DejaVu Sans Mono", fontsize=8, parse_math=False)  # fmt: skip
            ink.set_in_layout(False)  # it is inside the picture: nothing to measure, much faster
    ax.axis("off")
    ax.set_anchor("W")
    ax.figure.colorbar(image, ax=ax, label=label, fraction=0.02, pad=0.01, aspect=12)
    return ax


def html_text(text: str, values: ArrayLike, label: str, limit: float | None = None) -> str:
    """The same as HTML: coloured characters with their values on hover, and below them, folded, a
    table with a row for each.

    Raises:
        ValueError: if there is no character, or not one value a character.
    """
    numbers = _checked(text, values)
    reach = limit or float(np.abs(numbers).max()) or 1.0
    colors = mpl.colormaps[DIVERGING](np.clip(numbers / reach, -1, 1) / 2 + 0.5)[:, :3]
    spans, rows = [], []
    for character, value, color in zip(text, numbers, colors, strict=True):
        shown = VISIBLE.get(character, character)
        style = f"background:{to_hex(color)};color:{_ink(color)}"
        style += (
            ";border-bottom:2px dotted" if value < 0 else ";border-bottom:2px solid transparent"
        )
        spans.append(f'<span title="{value:+.2f}" style="{style}">{escape(shown)}</span>')
        spans.append("\n" if character == "\n" else "")
        rows.append(f"<tr><td>{escape(shown)}</td><td>{value:+.2f}</td></tr>")
    return (
        f'<figure style="margin:0"><figcaption>{escape(label)}</figcaption>'
        f'<div aria-hidden="true" style="{_LIKE_CODE}">{"".join(spans)}'
        f"</div><details><summary>The {len(text)} values as a table</summary><table><thead><tr>"
        f'<th scope="col">character</th><th scope="col">value</th></tr></thead><tbody>'
        f"{''.join(rows)}</tbody></table></details></figure>"
    )


def _checked(text: str, values: ArrayLike) -> Float[np.ndarray, " T"]:
    numbers = np.asarray(values, dtype=float)
    if not text or numbers.shape != (len(text),):
        raise ValueError(f"values {numbers.shape} for {len(text)} characters: need one for each")
    return numbers


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two colours (red, green, blue in [0, 1]): 1 to 21; text needs 4.5.

    Source: W3C (2018), Web Content Accessibility Guidelines 2.1, 1.4.3.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    part = np.asarray(color, dtype=float)
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _ink(background: Color) -> str:
    """Black or white, whichever is easier to read."""
    return to_hex(max(_BLACK, _WHITE, key=lambda ink: contrast(background, ink)))
