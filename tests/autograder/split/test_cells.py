"""Whole notebooks: what cells give, in split and in plain mode."""

from typing import Any

import pytest

from autograder.job import Cell, Limits, Role

NAMES = frozenset({"f", "g", "x", "Net", "gone", "data"})


def cells(*sources: str, **options: Any) -> list[Cell]:
    """The first source is the student's, the others are tests of two points."""
    found = [Cell("s", Role.STUDENT, sources[0])]
    for i, source in enumerate(sources[1:]):
        found.append(Cell(f"t{i}", Role.TEST, source, 2.0, **options))
    return found


def split(grade: Any, *sources: str, **options: Any) -> dict[str, Any]:
    return grade(*cells(*sources), student_names=NAMES, **options)


SCORES = [
    ("assert f(2) == 4", 2.0),
    ("assert f(2) == 5, 'f(2) should be 5'", 0.0),
    ("1.5", 1.5),
    ("7", 2.0),
    ("-3", 0.0),
    ("True", 2.0),
    ("False", 0.0),
    ("float('nan')", 0.0),
    ("'full'", 0.0),
    ("f", 0.0),
    ("f(0.25)", 0.5),
    ("f(1);", 2.0),
    ("None", 2.0),
    ("", 2.0),
    ("gone(1)", 0.0),
    ("print('seen')\nassert f('a') == 'aa'", 2.0),
    ("try:\n    f(None)\nexcept TypeError:\n    pass\nelse:\n    assert False", 2.0),
    ("import sys\nsys.exit(0)", 0.0),
    ("f(", 0.0),
]


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_scores(grade: Any, mode: str) -> None:
    source = "def f(x):\n    return x * 2"
    results = grade(*cells(source, *(test for test, _ in SCORES)), student_names=NAMES, mode=mode)
    found = [results[f"t{i}"]["score"] for i in range(len(SCORES))]
    assert found == [score for _, score in SCORES]
    assert results["end"] == "finished"


def test_messages(grade: Any) -> None:
    results = split(
        grade,
        "def f(x):\n    raise ValueError('no ' + x)",
        "assert 1 == 2, 'one is not two'",
        "assert 1 == 2",
        "f('thing')",
        "gone",
        "secret = 5\nassert secret == 6",
    )
    texts = [results[f"t{i}"]["error"] for i in range(5)]
    assert texts[0] == "one is not two"
    assert texts[1] == texts[4] == "a check of this test failed"
    assert texts[2] == ("ValueError: no thing\n(in `f`, line 2: raise ValueError('no ' + x))")
    assert texts[3] == "`gone` is not defined: did its cell run without an error?"


def test_a_dead_student_costs_one_test(grade: Any) -> None:
    source = "import os\ndef f(x):\n    print('bye', flush=True)\n    os._exit(0)"
    results = split(grade, source, "try:\n    f(1)\nexcept BaseException:\n    pass", "1")
    assert results["end"] == "lost"
    assert "t1" not in results
    assert results["t0"]["score"] == 0
    assert results["t0"]["verdict"] == "exited"
    again = split(grade, source, "f(1)", "1", start=2)
    assert set(again) == {"t1", "end"}
    assert again["t1"]["score"] == 1


def test_outputs_of_student_cells(grade: Any) -> None:
    results = split(grade, "print('a')\nimport sys\nprint('b', file=sys.stderr)\n3", "print('t')")
    kinds = [(o["output_type"], o.get("text")) for o in results["s"]["outputs"]]
    assert kinds[0][0] == "stream"
    assert kinds[-1][0] == "execute_result"
    assert results["t0"]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "t\n"}]
    flood = split(grade, "while True: print('x' * 100)", "1", limits=Limits(output_kb=10))
    assert flood["s"]["verdict"] == "output"
    assert sum(len(o.get("text", "")) for o in flood["s"]["outputs"]) < 11_000
    assert flood["t0"]["score"] == 1
