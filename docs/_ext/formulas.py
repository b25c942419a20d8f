"""Formulas as MathML, which browsers draw without a script, and a font for those who have none."""

import re
from pathlib import Path

import matplotlib
from docutils import nodes
from fontTools.ttLib import TTFont
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

# DejaVu Serif has mathematical italics, stretching brackets and a free licence, and comes with
# matplotlib. Where indices stand it leaves at zero; these are the values of other maths fonts.
FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf")
SHIFTS = {  # in thousandths of an em
    "SubscriptShiftDown": 250,
    "SubscriptTopMax": 340,
    "SubscriptBaselineDropMin": 140,
    "SuperscriptShiftUp": 380,
    "SuperscriptShiftUpCramped": 310,
    "SuperscriptBottomMin": 220,
    "SuperscriptBaselineDropMax": 280,
    "SubSuperscriptGapMin": 120,
    "SuperscriptBottomMaxWithSubscript": 340,
}
FUNCTION = re.compile(r"(<mi>(?:arg|cos|det|exp|ln|log|max|min|sin|tanh)</mi>)(?=<m(?:i|n|sub)\b)")


def mathml(latex: str, display: str = "inline") -> str:
    """The formula as MathML; a function's name stands apart from what it is applied to."""
    latex = latex.replace("{aligned}", "{align*}")  # the same, and known to the converter
    return FUNCTION.sub(r'\1<mspace width="0.17em"/>', convert(latex, display=display))


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line of text."""
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def block_math(self: HTML5Translator, node: nodes.math_block) -> None:
    """A displayed formula; one that is wider than the page can be scrolled, by keyboard too."""
    formula = mathml(node.astext(), "block")
    self.body.append(f'<div class="displayed" tabindex="0">{formula}</div>')
    raise nodes.SkipNode


def bring_font(app: Sphinx) -> None:
    """Beside the style sheet that names it."""
    font = TTFont(FONT)
    for name, shift in SHIFTS.items():
        getattr(font["MATH"].table.MathConstants, name).Value = (
            shift * font["head"].unitsPerEm // 1000
        )
    target = Path(app.outdir, "_static", "course-math.ttf")
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the renderer that conf.py need not choose: it is the only one."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.config.html_math_renderer = "mathml"
    app.connect("builder-inited", bring_font)
    return {"parallel_read_safe": True}
