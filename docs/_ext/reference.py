"""Docstrings are written in Markdown, as lectures are; autodoc wants reStructuredText."""

import re
from textwrap import indent
from typing import Any

from sphinx.application import Sphinx

PART = re.compile(
    r"(?P<literal>:\w+:`[^`]+`|``[^`]+``)"
    r"|`(?P<code>[^`\n]+(?:\n[^`\n]+)?)`"
    r"|(?<!\\)\$\$?(?P<maths>[^$]+)\$\$?"
    r"|(?P<table>(?:^ *\|.*\| *$\n?){2,})"
    r"|(?P<bar>\|)",
    re.MULTILINE,
)


def part_as_rst(part: re.Match[str]) -> str:
    """One piece of Markdown as reStructuredText writes it."""
    if code := part["code"]:
        return f"``{code}``"
    if maths := part["maths"]:
        return f":math:`{' '.join(maths.split())}`"
    if table := part["table"]:
        return "\n::\n\n" + indent(table, "    ")
    return r"\|" if part["bar"] else part["literal"]


def as_rst(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Markdown's `code`, $maths$ and tables, in place."""
    lines[:] = PART.sub(part_as_rst, "\n".join(lines)).splitlines()


def setup(app: Sphinx) -> dict[str, bool]:
    """Docstrings pass through here before napoleon reads their sections."""
    app.connect("autodoc-process-docstring", as_rst, priority=400)
    return {"parallel_read_safe": True}
