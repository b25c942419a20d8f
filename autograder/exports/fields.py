"""Fields of a CSV file that nobody's spreadsheet takes for a formula.

A field that begins with one of = + - @, a tab or a line's end is a formula to Excel, LibreOffice
and Google Sheets, quoted or not (CWE-1236; OWASP, "CSV Injection"); where a semicolon separates
fields, as in half of Europe, so is what follows a semicolon.
"""

import re

_FORMULA = re.compile(r"\A(?=\s*[=+\-@＝＋－＠\t\r\n])|(?<=;)(?=\s*[=+\-@＝＋－＠])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(text: str) -> str:
    """The text with an apostrophe before whatever would be a formula, and nothing unprintable."""
    return _FORMULA.sub("'", _CONTROL.sub("", text.encode("utf-8", "replace").decode()))


def one_line(text: str) -> str:
    """`plain`, with every run of white space as one space: for readers that count lines."""
    return plain(" ".join(text.split()))


def is_exact(identity: str) -> bool:
    """Whether an id can be written as it is: what other systems match must not be escaped."""
    return bool(identity) and one_line(identity) == identity


def number(value: float | None) -> str:
    """Points without a needless zero; nothing for None."""
    return "" if value is None else f"{value:.10g}"
