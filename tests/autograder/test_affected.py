"""Which tests a change can reach. Oracle: what happens when the cells are run."""

from dataclasses import replace

import pytest

from autograder.affected import affected_tests
from autograder.bundle import Bundle, SourceCell
from autograder.job import Role


def cell(id: str, source: str, role: Role, points: float = 1.0) -> SourceCell:
    solution = role is Role.STUDENT
    metadata = {"grade_id": id, "solution": solution, "grade": role is Role.TEST}
    return SourceCell(id, "code", source, source, role, metadata=metadata, points=points)


BUNDLE = Bundle(
    "n",
    (
        cell("a", "def f(x):\n    return x", Role.STUDENT),
        cell("t_f", "import math\nexpected = 3\nassert f(3) == expected", Role.TEST),
        cell("b", "def g(x):\n    return f(x) + 1", Role.STUDENT),
        cell("helper", "def twice(x):\n    return g(g(x))", Role.LOCKED),
        cell("t_g", "expected = 2\nfor x in [1]:\n    assert g(x) == expected", Role.TEST),
        cell("t_twice", "results = [twice(n) for n in range(3)]", Role.TEST),
        cell("t_later", "assert results == [2, 3, 4]", Role.TEST),
        cell("c", "def h(x):\n    return -x", Role.STUDENT),
        cell("t_h", "expected = -1\nassert h(1) == expected", Role.TEST),
    ),
)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("a", {"t_f", "t_g", "t_twice", "t_later"}),
        ("b", {"t_g", "t_twice", "t_later"}),
        ("c", {"t_h"}),
    ],
)
def test_what_reads_it_through_any_number_of_cells(changed: str, expected: set[str]) -> None:
    name = {"a": "f", "b": "g", "c": "h"}[changed]
    assert affected_tests(BUNDLE, {changed: f"def {name}(x):\n    return 0"}) == expected


def test_a_name_that_the_change_adds_counts_too() -> None:
    changed = {"c": "def h(x):\n    return 1\n\n\ndef f(x):\n    return 2"}
    assert affected_tests(BUNDLE, changed) == {"t_f", "t_g", "t_twice", "t_later", "t_h"}


@pytest.mark.parametrize(
    ("reference", "changed", "reached"),
    [
        ("f", "a", False),  # g, unchanged, calls the reference's f
        ("f", "b", True),
        ("g", "a", False),  # g is the reference's, and so is what it calls
        ("g", "b", False),
        ("h", "a", True),
    ],
)
def test_what_a_test_may_take_from_the_reference_cannot_cost_it(
    reference: str, changed: str, reached: bool
) -> None:
    marked = {"t_g": (reference,)}
    cells = tuple(replace(c, reference=marked.get(c.id, ())) for c in BUNDLE.cells)
    name = {"a": "f", "b": "g"}[changed]
    found = affected_tests(Bundle("n", cells), {changed: f"def {name}(x):\n    return 0"})
    assert ("t_g" in found) == reached
    assert {"t_twice", "t_later"} <= found


@pytest.mark.parametrize(
    "source",
    ["import torch\ntorch.set_default_dtype(torch.float64)", "for i in range(3):\n    print(i)",
     "%matplotlib inline", "def h(x:\n", "del f"],
)  # fmt: skip
def test_a_cell_that_acts_may_change_anything(source: str) -> None:
    assert affected_tests(BUNDLE, {"c": source}) == {t.id for t in BUNDLE.tests}
