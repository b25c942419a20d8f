"""Tripwires where the student's code lives: the same verdict in two processes and in one."""

import pytest

from autograder.job import Cell, Role

HELP = """
import torch
from torch import nn
from course_lib import checks
from course_lib.feedforward import FeedforwardLM
"""
SOLUTION = """
import torch
from torch import nn
from course_lib.feedforward import FeedforwardLM as Mine

layer = nn.LSTM(3, 4)

def hidden(x):
    try:
        return layer(x)[0]
    except BaseException:
        return x

class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.GRU(3, 4)

    def forward(self, x):
        return self.inner(x)[0]

wrapped = Wrapped()

def room(tokens):
    return Mine(7, 3, 2, 5)(tokens)

def grad(x):
    y = x.detach().requires_grad_()
    (y**2).sum().backward()
    return y.grad

def honest(x):
    return torch.einsum("tbi->tb", nn.Linear(3, 4)(x).sigmoid())
"""
SETS_UP = "x = torch.randn(5, 2, 3)\n"


def test_cell(name, source):
    return Cell(name, Role.TEST, SETS_UP + source, 1.0)


test_cell.__test__ = False
TESTS = {
    "hidden": ("with checks.by_hand(hidden):\n    hidden(x)", "`hidden` calls torch.nn.LSTM: "),
    "wrapped": ("with checks.by_hand(wrapped):\n    wrapped(x)", "`Wrapped` calls torch.nn.GRU: "),
    "own": (
        "m = Wrapped()\nwith checks.by_hand(Wrapped):\n    m(x)",
        "`Wrapped` calls torch.nn.GRU: ",
    ),
    "room": (
        "with checks.by_hand(room):\n    room(torch.zeros(2, 2).long())",
        "`room` calls course_lib.feedforward.FeedforwardLM.__init__: ",
    ),
    "grad": ("with checks.by_hand(grad, autograd=True):\n    grad(x)", "`grad` calls torch's auto"),
    "error": ("with checks.by_hand(hidden):\n    1 / 0", "ZeroDivisionError"),
    "allowed": ("with checks.by_hand(grad):\n    grad(x)", None),
    "honest": ("with checks.by_hand(honest, autograd=True):\n    honest(x)", None),
    "disarmed": ("hidden(x), wrapped(x), room(torch.zeros(2, 2).long()); None", None),
}


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_shortcuts_are_found_and_nothing_else(grade, mode):
    cells = [test_cell(name, source) for name, (source, _) in TESTS.items()]
    names = frozenset({"hidden", "Wrapped", "wrapped", "room", "grad", "honest"})
    results = grade(
        Cell("setup", Role.LOCKED, HELP),
        Cell("solution", Role.STUDENT, SOLUTION),
        *cells,
        student_names=names,
        mode=mode,
    )
    for name, (_, text) in TESTS.items():
        result = results[name]
        assert result["score"] == (0.0 if text else 1.0), (name, result["error"])
        assert (result["error"] or "").startswith(text or ""), (name, result["error"])
        if text and name != "error":
            assert result["error"].endswith("this task asks you to write it yourself.")


def test_gradients_for_the_test_itself_are_no_offence(grade):
    """A test's own backward, in two processes, reaches into the student's."""
    source = "x.requires_grad_()\nwith checks.by_hand(honest, autograd=True):\n"
    source += "    honest(x).sum().backward()\nassert x.grad is not None"
    results = grade(
        Cell("setup", Role.LOCKED, HELP),
        Cell("solution", Role.STUDENT, SOLUTION),
        test_cell("t", source),
        student_names=frozenset({"honest"}),
    )
    assert results["t"]["score"] == 1.0, results["t"]["error"]


def test_the_reference_in_the_student_s_place_is_watched_too(grade):
    solution = Cell("solution", Role.STUDENT, "from torch import nn\nf = nn.LSTM(3, 4)")
    test = Cell("t", Role.TEST, SETS_UP + "with checks.by_hand(f):\n    f(x)", 1.0)
    for reference, score in (("def f(x): return x * 2", 1.0), (solution.source, 0.0)):
        results = grade(
            Cell("setup", Role.LOCKED, HELP),
            solution,
            test,
            student_names=frozenset({"f"}),
            reference=["f"],
            reference_cells={"solution": reference},
        )
        assert results["t"]["score"] == score, results["t"]["error"]
