"""The book: guides, notation, and the lectures, executed; nothing in it asks the network."""

from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build"

project = "Recurrent networks"
author = "the course authors"
project_copyright = "2026, the course authors, BSD-3-Clause"
html_title = "Recurrent networks: from feedforward language models to attention"

extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = str(BUILD / "executed")
nb_execution_in_temp = True
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # scripts would come from the network
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

html_theme = "sphinx_book_theme"
html_theme_options = {"show_toc_level": 2, "use_download_button": True}
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_math_renderer = "mathml"
exclude_patterns = ["**/.ipynb_checkpoints"]


def copy_lectures() -> None:
    """Below Sphinx's folder, links to a guide one level up; unchanged copies stay untouched."""
    target = HERE / "lectures"
    target.mkdir(exist_ok=True)
    sources = {path.name: path for path in (HERE.parent / "notebooks").glob("*.ipynb")}
    for stale in {path.name for path in target.glob("*.ipynb")} - sources.keys():
        (target / stale).unlink()
    for name, path in sources.items():
        copy, source = target / name, path.read_bytes().replace(b"](../docs/", b"](../")
        if not copy.exists() or copy.read_bytes() != source:
            copy.write_bytes(source)


def inline_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula as MathML, which browsers draw without a script."""
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block_math(self: HTML5Translator, node: nodes.math_block) -> None:
    """A displayed formula as MathML."""
    self.body.append(f'<div class="displayed">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Copy the lectures and draw formulas as MathML."""
    copy_lectures()
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
