"""Which tests stay out of a replay; the oracle for names is a namespace that notes what is read."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.job import Cell, Job, Role
from autograder.names import reads
from autograder.replay import unneeded


class Notes(dict[str, Any]):
    """A namespace that knows which names were asked for before the code had bound them."""

    def __init__(self, **values: Any) -> None:
        super().__init__(values)
        self.own: set[str] = set()
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked |= {name} - self.own
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.own.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.asked |= {name} - self.own
        super().__delitem__(name)


NAMES = st.sampled_from("abcd")
SIMPLE = (
    *("{0} = {1}", "{0} += {1}", "del {0}", "{0}, {1} = {2}, 2", "{0}: int = {1}", "print({0})"),
    *("import math as {0}", "({0} := {1})", "print([{0} for {0} in [{1}, {2}] if {0}])", "1 / 0"),
    *("def f({0}={1}):\n    {2} = {0}\n    return {3} + {2}", "f()", "f = lambda {0}: {0} + {1}"),
)
COMPOUND = (
    *("for {0} in [{1}] * 2:", "for {0}, {1} in []:", "if {0}:", "while not {0}:"),
    *("with nullcontext({0}) as {1}:", "with suppress(Exception):", "with nullcontext():"),
    *(
        "with nullcontext({0}) as {1}, suppress(Exception):",
        "try:",
        "for g[{0}], {1} in [({2}, {3})]:",
    ),
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> str:
    """A few statements about four names, nested up to that depth."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        nested = depth and draw(st.booleans())
        words = [draw(NAMES) for _ in range(4)]
        statement = draw(st.sampled_from(COMPOUND if nested else SIMPLE)).format(*words)
        if nested:
            statement += "\n" + indented(draw(blocks(depth - 1)))
            if statement.startswith("try"):
                statement += f"\nexcept Exception as {words[0]}:\n    {words[1]} = {words[2]}"
            elif statement.startswith(("if", "for", "while")) and draw(st.booleans()):
                statement += "\nelse:\n" + indented(draw(blocks(depth - 1)))
            if statement.startswith("while"):
                statement = statement.replace(":\n", ":\n    break\n", 1)
        lines.append(statement)
    return "\n".join(lines)


def indented(block: str) -> str:
    return "\n".join("    " + line for line in block.splitlines())


@given(blocks())
def test_no_name_is_read_that_is_not_found(source: str) -> None:
    space = Notes(a=0, b=1, c=2, d=3, print=lambda _: None, f=lambda: 0, g={})
    space |= {"suppress": contextlib.suppress, "nullcontext": contextlib.nullcontext}
    with contextlib.suppress(Exception):
        exec(source, space)
    assert space.asked & {*"abcdfg"} <= reads(source)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1\nprint(x)", {"print"}),
        ("print(x)\nx = 1", {"print", "x"}),
        ("x, (y, *z) = 1, (2, 3)\nx + y + z", set()),
        ("for i in range(3):\n    i", {"range"}),
        ("for i in []:\n    j = i\nj", {"j"}),
        ("for grid[i] in []:\n    pass\nelse:\n    i = 1", {"grid", "i"}),
        ("if x:\n    y = 1\ny", {"x", "y"}),
        ("with no_grad():\n    y = f()\ny", {"no_grad", "f"}),
        ("with raises(ValueError):\n    y = f()\ny", {"raises", "ValueError", "f", "y"}),
        ("def helper(x):\n    return x + unit\nhelper(1)", {"unit"}),
        ("def f():\n    global x\n    x += y\nf()", {"x", "y"}),
        ("unit = 1\ndef helper(x):\n    return x + unit", set()),
        ("x += 1", {"x"}),
        ("x = x + 1", {"x"}),
        ("for i in items:\n    total += i", {"items", "total"}),
        ("with open(name) as file:\n    text = file.read()\ntext", {"open", "name"}),
        ("def f():\n    return later\nlater = 2", {"later"}),
        ("class K:\n    x = x\n    y = z", {"x", "z"}),
        ("class K:\n    x = 1\n    def f(self):\n        return x", {"x"}),
        ("class K:\n    x = 1\nx", {"x"}),
        ("del x", {"x"}),
        ("values[0] = 1", {"values"}),
        ("import torch.nn as nn\nnn", set()),
        ("[x for x in xs]", {"xs"}),
        ("%time x = y\nx", {"get_ipython", "x"}),
        ("this is no python", set()),
    ],
)
def test_names_taken_from_other_cells(source: str, names: set[str]) -> None:
    assert reads(source) == names


def job(*sources: str) -> Job:
    cells = [Cell(str(i), Role.TEST, source, 1.0) for i, source in enumerate(sources)]
    return Job((Cell("s", Role.STUDENT, "x = f = 1"), *cells), frozenset({"f", "x"}))


def test_only_what_is_used_in_one_way_or_another_runs() -> None:
    tests = job("a = 1", "b = a", "c = f(2)", "import math", "math.e + b", "c = 3\nc", "f(b)")
    assert unneeded(tests, {5}) == {3, 6, 7}
    assert unneeded(tests, {6}) == {1, 2, 3, 4, 5, 7}
    assert unneeded(tests, {3, 7}) == {4, 5, 6}
    assert unneeded(tests, ()) == {*range(1, 8)}


def test_an_import_of_everything_always_runs() -> None:
    assert unneeded(job("from math import *", "pi"), {2}) == set()


def test_a_students_name_may_be_a_tests_by_then() -> None:
    assert unneeded(job("x = 2", "x"), {2}) == set()
    assert unneeded(job("f(x)", "x"), {2}) == {1}
