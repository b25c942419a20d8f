"""HTML that is safe to open: notebook content in, a sanitised fragment that loads nothing out."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import latex2mathml.converter
import nh3
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

MAX_TEXT = 60_000  # characters of one source or output; a page is for reading
MAX_LATEX = 2_000
REPEATS = 4  # times as much as a cell's attachments may be embedded, each mention being a copy
MAX_ENVIRONMENTS = 200  # the parser looks for the end of each in all of the text
MATHML = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot"}
    | {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
    | {"mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"}
)
TAGS = (nh3.ALLOWED_TAGS | MATHML | {"input"}) - {"map", "area"}
ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "title"},
    "math": {"display"},
    "mo": {"stretchy", "fence", "separator", "form", "lspace", "rspace"},
    "mi": {"mathvariant"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
    "mtd": {"columnalign", "columnspan"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "input": {"type", "disabled", "checked"},
}
OWN_CLASS = "ag-"  # of the page around the content
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


def clean(html: str) -> str:
    """Drop scripts, styles, handlers, forms, and every image that is not inside the page."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_own_content_only,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _own_content_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if value.startswith(tuple(f"data:{kind};base64," for kind in IMAGES)) else None
    if attribute in ("href", "cite") and not value.startswith(("http:", "https:", "mailto:", "#")):
        return None
    if tag == "input" and attribute == "type":
        return "checkbox"  # task lists, nothing to type into
    if attribute == "class":  # a submission must not dress up as the page's own parts
        return " ".join(name for name in value.split() if not name.startswith(OWN_CLASS))
    return value


def math(latex: str, display: bool = False) -> str:
    """MathML, or the LaTeX itself where it cannot be converted; not yet sanitised."""
    try:
        if len(latex) > MAX_LATEX:
            raise ValueError("too long to convert")
        return latex2mathml.converter.convert(latex, display="block" if display else "inline")
    except Exception:  # the converter raises dozens of kinds on what students type
        return f"<code>{escape(latex)}</code>"


class _LocalMath(IPythonRenderer):
    """nbconvert's Markdown, with formulas converted here instead of in a browser.

    Raises:
        ValueError: pictures are repeated beyond what a page should hold.
    """

    embedded = 0

    def _embed_image_or_attachment(self, src: str) -> str:
        found = super()._embed_image_or_attachment(src)
        self.embedded += len(found)
        given = sum(len(data) for kinds in self.attachments.values() for data in kinds.values())
        if src.startswith("attachment:") and self.embedded > REPEATS * given + MAX_TEXT:
            raise ValueError("pictures repeated too often")
        return found

    def block_math(self, body: str) -> str:
        return math(body, display=True)

    def inline_math(self, body: str) -> str:
        return math(body)

    def latex_environment(self, name: str, body: str) -> str:
        return math(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def markdown(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Sanitised HTML of one Markdown cell, formulas as MathML."""
    return _with_attachments(source, attachments) if attachments else _plain_markdown(source)


@lru_cache(maxsize=512)  # the task's text is the same for a whole class
def _plain_markdown(source: str) -> str:
    return _with_attachments(source, {})


def _with_attachments(source: str, attachments: Mapping[str, Any]) -> str:
    if source.count(r"\begin{") > MAX_ENVIRONMENTS:
        return preformatted(source)
    try:
        renderer = _LocalMath(
            escape=False, exclude_anchor_links=True, attachments=dict(attachments)
        )
        return clean(MarkdownWithMath(renderer=renderer).render(short(source)))
    except Exception:  # nesting beyond the parser's stack, a missing attachment, ...
        return preformatted(source)


@lru_cache(maxsize=512)
def code(source: str) -> str:
    """Python source with Pygments' classes."""
    return clean(highlight(short(source), PythonLexer(), HtmlFormatter(cssclass="source")))


def preformatted(text: str) -> str:
    """Plain text, terminal colours kept."""
    return clean(f'<pre class="output">{ansi2html(short(text))}</pre>')


def short(text: str) -> str:
    """Text cut to what fits a page, saying so."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}\n… {len(text) - MAX_TEXT:,} more characters not shown"


def outputs(items: Iterable[Mapping[str, Any]], max_items: int = 200) -> str:
    """Sanitised HTML of a cell's nbformat outputs."""
    shown = list(items)
    parts = [_output(item) for item in shown[:max_items]]
    if len(shown) > max_items:
        parts.append(preformatted(f"… {len(shown) - max_items:,} more outputs not shown"))
    return "\n".join(parts)


def _output(item: Mapping[str, Any]) -> str:
    kind = item.get("output_type")
    if kind == "stream":
        return preformatted(joined(item.get("text", "")))
    if kind == "error":
        return preformatted("\n".join(map(str, item.get("traceback") or [])) or error_line(item))
    return _rich(item.get("data") or {})


def _rich(data: Mapping[str, Any]) -> str:
    for mime in IMAGES:
        if mime in data:
            return _image(mime, joined(data[mime]), joined(data.get("text/plain", "figure")))
    if "text/html" in data:
        return clean(f'<div class="rich">{short(joined(data["text/html"]))}</div>')
    if "text/latex" in data:
        return clean(math(joined(data["text/latex"]).strip().strip("$"), display=True))
    if "text/markdown" in data:
        return markdown(joined(data["text/markdown"]))
    return preformatted(joined(data.get("text/plain", "")))


def _image(mime: str, content: str, alt: str) -> str:
    # As an <img>, an SVG runs no script and fetches nothing.
    raw = content.encode() if mime == "image/svg+xml" else _decoded(content)
    if not raw:
        return preformatted("(an image that cannot be read)")
    packed = base64.b64encode(raw).decode()
    return clean(f'<img src="data:{mime};base64,{packed}" alt="{escape(alt[:200])}">')


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def error_line(item: Mapping[str, Any]) -> str:
    """`Name: message` of an error output, without its traceback."""
    name, value = str(item.get("ename", "Error")), str(item.get("evalue", ""))
    return f"{name}: {value}" if value else name


def joined(text: Any) -> str:
    """nbformat's text: one string or a list of lines."""
    return "".join(map(str, text)) if isinstance(text, list | tuple) else str(text)
