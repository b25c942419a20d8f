"""Formulas as MathML, which browsers draw without a script, and a font for those who have none."""

from pathlib import Path

import matplotlib
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset
from sphinx.writers.html5 import HTML5Translator

# DejaVu Serif has a table of mathematics, and a free licence; it comes with matplotlib
FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf")


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line of text."""
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block_math(self: HTML5Translator, node: nodes.math_block) -> None:
    """A displayed formula; one that is wider than the page can be scrolled, by keyboard too."""
    formula = convert(node.astext(), display="block")
    self.body.append(f'<div class="displayed" tabindex="0">{formula}</div>')
    raise nodes.SkipNode


def bring_font(app: Sphinx) -> None:
    """Beside the style sheet that names it."""
    copy_asset(FONT, app.outdir / "_static")


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the renderer that conf.py need not choose: it is the only one."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.config.html_math_renderer = "mathml"
    app.connect("builder-inited", bring_font)
    return {"parallel_read_safe": True}
