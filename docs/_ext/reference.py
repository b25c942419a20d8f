"""Docstrings are written in Markdown, as lectures are; autodoc wants reStructuredText."""

import re
from textwrap import indent
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(?<![`:])`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
MATH = re.compile(r"(?<!\\)\$\$?(.+?)\$\$?", re.DOTALL)
TABLE = re.compile(r"(?m)(?:^ *\|.*\| *$\n?){2,}")


def as_rst(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Markdown's `code` and $maths$, which docstrings use, as reStructuredText wants them."""
    text = TABLE.sub(lambda found: "\n::\n\n" + indent(found[0], "    "), "\n".join(lines))
    text = MATH.sub(lambda found: f":math:`{' '.join(found[1].split())}`", text)
    pieces = re.split(r"(:math:`[^`]+`|``[^`]+``|\n::\n(?:\n| .*)+)", CODE.sub(r"``\1``", text))
    pieces[::2] = [piece.replace("|", r"\|") for piece in pieces[::2]]
    lines[:] = "".join(pieces).splitlines()


def setup(app: Sphinx) -> dict[str, bool]:
    """Docstrings pass through here before napoleon reads their sections."""
    app.connect("autodoc-process-docstring", as_rst, priority=400)
    return {"parallel_read_safe": True}
