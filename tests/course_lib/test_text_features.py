"""Gold features of text: Python's own tokenizer is the oracle; C and prose by hand."""

import io
import sysconfig
import tokenize
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib.text_features import c_features, columns, prose_features, python_features

NAMES = ("in quotes", "in triple quotes", "in comment", "brackets", "indentation")
STDLIB = Path(sysconfig.get_paths()["stdlib"])


def oracle(text: str) -> dict[str, np.ndarray]:
    """The same from `tokenize`: (row, column) pairs become positions in the text."""
    starts = np.cumsum([0, *(len(line) for line in text.splitlines(keepends=True))])
    found = {name: np.zeros(len(text) + 1) for name in NAMES}
    pending = nested = 0
    f_start = -1
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        at, end = (int(starts[row - 1]) + column for row, column in (token.start, token.end))
        kind = tokenize.tok_name[token.type]
        pending += {"INDENT": 1, "DEDENT": -1}.get(kind, 0)
        if kind not in ("INDENT", "DEDENT", "COMMENT", "NL", "NEWLINE", "ENDMARKER"):
            found["indentation"][at] += pending  # at the first character of a statement
            pending = 0
        if kind == "FSTRING_START":  # Python 3.12 and later: take it as one string
            f_start, nested = (f_start, nested + 1) if f_start >= 0 else (at, 0)
        elif kind == "FSTRING_END" and nested:
            nested -= 1
        elif kind == "FSTRING_END" or (kind == "STRING" and f_start < 0):
            at, f_start = (f_start if kind == "FSTRING_END" else at), -1
            at += len(text[at:end]) - len(text[at:end].lstrip("rRbBfFuU"))
            triple = text[at : at + 3] in ('"""', "'''") and end - at >= 6
            found["in triple quotes" if triple else "in quotes"][at : end - 1] = 1
        elif f_start < 0 and kind == "COMMENT":
            found["in comment"][at:end] = 1
        elif f_start < 0 and kind == "OP" and token.string in "()[]{}":
            found["brackets"][at] += 1 if token.string in "([{" else -1
    for name in ("brackets", "indentation"):
        found[name] = found[name].cumsum()
    return {name: values[:-1] for name, values in found.items()}


def assert_equal_to_oracle(text: str) -> None:
    ours = python_features(text)
    for name, gold in oracle(text).items():
        wrong = np.flatnonzero(ours[name] != gold)
        assert not len(wrong), (
            f"{name} at {wrong[0]}: {text[max(0, wrong[0] - 30) : wrong[0] + 9]!r}"
        )


@pytest.mark.parametrize("module", ["argparse", "tokenize", "textwrap", "inspect"])
def test_modules_of_python_itself(module: str) -> None:
    assert_equal_to_oracle((STDLIB / f"{module}.py").read_text("utf-8"))


PIECES = [
    "x = 1", "f(a, [b], {'c': (d,)})", "'a # \"b'", '"it\'s \\" so"', "r'\\''", "b'\\\\'",
    "f'{x}'", "# a ' comment \" (", "x = ( # [", "'''one\n two ' '' three'''",
    '"""tab\t\n\n  # no comment \\""" ""', "rb''", '""', "''''''", "y = 1 + \\\n      2",
    "(\n        1,\n\n  # inside\n  2)", "", "    ", "\t", "lambda: [\n]", "'a\\\nb'",
]  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Statements at random depths; every block has something in it."""
    lines, depth = [], 0
    for piece in draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12)):
        if not piece.strip() or piece.startswith("#"):
            lines.append(" " * draw(st.integers(0, 9)) + piece)
            continue
        depth = draw(st.integers(0, depth))
        indent = ("\t" if depth % 2 else "    ") * depth if depth < 2 else "    \t" + "  " * depth
        if draw(st.booleans()):
            lines += [indent + "if x:  # why"]
            depth += 1
            indent = (
                ("\t" if depth % 2 else "    ") * depth if depth < 2 else "    \t" + "  " * depth
            )
        lines.append(indent + piece.replace("# [", "# [\n 1)"))
    return "\n".join(lines) + "\n"


@settings(deadline=None, max_examples=150)
@given(programs())
def test_made_up_programs(text: str) -> None:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError):
        tokens = []
    assume(tokens and not any(token.type == tokenize.ERRORTOKEN for token in tokens))
    assert_equal_to_oracle(text)


def test_what_is_still_being_typed() -> None:
    f = python_features("g(a[1, 'so long")
    assert f["in quotes"].tolist() == [0] * 7 + [1] * 8
    assert f["brackets"].tolist() == [0, 1, 1] + [2] * 12
    assert python_features('"""so\n\n# long')["in triple quotes"].all()
    assert python_features("'''a''")["in triple quotes"].all()
    f = python_features("'open\nx)) = 'b\\")
    assert f["in quotes"].tolist() == [1] * 5 + [0] * 7 + [1, 1, 0]
    assert f["brackets"].max() == 0
    assert all(len(values) == 0 for values in python_features("").values())


def test_each_feature_knows_only_the_past() -> None:
    """But for whether two quotes open a third, and a long string's end: those need a look ahead."""
    text = (STDLIB / "textwrap.py").read_text("utf-8")[:3000]
    whole = python_features(text)
    for end in range(40, 3000, 97):
        part = python_features(text[:end])
        for name, values in part.items():
            np.testing.assert_array_equal(values[: end - 3], whole[name][: end - 3])


def test_columns() -> None:
    assert columns("ab\n\nc\td\n").tolist() == [1, 2, 0, 0, 1, 2, 3, 0]


def test_c_by_hand() -> None:
    text = 'f("a\\"/*", \'{\') { /* "( */ x[1]; // }\n}'
    f = c_features(text)
    show = {name: "".join(str(int(v)) for v in values) for name, values in f.items()}
    assert show["in quotes"] == "00111111000" + "110" + "0" * (len(text) - 14)
    assert show["in comment"][text.index('/* "(') :] == "111111" + "10" + "0" * 7 + "1111" + "00"
    assert show["brackets"].replace("0", "") == "1" * 13 + "11"
    assert show["indentation"] == "0" * 16 + "1" * (len(text) - 17) + "0"
    assert c_features("}}{")["indentation"].tolist() == [0, 0, 1]
    assert c_features("/* never closed")["in comment"].all()


def test_prose_by_hand() -> None:
    f = prose_features('He: “So\nlong.” "a"b\n\n“left open\n\nnew')
    marks = "".join(str(int(v)) for v in f["in quotes"])
    assert (
        marks
        == "0000" + "111" + "1" + "11111" + "0" + "0" + "110" + "0" + "00" + "1" * 10 + "00" + "000"
    )
    assert f["letters"][:8].tolist() == [1, 2, 0, 0, 0, 1, 2, 0]
    assert f["column"][7] == 0
    assert f["column"].max() == 11
