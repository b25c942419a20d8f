"""What only the front page has: the list of lectures, and a figure that one can touch."""

import json
import math
import re
from html import escape
from pathlib import Path
from typing import ClassVar

import nbformat
import torch
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_lib.cells import Cell, ElmanCell, LSTMCell
from course_lib.gradients import gradient_norms

ROOT = Path(__file__).resolve().parents[2]
INPUT, HIDDEN, STEPS, SENTENCES = 32, 64, 50, 32
START = 20  # words back, where the slider stands at first
# room for labels that are twice as large on a phone, where the drawing is half as large
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 320, 84, 18, 12, 64
DECADES = 20

QUESTION = re.compile(r"\*\*The question left open\.\*\* (.+?)\n\n", re.DOTALL)
TIMES = re.compile(r"\*(Reading: .+?)\*$", re.DOTALL | re.MULTILINE)


def lectures() -> str:
    """A Markdown list: each lecture, the question it answers, how long it takes."""
    lines = []
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        opening = nbformat.read(path, as_version=4).cells[0].source
        title = opening.splitlines()[0].removeprefix("# ")
        question = QUESTION.search(opening)
        words = question[1] if question else "Is everything ready? How to read what follows."
        times = TIMES.search(opening)
        if not times:
            raise ValueError(f"{path.name}: its first cell does not say how long it takes")
        text = " ".join(f"{words} *{times[1]}*".split())
        lines.append(f"- [{title}](notebooks/{path.name})\\\n  {text}")
    return "\n".join(lines)


class Lectures(SphinxDirective):
    """Every lecture with its question, from its own first cell."""

    def run(self) -> list[nodes.Node]:
        """The list, parsed where the directive stands."""
        self.env.note_dependency(__file__)
        for path in ROOT.glob("notebooks/*.ipynb"):
            self.env.note_dependency(str(path))
        (listing,) = self.parse_text_to_nodes(lectures())
        listing["classes"] += ["lectures"]
        return [listing]


def surviving() -> dict[str, list[float]]:
    """For each kind of network, the share of the gradient that is left k = 0 … 50 words back.

    Untrained networks on random inputs; the geometric mean over 32 sentences. Lecture 06 measures
    the same, and trained ones too.
    """
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(SENTENCES, STEPS, INPUT, generator=draw)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        cells: dict[str, Cell] = {
            "Elman network": ElmanCell(INPUT, HIDDEN),
            "LSTM": LSTMCell(INPUT, HIDDEN),
            "LSTM that starts by remembering": LSTMCell(INPUT, HIDDEN, forget_bias=3.0),
        }
    shares = {}
    for name, cell in cells.items():
        norms = gradient_norms(cell, x)
        shares[name] = (norms / norms[:, :1]).log().mean(dim=0).exp().tolist()
    return shares


def in_words(share: float) -> str:
    """ "15 %", "1 in 70 thousand": two digits at most."""
    if share >= 0.01:
        return f"{100 * share:.0f} %"
    one_in = float(f"{1 / share:.1g}")
    for size, name in ((1e18, "quintillion"), (1e15, "quadrillion"), (1e12, "trillion"),
                       (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):  # fmt: skip
        if one_in >= size:
            return f"1 in {one_in / size:.0f} {name}"
    return f"1 in {one_in:.0f}"


def at_x(distance: int) -> float:
    """Where a distance stands in the drawing."""
    return LEFT + distance / STEPS * (WIDTH - LEFT - RIGHT)


def at_y(share: float) -> float:
    """Where a share stands in the drawing, on a logarithmic axis."""
    return TOP - math.log10(share) / DECADES * (HEIGHT - TOP - BOTTOM)


def drawing(shares: dict[str, list[float]]) -> str:
    """The curves, their axes, and the marks that the slider moves."""
    parts = []
    for decade in range(0, DECADES + 1, 5):
        y = at_y(10.0**-decade)
        power = f'<tspan dy="-0.5em" font-size="70%">−{decade}</tspan>'
        label = f"10{power}" if decade else "1"
        parts.append(
            f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(
            f'<text x="{LEFT - 8}" y="{y:.1f}" dy="0.3em" text-anchor="end">{label}</text>'
        )
    for distance in range(0, STEPS + 1, 10):
        parts.append(
            f'<text x="{at_x(distance):.1f}" y="{HEIGHT - BOTTOM + 28}" text-anchor="middle">'
            f"{distance}</text>"
        )
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">words back</text>')
    parts.append(
        f'<line class="here" x1="{at_x(START):.1f}" x2="{at_x(START):.1f}" y1="{TOP}" '
        f'y2="{HEIGHT - BOTTOM}"/>'
    )
    for number, values in enumerate(shares.values()):
        points = " ".join(f"{at_x(k):.1f},{at_y(v):.1f}" for k, v in enumerate(values))
        parts.append(f'<polyline class="kind{number}" points="{points}"/>')
        x, y = at_x(START), at_y(values[START])
        parts.append(f'<circle class="kind{number}" r="6" cx="{x:.1f}" cy="{y:.1f}"/>')
    return "\n".join(parts)


def figure() -> str:
    """The whole figure as HTML; `gradient.js` moves its marks and changes its words."""
    shares = surviving()
    data = {
        "x": [round(at_x(k), 1) for k in range(STEPS + 1)],
        "kinds": [
            {"y": [round(at_y(v), 1) for v in values], "words": [in_words(v) for v in values]}
            for values in shares.values()
        ],
    }
    rows = "\n".join(
        f'<div class="kind{number}"><dt>{escape(name)}</dt><dd>{in_words(values[START])}</dd></div>'
        for number, (name, values) in enumerate(shares.items())
    )
    lost = in_words(shares["Elman network"][STEPS])
    alt = (
        "Share of the gradient left against words back, logarithmic. The Elman network's line "
        f"falls steadily to {lost} after {STEPS} words, the LSTM's about half as steeply; the LSTM "
        "that starts by remembering stays nearly level."
    )
    return f"""<figure class="reach" data-curves="{escape(json.dumps(data))}">
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">
{drawing(shares)}
</svg>
<label for="reach">How far back is the word?</label> <output for="reach">{START} words</output>
<input id="reach" type="range" min="0" max="{STEPS}" value="{START}" aria-valuetext="{START} words">
<dl aria-live="polite">
{rows}
</dl>
</figure>"""


class Reach(SphinxDirective):
    """How much of the gradient is left, measured while the book is built."""

    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """The figure as it stands; HTML only."""
        self.env.note_dependency(__file__)
        return [nodes.raw("", figure(), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Two directives, and the script that moves the figure's marks."""
    app.add_directive("lectures", Lectures)
    app.add_directive("reach", Reach)
    app.add_js_file("gradient.js", loading_method="defer")
    return {"parallel_read_safe": True}
