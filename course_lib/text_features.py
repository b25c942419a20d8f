"""What is true at each character of a text: in quotes, in a comment, how deep, how far right.

The gold for `cell_probe`. Every feature is a number per character and says what holds *after* that
character, as a state does: the opening quote is inside the quotes, the closing one is not.
"""

import re
from collections.abc import Callable
from itertools import accumulate

import numpy as np
from jaxtyping import Float

Features = dict[str, Float[np.ndarray, " T"]]

_TAB = 8
_PYTHON = re.compile(
    r"""
    (?P<triple>(?P<t>\"{3}|'{3})(?:\\.|(?!(?P=t))[^\\])*(?P<t_end>(?P=t))?)
  | (?P<quoted>(?P<q>["'])(?:\\.|(?!(?P=q))[^\\\n])*(?P<q_end>(?P=q))?)
  | (?P<comment>\#[^\n]*)
  | (?P<newline>\n)
  | (?P<blank>[ \t\f]+)
  | (?P<bracket>[()\[\]{}])
  | (?P<other>[^"'\#\n \t\f()\[\]{}\\]+|\\\n|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_C = re.compile(
    r"""
    (?P<long_comment>/\*.*?(?P<c_end>\*/|\Z))
  | (?P<comment>//[^\n]*)
  | (?P<quoted>(?P<q>["'])(?:\\.|(?!(?P=q))[^\\\n])*(?P<q_end>(?P=q))?)
  | (?P<bracket>[()\[\]])
  | (?P<brace>[{}])
  | (?P<other>[^"'/()\[\]{}]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTES = re.compile(r"“[^”]*?(?:(?P<end>”)|(?=\n\s*\n)|\Z)|\"[^\"]*?(?:(?P<e>\")|(?=\n\s*\n)|\Z)")


def python_features(text: str) -> Features:
    """Of Python source, complete or as far as someone has typed it.

    - `in quotes`: in a string on one line; `in triple quotes`: in one that may have many.
    - `in comment`.
    - `brackets`: how many are open, outside strings and comments.
    - `indentation`: how many blocks are open, from the first character of a statement on. Blank
      lines, comments and lines that continue a statement change nothing.
    - `column`: characters since the line began.

    An f-string is one string. One that holds quotes of its own kind (Python 3.12) is cut short.
    """
    marks = {name: np.zeros(len(text)) for name in ("triple", "quoted", "comment")}
    steps = np.zeros(len(text))
    blocks = _Blocks(len(text))
    open_brackets = 0
    for match in _PYTHON.finditer(text):
        kind, start, end = match.lastgroup or "", match.start(), match.end()
        if kind in marks:
            closed = match["t_end"] or match["q_end"]
            marks[kind][start : end - 1 if closed else end] = 1
        elif kind == "bracket":
            step = 1 if match[0] in "([{" else -min(open_brackets, 1)
            steps[start] = step
            open_brackets += step
        blocks.read(kind, match[0], start, open_brackets)
    return {
        "in quotes": marks["quoted"],
        "in triple quotes": marks["triple"],
        "in comment": marks["comment"],
        "brackets": steps.cumsum(),
        "indentation": blocks.depth(),
        "column": columns(text),
    }


class _Blocks:
    """The indents that are open, as Python's own tokenizer counts them."""

    def __init__(self, length: int) -> None:
        self.indents, self.width, self.at_start = [0], 0, True
        self.changes = np.zeros(length)

    def read(self, kind: str, token: str, at: int, open_brackets: int) -> None:
        if kind == "newline":
            self.at_start, self.width = open_brackets == 0, 0
        elif not self.at_start or kind == "comment":
            return
        elif kind == "blank":
            self.width = indent_width(token)
        else:  # the first token of a statement
            self.at_start = False
            before = len(self.indents)
            while self.width < self.indents[-1]:
                self.indents.pop()
            if self.width > self.indents[-1]:
                self.indents.append(self.width)
            self.changes[at] = len(self.indents) - before

    def depth(self) -> Float[np.ndarray, " T"]:
        return self.changes.cumsum()


def indent_width(blanks: str) -> int:
    """Columns that spaces and tabs at a line's start are wide; a form feed starts anew."""
    width = 0
    for character in blanks:
        width = {" ": width + 1, "\t": (width // _TAB + 1) * _TAB}.get(character, 0)
    return width


def c_features(text: str) -> Features:
    """Of C source: `in quotes`, `in comment`, `brackets` (round and square), `indentation` (how
    many braces are open) and `column`, as `python_features` has them."""
    marks = {name: np.zeros(len(text)) for name in ("quoted", "comment", "long_comment")}
    steps = {name: np.zeros(len(text)) for name in ("bracket", "brace")}
    for match in _C.finditer(text):
        kind, start, end = match.lastgroup or "", match.start(), match.end()
        if kind in marks:
            closed = match["c_end"] or match["q_end"]
            marks[kind][start : end - 1 if closed else end] = 1
        elif kind in steps:
            steps[kind][start] = 1 if match[0] in "([{" else -1
    return {
        "in quotes": marks["quoted"],
        "in comment": marks["comment"] + marks["long_comment"],
        "brackets": _never_negative(steps["bracket"]),
        "indentation": _never_negative(steps["brace"]),
        "column": columns(text),
    }


def prose_features(text: str) -> Features:
    """Of hard-wrapped prose: `column`, `in quotes` (“…” or "…", at most to the paragraph's end)
    and `letters`, those of the word so far."""
    quotes = np.zeros(len(text))
    for match in _QUOTES.finditer(text):
        closed = match["end"] or match["e"]
        quotes[match.start() : match.end() - 1 if closed else match.end()] = 1
    return {"column": columns(text), "in quotes": quotes, "letters": _runs(text, str.isalpha)}


def columns(text: str) -> Float[np.ndarray, " T"]:
    """Characters since the line began, this one included; 0 at a line's end."""
    return _runs(text, lambda character: character != "\n")


def _runs(text: str, inside: Callable[[str], bool]) -> Float[np.ndarray, " T"]:
    counts = accumulate(text, lambda n, ch: n + 1 if inside(ch) else 0, initial=0)
    return np.array(list(counts)[1:], dtype=float)


def _never_negative(steps: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Running sums that a step down from zero leaves at zero."""
    return np.array(list(accumulate(steps, lambda n, step: max(0.0, n + step), initial=0.0))[1:])
